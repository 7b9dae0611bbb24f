namespace Ciclo.Modules.Measure.Contracts;

/// <summary>Gathers the rows behind a number: the latest so many, and what all of them add up to. One thread.</summary>
public sealed class RowList(int most)
{
    private readonly PriorityQueue<MetricRow, (long At, int Profile)> latest = new();
    private decimal part;
    private decimal whole;

    public long Count { get; private set; }

    public void Add(in MetricRow row)
    {
        Count++;
        part += row.Part;
        whole += row.Whole;
        var rank = (row.At, -row.Profile);
        if (latest.Count < most)
        {
            latest.Enqueue(row, rank);
        }
        else
        {
            latest.EnqueueDequeue(row, rank);
        }
    }

    public void Join(RowList other)
    {
        var before = Count;
        foreach (var (row, _) in other.latest.UnorderedItems)
        {
            Add(row);
            part -= row.Part;
            whole -= row.Whole;
        }
        (Count, part, whole) = (before + other.Count, part + other.part, whole + other.whole);
    }

    /// <param name="isRatio">Whether the number is a share of wholes.</param>
    public MetricRows Result(bool isRatio) => new(
        [.. latest.UnorderedItems.Select(item => item.Element).OrderByDescending(row => row.At).ThenBy(row => row.Profile)], Count, new MetricCell(part, isRatio ? whole : null));
}
