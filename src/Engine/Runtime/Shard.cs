using Ciclo.Core.Folds;
using Ciclo.Core.Time;

namespace Ciclo.Engine.Runtime;

/// <summary>A unit of placement: what is due, its timers, the states of its folds. One thread at a time.</summary>
/// <param name="stateBudget">Bytes for kept states.</param>
/// <param name="order">The order of deadlines; a test of growth counts what it is asked.</param>
internal sealed class Shard(int stateBudget, IComparer<long>? order = null)
{
    /// <summary>So many timers that mean nothing any more are left lying.</summary>
    private const int MostIdleTimers = 1_024;

    private readonly PriorityQueue<int, long> timers = new(order);

    /// <summary>How many timers there were when those that meant nothing were last taken out.</summary>
    private int liveTimers;

    /// <summary>Profiles to look at, whether something new came for them or not.</summary>
    public HashSet<int> Due { get; } = [];

    /// <summary>What came since the last tick, by profile.</summary>
    public List<(int Profile, Arrival Arrival)> Arrivals { get; } = [];

    public StateCache States { get; } = new(stateBudget);

    /// <summary>What is to be made known.</summary>
    public List<FeedMove> Moves { get; } = [];

    public bool HasWork => Due.Count > 0 || Arrivals.Count > 0;

    public int Timers => timers.Count;

    public void Await(int profile, long deadline)
    {
        if (deadline != Instants.Never)
        {
            timers.Enqueue(profile, deadline);
        }
    }

    /// <summary>The next live timer; those whose profile has another deadline by now are dropped on the way.</summary>
    public long NextDeadline(PlaceTable places)
    {
        while (timers.TryPeek(out var profile, out var at))
        {
            if (places.DeadlineOf(profile) == at)
            {
                return at;
            }
            timers.Dequeue();
        }
        return Instants.Never;
    }

    public void TakeTimers(PlaceTable places, long now)
    {
        if (timers.Count > (2 * liveTimers) + MostIdleTimers)
        {
            DropIdle(places);
        }
        while (NextDeadline(places) <= now)
        {
            Due.Add(timers.Dequeue());
        }
    }

    public void ClearTimers()
    {
        timers.Clear();
        liveTimers = 0;
    }

    /// <summary>
    /// Every event can give its profile another deadline, and those far ahead would lie here until their day: sixteen bytes for each event of
    /// months. Done when the queue has doubled, so a timer costs the same whether it is dropped here or met.
    /// </summary>
    private void DropIdle(PlaceTable places)
    {
        var live = timers.UnorderedItems.Where(timer => places.DeadlineOf(timer.Element) == timer.Priority).DistinctBy(timer => timer.Element).ToList();
        timers.Clear();
        timers.EnqueueRange(live);
        liveTimers = live.Count;
        timers.TrimExcess();
    }
}

/// <summary>What one worker folds with; made for a plan and a history.</summary>
internal sealed class FoldDesk
{
    public FoldDesk(FoldPlan plan, History history)
    {
        Fold = new ProfileFold(plan);
        Reader = Refolding.ReaderFor(plan, history);
        Reader.Rest();
    }

    public ProfileFold Fold { get; }

    /// <summary>Can pass over what no rule of the plan reads. At rest between ticks.</summary>
    public HistoryReader Reader { get; }

    /// <summary>Events that its fold took in.</summary>
    public long Folded { get; set; }

    public System.Buffers.ArrayBufferWriter<byte> State { get; } = new(4_096);

    public List<PlacedMove> Moves { get; } = [];

    public List<Membership> Memberships { get; } = [];

    /// <summary>What the place said before.</summary>
    public List<PlacedMove> MovesBefore { get; } = [];

    public List<Arrival> Arrivals { get; } = [];
}
