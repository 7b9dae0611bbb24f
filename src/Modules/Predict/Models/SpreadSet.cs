using Ciclo.Core.Predict.Goals;

namespace Ciclo.Modules.Predict.Models;

/// <summary>How scores, and the columns that move them most, were spread over people on the day a model was trained.</summary>
internal sealed class SpreadSet(IReadOnlyList<ColumnSpread> spreads)
{
    /// <summary>The name of the scores among the columns.</summary>
    public const string Score = "score";

    private const int MostColumns = 15;

    /// <param name="columns">Those that matter, the most important first.</param>
    public static SpreadSet Of(FeatureTable table, double[] scores, IEnumerable<string> columns) => new(
    [
        ColumnSpread.Of(FeatureColumn.OfNumbers(Score, scores)),
        .. columns.Take(MostColumns).Select(name => table.Columns.FirstOrDefault(column => column.Name == name)).OfType<FeatureColumn>().Select(ColumnSpread.Of),
    ]);

    public void Write(BinaryWriter to)
    {
        to.Write(spreads.Count);
        foreach (var spread in spreads)
        {
            spread.Write(to);
        }
    }

    public static SpreadSet Read(BinaryReader from)
    {
        var spreads = new ColumnSpread[from.ReadInt32()];
        for (var i = 0; i < spreads.Length; i++)
        {
            spreads[i] = ColumnSpread.Read(from);
        }
        return new SpreadSet(spreads);
    }

    public Counts Begin() => new(spreads);

    /// <summary>People of another day, counted into the same groups.</summary>
    internal sealed class Counts(IReadOnlyList<ColumnSpread> spreads)
    {
        private readonly double[]?[] sums = new double[spreads.Count][];

        public void Add(FeatureTable table, double[] scores)
        {
            for (var i = 0; i < spreads.Count; i++)
            {
                var column = i == 0 ? FeatureColumn.OfNumbers(Score, scores) : table.Columns.FirstOrDefault(one => one.Name == spreads[i].Name);
                if (column is not null && column.IsNumeric == spreads[i].IsNumeric)
                {
                    var counts = spreads[i].Counts(column);
                    sums[i] = sums[i] is { } before ? [.. before.Zip(counts, (one, other) => one + other)] : counts;
                }
            }
        }

        /// <summary>The scores first, then the columns by how much they matter.</summary>
        public IReadOnlyList<ColumnDrift> Drift() => [.. Enumerable.Range(0, spreads.Count).Where(i => sums[i] is not null).Select(i => spreads[i].Against(sums[i]!))];
    }
}
