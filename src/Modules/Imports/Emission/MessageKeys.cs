using System.Text;
using Ciclo.Core.Events;

namespace Ciclo.Modules.Imports;

/// <summary>
/// The idempotency keys of imported events: `{source}:{emit id}:{key}` where that has at most 99 bytes, else `{source, cut}:{its hash}`.
/// Without a natural key, `{source}:{emit id}:{hash of the content}-{number among equal ones}`.
/// </summary>
internal static class MessageKeys
{
    private const int HashCharacters = 26;

    /// <summary>Writes the key into <paramref name="destination"/> (99 bytes), and answers its length.</summary>
    internal static int Write(Span<byte> destination, ReadOnlySpan<byte> source, ReadOnlySpan<byte> emit, ReadOnlySpan<byte> key)
    {
        var length = source.Length + emit.Length + key.Length + 2;
        var whole = length <= 1_024 ? stackalloc byte[length] : new byte[length];
        source.CopyTo(whole);
        whole[source.Length] = (byte)':';
        emit.CopyTo(whole[(source.Length + 1)..]);
        whole[source.Length + emit.Length + 1] = (byte)':';
        key.CopyTo(whole[(source.Length + emit.Length + 2)..]);
        if (length <= EventLimits.MessageIdBytes)
        {
            whole.CopyTo(destination);
            return length;
        }
        var kept = Cut(source, EventLimits.MessageIdBytes - HashCharacters - 1);
        kept.CopyTo(destination);
        destination[kept.Length] = (byte)':';
        return kept.Length + 1 + WriteHash(destination[(kept.Length + 1)..], Hash.Of(whole));
    }

    /// <summary>Writes the key of content without one of its own into <paramref name="destination"/>; answers its length.</summary>
    internal static int WriteContentKey(Span<byte> destination, UInt128 hash, int number)
    {
        var length = WriteHash(destination, hash);
        destination[length++] = (byte)'-';
        System.Buffers.Text.Utf8Formatter.TryFormat(number, destination[length..], out var digits);
        return length + digits;
    }

    /// <summary>A hash in Crockford's base 32, 26 characters.</summary>
    private static int WriteHash(Span<byte> destination, UInt128 hash)
    {
        for (var i = HashCharacters - 1; i >= 0; i--)
        {
            destination[i] = "0123456789abcdefghjkmnpqrstvwxyz"u8[(int)(hash & 31)];
            hash >>= 5;
        }
        return HashCharacters;
    }

    private static ReadOnlySpan<byte> Cut(ReadOnlySpan<byte> utf8, int most)
    {
        if (utf8.Length <= most)
        {
            return utf8;
        }
        while (most > 0 && (utf8[most] & 0xc0) == 0x80)
        {
            most--;
        }
        return utf8[..most];
    }
}
