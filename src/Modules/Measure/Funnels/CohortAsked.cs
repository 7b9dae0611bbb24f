using Ciclo.Core;
using Ciclo.Core.Analytics;
using Ciclo.Modules.Measure.Contracts;
using Microsoft.AspNetCore.Http;

namespace Ciclo.Modules.Measure.Funnels;

/// <summary>A retention matrix as its page's address names it. <paramref name="Return"/>: `any`, or an event.</summary>
public sealed record CohortAsked(string First, string Return, PeriodKind By, RetentionKind Kind = RetentionKind.In)
{
    /// <summary>Names of the kinds in addresses and commands, and what they are called.</summary>
    public static IReadOnlyList<(RetentionKind Kind, string Name, Text Label)> Kinds { get; } =
    [
        (RetentionKind.In, "in", new Text("in the period", "en el periodo")),
        (RetentionKind.InOrAfter, "in-or-after", new Text("in it or after it", "en él o después")),
        (RetentionKind.InEvery, "in-every", new Text("in every one until then", "en todos hasta entonces")),
    ];

    private const int Longest = 500;

    public static CohortAsked From(IQueryCollection query, string first, string back)
    {
        string Of(string name, string otherwise) => query[name].ToString().Trim() is { Length: > 0 and <= Longest } given ? given : otherwise;
        return new CohortAsked(Of("first", first), Of("return", back), AskedPeriods.TryKind(query["by"], out var by) ? by : PeriodKind.Month, KindOf(query["counts"]) ?? RetentionKind.In);
    }

    /// <summary>How many periods are shown of a kind.</summary>
    public int Shown => By switch { PeriodKind.Day => 15, PeriodKind.Week => 13, PeriodKind.Month => 13, PeriodKind.Quarter => 9, _ => 6 };

    public string Query => QueryBy(By);

    /// <summary>Null for what is none.</summary>
    public static RetentionKind? KindOf(string? name) => Kinds.Where(one => one.Name == name).Select(one => (RetentionKind?)one.Kind).FirstOrDefault();

    public string QueryBy(PeriodKind by) => $"?first={Uri.EscapeDataString(First)}&return={Uri.EscapeDataString(Return)}&by={MetricLinks.Word(by)}{(Kind == RetentionKind.In ? "" : "&counts=" + Kinds[(int)Kind].Name)}";
}
