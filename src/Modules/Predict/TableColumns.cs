using Ciclo.Core;
using Ciclo.Engine.Hosting;
using Ciclo.Modules.Imports.Contracts;

namespace Ciclo.Modules.Predict;

/// <summary>What models take from the columns of a table.</summary>
internal static class TableColumns
{
    /// <summary>Names with commas between them.</summary>
    public static string[] Names(string? list) => (list ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    /// <summary>Where a column holds a value. Refused where it never does: it is a slip of the pen.</summary>
    public static bool[] Flags(ColumnTable table, int column, string value)
    {
        var (levels, codes) = table.Levels(column);
        var wanted = Array.IndexOf(levels, value.Trim());
        if (wanted < 0)
        {
            var found = string.Join(", ", levels.Take(10).Select(level => $"'{level}'")) + (levels.Length > 10 ? ", …" : "");
            throw new RefusedException(new Text(
                $"Column {table.Columns[column]} never holds '{value}'; it holds {found}.", $"La columna {table.Columns[column]} nunca contiene '{value}'; contiene {found}."));
        }
        return Array.ConvertAll(codes, code => code == wanted);
    }

    /// <summary>A column's different texts in their order, and which of them each row has. Refused where there are more than <paramref name="most"/>.</summary>
    public static (string[] Names, int[] Codes) Groups(ColumnTable table, int column, int most)
    {
        var (levels, codes) = table.Levels(column);
        if (levels.Length > most)
        {
            throw new RefusedException(new Text(
                $"Column {table.Columns[column]} has {levels.Length} different values; at most {most} can be groups.",
                $"La columna {table.Columns[column]} tiene {levels.Length} valores distintos; como grupos se admiten {most} como máximo."));
        }
        var names = levels.ToArray();
        Array.Sort(names, StringComparer.Ordinal);
        return (names, Array.ConvertAll(codes, code => Array.BinarySearch(names, levels[code], StringComparer.Ordinal)));
    }

    /// <summary>A column of numbers as it is; one of texts as a column of 0 and 1 for each text but the first.</summary>
    public static IEnumerable<(string Name, double[] Values)> Dummies(ColumnTable table, int column, int most)
    {
        if (table.IsNumeric(column))
        {
            return [(table.Columns[column], table.Numbers(column))];
        }
        var (names, codes) = Groups(table, column, most);
        return names.Skip(1).Select((name, at) => ($"{table.Columns[column]}={name}", Array.ConvertAll(codes, code => code == at + 1 ? 1.0 : 0.0)));
    }

    /// <summary>The outcome of those rows: numbers, or 1 where the column holds <paramref name="positive"/>.</summary>
    public static double[] Outcomes(ColumnTable table, int column, string? positive, int[] rows)
    {
        if (positive is null)
        {
            var numbers = table.Numbers(column);
            return Array.ConvertAll(rows, row => numbers[row]);
        }
        var flags = Flags(table, column, positive);
        return Array.ConvertAll(rows, row => flags[row] ? 1.0 : 0.0);
    }

    /// <summary>A column of numbers of those rows; the mean where one is missing.</summary>
    public static double[] Filled(ColumnTable table, int column, int[] rows)
    {
        var all = table.Numbers(column, mayBeEmpty: true);
        var values = Array.ConvertAll(rows, row => all[row]);
        var known = values.Where(value => !double.IsNaN(value)).DefaultIfEmpty(0).Average();
        return Array.ConvertAll(values, value => double.IsNaN(value) ? known : value);
    }
}
