namespace Ciclo.Core.Predict.Goals;

/// <summary>
/// One column that a goal may be foreseen from: numbers (<see cref="double.NaN"/> is missing) or categories (a code is the place of its label; −1 is missing).
/// Never both.
/// </summary>
public sealed class FeatureColumn
{
    private readonly double[]? numbers;
    private readonly int[]? codes;

    private FeatureColumn(string name, double[]? numbers, int[]? codes, IReadOnlyList<string> labels)
    {
        Name = name;
        this.numbers = numbers;
        this.codes = codes;
        Labels = labels;
    }

    public string Name { get; }

    public bool IsNumeric => numbers is not null;

    public int Rows => numbers?.Length ?? codes!.Length;

    /// <summary>The values of a numeric column; empty for categories.</summary>
    public ReadOnlySpan<double> Numbers => numbers;

    /// <summary>The codes of a category column; empty for numbers.</summary>
    public ReadOnlySpan<int> Codes => codes;

    public IReadOnlyList<string> Labels { get; }

    public static FeatureColumn OfNumbers(string name, double[] values) => new(name, values, null, []);

    public static FeatureColumn OfCategories(string name, int[] codes, IReadOnlyList<string> labels) => new(name, null, codes, labels);

    public FeatureColumn Take(int[] rows) => numbers is not null
        ? OfNumbers(Name, Array.ConvertAll(rows, row => numbers[row])) : OfCategories(Name, Array.ConvertAll(rows, row => codes![row]), Labels);

    /// <summary>What stands in a row, as a person would write it; null where nothing does, or a label that is not among those known.</summary>
    public string? TextAt(int row) =>
        numbers is not null ? double.IsNaN(numbers[row]) ? null : numbers[row].ToString("0.######") : codes![row] is >= 0 and var code && code < Labels.Count ? Labels[code] : null;
}

/// <summary>A column that no model can learn from, and why.</summary>
public sealed record ColumnLeftOut(string Column, Text Why);

/// <summary>Rows of the same columns, and for each row whether the goal came true.</summary>
public sealed class FeatureTable
{
    public FeatureTable(IReadOnlyList<FeatureColumn> columns, bool[] target, IReadOnlyList<ColumnLeftOut>? leftOut = null)
    {
        if (columns.Any(column => column.Rows != target.Length))
        {
            throw new ArgumentException("Each column has one value a row.", nameof(columns));
        }
        Columns = columns;
        Target = target;
        LeftOut = leftOut ?? [];
        Positives = target.Count(one => one);
    }

    public IReadOnlyList<FeatureColumn> Columns { get; }

    public bool[] Target { get; }

    public IReadOnlyList<ColumnLeftOut> LeftOut { get; }

    public int Rows => Target.Length;

    public int Positives { get; }

    /// <summary>Some rows, in the order given.</summary>
    public FeatureTable Take(int[] rows) => new([.. Columns.Select(column => column.Take(rows))], Array.ConvertAll(rows, row => Target[row]), LeftOut);

    /// <summary>The same rows without some columns.</summary>
    public FeatureTable Without(IReadOnlySet<string> names) => new([.. Columns.Where(column => !names.Contains(column.Name))], Target, LeftOut);
}
