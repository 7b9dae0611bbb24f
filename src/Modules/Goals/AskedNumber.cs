using Ciclo.Core.Analytics;
using Ciclo.Core.Metrics;
using Ciclo.Modules.Measure.Contracts;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;

namespace Ciclo.Modules.Goals;

/// <summary>
/// One number of the catalogue: a metric under settings, of everybody or of one value of a breakdown. <paramref name="Settings"/> as they stand in an address:
/// `goal=Signed%20Up`.
/// </summary>
public sealed record AskedNumber(string Metric, string Settings, string Breakdown, string Value)
{
    public const int LongestValue = 200;

    public IReadOnlyDictionary<string, string> SettingsByName =>
        QueryHelpers.ParseQuery(Settings).ToDictionary(pair => pair.Key, pair => pair.Value.ToString(), StringComparer.Ordinal);

    /// <summary>What a form or an address asks for of a metric; choices that the metric does not have are left out.</summary>
    public static AskedNumber Of(Metric metric, Func<string, string> field)
    {
        var settings = metric.Settings.Select(setting => (setting, chosen: field(setting.Id)))
            .Where(pair => pair.chosen.Length is > 0 and <= LongestValue && pair.chosen != pair.setting.Choices[0].Id && (pair.setting.IsOpen || pair.setting.Choices.Any(choice => choice.Id == pair.chosen)))
            .ToDictionary(pair => pair.setting.Id, pair => pair.chosen, StringComparer.Ordinal);
        var (breakdown, value) = field("of").Split('=', 2) is [var by, var of] && metric.Breakdowns.Contains(by) && of.Length <= LongestValue ? (by, of) : ("", "");
        return new AskedNumber(metric.Id, MetricLinks.Settings(settings).TrimStart('&'), breakdown, value);
    }

    /// <summary>How a form names the value: `channel=Direct`; empty for everybody.</summary>
    public string Of() => Breakdown.Length == 0 ? "" : Breakdown + "=" + Value;

    public string PageLink(PeriodKind by) => $"{MetricLinks.Page(Metric, by)}{(Breakdown.Length == 0 ? "" : "&breakdown=" + Uri.EscapeDataString(Breakdown))}{(Settings.Length == 0 ? "" : "&" + Settings)}";

    public string RowsLink(Periods periods, int period) => MetricLinks.Rows(Metric, periods, period, Breakdown, Value, SettingsByName);
}
