using Ciclo.Core.Analytics;
using Ciclo.Core.Events;
using Ciclo.Core.Metrics;
using Ciclo.Core.Time;
using Ciclo.Engine.Runtime;
using Ciclo.Modules.Measure.Contracts;

namespace Ciclo.Modules.Measure;

/// <summary>Who was active when, and who converted: from the instants of every event that people made themselves.</summary>
public sealed class EngagementSource(TimeProvider clock) : HistorySource(clock)
{
    public override IReadOnlyList<Metric> Metrics => EngagementMetrics.All;

    protected override Func<MetricSink, IHistoryFold> Prepare(WorkspaceEngine engine, MetricQuestion question, CancellationToken cancellation) =>
        sink => new ActivityFold(engine.Rules.Zone, question, sink);
}

/// <summary>One person's activity in periods and days. Names of states are those of the breakdown `state`.</summary>
internal sealed class ActivityFold : IHistoryFold
{
    /// <summary>The mark of the goal, beside those of sessions.</summary>
    private const int Goal = 8;
    private const long Month = 30 * Durations.Day;

    private readonly MetricQuestion question;
    private readonly MetricSink sink;
    private readonly Zone zone;
    private readonly string goal;
    private readonly Periods periods;

    /// <summary>The period right before the first, whole, whatever the first was cut to.</summary>
    private readonly Periods before;
    private readonly int[] daysOf;
    private readonly SessionFold? sessions;
    private readonly bool isShort;
    private readonly bool[] isActive;
    private readonly int[] activeDays;
    private readonly int active;
    private readonly int stickiness;
    private readonly int growth;
    private readonly int conversion;

    public ActivityFold(Zone zone, MetricQuestion question, MetricSink sink)
    {
        (this.zone, this.question, this.sink, periods) = (zone, question, sink, question.Periods);
        before = Periods.Of(periods.Kind, zone, periods.Start - 1, periods.Start);
        goal = question.Choice(EngagementMetrics.Goal);
        sessions = question.Choice(EngagementMetrics.Per) == "session" ? new SessionFold(SessionFold.DefaultGapMs) : null;
        isShort = periods.Kind is PeriodKind.Day or PeriodKind.Week;
        isActive = new bool[periods.Count];
        activeDays = new int[periods.Count];
        daysOf = [.. Enumerable.Range(0, periods.Count).Select(i => zone.DayOf(periods.StartOf(i + 1) - 1) - zone.DayOf(periods.StartOf(i)) + 1)];
        (active, stickiness) = (sink.IndexOf(EngagementMetrics.Active), sink.IndexOf(EngagementMetrics.Stickiness));
        (growth, conversion) = (sink.IndexOf(EngagementMetrics.Growth), sink.IndexOf(EngagementMetrics.Conversion));
    }

    public IReadOnlyList<string> Paths => [];

    public int CodeOf(EventKind kind, string name)
    {
        var isGoal = kind.Type == CallType.Track && name == goal;
        var isOwn = (kind.Flags & (PackedFlags.System | PackedFlags.Bot)) == 0;
        return isGoal || isOwn ? (isGoal ? Goal : 0) | (isOwn && (kind.Flags & PackedFlags.Server) == 0 ? MarksOf(kind.Type) : 0) : -1;
    }

    private static int MarksOf(CallType type) => type switch
    {
        CallType.Page or CallType.Screen => SessionFold.Extends | SessionFold.IsPage,
        CallType.Track => SessionFold.Extends,
        _ => 0,
    };

    public void Take(in ProfileEvents profile)
    {
        var at = profile.Events.At;
        var codes = profile.Events.Codes;
        Array.Clear(isActive);
        Array.Clear(activeDays);
        var (wasBefore, day, period) = (false, int.MinValue, 0);
        for (var i = 0; i < at.Length && at[i] < periods.End; i++)
        {
            if (at[i] < periods.Start)
            {
                wasBefore |= at[i] >= before.Start;
                continue;
            }
            while (at[i] >= periods.StartOf(period + 1))
            {
                period++;
            }
            isActive[period] = true;
            if (stickiness >= 0 && zone.DayOf(at[i]) is var today && today != day)
            {
                activeDays[period]++;
                day = today;
            }
        }
        AddActivity(profile.Profile, at, wasBefore);
        if (conversion >= 0 && sessions is not null)
        {
            AddVisits(profile.Profile, at, codes);
        }
        else if (conversion >= 0)
        {
            AddConversion(profile.Profile, at, codes);
        }
    }

    private void AddActivity(int profile, ReadOnlySpan<long> at, bool wasBefore)
    {
        for (var i = 0; i < isActive.Length; i++)
        {
            var (was, isNew) = (i == 0 ? wasBefore : isActive[i - 1], at[0] >= periods.StartOf(i));
            if (isActive[i])
            {
                sink.Add(active, i, "", profile, periods.StartOf(i), "", 1);
                sink.Add(growth, i, isNew ? "new" : was ? "returning" : "resurrecting", profile, periods.StartOf(i), "", 1);
            }
            else if (was)
            {
                sink.Add(growth, i, "dormant", profile, periods.StartOf(i), "", 1);
            }
            if (stickiness >= 0 && (isActive[i] || (isShort && IsWithinMonth(at, periods.StartOf(i + 1)))))
            {
                sink.Add(stickiness, i, "", profile, periods.StartOf(i), "", activeDays[i], daysOf[i]);
            }
        }
    }

    private static bool IsWithinMonth(ReadOnlySpan<long> at, long end)
    {
        var found = at.BinarySearch(end - Month);
        var first = found >= 0 ? found : ~found;
        return first < at.Length && at[first] < end;
    }

    private void AddConversion(int profile, ReadOnlySpan<long> at, ReadOnlySpan<int> codes)
    {
        var first = 0;
        while (first < codes.Length && (codes[first] & Goal) == 0)
        {
            first++;
        }
        var converted = first < codes.Length ? at[first] : long.MaxValue;
        for (var i = 0; i < periods.Count; i++)
        {
            if (at[0] < periods.StartOf(i + 1) && converted >= periods.StartOf(i))
            {
                var isNow = converted < periods.StartOf(i + 1);
                sink.Add(conversion, i, "", profile, isNow ? converted : Math.Max(at[0], periods.StartOf(i)), "", isNow ? 1 : 0, 1);
            }
        }
    }
    /// <summary>What a server says of an order belongs to the visit that goes on, though it does not make one go on.</summary>
    private void AddVisits(int profile, ReadOnlySpan<long> at, ReadOnlySpan<int> codes)
    {
        sessions!.Fold(at, codes);
        var next = 0;
        foreach (ref readonly var visit in sessions.Sessions)
        {
            while (next < at.Length && (at[next] < visit.Start || (codes[next] & Goal) == 0))
            {
                next++;
            }
            if (periods.Find(visit.Start) is >= 0 and var period)
            {
                sink.Add(conversion, period, "", profile, visit.Start, "", next < at.Length && at[next] <= visit.End + SessionFold.DefaultGapMs ? 1 : 0, 1);
            }
        }
    }
}
