using Ciclo.Core.Events;
using Ciclo.Core.Folds;
using Ciclo.Core.Identity;
using Ciclo.Core.Time;

namespace Ciclo.Engine.Runtime;

/// <summary>A move as it was made known, by numbers of names that outlive any version of a definition.</summary>
public readonly record struct PlacedMove(int Lifecycle, int From, int To, long At);

/// <summary>What is known of one profile's place: its moves, memberships, and when to look again.</summary>
public sealed class ProfilePlace
{
    public PlacedMove[] Moves { get; set; } = [];

    /// <summary>Segments held now and since when, by number of name.</summary>
    public (int Segment, long Since)[] Memberships { get; set; } = [];

    public long NextDeadline { get; set; } = Instants.Never;

    public bool IsEntered => Moves.Length > 0;
}

/// <summary>One line for the feed: a move that is new, or one that is no longer true.</summary>
public readonly record struct FeedMove(int Profile, PlacedMove Move, bool IsWithdrawn);

/// <summary>
/// Where every profile stands. Profiles are spread over shards; each shard folds alone, so shards run side by side. A profile is folded on
/// from its kept state where its new events come in order, and refolded from its history in every other case: late events, merges,
/// separations, a new rule. Kept states are a cache; dropping one costs a refold and changes nothing.
/// </summary>
public sealed class Placement
{
    public const int ShardCount = 256;
    private const int KeptPerShard = 64;

    /// <summary>Below this many profiles a second thread costs more than it brings.</summary>
    private const int WorthSharing = 32;

    private readonly Staged staged;
    private readonly FoldPlan plan;
    private readonly Names names;
    private readonly Shard[] shards = new Shard[ShardCount];
    private ProfilePlace?[] places = new ProfilePlace?[1_024];

    public Placement(Staged staged, FoldPlan plan, FoldSettings settings, Names names)
    {
        Settings = settings;
        this.staged = staged;
        this.plan = plan;
        this.names = names;
        for (var i = 0; i < ShardCount; i++)
        {
            shards[i] = new Shard();
        }
        LifecycleNames = [.. plan.Lifecycles.Select(lifecycle => names.Add(lifecycle.Definition.Id))];
        StageNames = [.. plan.Lifecycles.Select(lifecycle => lifecycle.Definition.Stages.Select(stage => names.Add(stage.Id)).ToArray())];
        SegmentNames = [.. plan.Segments.Select(segment => names.Add(segment.Id))];
    }

    public FoldPlan Plan => plan;

    /// <summary>What the plan was compiled with; a simulation uses the same.</summary>
    public FoldSettings Settings { get; }

    /// <summary>Takes over what another placement made known; <see cref="UpdateAll"/> then says what differs.</summary>
    public void Adopt(Placement previous) => places = previous.places;

    /// <summary>Numbers of the ids of lifecycles, stages and segments, in the plan's order.</summary>
    public int[] LifecycleNames { get; }

    public int[][] StageNames { get; }

    public int[] SegmentNames { get; }

    public ProfilePlace? Of(int profile) => profile < places.Length ? places[profile] : null;

    public IEnumerable<int> Profiles()
    {
        for (var profile = 0; profile < places.Length; profile++)
        {
            if (places[profile] is not null)
            {
                yield return profile;
            }
        }
    }

    /// <summary>When the next timer is due.</summary>
    public long NextDeadline()
    {
        var next = Instants.Never;
        foreach (var shard in shards)
        {
            next = Math.Min(next, shard.NextDeadline(places));
        }
        return next;
    }

    /// <summary>Puts back what a checkpoint or the feed remembers, without folding.</summary>
    public void Restore(int profile, ProfilePlace place)
    {
        Reserve(profile);
        places[profile] = place;
        shards[profile % ShardCount].Await(profile, place.NextDeadline);
    }

    /// <summary>
    /// Brings places up to date: identity changes first, then touched identifiers, then those in groups that changed, then due timers, all
    /// as of <paramref name="now"/>. Answers the moves that are new or no longer true, by profile.
    /// </summary>
    public List<FeedMove> Update(IReadOnlyList<IdentityChange> changes, IEnumerable<int> touchedNodes, IEnumerable<int> regroupedNodes, long now)
    {
        Reserve(staged.Identity.NodeCount);
        var moves = new List<FeedMove>();
        foreach (var change in changes)
        {
            shards[change.Profile % ShardCount].Drop(change.Profile);
            if (change.IsRetired)
            {
                Withdraw(change.Profile, moves);
            }
            else
            {
                shards[change.Profile % ShardCount].Due.Add(change.Profile);
            }
        }
        foreach (var node in touchedNodes)
        {
            var profile = staged.Identity.ProfileOf(node);
            if (profile >= 0)
            {
                shards[profile % ShardCount].Due.Add(profile);
            }
        }
        foreach (var node in regroupedNodes)
        {
            var profile = staged.Identity.ProfileOf(node);
            if (profile >= 0)
            {
                shards[profile % ShardCount].Drop(profile);
                shards[profile % ShardCount].Due.Add(profile);
            }
        }
        foreach (var shard in shards)
        {
            shard.TakeTimers(places, now);
        }
        staged.Groups.Sort();
        Run(now, moves);
        return moves;
    }

    /// <summary>
    /// Takes back the places of what is no profile: a start can find them made known by a run that was cut off before it withdrew them.
    /// </summary>
    public List<FeedMove> WithdrawStrangers()
    {
        var moves = new List<FeedMove>();
        foreach (var profile in Profiles().Where(profile => !staged.Identity.IsProfile(profile)).ToList())
        {
            Withdraw(profile, moves);
        }
        return moves;
    }

    /// <summary>Folds every profile anew.</summary>
    public List<FeedMove> UpdateAll(long now)
    {
        Reserve(staged.Identity.NodeCount);
        for (var node = 0; node < staged.Identity.NodeCount; node++)
        {
            if (staged.Identity.IsProfile(node))
            {
                shards[node % ShardCount].Due.Add(node);
            }
            else if (places[node] is not null)
            {
                shards[node % ShardCount].Gone.Add(node);
            }
        }
        var moves = new List<FeedMove>();
        foreach (var shard in shards)
        {
            shard.DropAll();
            shard.Gone.ForEach(profile => Withdraw(profile, moves));
            shard.Gone.Clear();
        }
        staged.Groups.Sort();
        Run(now, moves);
        return moves;
    }

    private void Run(long now, List<FeedMove> moves)
    {
        var due = shards.Where(shard => shard.Due.Count > 0).ToArray();
        if (due.Sum(shard => shard.Due.Count) < WorthSharing)
        {
            foreach (var shard in due)
            {
                UpdateShard(shard, now);
            }
        }
        else
        {
            Parallel.ForEach(due, shard => UpdateShard(shard, now));
        }
        foreach (var shard in due)
        {
            moves.AddRange(shard.Moves);
            shard.Moves.Clear();
        }
    }

    private void UpdateShard(Shard shard, long now)
    {
        foreach (var profile in shard.Due)
        {
            UpdateProfile(shard, profile, now);
        }
        shard.Due.Clear();
    }

    private void UpdateProfile(Shard shard, int profile, long now)
    {
        var members = staged.Identity.MembersOf(profile);
        var fold = Refold(shard, profile, members, now);
        var place = places[profile];
        if (!fold.IsEntered && place is null)
        {
            return;
        }
        place ??= places[profile] = new ProfilePlace();
        Publish(shard, profile, place, fold);
        if (!fold.IsEntered)
        {
            // Its last event of origin customer went to another profile, or no longer counts.
            places[profile] = null;
            return;
        }
        place.NextDeadline = fold.NextDeadline;
        shard.Await(profile, place.NextDeadline);
    }

    private ProfileFold Refold(Shard shard, int profile, ReadOnlySpan<int> members, long now)
    {
        var kept = shard.Keep(profile, plan, KeptPerShard);
        kept.Fold.Reset();
        staged.History.Fold(members, kept.Fold, Instants.Never);
        kept.Fold.AdvanceTo(Math.Max(now, kept.Fold.Now));
        return kept.Fold;
    }

    private void Publish(Shard shard, int profile, ProfilePlace place, ProfileFold fold)
    {
        place.Memberships = MembershipsOf(fold, place.Memberships);
        var before = place.Moves;
        var same = 0;
        while (same < before.Length && same < fold.Moves.Count && before[same] == Named(fold.Moves[same]))
        {
            same++;
        }
        if (same == before.Length && same == fold.Moves.Count)
        {
            return;
        }
        var after = new PlacedMove[fold.Moves.Count];
        for (var i = 0; i < after.Length; i++)
        {
            after[i] = Named(fold.Moves[i]);
        }
        place.Moves = after;
        var (old, fresh) = (before.AsSpan(same).ToArray(), after.AsSpan(same).ToArray());
        foreach (var move in old.Except(fresh))
        {
            shard.Moves.Add(new FeedMove(profile, move, true));
        }
        foreach (var move in fresh.Except(old))
        {
            shard.Moves.Add(new FeedMove(profile, move, false));
        }
    }

    private (int, long)[] MembershipsOf(ProfileFold fold, (int, long)[] before)
    {
        if (fold.MembershipMoves.Count == 0)
        {
            return before.Length == 0 ? before : [];
        }
        var held = new List<(int, long)>();
        for (var i = fold.MembershipMoves.Count - 1; i >= 0; i--)
        {
            var move = fold.MembershipMoves[i];
            if (move.Entered && fold.IsMember(move.Segment) && !held.Exists(known => known.Item1 == SegmentNames[move.Segment]))
            {
                held.Add((SegmentNames[move.Segment], move.At));
            }
        }
        held.Reverse();
        return before.AsSpan().SequenceEqual(held.ToArray()) ? before : [.. held];
    }

    private void Withdraw(int profile, List<FeedMove> moves)
    {
        if (Of(profile) is { } place)
        {
            moves.AddRange(place.Moves.Select(move => new FeedMove(profile, move, true)));
            places[profile] = null;
        }
    }

    private PlacedMove Named(StageMove move) => new(
        LifecycleNames[move.Lifecycle], move.From < 0 ? Names.None : StageNames[move.Lifecycle][move.From], StageNames[move.Lifecycle][move.To], move.At);

    private void Reserve(int node)
    {
        if (node >= places.Length)
        {
            Array.Resize(ref places, Math.Max(places.Length * 2, node + 1));
        }
    }
}
