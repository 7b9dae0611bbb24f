using System.Runtime.InteropServices;

namespace Ciclo.Core.Analytics;

/// <summary>A visit of one profile.</summary>
/// <param name="Start">Its first event; <paramref name="End"/> its last.</param>
/// <param name="Events">Those that extend a session.</param>
/// <param name="Pages">Page and screen views.</param>
/// <param name="HasKeyEvent">Whether a key event is among them.</param>
/// <param name="FirstIndex">Its first event and <paramref name="LastIndex"/> its last, as indexes into the spans folded.</param>
public readonly record struct Session(long Start, long End, int Events, int Pages, bool HasKeyEvent, int FirstIndex, int LastIndex)
{
    public const long EngagedMs = 10 * Time.Durations.Second;

    public long DurationMs => End - Start;

    /// <summary>Longer than 10 s, or with two page or screen views, or with a key event.</summary>
    public bool IsEngaged => DurationMs > EngagedMs || Pages >= 2 || HasKeyEvent;
}

/// <summary>
/// Cuts a profile's events into sessions: one more than the gap after the last begins a new one; midnight and campaigns do not. Events without
/// <see cref="Extends"/> neither begin nor extend one. One thread at a time; nothing is allocated once the buffer is large enough.
/// </summary>
public sealed class SessionFold(long gapMs)
{
    public const long DefaultGapMs = 30 * Time.Durations.Minute;

    /// <summary>The mark of events that begin and extend sessions.</summary>
    public const int Extends = 1;

    /// <summary>The mark of page and screen views.</summary>
    public const int IsPage = 2;

    /// <summary>The mark of key events; it counts only on one that extends a session.</summary>
    public const int IsKey = 4;

    private readonly List<Session> sessions = [];

    /// <summary>In order of time.</summary>
    public ReadOnlySpan<Session> Sessions => CollectionsMarshal.AsSpan(sessions);

    /// <param name="at">Instants in order.</param>
    /// <param name="marks">What each event is.</param>
    public void Fold(ReadOnlySpan<long> at, ReadOnlySpan<int> marks)
    {
        sessions.Clear();
        for (var i = 0; i < at.Length; i++)
        {
            if ((marks[i] & Extends) == 0)
            {
                continue;
            }
            var (page, isKey) = ((marks[i] & IsPage) != 0 ? 1 : 0, (marks[i] & IsKey) != 0);
            var open = CollectionsMarshal.AsSpan(sessions);
            if (open.IsEmpty || at[i] - open[^1].End > gapMs)
            {
                sessions.Add(new Session(at[i], at[i], 1, page, isKey, i, i));
                continue;
            }
            ref var last = ref open[^1];
            last = last with { End = at[i], Events = last.Events + 1, Pages = last.Pages + page, HasKeyEvent = last.HasKeyEvent || isKey, LastIndex = i };
        }
    }
}

/// <summary>What sessions add up to: the metrics visits, pages_per_session, avg_time_on_site and bounce_rate. Those over nothing are null.</summary>
public readonly record struct SessionTotals(long Visits, long Visitors, long Engaged, long Pages, long SinglePage, long Timed, long TimedMs)
{
    public double? PagesPerSession => Share(Pages, Visits);

    /// <summary>The mean of (last − first event) over sessions of two events or more, in milliseconds.</summary>
    public double? AverageTimeMs => Share(TimedMs, Timed);

    public double? BounceRate => Share(Visits - Engaged, Visits);

    /// <summary>Sessions with exactly one page or screen view, over all.</summary>
    public double? ClassicBounceRate => Share(SinglePage, Visits);

    /// <summary>Adds the sessions of one profile that begin at or after <paramref name="from"/> and before <paramref name="to"/>.</summary>
    public SessionTotals With(ReadOnlySpan<Session> sessions, long from, long to)
    {
        var sum = this;
        foreach (ref readonly var one in sessions)
        {
            if (one.Start >= from && one.Start < to)
            {
                var isTimed = one.Events >= 2;
                sum = sum with
                {
                    Visits = sum.Visits + 1,
                    Engaged = sum.Engaged + (one.IsEngaged ? 1 : 0),
                    Pages = sum.Pages + one.Pages,
                    SinglePage = sum.SinglePage + (one.Pages == 1 ? 1 : 0),
                    Timed = sum.Timed + (isTimed ? 1 : 0),
                    TimedMs = sum.TimedMs + (isTimed ? one.DurationMs : 0),
                };
            }
        }
        return sum with { Visitors = sum.Visitors + (sum.Visits > Visits ? 1 : 0) };
    }

    public static SessionTotals operator +(SessionTotals a, SessionTotals b) => new(
        a.Visits + b.Visits, a.Visitors + b.Visitors, a.Engaged + b.Engaged, a.Pages + b.Pages, a.SinglePage + b.SinglePage, a.Timed + b.Timed, a.TimedMs + b.TimedMs);

    private static double? Share(long part, long whole) => whole == 0 ? null : (double)part / whole;
}
