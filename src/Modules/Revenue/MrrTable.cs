using System.Globalization;
using Ciclo.Core.Analytics;
using Ciclo.Core.Metrics;
using Ciclo.Core.Values;
using Ciclo.Engine.Hosting;
using Ciclo.Engine.Runtime;
using Ciclo.Modules.Measure.Contracts;

namespace Ciclo.Modules.Revenue;

/// <summary>The MRR of a period: what it began with, one amount for each <see cref="MrrKind"/>, and what it ended with. In major units; reductions are negative.</summary>
public sealed record MrrRow(decimal Opening, IReadOnlyList<decimal> Movements, decimal Closing);

/// <summary>MRR by period: every period has a row, opening + movements = closing in each, and each opens with what the one before closed with.</summary>
internal static class MrrTable
{
    public static IReadOnlyList<string> Columns { get; } =
        ["period", "opening", .. Enum.GetNames<MrrKind>().Select(kind => kind.ToLowerInvariant()), "closing"];

    /// <summary>What the table is made of.</summary>
    public static IReadOnlyList<Metric> Metrics { get; } = [MrrMetrics.Mrr, .. MrrMetrics.Movements];

    public static IReadOnlyList<MrrRow> Read(DataHost host, WorkspaceEngine engine, Periods periods, string pauseAs, CancellationToken cancellation)
    {
        var settings = new Dictionary<string, string>(StringComparer.Ordinal) { [MrrMetrics.PauseAs.Id] = pauseAs };
        return Of(MetricCatalogue.Of(host).Answer(engine, new MetricQuestion(Metrics, periods, "", settings), cancellation));
    }

    /// <param name="series">Of <see cref="Metrics"/>, and others.</param>
    public static IReadOnlyList<MrrRow> Of(IReadOnlyList<MetricSeries> series)
    {
        var rows = new List<MrrRow>();
        var cells = Metrics.Select(metric => series.First(one => one.Metric.Id == metric.Id).Cells).ToList();
        for (var i = 0; i < cells[0].Count; i++)
        {
            decimal[] movements = [.. cells.Skip(1).Select(one => one[i]!.Value.Part)];
            var closing = cells[0][i]!.Value.Part;
            rows.Add(new MrrRow(i == 0 ? closing - movements.Sum() : rows[^1].Closing, movements, closing));
        }
        return rows;
    }

    /// <summary>`1135.00`: with the decimals of the currency.</summary>
    public static string Print(decimal amount, string? currency) => amount.ToString("F" + Currency.DecimalsOf(currency), CultureInfo.InvariantCulture);
}
