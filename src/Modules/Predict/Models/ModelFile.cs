using System.Security.Cryptography;

namespace Ciclo.Modules.Predict.Models;

/// <summary>
/// A trained model as bytes: `CICM`, the format's number, the kind, what the kind writes, and the SHA-256 of all before. Numbers to their last bit, so that what is read scores the same.
/// </summary>
internal static class ModelFile
{
    public const byte Goal = 1;
    public const byte Value = 2;
    public const byte Contract = 3;

    private const byte Format = 1;
    private static readonly byte[] Mark = "CICM"u8.ToArray();

    public static byte[] Of(byte kind, Action<BinaryWriter> write)
    {
        using var memory = new MemoryStream();
        using (var to = new BinaryWriter(memory, System.Text.Encoding.UTF8, leaveOpen: true))
        {
            to.Write(Mark);
            to.Write(Format);
            to.Write(kind);
            write(to);
        }
        memory.Write(SHA256.HashData(memory.ToArray()));
        return memory.ToArray();
    }

    /// <summary>Reads what <see cref="Of"/> made; null of another format or kind, and of bytes that are not as they were written.</summary>
    public static T? Read<T>(byte[] file, byte kind, Func<BinaryReader, T> read)
        where T : class
    {
        var content = file.Length - SHA256.HashSizeInBytes;
        if (content < Mark.Length + 2 || !file.AsSpan(0, Mark.Length).SequenceEqual(Mark) || file[Mark.Length] != Format || file[Mark.Length + 1] != kind
            || !SHA256.HashData(file.AsSpan(0, content)).AsSpan().SequenceEqual(file.AsSpan(content)))
        {
            return null;
        }
        using var from = new BinaryReader(new MemoryStream(file, Mark.Length + 2, content - Mark.Length - 2));
        return read(from);
    }
}
