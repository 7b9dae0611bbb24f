using Ciclo.Core.Events;
using Ciclo.Modules.Measure.Contracts;

namespace Ciclo.Modules.Acquisition;

/// <summary>Whose or what an amount is: its row, where rows are asked for.</summary>
internal readonly record struct Fact(int Profile, long At, string What);

/// <summary>The number whose rows are wanted, and how many of them.</summary>
internal sealed record ChosenCell(Shape Shape, int Period, string Value, int Most);

/// <summary>
/// Adds up amounts by measure, value of the breakdown and period; where one number's rows are wanted, it keeps the latest of them, so that rows and
/// numbers cannot differ. One thread at a time.
/// </summary>
internal sealed class FactTally(int periods, ChosenCell? chosen)
{
    /// <summary>Values past this many are counted together: nobody reads more, and an address can carry anything.</summary>
    private const int MostValues = 20_000;

    private const string Others = "(other)";

    private static readonly int Measures = Enum.GetValues<Summed>().Length;

    private readonly Names values = NewNames();
    private readonly List<long[]?[]> sums = [];
    private readonly RowList? rows = chosen is null ? null : new RowList(chosen.Most);
    private int chosenValue = -1;
    private (Fact Fact, long Part, long Whole) open;
    private bool isOpen;

    /// <summary>The number of a value of the breakdown; "" where there is none.</summary>
    public int ValueOf(string value) => Known(values.Add(value));

    public int ValueOf(ReadOnlySpan<byte> utf8) => Known(values.Add(utf8));

    public void Add(Summed measure, int value, int period, long amount, in Fact fact)
    {
        var row = sums[value][(int)measure] ??= new long[periods];
        row[period] += amount;
        if (chosen is not null && value == chosenValue && period == chosen.Period && (measure == chosen.Shape.Part || measure == chosen.Shape.Whole))
        {
            Keep(fact, measure == chosen.Shape.Part ? amount : 0, measure == chosen.Shape.Whole ? amount : 0);
        }
    }

    /// <summary>The values with anything added up, in the order of the texts.</summary>
    public IEnumerable<string> Values => Enumerable.Range(0, sums.Count).Where(value => Array.Exists(sums[value], row => row is not null)).Select(value => values[value]).Order(StringComparer.Ordinal);

    public long Sum(Summed measure, string value, int period) => values.Find(value) is >= 0 and var number && number < sums.Count ? sums[number][(int)measure]?[period] ?? 0 : 0;

    public bool Has(Summed measure, string value) => values.Find(value) is >= 0 and var number && number < sums.Count && sums[number][(int)measure] is not null;

    /// <summary>Adds what another added up.</summary>
    public void Join(FactTally other)
    {
        for (var theirs = 0; theirs < other.sums.Count; theirs++)
        {
            var ours = ValueOf(other.values[theirs]);
            for (var measure = 0; measure < Measures; measure++)
            {
                if (other.sums[theirs][measure] is { } row)
                {
                    var into = sums[ours][measure] ??= new long[periods];
                    for (var period = 0; period < periods; period++)
                    {
                        into[period] += row[period];
                    }
                }
            }
        }
        other.Close();
        rows?.Join(other.rows!);
    }

    /// <summary>The rows kept of the chosen number.</summary>
    public MetricRows Rows()
    {
        Close();
        return rows!.Result(chosen!.Shape.Whole is not null);
    }

    /// <summary>The name of the others is in the book before it can be full.</summary>
    private static Names NewNames()
    {
        var names = new Names(MostValues);
        names.Add(Others);
        return names;
    }

    private int Known(int value)
    {
        value = value == Names.None ? values.Find(Others) : value;
        while (sums.Count <= value)
        {
            sums.Add(new long[]?[Measures]);
            if (chosen is not null && string.Equals(values[sums.Count - 1], chosen.Value, StringComparison.Ordinal))
            {
                chosenValue = sums.Count - 1;
            }
        }
        return value;
    }

    private void Keep(in Fact fact, long part, long whole)
    {
        if (isOpen && open.Fact.Profile == fact.Profile && open.Fact.At == fact.At && ReferenceEquals(open.Fact.What, fact.What))
        {
            open = (fact, open.Part + part, open.Whole + whole);
            return;
        }
        Close();
        (open, isOpen) = ((fact, part, whole), true);
    }

    private void Close()
    {
        if (!isOpen)
        {
            return;
        }
        isOpen = false;
        var unit = (decimal)chosen!.Shape.Unit;
        rows!.Add(new MetricRow(open.Fact.Profile, open.Fact.At, open.Fact.What, open.Part / unit, open.Whole / unit));
    }
}
