using System.Globalization;
using Ciclo.Core.Analytics;

namespace Ciclo.Modules.Measure.Contracts;

/// <summary>Where numbers open: addresses below the workspace's root.</summary>
public static class MetricLinks
{
    /// <summary>A metric over time.</summary>
    public static string Page(string metric, PeriodKind by) => $"/metrics/{Uri.EscapeDataString(metric)}?by={Word(by)}";

    /// <summary>The rows behind a metric's number of one period, and of one value of a breakdown if one is given.</summary>
    public static string Rows(string metric, Periods periods, int period, string breakdown = "", string value = "")
    {
        var date = periods.DateOf(period).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        var link = $"/metrics/{Uri.EscapeDataString(metric)}/rows?by={Word(periods.Kind)}&period={date}";
        return breakdown.Length == 0 ? link : $"{link}&breakdown={Uri.EscapeDataString(breakdown)}&value={Uri.EscapeDataString(value)}";
    }

    /// <summary>`month`, as commands and addresses say it.</summary>
    public static string Word(PeriodKind by) => by.ToString().ToLowerInvariant();
}
