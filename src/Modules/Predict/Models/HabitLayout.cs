using Ciclo.Core.Predict.Goals;

namespace Ciclo.Modules.Predict.Models;

/// <summary>The columns that a model has, found once: rows of any day are put into the same.</summary>
internal sealed class HabitLayout(HabitColumns habits, IReadOnlyList<HabitLayout.Column> columns)
{
    /// <param name="Place">A place among the numbers, or below 0 the complement of one among the traits.</param>
    /// <param name="Labels">Null of numbers.</param>
    internal readonly record struct Column(string Name, int Place, IReadOnlyList<string>? Labels);

    public HabitColumns Habits => habits;

    /// <summary>A trait's value that was not seen before is one of the rare.</summary>
    public FeatureTable Of(IReadOnlyList<HabitRow> rows) => new(
        [.. columns.Select(column => column.Place >= 0 ? FeatureColumn.OfNumbers(column.Name, Values(rows, column.Place)) : OfTrait(rows, column.Name, ~column.Place, column.Labels))],
        [.. rows.Select(row => row.CameTrue)]);

    /// <summary>Of a column, the labels that a model has bins for.</summary>
    public void Write(BinaryWriter to, GoalModel model)
    {
        Strings(to, habits.Events);
        Strings(to, habits.Traits);
        to.Write(columns.Count);
        for (var j = 0; j < columns.Count; j++)
        {
            to.Write(columns[j].Name);
            to.Write(columns[j].Place);
            to.Write(columns[j].Labels is not null);
            if (columns[j].Labels is not null)
            {
                Strings(to, model.Features[j].Labels);
            }
        }
    }

    public static HabitLayout Read(BinaryReader from)
    {
        var habits = new HabitColumns(Strings(from), Strings(from));
        var columns = new Column[from.ReadInt32()];
        for (var j = 0; j < columns.Length; j++)
        {
            columns[j] = new Column(from.ReadString(), from.ReadInt32(), from.ReadBoolean() ? Strings(from) : null);
        }
        return new HabitLayout(habits, columns);
    }

    public static double[] Values(IReadOnlyList<HabitRow> rows, int place)
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

    private static void Strings(BinaryWriter to, IReadOnlyList<string> texts)
    {
        to.Write(texts.Count);
        foreach (var text in texts)
        {
            to.Write(text);
        }
    }

    private static string[] Strings(BinaryReader from)
    {
        var texts = new string[from.ReadInt32()];
        for (var i = 0; i < texts.Length; i++)
        {
            texts[i] = from.ReadString();
        }
        return texts;
    }
}
