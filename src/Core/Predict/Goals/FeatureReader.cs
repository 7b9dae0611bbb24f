using System.Globalization;
using System.Runtime.InteropServices;

namespace Ciclo.Core.Predict.Goals;

/// <summary>
/// Makes a column of text cells into one that models learn from, cell by cell. Blank cells, NA, NaN, null and ? are missing. A column whose cells are all numbers or
/// missing holds numbers; one of civil dates or instants holds days since 1970; any other holds categories.
/// </summary>
public sealed class FeatureReader(string name)
{
    /// <summary>More labels than this, and no category repeats often enough to be learned from.</summary>
    private const int MostLabels = 100_000;

    private static readonly string[] MissingWords = ["NA", "N/A", "NaN", "null", "?"];

    private readonly List<double> numbers = [];
    private List<int>? codes;
    private Dictionary<string, int> places = new(StringComparer.Ordinal);
    private bool isDate;
    private long labelled;

    public int Rows => codes?.Count ?? numbers.Count;

    public void Add(ReadOnlySpan<char> cell)
    {
        cell = cell.Trim();
        if (IsMissing(cell))
        {
            AddMissing();
            return;
        }
        if (codes is null)
        {
            var isNumber = TryNumber(cell, out var value);
            var isDay = !isNumber && TryDay(cell, out value);
            if ((isNumber || isDay) && (isDate == isDay || IsBlankSoFar))
            {
                isDate = isDay;
                numbers.Add(value);
                return;
            }
            BecomeCategories();
        }
        codes!.Add(CodeOf(Canonical(cell)));
    }

    /// <summary>The column, or why there is none to learn from.</summary>
    public (FeatureColumn? Column, ColumnLeftOut? LeftOut) Finish()
    {
        if (codes is null)
        {
            var values = numbers.ToArray();
            var first = Array.FindIndex(values, value => !double.IsNaN(value));
            var isConstant = first < 0 || (first == 0 && Array.TrueForAll(values, value => value == values[0]));
            return isConstant ? (null, Constant()) : (FeatureColumn.OfNumbers(name, values), null);
        }
        if (labelled > 1 && (places.Count >= labelled || places.Count >= MostLabels))
        {
            return (null, new(name, new(
                "Its every value is different: it names the row and tells nothing about others.",
                "Cada valor es distinto: nombra la fila y no dice nada de las demás.")));
        }
        if (places.Count == 1 && labelled == codes.Count)
        {
            return (null, Constant());
        }
        return (FeatureColumn.OfCategories(name, [.. codes], [.. places.OrderBy(one => one.Value).Select(one => one.Key)]), null);
    }

    /// <summary>A number as files write it: 1234.5, and 1234,5 where no point stands in it. No spaces, no thousands.</summary>
    public static bool TryNumber(ReadOnlySpan<char> cell, out double value)
    {
        if (double.TryParse(cell, NumberStyles.Float, CultureInfo.InvariantCulture, out value))
        {
            return double.IsFinite(value);
        }
        if (cell.Count(',') != 1 || cell.Contains('.') || cell.Length > 40)
        {
            return false;
        }
        Span<char> pointed = stackalloc char[cell.Length];
        cell.CopyTo(pointed);
        pointed[cell.IndexOf(',')] = '.';
        return double.TryParse(pointed, NumberStyles.Float, CultureInfo.InvariantCulture, out value) && double.IsFinite(value);
    }

    private bool IsBlankSoFar => numbers.TrueForAll(double.IsNaN);

    private static bool IsMissing(ReadOnlySpan<char> cell)
    {
        if (cell.IsEmpty)
        {
            return true;
        }
        foreach (var word in MissingWords)
        {
            if (cell.Equals(word, StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }
        return false;
    }

    private static bool TryDay(ReadOnlySpan<char> cell, out double days)
    {
        days = 0;
        if (cell.Length < 10 || cell[4] != '-' || cell[7] != '-'
            || !DateTime.TryParse(cell, CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal | DateTimeStyles.AssumeUniversal, out var instant))
        {
            return false;
        }
        days = (instant - DateTime.UnixEpoch).TotalDays;
        return true;
    }

    private void AddMissing()
    {
        if (codes is null)
        {
            numbers.Add(double.NaN);
        }
        else
        {
            codes.Add(-1);
        }
    }

    // What was taken for numbers was the beginning of a column of words.
    private void BecomeCategories()
    {
        codes = new(numbers.Count + 1);
        foreach (var value in CollectionsMarshal.AsSpan(numbers))
        {
            codes.Add(double.IsNaN(value) ? -1 : CodeOf(Written(value)));
        }
        numbers.Clear();
        numbers.TrimExcess();
    }

    private string Written(double value) => isDate ? DateTime.UnixEpoch.AddDays(value).ToString("yyyy-MM-dd HH:mm:ss") : value.ToString("R");

    // 7 and 7.0 are one label whether they came before or after the first word.
    private ReadOnlySpan<char> Canonical(ReadOnlySpan<char> cell) =>
        !isDate && TryNumber(cell, out var number) ? Written(number) : isDate && TryDay(cell, out var day) ? Written(day) : cell;

    private int CodeOf(ReadOnlySpan<char> label)
    {
        labelled++;
        var lookup = places.GetAlternateLookup<ReadOnlySpan<char>>();
        if (lookup.TryGetValue(label, out var code))
        {
            return code;
        }
        if (places.Count >= MostLabels)
        {
            return -1;
        }
        code = places.Count;
        lookup[label] = code;
        return code;
    }

    private ColumnLeftOut Constant() => new(name, new("It holds one value only.", "Tiene un solo valor."));
}
