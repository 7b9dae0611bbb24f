using System.Globalization;
using Ciclo.Core;
using Ciclo.Core.Metrics;
using Ciclo.Core.Time;
using Ciclo.Kit;
using Ciclo.Modules.Measure.Contracts;

namespace Ciclo.Modules.Goals;

/// <summary>Numbers as people type and read them: shares in percent, durations in hours, money and counts as they are.</summary>
internal static class Amounts
{
    /// <summary>What one typed is in the metric's own unit.</summary>
    public static double ScaleOf(Metric metric) => metric.Unit switch { MetricUnit.Share => 0.01, MetricUnit.Duration => Durations.Hour, _ => 1 };

    public static Text UnitOf(Metric metric, string? currency) => metric.Unit switch
    {
        MetricUnit.Share => Text.Same("%"),
        MetricUnit.Duration => Text.Same("h"),
        MetricUnit.Money => Text.Same(currency ?? ""),
        MetricUnit.People => new("people", "personas"),
        _ => Text.Same(""),
    };

    /// <summary>A number as a form sends it; null for another text.</summary>
    public static double? Read(string text, double scale) =>
        text.Length <= 40 && double.TryParse(text.Trim(), NumberStyles.Float, CultureInfo.InvariantCulture, out var typed) && double.IsFinite(typed) ? typed * scale : null;

    /// <summary>A number as a form shows it.</summary>
    public static string Typed(double amount, double scale) => Math.Round(amount / scale, 6).ToString("0.######", CultureInfo.InvariantCulture);

    public static string Says(Locale l, Metric metric, double? value, string? currency) =>
        value is { } known && Math.Abs(known) < 1e20 ? MetricWords.Value(l, metric.Unit, (decimal)Rounded(metric, known), currency) : l.Say(MetricWords.NoData);

    /// <summary>What is expected of people and things has decimals that say nothing.</summary>
    private static double Rounded(Metric metric, double value) => metric.Unit is MetricUnit.People or MetricUnit.Count && Math.Abs(value) >= 10 ? Math.Round(value) : value;
}
