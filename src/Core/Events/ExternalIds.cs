using System.Buffers;

namespace Ciclo.Core.Events;

/// <summary>The encoding of `context.externalIds` inside a record: for each, type and value, each with its length in one and two bytes.</summary>
public static class ExternalIds
{
    public const int MaxTypeLength = 64;
    public const int MaxValueLength = 512;

    /// <summary>Appends one identifier; false, and nothing written, if type or value is empty or over its limit.</summary>
    public static bool Append(IBufferWriter<byte> writer, ReadOnlySpan<byte> type, ReadOnlySpan<byte> value)
    {
        if (type.Length is 0 or > MaxTypeLength || value.Length is 0 or > MaxValueLength)
        {
            return false;
        }
        var span = writer.GetSpan(3 + type.Length + value.Length);
        span[0] = (byte)type.Length;
        type.CopyTo(span[1..]);
        span[1 + type.Length] = (byte)(value.Length & 0xff);
        span[2 + type.Length] = (byte)(value.Length >> 8);
        value.CopyTo(span[(3 + type.Length)..]);
        writer.Advance(3 + type.Length + value.Length);
        return true;
    }

    /// <summary>Takes the next identifier off <paramref name="bytes"/>; false at the end.</summary>
    public static bool TryTake(ref ReadOnlySpan<byte> bytes, out ReadOnlySpan<byte> type, out ReadOnlySpan<byte> value)
    {
        type = value = default;
        if (bytes.Length < 3 || bytes.Length < 3 + bytes[0])
        {
            return false;
        }
        var typeLength = bytes[0];
        var valueLength = bytes[1 + typeLength] | (bytes[2 + typeLength] << 8);
        if (bytes.Length < 3 + typeLength + valueLength)
        {
            return false;
        }
        type = bytes.Slice(1, typeLength);
        value = bytes.Slice(3 + typeLength, valueLength);
        bytes = bytes[(3 + typeLength + valueLength)..];
        return true;
    }
}
