using Ciclo.Core.Analytics;
using Ciclo.Core.Time;

namespace Ciclo.Modules.Measure.Tests;

/// <summary>The metrics by their definitions, one filter over the whole list after the other: as slow as it is plain.</summary>
internal sealed class MetricReference(IReadOnlyList<Deed> deeds, Periods periods)
{
    private readonly List<List<Deed>> people = [.. deeds.GroupBy(deed => deed.Person).Select(group => group.OrderBy(deed => deed.At).ToList())];

    public IEnumerable<(string Metric, IReadOnlyList<IReadOnlyDictionary<string, decimal?>> Expected)> All() =>
    [
        ("active_people", Each(i => Count(one => one.Exists(deed => IsIn(deed, i))))),
        ("stickiness", Each(Stickiness)),
        ("growth_accounting", [.. Enumerable.Range(0, periods.Count).Select(Growth)]),
        ("conversion_rate", Each(Conversion)),
        ("nps", Each(i => Mean(people.SelectMany(one => one.Where(deed => IsIn(deed, i) && IsNps(deed)).TakeLast(1)).Select(deed => deed.Score >= 9 ? 100m : deed.Score <= 6 ? -100m : 0m)))),
        ("csat", Each(i => Mean(deeds.Where(deed => IsIn(deed, i) && deed is { Type: "csat", Score: >= 1 and <= 5 }).Select(deed => deed.Score >= 4 ? 1m : 0m)))),
        ("ces", Each(i => Mean(deeds.Where(deed => IsIn(deed, i) && deed is { Type: "ces", Score: >= 1 and <= 7 }).Select(deed => deed.Score >= 5 ? 1m : 0m)))),
        ("referral_rate", Each(i => Mean(Buyers(i).Where(one => Bought(one) >= periods.StartOf(i)).Select(one => IsReferred(one, i) ? 1m : 0m)))),
        ("k_factor", Each(i => Mean(Buyers(i).Select(one => Bought(one) >= periods.StartOf(i) && IsReferred(one, i) ? 1m : 0m)))),
        ("referral_participation", Each(i => Mean(Buyers(i).Select(one => one.Exists(deed => IsIn(deed, i) && deed.Event is "Invite Sent" or "Referral Made" && IsIn(deed, i)) ? 1m : 0m)))),
        ("loyalty_participation", Each(i => Mean(people.Where(one => one.Exists(deed => deed.Event == "Points Earned" && deed.At < End(i)))
            .Select(one => one.Exists(deed => IsIn(deed, i) && deed.Event is "Points Earned" or "Points Redeemed" && IsIn(deed, i)) ? 1m : 0m)))),
    ];

    private List<IReadOnlyDictionary<string, decimal?>> Each(Func<int, decimal?> number) =>
        [.. Enumerable.Range(0, periods.Count).Select(i => (IReadOnlyDictionary<string, decimal?>)new Dictionary<string, decimal?> { [""] = number(i) })];

    private long End(int period) => periods.StartOf(period + 1);

    private bool IsIn(Deed deed, int period) => deed.At >= periods.StartOf(period) && deed.At < End(period);

    private decimal Count(Func<List<Deed>, bool> counts) => people.Count(counts);

    private static decimal? Mean(IEnumerable<decimal> values) => values.ToList() is { Count: > 0 } list ? list.Sum() / list.Count : null;

    private static bool IsNps(Deed deed) => deed.Score is >= 0 and <= 10 && (deed.Event == "NPS Answered" || deed.Type == "nps");

    private static long Bought(List<Deed> one) => one.Find(deed => deed.Event == "Order Completed")?.At ?? long.MaxValue;

    private IEnumerable<List<Deed>> Buyers(int period) => people.Where(one => Bought(one) < End(period));

    private bool IsReferred(List<Deed> one, int period) => deeds.Any(deed => deed.Referred == one[0].Person && deed.Person != one[0].Person && deed.At < End(period));

    private decimal? Stickiness(int period)
    {
        var days = (int)((End(period) - periods.StartOf(period)) / Durations.Day);
        var from = periods.Kind is PeriodKind.Day or PeriodKind.Week ? Math.Min(periods.StartOf(period), End(period) - (30 * Durations.Day)) : periods.StartOf(period);
        var active = people.Count(one => one.Exists(deed => deed.At >= from && deed.At < End(period)));
        var personDays = people.Sum(one => one.Where(deed => IsIn(deed, period)).Select(deed => deed.At / Durations.Day).Distinct().Count());
        return active == 0 ? null : (decimal)personDays / days / active;
    }

    private decimal? Conversion(int period)
    {
        var eligible = people.Where(one => one[0].At < End(period) && Bought(one) >= periods.StartOf(period)).ToList();
        return eligible.Count == 0 ? null : (decimal)eligible.Count(one => Bought(one) < End(period)) / eligible.Count;
    }

    private Dictionary<string, decimal?> Growth(int period)
    {
        var start = periods.StartOf(period);
        var before = Periods.Of(periods.Kind, Zone.Utc, start - 1, start).Start;
        bool Is(List<Deed> one, long from, long to) => one.Exists(deed => deed.At >= from && deed.At < to);
        return new Dictionary<string, decimal?>
        {
            ["new"] = Count(one => Is(one, start, End(period)) && one[0].At >= start),
            ["returning"] = Count(one => Is(one, start, End(period)) && Is(one, before, start)),
            ["resurrecting"] = Count(one => Is(one, start, End(period)) && !Is(one, before, start) && one[0].At < start),
            ["dormant"] = Count(one => !Is(one, start, End(period)) && Is(one, before, start)),
        };
    }
}
