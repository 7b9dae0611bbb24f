using Ciclo.Core.Predict.Goals;

namespace Ciclo.Modules.Predict.Models;

/// <summary>Rows of habits as a table that models learn from, and the layout that later rows are put into.</summary>
internal sealed class HabitTable
{
    /// <param name="rows">In an order that does not depend on threads.</param>
    public HabitTable(HabitColumns columns, IReadOnlyList<HabitRow> rows)
    {
        var (found, kept) = (new List<FeatureColumn>(), new List<HabitLayout.Column>());
        for (var place = 0; place < columns.Numbers; place++)
        {
            var values = HabitLayout.Values(rows, place);
            // What is the same for everybody, or unknown of everybody, tells nothing.
            if (values.Length > 0 && Array.Exists(values, value => !value.Equals(values[0])))
            {
                Keep(FeatureColumn.OfNumbers(columns.NumberNames[place], values), place);
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
                Keep(column, ~trait);
            }
        }
        Table = new FeatureTable(found, [.. rows.Select(row => row.CameTrue)]);
        Layout = new HabitLayout(columns, kept);

        void Keep(FeatureColumn column, int place)
        {
            found.Add(column);
            kept.Add(new HabitLayout.Column(column.Name, place, column.IsNumeric ? null : column.Labels));
        }
    }

    public FeatureTable Table { get; }

    public HabitLayout Layout { get; }

    /// <summary>Other rows in the same columns.</summary>
    public FeatureTable Of(IReadOnlyList<HabitRow> rows) => Layout.Of(rows);

    private static bool IsDate(IReadOnlyList<HabitRow> rows, int trait) => rows.Select(row => row.Traits[trait]).FirstOrDefault(text => text is not null) is { } first && !FeatureReader.TryNumber(first, out _);
}
