using System.Buffers.Binary;
using System.Numerics;

namespace Ciclo.Data.Journal;

/// <summary>CRC32C (RFC 3720, appendix B.4), eight bytes at a time.</summary>
public static class Checksum
{
    public const uint Start = uint.MaxValue;

    public static uint Of(ReadOnlySpan<byte> bytes) => ~Add(Start, bytes);

    public static uint Add(uint state, ReadOnlySpan<byte> bytes)
    {
        while (bytes.Length >= 8)
        {
            state = BitOperations.Crc32C(state, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
            bytes = bytes[8..];
        }
        foreach (var one in bytes)
        {
            state = BitOperations.Crc32C(state, one);
        }
        return state;
    }
}
