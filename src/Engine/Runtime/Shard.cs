using Ciclo.Core.Folds;
using Ciclo.Core.Time;

namespace Ciclo.Engine.Runtime;

/// <summary>A unit of placement: what is due, its timers, the states of its folds. One thread at a time.</summary>
/// <param name="stateBudget">Bytes for kept states.</param>
/// <param name="order">The order of deadlines; a test of growth counts what it is asked.</param>
internal sealed class Shard(int stateBudget, IComparer<long>? order = null)
{
    private readonly PriorityQueue<int, long> timers = new(order);

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
        while (NextDeadline(places) <= now)
        {
            Due.Add(timers.Dequeue());
        }
    }

    public void ClearTimers() => timers.Clear();
}

/// <summary>What one worker folds with; made for a plan and a history.</summary>
internal sealed class FoldDesk
{
    public FoldDesk(FoldPlan plan, History history)
    {
        Fold = new ProfileFold(plan);
        Reader = new HistoryReader(history, kind => plan.Reads(kind.Type, kind.Flags, kind.Name));
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

    public List<Arrival> Arrivals { get; } = [];
}
