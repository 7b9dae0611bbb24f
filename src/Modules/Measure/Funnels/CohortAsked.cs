using Ciclo.Core.Analytics;
using Ciclo.Modules.Measure.Contracts;
using Microsoft.AspNetCore.Http;

namespace Ciclo.Modules.Measure.Funnels;

/// <summary>A retention matrix as its page's address names it. <paramref name="Return"/>: `any`, or an event.</summary>
public sealed record CohortAsked(string First, string Return, PeriodKind By)
{
    private const int Longest = 500;

    public static CohortAsked From(IQueryCollection query, string first, string back)
    {
        string Of(string name, string otherwise) => query[name].ToString().Trim() is { Length: > 0 and <= Longest } given ? given : otherwise;
        return new CohortAsked(Of("first", first), Of("return", back), AskedPeriods.TryKind(query["by"], out var by) ? by : PeriodKind.Month);
    }

    /// <summary>How many periods are shown of a kind.</summary>
    public int Shown => By switch { PeriodKind.Day => 15, PeriodKind.Week => 13, PeriodKind.Month => 13, PeriodKind.Quarter => 9, _ => 6 };

    public string Query => QueryBy(By);

    public string QueryBy(PeriodKind by) => $"?first={Uri.EscapeDataString(First)}&return={Uri.EscapeDataString(Return)}&by={MetricLinks.Word(by)}";
}
