using System.Globalization;
using Ciclo.Core.Analytics;
using Ciclo.Core.Metrics;
using Ciclo.Core.Values;
using Ciclo.Engine.Hosting;
using Ciclo.Engine.Runtime;
using Ciclo.Modules.Measure.Contracts;

namespace Ciclo.Modules.Revenue;

/// <summary>The MRR of a period: what it began with, one amount for each <see cref="MrrKind"/>, and what it ended with. In major units; reductions are negative.</summary>
public sealed record MrrRow(long Start, decimal Opening, IReadOnlyList<decimal> Movements, decimal Closing)
{
    /// <summary>All of them, in the order of <see cref="MrrTable.Columns"/>.</summary>
    internal IEnumerable<decimal> Amounts => [Opening, .. Movements, Closing];
}

/// <summary>MRR by period: every period has a row, and opening + movements = closing in each.</summary>
internal sealed class MrrTable(DataHost host)
{
    public static IReadOnlyList<string> Columns { get; } =
        ["period", "opening", .. Enum.GetNames<MrrKind>().Select(kind => kind.ToLowerInvariant()), "closing"];

    public IReadOnlyList<MrrRow> Read(WorkspaceEngine engine, Periods periods, string pauseAs, CancellationToken cancellation)
    {
        var question = new MetricQuestion(
            [MrrMetrics.Mrr, .. MrrMetrics.Movements], periods, "", new Dictionary<string, string>(StringComparer.Ordinal) { [MrrMetrics.PauseAs.Id] = pauseAs });
        var source = new RevenueSource(host);
        IReadOnlyList<MetricSeries>? series;
        do
        {
            series = source.Answer(engine, question, cancellation);
        }
        while (series is null);
        var rows = new List<MrrRow>(periods.Count);
        for (var i = 0; i < periods.Count; i++)
        {
            decimal[] movements = [.. series.Skip(1).Select(one => one.Cells[i]!.Value.Part)];
            var closing = series[0].Cells[i]!.Value.Part;
            rows.Add(new MrrRow(periods.StartOf(i), i == 0 ? closing - movements.Sum() : rows[^1].Closing, movements, closing));
        }
        return rows;
    }

    /// <summary>The currency that amounts are in, null where the workspace has none yet.</summary>
    public static string? CurrencyOf(WorkspaceEngine engine) => engine.Read(state => (state.Placement.Settings.Rates as Rates)?.Currency);

    /// <summary>`1135.00`: with the decimals of the currency.</summary>
    public static string Print(decimal amount, string? currency) => amount.ToString("F" + Currencies.DecimalsOf(currency), CultureInfo.InvariantCulture);
}
