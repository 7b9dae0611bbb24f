using System.Buffers.Binary;
using System.Numerics;
using System.Text;

namespace Ciclo.Core.Events;

/// <summary>
/// 128-bit keyed hash of bytes: SipHash-2-4 with 128-bit output (Aumasson and Bernstein 2012, reference implementation's vectors are tested).
/// The key is a constant of the format: ids derived from it must be the same on every machine.
/// </summary>
public static class Hash
{
    private const ulong Key0 = 0x6f6c636963207365;
    private const ulong Key1 = 0x6f6c636963206f6e;

    public static UInt128 Of(ReadOnlySpan<byte> bytes) => SipHash(bytes, Key0, Key1);

    /// <summary>The hash of a byte that names the kind of thing, then its text as UTF-8.</summary>
    public static UInt128 Of(byte kind, ReadOnlySpan<byte> utf8)
    {
        if (utf8.Length < 512)
        {
            Span<byte> joined = stackalloc byte[utf8.Length + 1];
            joined[0] = kind;
            utf8.CopyTo(joined[1..]);
            return Of(joined);
        }
        var large = new byte[utf8.Length + 1];
        large[0] = kind;
        utf8.CopyTo(large.AsSpan(1));
        return Of(large);
    }

    public static UInt128 Of(byte kind, string text) => Of(kind, Encoding.UTF8.GetBytes(text));

    public static UInt128 SipHash(ReadOnlySpan<byte> bytes, ulong key0, ulong key1)
    {
        var v0 = 0x736f6d6570736575 ^ key0;
        var v1 = 0x646f72616e646f6d ^ key1 ^ 0xee;
        var v2 = 0x6c7967656e657261 ^ key0;
        var v3 = 0x7465646279746573 ^ key1;
        var last = (ulong)bytes.Length << 56;
        while (bytes.Length >= 8)
        {
            var word = BinaryPrimitives.ReadUInt64LittleEndian(bytes);
            v3 ^= word;
            Round(ref v0, ref v1, ref v2, ref v3);
            Round(ref v0, ref v1, ref v2, ref v3);
            v0 ^= word;
            bytes = bytes[8..];
        }
        for (var i = 0; i < bytes.Length; i++)
        {
            last |= (ulong)bytes[i] << (8 * i);
        }
        v3 ^= last;
        Round(ref v0, ref v1, ref v2, ref v3);
        Round(ref v0, ref v1, ref v2, ref v3);
        v0 ^= last;
        v2 ^= 0xee;
        var low = Finish(ref v0, ref v1, ref v2, ref v3);
        v1 ^= 0xdd;
        var high = Finish(ref v0, ref v1, ref v2, ref v3);
        return new UInt128(high, low);
    }

    private static ulong Finish(ref ulong v0, ref ulong v1, ref ulong v2, ref ulong v3)
    {
        for (var i = 0; i < 4; i++)
        {
            Round(ref v0, ref v1, ref v2, ref v3);
        }
        return v0 ^ v1 ^ v2 ^ v3;
    }

    private static void Round(ref ulong v0, ref ulong v1, ref ulong v2, ref ulong v3)
    {
        v0 += v1;
        v1 = BitOperations.RotateLeft(v1, 13) ^ v0;
        v0 = BitOperations.RotateLeft(v0, 32);
        v2 += v3;
        v3 = BitOperations.RotateLeft(v3, 16) ^ v2;
        v0 += v3;
        v3 = BitOperations.RotateLeft(v3, 21) ^ v0;
        v2 += v1;
        v1 = BitOperations.RotateLeft(v1, 17) ^ v2;
        v2 = BitOperations.RotateLeft(v2, 32);
    }
}
