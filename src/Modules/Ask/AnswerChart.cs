using Ciclo.Data.Sql;
using Ciclo.Kit;

namespace Ciclo.Modules.Ask;

/// <summary>Draws an answer that can be drawn: its first column against its numbers, as lines over time and as bars over anything else.</summary>
internal static class AnswerChart
{
    private const int MostPoints = 1_000;
    private const int MostBars = 40;
    private const int MostSeries = 8;

    /// <summary>Null where rows are one, too many, or hold no numbers.</summary>
    public static LinesChart? Of(Answer answer, Locale locale)
    {
        var numbers = answer.Columns.Index().Where(one => one.Index > 0 && one.Item.IsNumber).Select(one => one.Index).Take(MostSeries).ToList();
        var isTime = answer.Columns.Count > 0 && answer.Columns[0].IsTime;
        if (numbers.Count == 0 || answer.Rows.Count < 2 || answer.Rows.Count > (isTime ? MostPoints : MostBars) || answer.Rows.Select(row => SqlJson.Print(row[0])).Distinct(StringComparer.Ordinal).Count() < answer.Rows.Count)
        {
            return null;
        }
        var labels = answer.Rows.Select(row => row[0] is null ? "null" : Print(row[0]!, locale)).ToList();
        var series = numbers.Select(column => new LinesChart.Line(answer.Columns[column].Name, [.. answer.Rows.Select(row => Number(row[column]))])).ToList();
        var says = answer.Rows.Select((row, i) => (IReadOnlyList<string>)[labels[i], .. numbers.Select(column => $"{answer.Columns[column].Name}: {(row[column] is null ? "null" : Print(row[column]!, locale))}")]).ToList();
        return new LinesChart(labels, series, says, IsNamed: true) { IsBars = !isTime };
    }

    /// <summary>A cell as the reader writes it.</summary>
    public static string Print(object cell, Locale locale) => cell switch
    {
        bool flag => flag ? "true" : "false",
        long whole => locale.Number(whole),
        double number => number.ToString("#,##0.######", locale.Culture),
        SqlNumber exact when exact.Scale <= 6 && Int128.Abs(exact.Value) < (Int128)1_000_000_000_000_000_000 => locale.Number((decimal)exact.Value / (decimal)Math.Pow(10, exact.Scale)),
        SqlTime { IsDay: true } day => day.ToString(),
        SqlTime { HasZone: true } at => locale.Moment(at.Ms),
        _ => SqlJson.Print(cell),
    };

    private static double? Number(object? cell) => cell switch
    {
        long whole => whole,
        double number when double.IsFinite(number) => number,
        SqlNumber exact => exact.ToDouble(),
        _ => null,
    };
}
