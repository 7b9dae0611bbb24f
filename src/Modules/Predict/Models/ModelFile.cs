using System.Security.Cryptography;
using System.Text;

namespace Ciclo.Modules.Predict.Models;

/// <summary>
/// A trained model as bytes: `CICM`, the format's number, the kind, what the kind writes, and the SHA-256 of all before. Numbers to their last bit, so that what is read scores the same.
/// </summary>
internal static class ModelFile
{
    public const byte Goal = 1;
    public const byte Value = 2;
    public const byte Contract = 3;
    public const byte Offers = 4;
    public const byte Reach = 5;

    private const byte Format = 1;
    private const int AtOnce = 1 << 20;
    private static readonly byte[] Mark = "CICM"u8.ToArray();

    public static byte[] Of(byte kind, Action<BinaryWriter> write)
    {
        using var memory = new MemoryStream();
        Write(memory, kind, write);
        return memory.ToArray();
    }

    public static void Write(Stream to, byte kind, Action<BinaryWriter> write)
    {
        using var sum = SHA256.Create();
        using (var summed = new CryptoStream(to, sum, CryptoStreamMode.Write, leaveOpen: true))
        using (var buffer = new BufferedStream(summed, AtOnce))
        using (var writer = new BinaryWriter(buffer, Encoding.UTF8))
        {
            writer.Write(Mark);
            writer.Write(Format);
            writer.Write(kind);
            write(writer);
        }
        to.Write(sum.Hash);
    }

    /// <summary>Reads what <see cref="Of"/> made; null of another format or kind, and of bytes that are not as they were written.</summary>
    public static T? Read<T>(byte[] file, byte kind, Func<BinaryReader, T?> read)
        where T : class
    {
        using var memory = new MemoryStream(file, writable: false);
        return Read(memory, kind, read);
    }

    /// <summary>The same of a stream that can be read twice: nothing is made of bytes that were not checked.</summary>
    public static T? Read<T>(Stream file, byte kind, Func<BinaryReader, T?> read)
        where T : class
    {
        if (file.Length < Mark.Length + 2 + SHA256.HashSizeInBytes || !IsWhole(file))
        {
            return null;
        }
        file.Position = 0;
        using var from = new BinaryReader(new BufferedStream(file, AtOnce), Encoding.UTF8);
        return from.ReadBytes(Mark.Length).AsSpan().SequenceEqual(Mark) && from.ReadByte() == Format && from.ReadByte() == kind ? read(from) : null;
    }

    private static bool IsWhole(Stream file)
    {
        using var sum = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = new byte[(int)Math.Min(AtOnce, file.Length)];
        for (var left = file.Length - SHA256.HashSizeInBytes; left > 0;)
        {
            var some = buffer.AsSpan(0, (int)Math.Min(left, buffer.Length));
            file.ReadExactly(some);
            sum.AppendData(some);
            left -= some.Length;
        }
        var told = buffer.AsSpan(0, SHA256.HashSizeInBytes);
        file.ReadExactly(told);
        return sum.GetHashAndReset().AsSpan().SequenceEqual(told);
    }
}
