using Ciclo.Data.History;

namespace Ciclo.Engine.Runtime;

/// <summary>What a history consists of at one moment. Its segments stay mapped while somebody leases it.</summary>
internal sealed class HistoryView
{
    private int leases = 1;

    public HistoryView(IEnumerable<HistorySegment> segments, HistoryMemory[] frozen, HistoryMemory active)
    {
        // In order of time, runs of one person mostly follow one another.
        Segments = [.. segments.OrderBy(segment => segment.Span.First).ThenBy(segment => segment.Meta.Number)];
        Memories = [.. frozen.Where(part => part.Count > 0), active];
        Frozen = frozen;
        Active = active;
        if (!Array.TrueForAll(Segments, segment => segment.TryHold()))
        {
            throw new InvalidOperationException("A view was made of segments that are no longer mapped.");
        }
        Array.ForEach(frozen, part => part.Hold());
        active.Hold();
    }

    public HistorySegment[] Segments { get; }

    /// <summary>Frozen parts in memory, then the one that takes events in.</summary>
    public HistoryMemory[] Memories { get; }

    public HistoryMemory[] Frozen { get; }

    public HistoryMemory Active { get; }

    public bool TryLease()
    {
        for (var known = Volatile.Read(ref leases); known > 0; known = Volatile.Read(ref leases))
        {
            if (Interlocked.CompareExchange(ref leases, known + 1, known) == known)
            {
                return true;
            }
        }
        return false;
    }

    public void Release()
    {
        if (Interlocked.Decrement(ref leases) == 0)
        {
            Array.ForEach(Segments, segment => segment.Release());
            Array.ForEach(Frozen, part => part.Release());
            Active.Release();
        }
    }
}
