namespace Ciclo.Core.Events;

/// <summary>LEB128, as in Protocol Buffers.</summary>
public static class Varint
{
    public static ulong Read(ReadOnlySpan<byte> bytes, ref int next)
    {
        ulong value = bytes[next];
        next++;
        if (value < 0x80)
        {
            return value;
        }
        value &= 0x7f;
        for (var shift = 7; shift < 64; shift += 7)
        {
            var b = bytes[next];
            next++;
            value |= (ulong)(b & 0x7f) << shift;
            if (b < 0x80)
            {
                return value;
            }
        }
        throw new InvalidDataException("A packed event holds a number that never ends.");
    }

    public static int Write(Span<byte> bytes, ulong value)
    {
        var length = 0;
        while (value >= 0x80)
        {
            bytes[length++] = (byte)(value | 0x80);
            value >>= 7;
        }
        bytes[length++] = (byte)value;
        return length;
    }
}
