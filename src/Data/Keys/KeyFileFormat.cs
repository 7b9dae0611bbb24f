using System.Buffers.Binary;
using Ciclo.Data.Journal;

namespace Ciclo.Data.Keys;

/// <summary>
/// A file of keys, little-endian. A header of one block: magic, version, value words, CRC32C at its end. Blocks of 4,096 bytes: rows ascending by
/// (high, low), zeros, CRC32C. The filter's words. A footer of 64 bytes. Nothing stands outside a sum.
/// </summary>
internal static class KeyFileFormat
{
    public const uint Magic = 0x59454b43;
    public const uint Version = 1;
    public const int BlockBytes = 4_096;
    public const int BlockRoom = BlockBytes - 16;
    public const int FooterBytes = 64;
    public const long MaxRows = 1L << 30;

    public static int RowBytes(int valueWords) => (KeyRow.KeyWords + valueWords) * sizeof(ulong);

    public static int RowsPerBlock(int valueWords) => BlockRoom / RowBytes(valueWords);

    public static int Blocks(long rows, int valueWords) => (int)((rows + RowsPerBlock(valueWords) - 1) / RowsPerBlock(valueWords));

    public static long Length(in KeyFooter footer) =>
        BlockBytes + ((long)Blocks(footer.Rows, footer.ValueWords) * BlockBytes) + ((long)footer.FilterBlocks * KeyFilter.BlockBytes) + FooterBytes;

    public static byte[] Header(int valueWords)
    {
        var header = new byte[BlockBytes];
        BinaryPrimitives.WriteUInt32LittleEndian(header, Magic);
        BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(4), Version);
        BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(8), valueWords);
        Seal(header);
        return header;
    }

    /// <summary>Puts the sum at the end.</summary>
    public static uint Seal(Span<byte> block)
    {
        var sum = Checksum.Of(block[..^sizeof(uint)]);
        BinaryPrimitives.WriteUInt32LittleEndian(block[^sizeof(uint)..], sum);
        return sum;
    }

    public static bool IsWhole(ReadOnlySpan<byte> block) =>
        Checksum.Of(block[..^sizeof(uint)]) == BinaryPrimitives.ReadUInt32LittleEndian(block[^sizeof(uint)..]);
}

/// <summary>
/// The end of a file of keys. <paramref name="Greatest"/>: the greatest first word of a value, as a signed number.
/// <paramref name="DataSum"/> is over the sums of the blocks, so that the footer's own sum stands for the whole file.
/// </summary>
internal readonly record struct KeyFooter(int ValueWords, long Rows, int FilterBlocks, uint FilterSum, uint DataSum, long Greatest)
{
    public void Write(Span<byte> bytes)
    {
        bytes.Clear();
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, KeyFileFormat.Magic);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes[4..], KeyFileFormat.Version);
        BinaryPrimitives.WriteInt32LittleEndian(bytes[8..], ValueWords);
        BinaryPrimitives.WriteInt32LittleEndian(bytes[12..], FilterBlocks);
        BinaryPrimitives.WriteInt64LittleEndian(bytes[16..], Rows);
        BinaryPrimitives.WriteInt64LittleEndian(bytes[24..], Greatest);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes[32..], FilterSum);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes[36..], DataSum);
        KeyFileFormat.Seal(bytes);
    }

    public static KeyFooter Read(ReadOnlySpan<byte> bytes) => new(
        BinaryPrimitives.ReadInt32LittleEndian(bytes[8..]),
        BinaryPrimitives.ReadInt64LittleEndian(bytes[16..]),
        BinaryPrimitives.ReadInt32LittleEndian(bytes[12..]),
        BinaryPrimitives.ReadUInt32LittleEndian(bytes[32..]),
        BinaryPrimitives.ReadUInt32LittleEndian(bytes[36..]),
        BinaryPrimitives.ReadInt64LittleEndian(bytes[24..]));
}

/// <summary>A file of keys is missing, cut or not as it was written: what it held is to be made anew from the journal.</summary>
public sealed class KeysDamagedException(string file, string reason)
    : Exception($"The file of known message ids '{file}' cannot be used: {reason} It is derived: what it held is made anew from the journal.")
{
    public string File { get; } = file;
}
