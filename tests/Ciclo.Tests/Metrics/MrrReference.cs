using Ciclo.Core.Metrics;
using Ciclo.Core.Time;

namespace Ciclo.Tests.Metrics;

/// <summary>A change of a subscription as the reference sees it: amounts are whole months in minor units, and 0 where nothing is said.</summary>
internal sealed record Fact(SubscriptionChange Change, long At, int Subscription, long Minor);

/// <summary>
/// MRR found anew for each day by going through all facts from the beginning: what the definition says, without any state that is carried on.
/// </summary>
internal sealed class MrrReference(IReadOnlyList<Fact> facts, Zone zone, int lapseAfter, PauseAs pauseAs = PauseAs.Own)
{
    public enum Standing
    {
        None,
        Live,
        Paused,
        Lapsed,
    }

    public sealed record Look(Standing Standing, long Minor, int PausedOn);

    private readonly Dictionary<(int Subscription, int Day), Look> known = [];

    /// <summary>How a subscription stands at the end of a day.</summary>
    public Look At(int subscription, int day) => known.TryGetValue((subscription, day), out var look) ? look : known[(subscription, day)] = Find(subscription, day);

    private Look Find(int subscription, int day)
    {
        var (look, isKnown) = (new Look(Standing.None, 0, 0), false);
        foreach (var fact in facts.Where(fact => fact.Subscription == subscription && zone.DayOf(fact.At) <= day).OrderBy(fact => fact.At))
        {
            var on = zone.DayOf(fact.At);
            look = Lapsed(look, on - 1);
            isKnown |= fact.Change == SubscriptionChange.Started || (fact.Change == SubscriptionChange.Updated && fact.Minor > 0);
            look = (fact.Change, look.Standing) switch
            {
                _ when !isKnown => look,
                (SubscriptionChange.Started, _) => new Look(Standing.Live, fact.Minor > 0 || look.Standing != Standing.Live ? fact.Minor : look.Minor, 0),
                (SubscriptionChange.Updated, Standing.None) when !facts.Any(one => one.Subscription == subscription && Earlier(one, fact) && Begins(one)) => new Look(Standing.Live, fact.Minor, 0),
                (SubscriptionChange.Updated, not Standing.None) => look with { Minor = fact.Minor > 0 ? fact.Minor : look.Minor },
                (SubscriptionChange.Paused, Standing.Live) => look with { Standing = Standing.Paused, PausedOn = on },
                (SubscriptionChange.Resumed, Standing.Paused or Standing.Lapsed) => look with { Standing = Standing.Live },
                (SubscriptionChange.Cancelled, _) => look with { Standing = Standing.None },
                _ => look,
            };
        }
        return Lapsed(look, day);
    }

    public long Mrr(int day) => Subscriptions.Sum(one => Counted(At(one, day)));

    /// <summary>The movements of a day by kind, from how subscriptions stand at its end and at the end of the day before. For pauses as movements of their own.</summary>
    public Dictionary<MrrKind, long> Movements(int day)
    {
        var moved = Enum.GetValues<MrrKind>().ToDictionary(kind => kind, _ => 0L);
        var rest = 0L;
        foreach (var one in Subscriptions)
        {
            var (was, now) = (At(one, day - 1), At(one, day));
            var paused = was.Standing == Standing.Paused ? PausedMinor(one, day - 1) : 0;
            if (was.Standing == Standing.Paused && now.Standing == Standing.Lapsed)
            {
                (moved[MrrKind.Pause], moved[MrrKind.Churn]) = (moved[MrrKind.Pause] + paused, moved[MrrKind.Churn] - paused);
            }
            else if (was.Standing == Standing.Paused && now.Standing == Standing.None)
            {
                (moved[MrrKind.Pause], rest) = (moved[MrrKind.Pause] + paused, rest - paused);
            }
            else if (was.Standing == Standing.Paused && now.Standing == Standing.Live && paused > 0)
            {
                moved[MrrKind.Resume] += now.Minor;
            }
            else if (was.Standing == Standing.Live && now.Standing == Standing.Paused)
            {
                moved[MrrKind.Pause] -= was.Minor;
            }
            else
            {
                rest += Counted(now) - Counted(was);
            }
        }
        var had = Enumerable.Range(FirstDay - 1, day - FirstDay + 1).Any(earlier => Mrr(earlier) > 0);
        moved[rest > 0 ? !had ? MrrKind.New : Mrr(day - 1) == 0 ? MrrKind.Reactivation : MrrKind.Expansion : Mrr(day) == 0 ? MrrKind.Churn : MrrKind.Contraction] += rest;
        return moved;
    }

    public int FirstDay => facts.Min(fact => zone.DayOf(fact.At));

    public IEnumerable<int> Subscriptions => facts.Select(fact => fact.Subscription).Distinct();

    private long Counted(Look look) => look.Standing == Standing.Live || (look.Standing == Standing.Paused && pauseAs == PauseAs.Excluded) ? look.Minor : 0;

    /// <summary>What a pause that goes on took: the MRR at the end of the day before the one since which every day ends paused.</summary>
    private long PausedMinor(int subscription, int day)
    {
        while (At(subscription, day).Standing == Standing.Paused)
        {
            day--;
        }
        return At(subscription, day) is { Standing: Standing.Live } before ? before.Minor : 0;
    }

    private Look Lapsed(Look look, int day) => look.Standing == Standing.Paused && day - look.PausedOn >= lapseAfter ? look with { Standing = Standing.Lapsed } : look;

    private bool Earlier(Fact one, Fact other) => one.At < other.At || (one.At == other.At && facts.ToList().IndexOf(one) < facts.ToList().IndexOf(other));

    private static bool Begins(Fact one) => one.Change == SubscriptionChange.Started || (one.Change == SubscriptionChange.Updated && one.Minor > 0);
}
