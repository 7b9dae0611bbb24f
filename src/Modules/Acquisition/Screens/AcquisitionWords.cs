using Ciclo.Core;
using Ciclo.Core.Metrics;
using Ciclo.Kit;
using Ciclo.Modules.Measure.Contracts;

namespace Ciclo.Modules.Acquisition;

/// <summary>How the page says its numbers.</summary>
internal static class AcquisitionWords
{
    /// <summary>Whether a number says anything: costs over customers do not where nothing was spent.</summary>
    public static bool IsKnown(SourceNumbers numbers, Metric metric) => numbers.Of(metric).Value is not null
        && (numbers.HasCost || (metric != AcquisitionMetrics.AdCost && metric != AcquisitionMetrics.Cac && metric != AcquisitionMetrics.Cpa && metric != AcquisitionMetrics.LtvCac));

    /// <summary>A number as it stands in a column or under a label that names its currency (<see cref="LabelOf"/>).</summary>
    public static string Value(Locale l, SourceNumbers numbers, Metric metric, string? currency)
    {
        var cell = numbers.Of(metric);
        return !IsKnown(numbers, metric) ? "–"
            : metric == AcquisitionMetrics.LtvCac ? cell.Value!.Value.ToString("0.00", l.Culture) + " : 1"
            // Cents say nothing in a table of thousands; the rows have them.
            : metric == AcquisitionMetrics.AdCost || metric == AcquisitionMetrics.Revenue ? WithoutCode(l.Money(Math.Round(cell.Part), currency ?? ""), currency)
            : metric == AcquisitionMetrics.NewCustomers ? l.Number(Math.Round(cell.Part, 1))
            : metric.Unit == MetricUnit.Money ? WithoutCode(MetricWords.Value(l, metric, cell, currency), currency)
            : MetricWords.Value(l, metric, cell, currency);
    }

    /// <summary>A number's name, and in which currency it is: the code beside each amount would make a table too wide to read at once.</summary>
    public static string LabelOf(Locale l, Metric metric, string? currency) => metric.Unit == MetricUnit.Money && currency is not null ? $"{l.Say(metric.Label)}, {currency}" : l.Say(metric.Label);

    private static string WithoutCode(string money, string? currency) => currency is not null && money.EndsWith(currency, StringComparison.Ordinal) ? money[..^currency.Length].TrimEnd() : money;

    public static (Verdict Verdict, Text Says) Judged(decimal ratio) => ratio switch
    {
        >= AcquisitionMetrics.LtvCacTarget => (Verdict.Good, new Text("meets the target", "cumple la meta")),
        >= 1 => (Verdict.Warn, new Text("below the target", "bajo la meta")),
        _ => (Verdict.Bad, new Text("not paid back yet", "aún no se paga")),
    };

    public static string CampaignOf(Locale l, string value) => ChannelCampaign.Parts(value).Campaign is var campaign && campaign == ChannelSource.NotSet ? l.Say("no campaign", "sin campaña") : campaign;

    public static string ChannelOf(Locale l, string value) => l.Say(ChannelNames.OfValue(ChannelCampaign.Parts(value).Channel));
}
