using Ciclo.Core.Folds;
using Ciclo.Core.Time;

namespace Ciclo.Engine.Runtime;

/// <summary>A fold kept for the next event of its profile.</summary>
internal sealed class KeptFold(ProfileFold fold)
{
    public ProfileFold Fold { get; } = fold;

    public int Profile { get; set; } = -1;
}

/// <summary>A unit of placement: what is due, its timers, a few kept folds. One thread at a time.</summary>
internal sealed class Shard
{
    private readonly PriorityQueue<int, long> timers = new();
    private readonly Dictionary<int, KeptFold> kept = [];
    private readonly Queue<KeptFold> turn = new();

    public HashSet<int> Due { get; } = [];

    public List<int> Gone { get; } = [];

    public List<FeedMove> Moves { get; } = [];

    public void Await(int profile, long deadline)
    {
        if (deadline != Instants.Never)
        {
            timers.Enqueue(profile, deadline);
        }
    }

    /// <summary>The next live timer; those whose profile has another deadline by now are dropped on the way.</summary>
    public long NextDeadline(ProfilePlace?[] places)
    {
        while (timers.TryPeek(out var profile, out var at))
        {
            if (places[profile]?.NextDeadline == at)
            {
                return at;
            }
            timers.Dequeue();
        }
        return Instants.Never;
    }

    public void TakeTimers(ProfilePlace?[] places, long now)
    {
        while (NextDeadline(places) <= now)
        {
            Due.Add(timers.Dequeue());
        }
    }

    public KeptFold? Kept(int profile) => kept.GetValueOrDefault(profile);

    /// <summary>A fold for a profile, its own or that of the one kept longest.</summary>
    public KeptFold Keep(int profile, FoldPlan plan, int capacity)
    {
        if (kept.TryGetValue(profile, out var known))
        {
            return known;
        }
        KeptFold free;
        if (turn.Count < capacity)
        {
            free = new KeptFold(new ProfileFold(plan));
        }
        else
        {
            free = turn.Dequeue();
            if (free.Profile >= 0)
            {
                kept.Remove(free.Profile);
            }
        }
        free.Profile = profile;
        kept.Add(profile, free);
        turn.Enqueue(free);
        return free;
    }

    public void Drop(int profile)
    {
        if (kept.Remove(profile, out var fold))
        {
            fold.Profile = -1;
        }
    }

    public void DropAll()
    {
        kept.Clear();
        turn.Clear();
    }
}
