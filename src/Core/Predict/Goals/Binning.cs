namespace Ciclo.Core.Predict.Goals;

/// <summary>
/// How the values of one column fall into at most 255 bins. Bin 0 is missing. Numbers: 1 and on, in order. Categories: 1 is every rare or unknown one together, 2 and on the others.
/// </summary>
public sealed class BinnedFeature
{
    /// <summary>The first bin of a category of its own.</summary>
    public const int FirstCategory = 2;

    private const int MostBins = 255;
    private const int FewestBins = 32;
    private const int FewestOfCategory = 10;
    private const int Sample = 50_000;

    private readonly double[] edges;
    private readonly byte[] binOfCode;

    private BinnedFeature(string name, bool isNumeric, double[] edges, double[] middles, byte[] binOfCode, string[] labels)
    {
        Name = name;
        IsNumeric = isNumeric;
        this.edges = edges;
        Middles = middles;
        this.binOfCode = binOfCode;
        Labels = labels;
    }

    public string Name { get; }

    public bool IsNumeric { get; }

    /// <summary>Numbers: the mean of the values in each bin; bin 0 is NaN. Empty for categories.</summary>
    public IReadOnlyList<double> Middles { get; }

    /// <summary>Categories: the label of each bin from <see cref="FirstCategory"/>.</summary>
    public IReadOnlyList<string> Labels { get; }

    public int Bins => IsNumeric ? Middles.Count : FirstCategory + Labels.Count;

    /// <summary>Learned from some rows of a column, without a look at the target.</summary>
    public static BinnedFeature Of(FeatureColumn column, ReadOnlySpan<int> rows) => column.IsNumeric ? OfNumbers(column, rows) : OfCategories(column, rows);

    /// <summary>Of categories only the labels that have a bin of their own are kept: what few people have is in no file.</summary>
    internal void Write(BinaryWriter to)
    {
        to.Write(Name);
        to.Write(IsNumeric);
        to.Put(edges);
        to.Put([.. Middles]);
        to.Put(Labels, to.Write);
    }

    /// <summary>Codes are then places of <see cref="Labels"/>.</summary>
    internal static BinnedFeature Read(BinaryReader from)
    {
        var (name, isNumeric, edges, middles, labels) = (from.ReadString(), from.ReadBoolean(), from.Doubles(), from.Doubles(), from.List(from.ReadString));
        return new BinnedFeature(name, isNumeric, edges, middles, [.. labels.Select((_, place) => (byte)(FirstCategory + place))], labels);
    }

    public byte BinOf(double value)
    {
        if (double.IsNaN(value))
        {
            return 0;
        }
        var place = Array.BinarySearch(edges, value);
        return (byte)(1 + (place < 0 ? ~place : place));
    }

    public byte BinOfCode(int code) => code < 0 ? (byte)0 : code < binOfCode.Length ? binOfCode[code] : (byte)1;

    private static BinnedFeature OfNumbers(FeatureColumn column, ReadOnlySpan<int> rows)
    {
        // A sample at even steps places the edges as well as all rows do.
        var step = Math.Max(1, rows.Length / Sample);
        var mostBins = Math.Clamp((int)Math.Sqrt(rows.Length), FewestBins, MostBins);
        var values = new List<double>(Math.Min(rows.Length, 2 * Sample));
        for (var i = 0; i < rows.Length; i += step)
        {
            var value = column.Numbers[rows[i]];
            if (!double.IsNaN(value))
            {
                values.Add(value);
            }
        }
        values.Sort();
        var (edges, middles) = (new List<double>(), new List<double> { double.NaN });
        // A value that repeats much takes a bin of its own; what is left is shared evenly among the bins that are left.
        for (var at = 0; at < values.Count;)
        {
            var share = (double)(values.Count - at) / Math.Max(1, mostBins - middles.Count);
            var (begin, sum) = (at, 0.0);
            do
            {
                var value = values[at];
                for (; at < values.Count && values[at] == value; at++)
                {
                    sum += value;
                }
            }
            while (at < values.Count && at - begin < share && at - begin + RunAt(values, at) <= share * 1.5);
            middles.Add(sum / (at - begin));
            if (at < values.Count && middles.Count < mostBins)
            {
                edges.Add(values[at - 1] + ((values[at] - values[at - 1]) / 2));
            }
            else
            {
                at = values.Count;
            }
        }
        if (middles.Count == 1)
        {
            middles.Add(0);
        }
        return new(column.Name, isNumeric: true, [.. edges], [.. middles], [], []);
    }

    private static int RunAt(List<double> values, int at)
    {
        var end = at;
        while (end < values.Count && values[end] == values[at])
        {
            end++;
        }
        return end - at;
    }

    private static BinnedFeature OfCategories(FeatureColumn column, ReadOnlySpan<int> rows)
    {
        var counts = new int[column.Labels.Count];
        foreach (var row in rows)
        {
            if (column.Codes[row] is >= 0 and var code)
            {
                counts[code]++;
            }
        }
        var kept = Enumerable.Range(0, counts.Length).Where(code => counts[code] >= FewestOfCategory)
            .OrderByDescending(code => counts[code]).ThenBy(code => code).Take(MostBins - FirstCategory).ToArray();
        var bins = new byte[counts.Length];
        Array.Fill(bins, (byte)1);
        for (var i = 0; i < kept.Length; i++)
        {
            bins[kept[i]] = (byte)(FirstCategory + i);
        }
        return new(column.Name, isNumeric: false, [], [], bins, [.. kept.Select(code => column.Labels[code])]);
    }
}

/// <summary>A table in bins, a byte a value, column by column: what both kinds of models are trained on.</summary>
public sealed class BinnedTable(byte[][] columns, int rows)
{
    public int Rows => rows;

    public int Features => columns.Length;

    public byte[] this[int feature] => columns[feature];

    public static BinnedFeature[] Learn(FeatureTable table, int[] rows) => [.. table.Columns.Select(column => BinnedFeature.Of(column, rows))];

    /// <summary>Some rows of a table, in the order given.</summary>
    public static BinnedTable Of(FeatureTable table, BinnedFeature[] features, int[] rows)
    {
        var columns = new byte[features.Length][];
        for (var j = 0; j < columns.Length; j++)
        {
            var (column, feature, bins) = (table.Columns[j], features[j], new byte[rows.Length]);
            if (column.IsNumeric)
            {
                var numbers = column.Numbers;
                for (var i = 0; i < rows.Length; i++)
                {
                    bins[i] = feature.BinOf(numbers[rows[i]]);
                }
            }
            else
            {
                var codes = column.Codes;
                for (var i = 0; i < rows.Length; i++)
                {
                    bins[i] = feature.BinOfCode(codes[rows[i]]);
                }
            }
            columns[j] = bins;
        }
        return new(columns, rows.Length);
    }

    public BinnedTable Take(int[] places)
    {
        var taken = new byte[columns.Length][];
        for (var j = 0; j < taken.Length; j++)
        {
            var (from, to) = (columns[j], new byte[places.Length]);
            for (var i = 0; i < places.Length; i++)
            {
                to[i] = from[places[i]];
            }
            taken[j] = to;
        }
        return new(taken, places.Length);
    }
}
