using Ciclo.Core.Predict.Goals;

namespace Ciclo.Modules.Predict.Models;

/// <summary>Rows of habits as a table that models learn from; its columns are found once, and later rows are put into the same.</summary>
internal sealed class HabitTable
{
    private readonly HabitColumns columns;

    /// <summary>Of the columns that a model has: a place among the numbers, or below 0 the complement of one among the traits.</summary>
    private readonly List<(string Name, int Place, IReadOnlyList<string>? Labels)> kept = [];

    /// <param name="rows">In an order that does not depend on threads.</param>
    public HabitTable(HabitColumns columns, IReadOnlyList<HabitRow> rows)
    {
        this.columns = columns;
        var found = new List<FeatureColumn>();
        for (var place = 0; place < columns.Numbers; place++)
        {
            var values = Values(rows, place);
            // What is the same for everybody, or unknown of everybody, tells nothing.
            if (values.Length > 0 && Array.Exists(values, value => !value.Equals(values[0])))
            {
                Keep(found, FeatureColumn.OfNumbers(columns.NumberNames[place], values), place);
            }
        }
        for (var trait = 0; trait < columns.Traits.Count; trait++)
        {
            var reader = new FeatureReader("trait:" + columns.Traits[trait]);
            foreach (var row in rows)
            {
                reader.Add(row.Traits[trait]);
            }
            // A date would say how late in the calendar it is, not how long ago it was; a trait of nearly as many values as people names them.
            if (reader.Finish().Column is { } column && (column.IsNumeric ? !IsDate(rows, trait) : column.Labels.Count <= rows.Count / 20))
            {
                Keep(found, column, ~trait);
            }
        }
        Table = new FeatureTable(found, [.. rows.Select(row => row.CameTrue)]);
    }

    public FeatureTable Table { get; }

    /// <summary>Other rows in the same columns; a trait's value that was not seen before is one of the rare.</summary>
    public FeatureTable Of(IReadOnlyList<HabitRow> rows) => new(
        [.. kept.Select(column => column.Place >= 0 ? FeatureColumn.OfNumbers(column.Name, Values(rows, column.Place)) : OfTrait(rows, column.Name, ~column.Place, column.Labels))],
        [.. rows.Select(row => row.CameTrue)]);

    private static bool IsDate(IReadOnlyList<HabitRow> rows, int trait) => rows.Select(row => row.Traits[trait]).FirstOrDefault(text => text is not null) is { } first && !FeatureReader.TryNumber(first, out _);

    private static double[] Values(IReadOnlyList<HabitRow> rows, int place)
    {
        var values = new double[rows.Count];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = rows[i].Numbers[place];
        }
        return values;
    }

    private static FeatureColumn OfTrait(IReadOnlyList<HabitRow> rows, string name, int trait, IReadOnlyList<string>? labels)
    {
        if (labels is null)
        {
            return FeatureColumn.OfNumbers(name, [.. rows.Select(row => FeatureReader.TryNumber(row.Traits[trait], out var number) ? number : double.NaN)]);
        }
        var codes = labels.Select((label, code) => (label, code)).ToDictionary(pair => pair.label, pair => pair.code, StringComparer.Ordinal);
        return FeatureColumn.OfCategories(name, [.. rows.Select(row => row.Traits[trait] is { } text ? codes.GetValueOrDefault(text, labels.Count) : -1)], labels);
    }

    private void Keep(List<FeatureColumn> found, FeatureColumn column, int place)
    {
        found.Add(column);
        kept.Add((column.Name, place, column.IsNumeric ? null : column.Labels));
    }
}
