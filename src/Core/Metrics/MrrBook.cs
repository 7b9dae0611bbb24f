using System.Runtime.InteropServices;
using Ciclo.Core.Folds;
using Ciclo.Core.Time;
using Ciclo.Core.Values;

namespace Ciclo.Core.Metrics;

/// <summary>
/// Books the MRR of one customer after the other from their subscription events. An amount takes the rate of the instant at which its terms
/// took effect, and keeps it. What happens on one calendar day of the workspace's zone is looked at as a whole, by how each subscription stood at its beginning
/// and at its end: pauses and their ends are movements of their own, all else is netted into one. All movements up to a day add up to the MRR at its end.
/// One thread at a time; what it answers is valid until <see cref="Clear"/>.
/// </summary>
/// <param name="decimals">Of the workspace's currency.</param>
public sealed class MrrBook(MrrRules rules, IRates rates, Zone zone, int decimals)
{
    private readonly List<SubscriptionEvent> events = [];
    private bool isSorted = true;
    private readonly Dictionary<UInt128, Subscription> subscriptions = [];
    private readonly List<Subscription> touched = [];
    private readonly Queue<(int Day, Subscription Subscription)> lapses = [];
    private readonly List<MrrMovement> movements = [];
    private readonly List<MrrOfPlan> plans = [];
    private readonly List<MrrRenewal> renewals = [];
    private readonly List<SubscribedDays> days = [];
    private long mrr;
    private bool hadMrr;
    private int held;
    private long lastAt;

    /// <summary>In order of days. A day has at most one of each kind.</summary>
    public ReadOnlySpan<MrrMovement> Movements => CollectionsMarshal.AsSpan(movements);

    public ReadOnlySpan<MrrOfPlan> Plans => CollectionsMarshal.AsSpan(plans);

    /// <summary>In no order.</summary>
    public ReadOnlySpan<MrrRenewal> Renewals => CollectionsMarshal.AsSpan(renewals);

    /// <summary>In order, without overlap.</summary>
    public ReadOnlySpan<SubscribedDays> Subscribed => CollectionsMarshal.AsSpan(days);

    /// <summary>When the customer's first subscription began; null without one.</summary>
    public long? FirstAt { get; private set; }

    public void Clear()
    {
        events.Clear();
        subscriptions.Clear();
        lapses.Clear();
        movements.Clear();
        plans.Clear();
        renewals.Clear();
        days.Clear();
        (isSorted, mrr, hadMrr, held, FirstAt) = (true, 0, false, 0, null);
    }

    /// <summary>Takes the customer's events in the order (timestamp, messageId); those that take effect at one instant keep it.</summary>
    public void Add(in SubscriptionEvent e)
    {
        isSorted &= events.Count == 0 || events[^1].At <= e.At;
        events.Add(e);
    }

    /// <summary>Books everything that has taken effect by <paramref name="now"/>; what is to come, the lapse of a pause too, is not booked yet.</summary>
    public void Close(long now)
    {
        if (!isSorted)
        {
            SubscriptionEvent[] sorted = [.. events.OrderBy(e => e.At)];
            sorted.CopyTo(CollectionsMarshal.AsSpan(events));
        }
        var (last, next) = (zone.DayOf(now), 0);
        while (true)
        {
            var eventDay = next < events.Count && events[next].At <= now ? zone.DayOf(events[next].At) : int.MaxValue;
            var day = Math.Min(eventDay, NextLapse());
            if (day > last)
            {
                break;
            }
            lastAt = zone.StartOfDay(day);
            for (; next < events.Count && events[next].At <= now && zone.DayOf(events[next].At) == day; next++)
            {
                lastAt = events[next].At;
                Apply(events[next], day);
            }
            Lapse(day);
            Book(day, last);
        }
        foreach (var subscription in subscriptions.Values)
        {
            RenewUntil(subscription, last);
        }
    }

    private void Apply(in SubscriptionEvent e, int day)
    {
        // What a subscription does before it is known to exist tells nothing, unless it tells an amount: then its beginning was missed.
        var begins = e.Change == SubscriptionChange.Started || (e.Change == SubscriptionChange.Updated && e.Terms.Amount is not null);
        if (!subscriptions.TryGetValue(e.Subscription, out var one))
        {
            if (!begins)
            {
                return;
            }
            subscriptions.Add(e.Subscription, one = new Subscription());
            Touch(one, day);
            Begin(one, e);
            return;
        }
        Touch(one, day);
        switch (e.Change)
        {
            case SubscriptionChange.Started when one.Standing != Standing.Live:
                Begin(one, e);
                break;
            case SubscriptionChange.Started or SubscriptionChange.Updated when one.Standing != Standing.None:
                SetTerms(one, one.Terms.With(e.Terms), e.At);
                break;
            case SubscriptionChange.Paused when one.Standing == Standing.Live:
                (one.Standing, one.PausedOn) = (Standing.Paused, day);
                lapses.Enqueue((day + rules.AutoChurnAfter, one));
                break;
            case SubscriptionChange.Resumed when one.Standing is Standing.Paused or Standing.Lapsed:
                (one.Standing, one.BeginsTerm) = (Standing.Live, true);
                break;
            case SubscriptionChange.Cancelled:
                one.Standing = Standing.None;
                break;
            case SubscriptionChange.Renewed:
                one.IsRenewed = true;
                break;
        }
    }

    private void Begin(Subscription one, in SubscriptionEvent e)
    {
        (one.Standing, one.BeginsTerm) = (Standing.Live, true);
        FirstAt ??= e.At;
        SetTerms(one, e.Terms, e.At);
    }

    private void SetTerms(Subscription one, in SubscriptionTerms terms, long at)
    {
        one.BeginsTerm |= terms.Interval != one.Terms.Interval || terms.IntervalCount != one.Terms.IntervalCount;
        one.Terms = terms;
        one.Minor = rates.Convert(Number.One, terms.Currency, at) is { } rate ? MonthlyAmount.Of(terms, rate, decimals) ?? 0 : 0;
    }

    /// <summary>Notes how it stands before the day's first change of it.</summary>
    private void Touch(Subscription one, int day)
    {
        if (one.Day == day)
        {
            return;
        }
        RenewUntil(one, day - 1);
        (one.Day, one.StoodAs, one.StoodMinor, one.StoodPlan) = (day, one.Standing, one.Minor, one.Terms.Plan);
        (one.BeginsTerm, one.IsRenewed) = (false, false);
        touched.Add(one);
    }

    /// <summary>The first day on which a pause that still goes on lapses. Pauses begin in order of days, so their lapses stand in order too.</summary>
    private int NextLapse()
    {
        while (lapses.TryPeek(out var lapse) && !(lapse.Subscription.Standing == Standing.Paused && lapse.Subscription.PausedOn + rules.AutoChurnAfter == lapse.Day))
        {
            lapses.Dequeue();
        }
        return lapses.TryPeek(out var first) ? first.Day : int.MaxValue;
    }

    /// <summary>Pauses that go on at the end of the day on which they lapse.</summary>
    private void Lapse(int day)
    {
        while (NextLapse() <= day)
        {
            var one = lapses.Dequeue().Subscription;
            Touch(one, day);
            one.Standing = Standing.Lapsed;
        }
    }

    private void Book(int day, int last)
    {
        var (rest, pause, resume, lapsed, heldBefore) = (0L, 0L, 0L, 0L, held);
        foreach (var one in touched)
        {
            var (before, after) = (Counts(one.StoodAs) ? one.StoodMinor : 0, Counts(one.Standing) ? one.Minor : 0);
            BookPlan(one, day, before, after);
            held += (one.IsHeld ? 1 : 0) - (one.StoodAs is Standing.Live or Standing.Paused ? 1 : 0);
            switch (one.StoodAs, one.Standing)
            {
                case (not Standing.Lapsed, Standing.Lapsed) when rules.PauseAs == PauseAs.Excluded:
                    lapsed -= before;
                    break;
                case (not Standing.Lapsed, Standing.Lapsed):
                    pause += one.PausedMinor;
                    lapsed -= one.PausedMinor;
                    break;
                case var _ when rules.PauseAs == PauseAs.Excluded:
                    rest += after - before;
                    break;
                case (Standing.Paused, Standing.Paused):
                    break;
                case (Standing.Paused, Standing.None):
                    pause += one.PausedMinor;
                    rest -= one.PausedMinor;
                    break;
                case (Standing.Paused, _) when one.PausedMinor > 0:
                    resume += after;
                    break;
                case (_, Standing.Paused):
                    pause -= before;
                    one.PausedMinor = before;
                    break;
                default:
                    rest += after - before;
                    break;
            }
            EndTerm(one, day, last);
        }
        touched.Clear();
        BookDays(day, heldBefore);
        Book(day, rest, pause, resume, lapsed);
    }

    private void Book(int day, long rest, long pause, long resume, long lapsed)
    {
        var before = mrr;
        mrr += rest + pause + resume + lapsed;
        var kind = rest > 0
            ? !hadMrr ? MrrKind.New : before == 0 ? MrrKind.Reactivation : MrrKind.Expansion
            : mrr == 0 ? MrrKind.Churn : MrrKind.Contraction;
        Book(day, rules.PauseAs switch { PauseAs.Contraction => MrrKind.Contraction, PauseAs.Churn => MrrKind.Churn, _ => MrrKind.Pause }, pause);
        Book(day, rules.PauseAs switch { PauseAs.Contraction => MrrKind.Expansion, PauseAs.Churn => MrrKind.Reactivation, _ => MrrKind.Resume }, resume);
        Book(day, MrrKind.Churn, lapsed);
        Book(day, kind, rest);
        hadMrr |= mrr > 0;
    }

    /// <summary>Adds to the day's movement of that kind.</summary>
    private void Book(int day, MrrKind kind, long minor)
    {
        if (minor == 0)
        {
            return;
        }
        var at = movements.Count - 1;
        while (at >= 0 && movements[at].Day == day && movements[at].Kind != kind)
        {
            at--;
        }
        if (at < 0 || movements[at].Day != day)
        {
            movements.Add(new MrrMovement(day, lastAt, kind, minor));
        }
        else if (movements[at].Minor + minor == 0)
        {
            movements.RemoveAt(at);
        }
        else
        {
            movements[at] = movements[at] with { Minor = movements[at].Minor + minor };
        }
    }

    private bool Counts(Standing standing) => standing == Standing.Live || (standing == Standing.Paused && rules.PauseAs == PauseAs.Excluded);

    private void BookPlan(Subscription one, int day, long before, long after)
    {
        if (one.StoodPlan == one.Terms.Plan)
        {
            plans.Add(new MrrOfPlan(day, lastAt, one.Terms.Plan, after - before));
            return;
        }
        plans.Add(new MrrOfPlan(day, lastAt, one.StoodPlan, -before));
        plans.Add(new MrrOfPlan(day, lastAt, one.Terms.Plan, after));
    }

    private void BookDays(int day, int heldBefore)
    {
        if (heldBefore == 0 && held > 0)
        {
            days.Add(new SubscribedDays(day, int.MaxValue));
        }
        else if (heldBefore > 0 && held == 0)
        {
            days[^1] = days[^1] with { Until = day };
        }
    }

    /// <summary>Terms that ended up to a day while nothing happened to the subscription: it went on.</summary>
    private void RenewUntil(Subscription one, int day)
    {
        while (one.Standing == Standing.Live && one.Due <= day)
        {
            renewals.Add(new MrrRenewal(one.Due, one.Minor, true));
            one.NextTerm();
        }
    }

    private void EndTerm(Subscription one, int day, int last)
    {
        var isLive = one.Standing == Standing.Live;
        var isRenewal = one.IsRenewed && one.IsPastHalf(day);
        if (one.StoodAs == Standing.Live && one.Standing is Standing.Live or Standing.None)
        {
            if (one.Due <= day || (isLive && isRenewal))
            {
                renewals.Add(new MrrRenewal(day, one.StoodMinor, isLive));
            }
            else if (!isLive && one.Due <= last)
            {
                renewals.Add(new MrrRenewal(one.Due, one.StoodMinor, false));
            }
        }
        if (isLive && (one.BeginsTerm || one.IsRenewed || one.StoodAs != Standing.Live))
        {
            one.BeginTerm(day);
        }
        else if (isLive && one.Due <= day)
        {
            one.NextTerm();
        }
    }
}
