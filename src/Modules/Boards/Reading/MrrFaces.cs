using Ciclo.Core;
using Ciclo.Core.Metrics;
using Ciclo.Modules.Measure.Contracts;

namespace Ciclo.Modules.Boards.Reading;

/// <summary>The bridge of MRR: what the period opened with, each movement from where the one before ended, what it closed with.</summary>
internal static class MrrFaces
{
    public static IReadOnlyList<Metric> Metrics { get; } = [MrrMetrics.Mrr, .. MrrMetrics.Movements];

    public static CardReading Of(CardAsked asked, Counted counted)
    {
        var mrr = counted.Series.First(series => series.Metric.Id == MrrMetrics.Mrr.Id);
        var moves = MrrMetrics.Movements.Select(metric => counted.Series.First(series => series.Metric.Id == metric.Id)).ToList();
        var closing = ValueOf(mrr, asked.Last);
        var opening = closing - moves.Sum(series => ValueOf(series, asked.Last));
        var reading = new CardReading(asked.Card, asked.Title(BoardWords.Of(CardKind.Mrr)), asked.Told, $"/revenue?by={MetricLinks.Word(asked.Periods.Kind)}", Metrics, new RefusalFace(
            new Text("MRR and its movements show here as soon as an event “Subscription Started” comes in.", "El MRR y sus movimientos aparecen aquí en cuanto llega un evento «Subscription Started»."), IsBusy: false));
        if (closing == 0 && opening == 0 && moves.TrueForAll(series => ValueOf(series, asked.Last) == 0))
        {
            return reading;
        }
        var before = asked.Last > 0 ? MetricFaces.Show(asked, counted, mrr, asked.Last - 1) : Shown.Nothing(MetricWords.Value(asked.L, MetricUnit.Money, opening, counted.Currency));
        var lines = new List<BarLine> { new(asked.L.Say("Opening", "Apertura"), 0, (double)opening, "total", before) };
        var at = opening;
        foreach (var series in moves)
        {
            var moved = ValueOf(series, asked.Last);
            lines.Add(new BarLine(asked.L.Say(series.Metric.Label), (double)Math.Min(at, at + moved), (double)Math.Max(at, at + moved), moved < 0 ? "bad" : "good", MetricFaces.Show(asked, counted, series, asked.Last)));
            at += moved;
        }
        lines.Add(new BarLine(asked.L.Say("Closing", "Cierre"), 0, (double)closing, "total", MetricFaces.Show(asked, counted, mrr, asked.Last), MetricFaces.Change(asked, mrr, asked.Last)));
        return reading with { Face = new BarsFace(new Text("Movement", "Movimiento"), MrrMetrics.Mrr.Label, Scaled(lines), 0) };
    }

    /// <summary>From 0 to the greatest that the bridge reaches; what is below 0, which refunds of pauses can make, is cut.</summary>
    private static List<BarLine> Scaled(List<BarLine> lines)
    {
        var greatest = Math.Max(1e-9, lines.Max(line => line.To));
        return [.. lines.Select(line => line with { From = Math.Clamp(line.From / greatest, 0, 1), To = Math.Clamp(line.To / greatest, 0, 1) })];
    }

    private static decimal ValueOf(MetricSeries series, int period) => series.Cells[period]?.Value ?? 0;
}

/// <summary>The people in each stage of a lifecycle at the end of the period.</summary>
internal static class StageFaces
{
    public static CardReading Of(CardAsked asked, Counted counted)
    {
        var lifecycle = asked.Engine.Read(state =>
        {
            var all = Lifecycles.Contracts.LifecycleInfo.AllOf(state);
            return all.FirstOrDefault(one => one.Id == asked.Card.Settings.GetValueOrDefault(StageMetrics.Lifecycle.Id)) ?? (all.Count == 0 ? null : all[Lifecycles.Contracts.LifecycleInfo.DefaultOf(all)]);
        });
        var reading = new CardReading(asked.Card, asked.Title(BoardWords.Of(CardKind.Stages)), asked.Told, lifecycle is null ? "/lifecycles" : "/lifecycles/" + Uri.EscapeDataString(lifecycle.Id), counted.Metrics, new RefusalFace(
            new Text("There is no lifecycle yet. Choose one that is ready on the page of first steps.", "Aún no hay ningún ciclo de vida. Elige uno ya hecho en la página de primeros pasos."), IsBusy: false));
        if (lifecycle is null)
        {
            return reading;
        }
        var greatest = counted.Series.Max(series => series.Cells[asked.Last]?.Value ?? 0);
        return reading with
        {
            Sub = asked.L.Say(lifecycle.Label) + " · " + asked.Told,
            Face = new BarsFace(new Text("Stage", "Etapa"), StageMetrics.Size.Label,
            [
                .. counted.Series.Select(series => (Series: series, Mark: lifecycle.Mark(series.Breakdown, asked.L))).Select(one => new BarLine(
                    one.Mark?.Label ?? one.Series.Breakdown, 0, greatest == 0 ? 0 : (double)((one.Series.Cells[asked.Last]?.Value ?? 0) / greatest), (one.Mark?.Tone ?? 1).ToString(System.Globalization.CultureInfo.InvariantCulture),
                    MetricFaces.Show(asked, counted, one.Series, asked.Last), asked.IsOpen ? null : MetricFaces.Change(asked, one.Series, asked.Last))),
            ], 0),
        };
    }
}
