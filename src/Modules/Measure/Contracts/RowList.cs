namespace Ciclo.Modules.Measure.Contracts;

/// <summary>Gathers the rows behind a number: the latest so many, or those of the greatest parts, and what all of them add up to. One thread.</summary>
public sealed class RowList(int most, bool greatestFirst = false)
{
    private readonly PriorityQueue<MetricRow, (decimal Value, int Profile)> kept = new();
    private decimal part;
    private decimal whole;

    public long Count { get; private set; }

    public void Add(in MetricRow row)
    {
        Count++;
        part += row.Part;
        whole += row.Whole;
        if (kept.Count < most)
        {
            kept.Enqueue(row, Rank(row));
        }
        else
        {
            kept.EnqueueDequeue(row, Rank(row));
        }
    }

    public void Join(RowList other)
    {
        var before = Count;
        foreach (var (row, _) in other.kept.UnorderedItems)
        {
            Add(row);
            part -= row.Part;
            whole -= row.Whole;
        }
        (Count, part, whole) = (before + other.Count, part + other.part, whole + other.whole);
    }

    /// <param name="isRatio">Whether the number is a share of wholes.</param>
    public MetricRows Result(bool isRatio) => new(
        [.. kept.UnorderedItems.Select(item => item.Element).OrderByDescending(row => Rank(row))], Count, new MetricCell(part, isRatio ? whole : null));

    private (decimal Value, int Profile) Rank(in MetricRow row) => (greatestFirst ? row.Part : row.At, -row.Profile);
}
