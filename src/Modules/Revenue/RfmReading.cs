using Ciclo.Core.Analytics;
using Ciclo.Core.Time;
using Ciclo.Core.Values;
using Ciclo.Engine.Runtime;
using Ciclo.Engine.Runtime.Analysis;

namespace Ciclo.Modules.Revenue;

/// <summary>
/// The groups of RFM as of an instant, each with rules of the rule language that hold for its members then. Scores compare customers with one
/// another, so a rule keeps the limits of that instant: they do not move along with the customers.
/// </summary>
internal static class RfmReading
{
    private const string Orders = "\"Order Completed\"";

    public static RfmModel Of(EngineState state, long at)
    {
        var scores = RfmScan.Answer(state, new RfmQuestion(Orders, "revenue", at));
        var limits = new RfmLimits(scores, at);
        var groups = scores.GroupBy(score => score.Group).ToDictionary(group => group.Key, group => group.ToList());
        var rows = Enum.GetValues<RfmGroup>().Where(groups.ContainsKey).Select(group => Row(group, groups[group], limits));
        return new RfmModel([.. rows], scores.Length, SumOf(scores), state.Currency, at);
    }

    private static RfmRow Row(RfmGroup group, List<RfmScore> members, RfmLimits limits)
    {
        long[] recency = [.. members.Select(one => one.Values.RecencyMs).Order()];
        return new RfmRow(group, members.Count, SumOf(members), Quantiles.OfSorted(recency, 50)!.Value, members.Average(one => one.Values.Frequency),
            limits.RuleOf(group, isLasting: false), limits.RuleOf(group, isLasting: true));
    }

    private static decimal SumOf(IEnumerable<RfmScore> scores) => scores.Sum(one => (decimal)one.Values.Monetary.Micros) / Number.Scale;
}

/// <summary>What values scores begin with, as of an instant.</summary>
internal sealed class RfmLimits(IReadOnlyCollection<RfmScore> scores, long at)
{
    private const int Best = 5;

    /// <summary>A rule for exactly a group's members.</summary>
    /// <param name="isLasting">Whether recency is told from the day on which it is asked; else by the dates of last orders, which stay true of who does nothing.</param>
    public string RuleOf(RfmGroup group, bool isLasting)
    {
        var (from, to, low, high) = group switch
        {
            RfmGroup.Champions => (4, 5, 4, 5),
            RfmGroup.PotentialLoyalists => (4, 5, 2, 3),
            RfmGroup.New => (4, 5, 1, 1),
            RfmGroup.Loyal => (3, 3, 4, 5),
            RfmGroup.NeedAttention => (3, 3, 2, 3),
            RfmGroup.Promising => (3, 3, 1, 1),
            RfmGroup.CannotLose => (1, 2, 5, 5),
            RfmGroup.AtRisk => (1, 2, 3, 4),
            RfmGroup.Lost => (1, 1, 1, 1),
            _ => (1, 2, 1, 2),
        };
        var parts = new List<string> { "ever(\"Order Completed\")" };
        if (from > 1)
        {
            parts.Add(Recency(from, isLasting));
        }
        if (to < Best)
        {
            parts.Add($"not ({Recency(to + 1, isLasting)})");
        }
        if (low > 1)
        {
            parts.Add($"({Mean(low)})");
        }
        if (high < Best)
        {
            parts.Add($"not ({Mean(high + 1)})");
        }
        if (group == RfmGroup.Hibernating)
        {
            // Of those with the least recency, the least of the others are lost.
            parts.Add($"({Recency(2, isLasting)} or {Mean(2)})");
        }
        return string.Join("\n  and ", parts);
    }

    /// <summary>The mean of frequency and monetary, a half rounded up, is at least so much: one of the pairs that add up to it.</summary>
    private string Mean(int mean)
    {
        var pairs = new List<string>();
        for (var frequency = 1; frequency <= Best; frequency++)
        {
            var monetary = Math.Max(1, (2 * mean) - 1 - frequency);
            if (monetary > Best || Frequency(frequency) is not { } often || Monetary(monetary) is not { } much)
            {
                continue;
            }
            pairs.Add(often.Length == 0 || much.Length == 0 ? often + much : $"{often} and {much}");
        }
        return pairs.Count == 0 ? "false" : string.Join(" or ", pairs);
    }

    /// <summary>A recency scored at least so. A limit in whole seconds lies as near to those beyond it as it can, so that time passes before it leaves anybody out.</summary>
    private string Recency(int score, bool isLasting)
    {
        var within = scores.Where(one => one.Recency >= score).Select(one => one.Values.RecencyMs).DefaultIfEmpty(-1).Max();
        if (within < 0)
        {
            return "false";
        }
        var beyond = scores.Where(one => one.Recency < score).Select(one => one.Values.RecencyMs).DefaultIfEmpty(within + Durations.Day).Min();
        return isLasting
            ? $"since(\"Order Completed\") <= {Durations.Format(Math.Max((beyond - 1) / Durations.Second, (within + Durations.Second - 1) / Durations.Second) * Durations.Second)}"
            : $"last(\"Order Completed\") >= @{Instants.Format(at - within)}";
    }

    /// <summary>Empty for what everybody has, null for what nobody has.</summary>
    private string? Frequency(int score) => score == 1 ? "" : scores.Where(one => one.Frequency >= score).Select(one => (long?)one.Values.Frequency).Min() is { } least ? $"count(\"Order Completed\") >= {least}" : null;

    private string? Monetary(int score) => score == 1 ? "" : scores.Where(one => one.Monetary >= score).Select(one => (Number?)one.Values.Monetary).Min() is { } least ? $"sum(\"Order Completed\".revenue) >= {least}" : null;
}
