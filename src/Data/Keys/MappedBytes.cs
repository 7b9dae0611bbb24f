using Ciclo.Data.Files;

namespace Ciclo.Data.Keys;

/// <summary>A mapped file as spans, checked against its length.</summary>
internal static class MappedBytes
{
    public static unsafe ReadOnlySpan<byte> Slice(this IStorageMap map, long offset, int length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(offset, map.Length - length);
        return new ReadOnlySpan<byte>((byte*)map.Start + offset, length);
    }
}
