using Ciclo.Core.Analytics;
using Ciclo.Core.Events;
using Ciclo.Core.Rules;

namespace Ciclo.Engine.Runtime.Analysis;

/// <summary>Recency, frequency and monetary of everybody as of an instant.</summary>
/// <param name="Orders">What is an order, as a selector: `"Order Completed"`.</param>
/// <param name="Amount">The property that holds its amount.</param>
/// <param name="At">The instant.</param>
/// <param name="WindowMs">Only orders so long before it count; null: all.</param>
public sealed record RfmQuestion(string Orders, string Amount, long At, long? WindowMs = null);

/// <summary>Answers RFM: those with an order, in order of profiles. Inside <see cref="WorkspaceEngine.Read{T}"/>.</summary>
public static class RfmScan
{
    private static readonly AggregateFunction[] Functions = [AggregateFunction.Since, AggregateFunction.Count, AggregateFunction.Sum];

    /// <summary>Throws <see cref="RuleException"/> for a selector.</summary>
    public static RfmScore[] Answer(EngineState state, RfmQuestion question, CancellationToken cancellation = default)
    {
        var orders = EventTest.Parse(question.Orders, state.Rules.Zone, state.Staged.EventNames, state.Staged.Paths);
        var amount = state.Staged.Paths.Find(question.Amount);
        var calls = Functions.Select(function => new AggregateCall(function, orders, function == AggregateFunction.Sum ? amount : Names.None, question.WindowMs)).ToArray();
        var parts = ProfileRanges.Run(state.Staged.Identity, (from, to) =>
        {
            var found = new List<RfmValues>();
            using var scan = new TallyScan(state, calls, question.At, from, to);
            while (scan.Next())
            {
                for (var i = 0; i < scan.Count; i++)
                {
                    if (scan.IsTouched(i))
                    {
                        found.Add(Read(scan, i, question.At));
                    }
                }
            }
            return found;
        }, cancellation);
        return Rfm.Score([.. parts.SelectMany(part => part)]);
    }

    private static RfmValues Read(TallyScan scan, int local, long at)
    {
        var tallies = scan.Tallies(local);
        return new RfmValues(
            scan.Profile(local),
            tallies[0].Read(AggregateFunction.Since, at).AsMs,
            (long)(tallies[1].Read(AggregateFunction.Count, at).AsNumber.Micros / Core.Values.Number.Scale),
            tallies[2].Read(AggregateFunction.Sum, at).AsNumber);
    }
}
