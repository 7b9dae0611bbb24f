using System.Globalization;
using Ciclo.Core.Analytics;
using Ciclo.Core.Metrics;
using Ciclo.Core.Time;
using Ciclo.Modules.Measure.Contracts;
using Microsoft.AspNetCore.Http;

namespace Ciclo.Modules.Measure;

/// <summary>What a page of numbers is asked for, as it stands in its address; what makes no sense there is its default.</summary>
internal static class MetricAsked
{
    public static PeriodKind By(IQueryCollection query) => AskedPeriods.TryKind(query["by"], out var by) ? by : PeriodKind.Month;

    public static string Breakdown(Metric metric, IQueryCollection query) => query["breakdown"].ToString() is var asked && metric.Breakdowns.Contains(asked) ? asked : "";

    public static Dictionary<string, string> Settings(IEnumerable<Metric> metrics, IQueryCollection query) => metrics.SelectMany(metric => metric.Settings).DistinctBy(setting => setting.Id)
        .Where(setting => query[setting.Id].ToString() is { Length: > 0 and <= 200 })
        .ToDictionary(setting => setting.Id, setting => query[setting.Id].ToString(), StringComparer.Ordinal);

    /// <summary>The one period that an address names by its first date; null for another text.</summary>
    public static Periods? One(PeriodKind by, Zone zone, string? date)
    {
        if (!DateOnly.TryParseExact(date, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) || day.Year is < 1900 or > 2200)
        {
            return null;
        }
        var start = zone.StartOfDay(day.DayNumber - new DateOnly(1970, 1, 1).DayNumber);
        return Periods.Of(by, zone, start, start + 1);
    }
}
