using System.Buffers.Text;
using System.Text;
using System.Text.Json;
using Ciclo.Core.Events;
using Ciclo.Core.Time;

namespace Ciclo.Engine.Collect;

/// <summary>Times of clients: reading them, and correcting them for a clock that is wrong.</summary>
internal static class ClientTime
{
    /// <summary>A number from here on is milliseconds, below it seconds: as seconds it would lie in the year 5138, as milliseconds in 1973.</summary>
    private const double LeastMilliseconds = 100_000_000_000;

    private const int LongestText = 64;

    /// <summary>
    /// Reads RFC 3339 (without an offset: UTC), or seconds or milliseconds since the epoch as a number or as digits.
    /// Null and the empty text are no time; anything else cannot be read.
    /// </summary>
    public static SentTime Read(scoped ref Utf8JsonReader json, Scratch scratch) => json.TokenType switch
    {
        JsonTokenType.Null => SentTime.None,
        JsonTokenType.Number => ReadEpoch(json.ValueSpan),
        // A time in escapes is still short; half a surrogate pair cannot be unescaped, and is no time.
        JsonTokenType.String when json.ValueIsEscaped
            && (json.ValueSpan.Length > 6 * LongestText || JsonText.HasLoneSurrogate(json.ValueSpan)) => SentTime.Unreadable,
        JsonTokenType.String => ReadText(scratch.Text(ref json)),
        _ => SentTime.Unreadable,
    };

    private static SentTime ReadText(ReadOnlySpan<byte> text)
    {
        if (text.IsEmpty)
        {
            return SentTime.None;
        }
        Span<char> chars = stackalloc char[LongestText];
        if (text.Length > LongestText || !Encoding.ASCII.TryGetChars(text, chars, out var length))
        {
            return SentTime.Unreadable;
        }
        return Instants.TryParse(chars[..length], Zone.Utc, out var ms) ? SentTime.At(ms)
            : text.ContainsAnyExceptInRange((byte)'0', (byte)'9') ? SentTime.Unreadable
            : ReadEpoch(text);
    }

    private static SentTime ReadEpoch(ReadOnlySpan<byte> number)
    {
        if (!Utf8Parser.TryParse(number, out double value, out var consumed) || consumed != number.Length)
        {
            return SentTime.Unreadable;
        }
        var ms = Math.Abs(value) >= LeastMilliseconds ? value : value * 1_000;
        return ms is >= Instants.MinMs and <= Instants.MaxMs ? SentTime.At((long)ms) : SentTime.Unreadable;
    }

    /// <summary>
    /// timestamp = receivedAt − (sentAt − original), never later than receivedAt; without sentAt no correction; without a time of the
    /// client's, or with one that cannot be read, receivedAt (docs: Segment spec, common fields, "timestamps").
    /// </summary>
    public static void Correct(scoped ref EventRecord record, SentTime original, SentTime sentAt)
    {
        record.OriginalTimestamp = original.Ms;
        record.SentAt = sentAt.Ms;
        record.Timestamp = record.ReceivedAt;
        if (!original.Readable)
        {
            record.Flags |= original.Sent ? EventFlags.UnreadableTime : EventFlags.None;
            return;
        }
        var corrected = sentAt.Readable ? record.ReceivedAt - (sentAt.Ms - original.Ms) : original.Ms;
        if (corrected > record.ReceivedAt)
        {
            record.Flags |= EventFlags.Clamped;
            return;
        }
        record.Timestamp = Math.Max(corrected, Instants.MinMs);
    }
}
