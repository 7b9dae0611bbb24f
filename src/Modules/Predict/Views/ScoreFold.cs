using Ciclo.Core.Events;
using Ciclo.Core.Folds;
using Ciclo.Core.Metrics;
using Ciclo.Core.Predict.Goals;
using Ciclo.Core.Time;
using Ciclo.Core.Values;
using Ciclo.Engine.Runtime;
using Ciclo.Modules.Measure.Contracts;
using Ciclo.Modules.Predict.Models;

namespace Ciclo.Modules.Predict.Views;

/// <summary>A person with the score that stands, and what speaks for and against it.</summary>
/// <param name="Money">What they are worth: the score of the value model where there is one, else what they spent in a year. In the workspace's currency.</param>
/// <param name="SeenAt">Their own last event.</param>
public sealed record ScoredPerson(int Profile, double Score, IReadOnlyList<Reason> Reasons, double Money, LeadScore? Lead, long SeenAt);

/// <summary>Reads the latest score of each person. One thread's share.</summary>
/// <param name="score">The score's name.</param>
/// <param name="worth">The name of a score that is money; empty for none.</param>
internal sealed class ScoreFold(string score, string worth, long now, Rates rates) : IHistoryFold
{
    private const int Scores = 1;
    private const int Order = 2;
    private const int Refund = 3;
    private const int Own = 4;
    private const long Year = 365 * Durations.Day;

    private readonly EventFields fields = new();
    private readonly OrderBook book = new(rates);

    public IReadOnlyList<string> Paths { get; } =
    [
        .. OrderFields.Paths, score, score + ScoreWriter.Why, worth, score + ScoreWriter.Fit, score + ScoreWriter.Engagement, score + ScoreWriter.Grade, score + ScoreWriter.Qualified,
    ];

    public List<ScoredPerson> People { get; } = [];

    /// <summary>What all orders were worth, and how many there were.</summary>
    public (double Money, long Orders) Ordered { get; private set; }

    public int CodeOf(EventKind kind, string name) => kind.Type == CallType.Track
        ? name switch { SystemEventNames.ScoresUpdated => Scores, "Order Completed" => Order, "Order Refunded" => Refund, _ => IsOwn(kind) ? Own : -1 }
        : IsOwn(kind) && kind.Type is CallType.Page or CallType.Screen ? Own : -1;

    public void Take(in ProfileEvents profile)
    {
        book.Clear();
        fields.Begin(profile, Paths);
        var at = profile.Events.At;
        var codes = profile.Events.Codes;
        var first = OrderFields.Paths.Count;
        var (known, valued, seen) = (-1, (double?)null, 0L);
        for (var i = 0; i < at.Length && at[i] <= now; i++)
        {
            if (codes[i] != Scores)
            {
                seen = at[i];
                if (codes[i] != Own)
                {
                    OrderFields.Read(fields, i, at[i], codes[i] == Refund, book);
                }
                continue;
            }
            known = fields.Number(first, i) is not null ? i : known;
            valued = worth.Length > 0 && fields.Number(first + 2, i) is { } money ? (double)money.Micros / Number.Scale : valued;
        }
        var (spent, orders, all) = (0.0, 0, 0.0);
        foreach (var line in book.Lines)
        {
            var money = (double)line.Micros / Number.Scale;
            (all, orders) = (all + money, orders + (line.IsOrder ? 1 : 0));
            spent += now - line.At <= Year ? money : 0;
        }
        Ordered = (Ordered.Money + all, Ordered.Orders + orders);
        if (known >= 0)
        {
            People.Add(new ScoredPerson(
                profile.Profile, (double)fields.Number(first, known)!.Value.Micros / Number.Scale, ScoreWriter.Unpacked(fields.IdText(first + 1, known)), valued ?? spent, LeadAt(first + 3, known), seen));
        }
    }

    private static bool IsOwn(EventKind kind) => (kind.Flags & PackedFlags.System) == 0;

    private LeadScore? LeadAt(int place, int e) => fields.Word(place + 2, e) is { } grade
        ? new LeadScore(WholeAt(place, e), WholeAt(place + 1, e), grade, fields.Value(place + 3, e).AsBoolean)
        : null;

    private int WholeAt(int place, int e) => fields.Number(place, e) is { } number ? (int)(number.Micros / Number.Scale) : 0;
}
