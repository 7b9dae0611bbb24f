using MathNet.Numerics.Distributions;

namespace Ciclo.Core.Predict.Goals;

/// <summary>How far a column has moved.</summary>
public enum DriftLevel
{
    Steady,
    Moved,
    Far,
}

/// <summary>How much a column's values have moved since a model learned.</summary>
/// <param name="Index">The population stability index (N. Siddiqi, Credit Risk Scorecards, 2006): 0 where nothing moved; from 0.1 on it is worth a look, from 0.25 on the people are others.</param>
/// <param name="Chance">What it stays below with 95 % probability where nothing moved, so few people are (B. Yurdakul and J. Naranjo, Statistical properties of the population stability index,
/// Journal of Risk Model Validation 14, 2020).</param>
/// <param name="Group">The group that moved it most: `a..b` of numbers, each end open where empty, a label, or empty for missing.</param>
/// <param name="IsOther">The group is all labels that have none of their own.</param>
/// <param name="Then">That group's share of people, then and now.</param>
public sealed record ColumnDrift(string Column, double Index, double Chance, string Group, bool IsOther, double Then, double Now)
{
    public const double Notable = 0.1;
    public const double Large = 0.25;

    [System.Text.Json.Serialization.JsonIgnore]
    public DriftLevel Level => Index <= Math.Max(Notable, Chance) ? DriftLevel.Steady : Index <= Math.Max(Large, Chance) ? DriftLevel.Moved : DriftLevel.Far;
}

/// <summary>How the values of a column were spread over at most twelve groups: missing, then tenths of numbers, or the most frequent labels and all others together.</summary>
public sealed class ColumnSpread
{
    private const int Tenths = 10;

    /// <summary>A label that fewer people have is among the others: it would say who they are.</summary>
    private const int FewestOfLabel = 10;

    private readonly double[] edges;
    private readonly string[] labels;
    private readonly double[] counts;

    private ColumnSpread(string name, bool isNumeric, double[] edges, string[] labels, double[] counts) =>
        (Name, IsNumeric, this.edges, this.labels, this.counts) = (name, isNumeric, edges, labels, counts);

    public string Name { get; }

    public bool IsNumeric { get; }

    public static ColumnSpread Of(FeatureColumn column)
    {
        var (edges, labels) = (new List<double>(), Array.Empty<string>());
        if (column.IsNumeric)
        {
            var values = column.Numbers.ToArray().Where(value => !double.IsNaN(value)).Order().ToArray();
            for (var tenth = 1; tenth < Tenths && values.Length > 0; tenth++)
            {
                var edge = values[(int)((long)values.Length * tenth / Tenths)];
                if (edge > values[0] && (edges.Count == 0 || edge > edges[^1]))
                {
                    edges.Add(edge);
                }
            }
        }
        else
        {
            labels = [.. column.Codes.ToArray().Where(code => code >= 0 && code < column.Labels.Count).GroupBy(code => code).Where(one => one.Count() >= FewestOfLabel).OrderByDescending(one => one.Count()).ThenBy(one => one.Key).Take(Tenths).Select(one => column.Labels[one.Key])];
        }
        var empty = new ColumnSpread(column.Name, column.IsNumeric, [.. edges], labels, []);
        return new ColumnSpread(column.Name, column.IsNumeric, empty.edges, labels, empty.Counts(column));
    }

    /// <summary>Held against the same column of other people.</summary>
    public ColumnDrift Against(FeatureColumn column) => Against(Counts(column));

    /// <summary>How many of a column's rows fall into each group.</summary>
    public double[] Counts(FeatureColumn column)
    {
        var found = new double[2 + Math.Max(edges.Length, labels.Length)];
        var groups = column.IsNumeric ? [] : column.Labels.Select(label => Array.IndexOf(labels, label)).Select(place => place < 0 ? found.Length - 1 : 1 + place).ToArray();
        for (var row = 0; row < column.Rows; row++)
        {
            found[column.IsNumeric ? GroupOf(column.Numbers[row]) : column.Codes[row] is >= 0 and var code ? code < groups.Length ? groups[code] : found.Length - 1 : 0]++;
        }
        return found;
    }

    /// <summary>Held against other people's counts.</summary>
    public ColumnDrift Against(double[] other)
    {
        var (before, after, present) = (counts.Sum(), other.Sum(), 0);
        var (index, most, group) = (0.0, -1.0, 0);
        for (var i = 0; i < counts.Length; i++)
        {
            if (counts[i] + other[i] == 0)
            {
                continue;
            }
            present++;
            // Half a person in each group, so that an empty one does not make it infinite.
            var (then, now) = ((counts[i] + 0.5) / (before + (0.5 * counts.Length)), (other[i] + 0.5) / (after + (0.5 * counts.Length)));
            var part = (now - then) * Math.Log(now / then);
            index += part;
            (most, group) = part > most ? (part, i) : (most, group);
        }
        var chance = present < 2 || before == 0 || after == 0 ? double.MaxValue : ChiSquared.InvCDF(present - 1, 0.95) * ((1 / before) + (1 / after));
        return new ColumnDrift(Name, index, chance, SaysGroup(group), !IsNumeric && group == counts.Length - 1, Share(counts, group, before), Share(other, group, after));
    }

    public void Write(BinaryWriter to)
    {
        to.Write(Name);
        to.Write(IsNumeric);
        to.Put(edges);
        to.Put(labels, to.Write);
        to.Put(counts);
    }

    public static ColumnSpread Read(BinaryReader from) => new(from.ReadString(), from.ReadBoolean(), from.Doubles(), from.List(from.ReadString), from.Doubles());

    private static double Share(double[] of, int group, double all) => all == 0 ? 0 : of[group] / all;

    private int GroupOf(double value)
    {
        if (double.IsNaN(value))
        {
            return 0;
        }
        var place = Array.BinarySearch(edges, value);
        return 1 + (place < 0 ? ~place : place + 1);
    }

    private string SaysGroup(int group) => group == 0 ? ""
        : IsNumeric ? (group == 1 ? "" : Edge(group - 2)) + ".." + (group - 1 < edges.Length ? Edge(group - 1) : "")
        : group - 1 < labels.Length ? labels[group - 1] : "";

    private string Edge(int place) => edges[place].ToString("0.####", System.Globalization.CultureInfo.InvariantCulture);
}
