using Ciclo.Data.Files;

namespace Ciclo.Data.Journal;

/// <summary>The segments in order. One writer adds; any thread looks up, in an array that is replaced as a whole.</summary>
internal sealed class SegmentList(IStorage storage, string folder, IReadOnlyList<Segment> opened) : IDisposable
{
    private Segment[] segments = [.. opened];

    public IReadOnlyList<Segment> All => Volatile.Read(ref segments);

    public Segment Last => Volatile.Read(ref segments)[^1];

    /// <summary>Makes the next segment, which begins at <paramref name="first"/>.</summary>
    public void Add(long first)
    {
        var next = Segment.Create(storage, folder, Last.Number + 1, Last.Salt, first);
        Volatile.Write(ref segments, [.. segments, next]);
    }

    /// <summary>The segment that holds a position, and the position at which the next one begins.</summary>
    public (Segment Segment, long Limit) Find(long position)
    {
        var all = Volatile.Read(ref segments);
        var low = 0;
        var high = all.Length - 1;
        while (low < high)
        {
            var middle = (low + high + 1) / 2;
            if (all[middle].First <= position)
            {
                low = middle;
            }
            else
            {
                high = middle - 1;
            }
        }
        return (all[low], low + 1 < all.Length ? all[low + 1].First : long.MaxValue);
    }

    public void Dispose()
    {
        foreach (var segment in segments)
        {
            segment.File.Dispose();
        }
    }
}
