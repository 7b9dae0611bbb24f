using Ciclo.Core.Time;
using Ciclo.Core.Values;

namespace Ciclo.Modules.Imports;

/// <summary>Reads the instants of one column. Belongs to one thread: the last answer of the zone is kept, because rows come in runs of one moment.</summary>
internal sealed class TimeReader(int column, MapTime time)
{
    private long lastLocalMs = long.MinValue;
    private long lastMs;

    internal int Column { get; } = column;

    internal MapTime Time { get; } = time;

    internal bool TryRead(ReadOnlySpan<byte> text, out long ms)
    {
        ms = 0;
        switch (Time.Kind)
        {
            case TimeFormatKind.Iso:
                Span<char> chars = stackalloc char[64];
                return text.Length <= 64 && System.Text.Encoding.UTF8.TryGetChars(text, chars, out var length)
                    && Instants.TryParse(chars[..length], Time.Zone, out ms) && IsInRange(ms);
            case TimeFormatKind.Unix:
                return TryScaled(text, Number.Scale / 1_000, out ms);
            case TimeFormatKind.UnixMs:
                return TryScaled(text, Number.Scale, out ms);
            default:
                return TryPattern(text, out ms);
        }
    }

    private static bool IsInRange(long ms) => ms is >= Instants.MinMs and <= Instants.MaxMs;

    /// <summary>A count of seconds or milliseconds, cut downwards to whole milliseconds.</summary>
    private static bool TryScaled(ReadOnlySpan<byte> text, long microsPerMs, out long ms)
    {
        ms = 0;
        if (!Number.TryParse(text, out var number))
        {
            return false;
        }
        var whole = number.Micros / microsPerMs - (number.Micros < 0 && number.Micros % microsPerMs != 0 ? 1 : 0);
        ms = (long)Int128.Clamp(whole, long.MinValue, long.MaxValue);
        return IsInRange(ms);
    }

    private bool TryPattern(ReadOnlySpan<byte> text, out long ms)
    {
        ms = 0;
        if (!Time.Pattern!.TryRead(text, out var localMs, out var offsetMs))
        {
            return false;
        }
        if (offsetMs is { } offset)
        {
            ms = localMs - offset;
            return IsInRange(ms);
        }
        if (localMs != lastLocalMs)
        {
            (lastMs, lastLocalMs) = (Time.Zone.FromLocal(localMs), localMs);
        }
        ms = lastMs;
        return IsInRange(ms);
    }
}
