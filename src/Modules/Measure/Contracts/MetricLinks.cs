using System.Globalization;
using Ciclo.Core.Analytics;

namespace Ciclo.Modules.Measure.Contracts;

/// <summary>Where numbers open: addresses below the workspace's root.</summary>
public static class MetricLinks
{
    /// <summary>A metric over time.</summary>
    public static string Page(string metric, PeriodKind by) => $"/numbers/{Uri.EscapeDataString(metric)}?by={Word(by)}";

    /// <summary>The rows behind a metric's number of one period, and of one value of a breakdown if one is given; with the settings that it was counted under.</summary>
    public static string Rows(string metric, Periods periods, int period, string breakdown = "", string value = "", IReadOnlyDictionary<string, string>? settings = null)
    {
        var date = periods.DateOf(period).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        var link = $"/numbers/{Uri.EscapeDataString(metric)}/rows?by={Word(periods.Kind)}&period={date}";
        var split = breakdown.Length == 0 ? "" : $"&breakdown={Uri.EscapeDataString(breakdown)}&value={Uri.EscapeDataString(value)}";
        return link + split + Settings(settings);
    }

    /// <summary>Settings as the rest of an address: `&amp;answers=all`.</summary>
    public static string Settings(IReadOnlyDictionary<string, string>? settings) =>
        settings is null ? "" : string.Concat(settings.Select(pair => $"&{Uri.EscapeDataString(pair.Key)}={Uri.EscapeDataString(pair.Value)}"));

    /// <summary>`month`, as commands and addresses say it.</summary>
    public static string Word(PeriodKind by) => by.ToString().ToLowerInvariant();
}
