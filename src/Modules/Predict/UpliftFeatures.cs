using Ciclo.Core;
using Ciclo.Core.Predict.Uplift;
using Ciclo.Modules.Imports.Contracts;

namespace Ciclo.Modules.Predict;

/// <summary>What is known of people before they are treated, as numbers: standardised, texts as a column of 0 and 1 for each but the first; and which columns were left out, and why.</summary>
internal sealed record UpliftFeatures(double[] Values, int Width, IReadOnlyList<(string Column, Text Why)> LeftOut)
{
    private const int MostLevels = 50;
    private const int MostWidth = 300;

    private static readonly Text TooManyTexts = new($"more than {MostLevels} different texts", $"más de {MostLevels} textos distintos");

    private static readonly Text TooWide = new($"columns before it fill the {MostWidth} that the model takes", $"las columnas anteriores llenan las {MostWidth} que admite el modelo");

    private static readonly Text Moved = new(
        "the groups differ in it by more than chance, so it was written after the treatment", "los grupos difieren en ella más que por azar: se escribió después del tratamiento");

    private static readonly Text Knows = new(
        "some of its values stand beside one outcome only, so it was written after the outcome", "algunos de sus valores van siempre con el mismo resultado: se escribió después del resultado");

    /// <summary>Takes all columns but those to be dropped.</summary>
    public static UpliftFeatures Of(ColumnTable table, int[] rows, bool[] treated, double[] outcomes, HashSet<int> drop)
    {
        var (columns, leftOut) = (new List<double[]>(), new List<(string, Text)>());
        for (var column = 0; column < table.Columns.Count; column++)
        {
            if (drop.Contains(column))
            {
                continue;
            }
            var (found, why) = table.IsNumeric(column) ? OfNumbers(table, column, rows, treated, outcomes) : OfTexts(table, column, rows, treated, outcomes);
            why = why is null && columns.Count + found.Count > MostWidth ? TooWide : why;
            if (why is { } reason)
            {
                leftOut.Add((table.Columns[column], reason));
                continue;
            }
            columns.AddRange(found);
        }
        var values = new double[rows.Length * columns.Count];
        for (var k = 0; k < columns.Count; k++)
        {
            for (var i = 0; i < rows.Length; i++)
            {
                values[(i * columns.Count) + k] = columns[k][i];
            }
        }
        return new UpliftFeatures(values, columns.Count, leftOut);
    }

    private static (List<double[]> Columns, Text? Why) OfNumbers(ColumnTable table, int column, int[] rows, bool[] treated, double[] outcomes)
    {
        var values = TableColumns.Filled(table, column, rows);
        var mean = values.Average();
        var spread = Math.Sqrt(values.Average(value => (value - mean) * (value - mean)));
        return spread == 0
            ? ([], null)
            : ([Array.ConvertAll(values, value => (value - mean) / spread)], WhyNot(Hindsight.OfNumbers(values, treated, outcomes)));
    }

    private static (List<double[]> Columns, Text? Why) OfTexts(ColumnTable table, int column, int[] rows, bool[] treated, double[] outcomes)
    {
        var (levels, all) = table.Levels(column);
        if (levels.Length > MostLevels)
        {
            return ([], TooManyTexts);
        }
        var codes = Array.ConvertAll(rows, row => all[row]);
        return (
            [.. Enumerable.Range(1, Math.Max(0, levels.Length - 1)).Select(level => Array.ConvertAll(codes, code => code == level ? 1.0 : 0.0))],
            WhyNot(Hindsight.OfTexts(codes, levels.Length, treated, outcomes)));
    }

    private static Text? WhyNot(HindsightKind kind) => kind switch
    {
        HindsightKind.Moved => Moved,
        HindsightKind.KnowsOutcome => Knows,
        _ => null,
    };
}
