using System.Buffers.Binary;
using System.Numerics;

namespace Ciclo.Data.Journal;

/// <summary>
/// The 16 bytes before a payload: its length, its CRC32C, how many bytes before this frame its group began, and a CRC32C of those three,
/// the frame's own position and the journal's salt. A frame therefore counts only where it was written, and bytes that a client sends
/// cannot pose as one. Everything before the group's start was flushed when the frame was written; recovery rests on that.
/// </summary>
internal readonly record struct FrameHeader(int PayloadLength, uint PayloadSum, uint Back)
{
    public const int Size = 16;

    /// <summary>In place of a payload's sum: this is no frame but a seal, which says only that everything before it was flushed.</summary>
    private const uint SealMark = 0x4c414553;

    public static FrameHeader Seal => new(0, SealMark, 0);

    public bool IsSeal => PayloadLength == 0;

    public int FrameLength => Size + PayloadLength;

    public void Write(Span<byte> target, ulong salt, long position)
    {
        BinaryPrimitives.WriteInt32LittleEndian(target, PayloadLength);
        BinaryPrimitives.WriteUInt32LittleEndian(target[4..], PayloadSum);
        BinaryPrimitives.WriteUInt32LittleEndian(target[8..], Back);
        BinaryPrimitives.WriteUInt32LittleEndian(target[12..], Sum(salt, position));
    }

    /// <summary>False for bytes that are not a header written at this position. Says nothing about the payload.</summary>
    public static bool TryRead(ReadOnlySpan<byte> bytes, ulong salt, long position, out FrameHeader header)
    {
        header = default;
        if (bytes.Length < Size)
        {
            return false;
        }
        header = new FrameHeader(
            BinaryPrimitives.ReadInt32LittleEndian(bytes),
            BinaryPrimitives.ReadUInt32LittleEndian(bytes[4..]),
            BinaryPrimitives.ReadUInt32LittleEndian(bytes[8..]));
        return header.IsPlausible(position) && header.Sum(salt, position) == BinaryPrimitives.ReadUInt32LittleEndian(bytes[12..]);
    }

    private bool IsPlausible(long position) => PayloadLength == 0
        ? this == Seal
        : PayloadLength is > 0 and <= Journal.MaxPayload && Back <= position;

    private uint Sum(ulong salt, long position)
    {
        var state = BitOperations.Crc32C(Checksum.Start, salt);
        state = BitOperations.Crc32C(state, (ulong)position);
        state = BitOperations.Crc32C(state, (uint)PayloadLength | ((ulong)PayloadSum << 32));
        return ~BitOperations.Crc32C(state, Back);
    }
}
