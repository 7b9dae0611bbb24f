using Ciclo.Core;
using Ciclo.Core.Metrics;
using Ciclo.Kit;
using Ciclo.Modules.Measure.Contracts;

namespace Ciclo.Modules.Boards.Reading;

/// <summary>Faces of cards of one metric: a number, its course, its values in one period.</summary>
internal static class MetricFaces
{
    public static CardReading Of(CardAsked asked, Counted counted)
    {
        var (metric, card) = (counted.Metrics[0], asked.Card);
        var isCourse = card.Kind is CardKind.Line or CardKind.Bars;
        // Some metrics are always told by the values of their breakdown; one number of several would be none of them.
        var face = isCourse ? Course(asked, counted)
            : card.Kind == CardKind.Number && Chosen(asked, counted) is { } series ? Number(asked, counted, series)
            : (CardFace)Values(asked, counted);
        var sub = isCourse
            ? L(asked, $"By {asked.L.Say(BoardWords.PeriodName(asked.Periods.Kind))}, up to {asked.Told}", $"Por {asked.L.Say(BoardWords.PeriodName(asked.Periods.Kind))}, hasta {asked.PeriodName(asked.Last)}{(asked.IsOpen ? ", aún en curso" : "")}")
            : asked.Told;
        return new CardReading(
            card, asked.Title(metric.Label) + (card.Value.Length > 0 && card.Title.Length == 0 ? " · " + MetricWords.BreakdownValue(asked.L, metric, card.Value) : ""), sub,
            $"{MetricLinks.Page(metric.Id, asked.Periods.Kind)}&breakdown={Uri.EscapeDataString(card.Breakdown)}{MetricLinks.Settings(card.Settings)}", [metric], face);
    }

    /// <summary>A cell as it reads, with its rows.</summary>
    public static Shown Show(CardAsked asked, Counted counted, MetricSeries series, int period)
    {
        var cell = period < 0 ? null : series.Cells[period];
        if (cell?.Value is not { } value)
        {
            return Shown.Nothing(asked.L.Say(MetricWords.NoData));
        }
        var breakdown = asked.Card.Breakdown.Length > 0 && series.Metric.Breakdowns.Contains(asked.Card.Breakdown) ? asked.Card.Breakdown
            : series.Breakdown.Length > 0 ? series.Metric.Breakdowns[0] : "";
        return new Shown(
            MetricWords.Value(asked.L, series.Metric, cell, counted.Currency), value,
            MetricLinks.Rows(series.Metric.Id, asked.Periods, period, breakdown, series.Breakdown, asked.Card.Settings));
    }

    public static ShownChange? Change(CardAsked asked, MetricSeries series, int period) =>
        period < 1 || MetricWords.Change(asked.L, series.Metric, series.Cells[period - 1], series.Cells[period]) is not { } change
            ? null
            : new ShownChange(change.Direction, change.Says, MetricWords.Verdict(series.Metric, change.Direction));

    private static MetricSeries? Chosen(CardAsked asked, Counted counted) => asked.Card.Breakdown.Length > 0
        ? counted.Series.FirstOrDefault(series => series.Breakdown == asked.Card.Value)
        : counted.Series is [var only] ? only : null;

    private static NumberFace Number(CardAsked asked, Counted counted, MetricSeries series)
    {
        // The period under way is not whole: it would look like a fall.
        var over = series.Cells.Take(asked.IsOpen ? asked.Last : asked.Last + 1).Select(cell => cell?.Value).ToList();
        var greatest = over.Max(value => Math.Abs(value ?? 0));
        return new NumberFace(
            Show(asked, counted, series, asked.Last), asked.IsOpen ? null : Change(asked, series, asked.Last), Show(asked, counted, series, asked.Last - 1),
            asked.Last > 0 ? asked.PeriodName(asked.Last - 1) : "", greatest == 0 ? [] : [.. over.Select(value => (int)((value ?? 0) / greatest * 1_000))]);
    }

    private static CourseFace Course(CardAsked asked, Counted counted)
    {
        var largest = counted.Series.OrderByDescending(series => series.Cells.Sum(cell => Math.Abs(cell?.Value ?? 0))).ToList();
        return new CourseFace(
            counted.Metrics[0].Unit, [.. Enumerable.Range(0, asked.Periods.Count).Select(asked.PeriodName)],
            [.. largest.Take(CourseFace.MostLines).Select(series => new CourseLine(NameOf(asked, series), [.. Enumerable.Range(0, asked.Periods.Count).Select(i => Show(asked, counted, series, i))]))],
            asked.Card.Kind == CardKind.Bars, Math.Max(0, largest.Count - CourseFace.MostLines));
    }

    private static BarsFace Values(CardAsked asked, Counted counted)
    {
        var metric = counted.Metrics[0];
        var all = counted.Series.Where(series => series.Cells[asked.Last]?.Value is not null).OrderByDescending(series => series.Cells[asked.Last]!.Value.Value).ToList();
        var greatest = all.Count == 0 ? 0 : all.Max(series => Math.Abs(series.Cells[asked.Last]!.Value.Value!.Value));
        return new BarsFace(BreakdownName(asked.Card.Breakdown.Length > 0 ? asked.Card.Breakdown : metric.Breakdowns.Count > 0 ? metric.Breakdowns[0] : ""), metric.Label,
        [
            .. all.Take(BarsFace.MostLines).Select(series => new BarLine(
                NameOf(asked, series), 0, greatest == 0 ? 0 : (double)(Math.Abs(series.Cells[asked.Last]!.Value.Value!.Value) / greatest), "", Show(asked, counted, series, asked.Last),
                asked.IsOpen ? null : Change(asked, series, asked.Last))),
        ], Math.Max(0, all.Count - BarsFace.MostLines));
    }

    /// <summary>What a breakdown is called; one that has no words of its own keeps its name.</summary>
    public static Text BreakdownName(string breakdown) => breakdown switch
    {
        "channel" => new("Channel", "Canal"),
        "source" => new("Source", "Fuente"),
        "campaign" => new("Campaign", "Campaña"),
        "device" => new("Device", "Dispositivo"),
        "landing_page" => new("Landing page", "Página de entrada"),
        "plan" => new("Plan", "Plan"),
        "stage" => new("Stage", "Etapa"),
        "state" => new("State", "Estado"),
        _ => Text.Same(breakdown.Replace('_', ' ')),
    };

    private static string NameOf(CardAsked asked, MetricSeries series) => asked.Card.Breakdown.Length > 0 || series.Breakdown.Length > 0
        ? MetricWords.BreakdownValue(asked.L, series.Metric, series.Breakdown)
        : asked.L.Say(series.Metric.Label);

    private static string L(CardAsked asked, string en, string es) => asked.L.Say(en, es);
}
