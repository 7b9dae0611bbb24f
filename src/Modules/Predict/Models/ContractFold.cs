using Ciclo.Core.Events;
using Ciclo.Core.Folds;
using Ciclo.Core.Metrics;
using Ciclo.Core.Time;
using Ciclo.Core.Values;
using Ciclo.Engine.Runtime;
using Ciclo.Modules.Measure.Contracts;
using Ciclo.Modules.Revenue.Contracts;

namespace Ciclo.Modules.Predict.Models;

/// <summary>A customer's time under contract. Days since 1970-01-01 in the workspace's zone; money a month in minor units.</summary>
/// <param name="Spells">In order; the last may go on.</param>
/// <param name="Money">How much each day changed what is paid a month.</param>
/// <param name="Plan">The one that pays most at the end; empty where none has a name.</param>
/// <param name="Before">The score that stands in the history; null for none.</param>
internal sealed record ContractHistory(int Profile, SubscribedDays[] Spells, (int Day, long Minor)[] Money, string Plan, double? Before)
{
    /// <summary>What was paid a month at the end of a day.</summary>
    public long MinorOn(int day) => Money.TakeWhile(change => change.Day <= day).Sum(change => change.Minor);
}

/// <summary>Reads when customers were under contract and what they paid, booked as the MRR is. One thread's share.</summary>
internal sealed class ContractFold(long now, string score, MrrBook book, Zone zone) : IHistoryFold
{
    private const int Scores = 100;
    private static readonly int First = OrderFields.Paths.Count;
    private static readonly int Score = First + SubscriptionFields.Paths.Count;

    private readonly EventFields fields = new();
    private readonly Names plans = new();

    public IReadOnlyList<string> Paths { get; } = [.. OrderFields.Paths, .. SubscriptionFields.Paths, score];

    public List<ContractHistory> Customers { get; } = [];

    public int CodeOf(EventKind kind, string name) => kind.Type != CallType.Track ? -1
        : SubscriptionFields.ChangeOf(name) is { } change ? (int)change : name == SystemEventNames.ScoresUpdated ? Scores : -1;

    public void Take(in ProfileEvents profile)
    {
        book.Clear();
        fields.Begin(profile, Paths);
        var at = profile.Events.At;
        var codes = profile.Events.Codes;
        var (before, isCustomer) = ((double?)null, false);
        for (var i = 0; i < at.Length && at[i] < now; i++)
        {
            if (codes[i] != Scores)
            {
                isCustomer = true;
                book.Add(SubscriptionFields.Read(fields, First, (SubscriptionChange)codes[i], i, at[i], plans, zone));
            }
            else if (fields.Number(Score, i) is { } known)
            {
                before = (double)known.Micros / Number.Scale;
            }
        }
        if (!isCustomer)
        {
            return;
        }
        book.Close(now);
        if (book.Subscribed.IsEmpty)
        {
            return;
        }
        var byPlan = new Dictionary<int, long>();
        foreach (var change in book.Plans)
        {
            byPlan[change.Plan] = byPlan.GetValueOrDefault(change.Plan) + change.Minor;
        }
        // Of an ended contract the plan is the last that was paid.
        var plan = byPlan.Count == 0 ? -1 : byPlan.MaxBy(pair => pair.Value) is { Value: > 0 } paid ? paid.Key : book.Plans[^1].Plan;
        Customers.Add(new ContractHistory(
            profile.Profile, book.Subscribed.ToArray(), [.. book.Movements.ToArray().Select(movement => (movement.Day, movement.Minor))], plan >= 0 ? plans[plan] : "", before));
    }
}
