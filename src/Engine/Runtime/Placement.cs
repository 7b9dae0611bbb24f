using Ciclo.Core.Events;
using Ciclo.Core.Folds;
using Ciclo.Core.Identity;
using Ciclo.Core.Rules;
using Ciclo.Core.Time;
using Ciclo.Data.Journal;

namespace Ciclo.Engine.Runtime;

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

    /// <summary>Profiles of neighbouring numbers share a shard, 64 at a time: their events lie side by side in the history.</summary>
    private const int NeighboursShift = 6;
    private const int Neighbours = 1 << NeighboursShift;

    /// <summary>Shards whose moves wait in memory until they are made known.</summary>
    private const int ShardsPerWave = 32;

    /// <summary>Below this many profiles a second thread costs more than it brings.</summary>
    private const int WorthSharing = 32;

    private readonly Staged staged;
    private readonly FoldPlan plan;
    private readonly FoldCrew crew;
    private readonly FoldDesk[] desks;
    private readonly PlaceWriter writer;
    private readonly Shard[] shards = new Shard[ShardCount];
    private readonly Shard[] wave = new Shard[ShardsPerWave];

    /// <summary>The feed's rows of each shard of the wave.</summary>
    private readonly FrameBuilder[] packed = [.. Enumerable.Range(0, ShardsPerWave).Select(_ => new FrameBuilder())];

    /// <param name="staged">The events.</param>
    /// <param name="plan">The rules.</param>
    /// <param name="settings">What the plan was compiled with.</param>
    /// <param name="names">Numbers of ids, which outlive the plan.</param>
    /// <param name="crew">Who folds.</param>
    /// <param name="stateBudget">Bytes for kept states, over all shards.</param>
    public Placement(Staged staged, FoldPlan plan, FoldSettings settings, Names names, FoldCrew crew, long stateBudget)
    {
        Settings = settings;
        this.staged = staged;
        this.plan = plan;
        this.crew = crew;
        desks = [.. Enumerable.Range(0, crew.Size).Select(_ => new FoldDesk(plan, staged.History))];
        for (var i = 0; i < ShardCount; i++)
        {
            shards[i] = new Shard((int)(stateBudget / ShardCount));
        }
        LifecycleNames = [.. plan.Lifecycles.Select(lifecycle => names.Add(lifecycle.Definition.Id))];
        StageNames = [.. plan.Lifecycles.Select(lifecycle => lifecycle.Definition.Stages.Select(stage => names.Add(stage.Id)).ToArray())];
        SegmentNames = [.. plan.Segments.Select(segment => names.Add(segment.Id))];
        int[] watchNames = [.. plan.AllSegments[plan.Segments.Length..].Select(watch => names.Add(watch.Id))];
        writer = new PlaceWriter(LifecycleNames, StageNames, SegmentNames, new WatchNames(watchNames, names.Add(WatchStages.On), names.Add(WatchStages.Off)));
    }

    public FoldPlan Plan => plan;

    /// <summary>What the plan was compiled with; a simulation uses the same.</summary>
    public FoldSettings Settings { get; }

    public PlaceTable Places { get; private set; } = new();

    /// <summary>Numbers of the ids of lifecycles, stages and segments, in the plan's order.</summary>
    public int[] LifecycleNames { get; }

    public int[][] StageNames { get; }

    public int[] SegmentNames { get; }

    /// <summary>Timers that wait, those included that no longer mean anything.</summary>
    public int Timers => shards.Sum(shard => shard.Timers);

    /// <summary>Bytes of kept states.</summary>
    public long StateBytes => shards.Sum(shard => shard.States.Size);

    /// <summary>Events that folds took in so far: more than came where profiles are refolded.</summary>
    public long FoldedEvents => desks.Sum(desk => desk.Folded);

    public ProfilePlace? Of(int profile) => Places.Of(profile);

    /// <summary>The shard of a profile, or of its neighbours.</summary>
    public static int ShardOf(int profile) => (profile >> NeighboursShift) & (ShardCount - 1);

    /// <summary>Takes over what another placement made known; <see cref="UpdateAll"/> then says what differs.</summary>
    public void Adopt(Placement previous) => Places = previous.Places;

    /// <summary>When the next timer is due.</summary>
    public long NextDeadline()
    {
        var next = Instants.Never;
        foreach (var shard in shards)
        {
            next = Math.Min(next, shard.NextDeadline(Places));
        }
        return next;
    }

    /// <summary>Puts back the places of a checkpoint, without folding.</summary>
    public void Restore(PlaceTable places)
    {
        Places = places;
        foreach (var profile in places.Profiles())
        {
            shards[ShardOf(profile)].Await(profile, places.DeadlineOf(profile));
        }
    }

    /// <summary>Puts back what is known to have been made known of one profile.</summary>
    public void Restore(int profile, ProfilePlace place)
    {
        Places.Reserve(profile);
        Places.Set(profile, place.Moves, place.Memberships, place.NextDeadline);
        shards[ShardOf(profile)].Await(profile, place.NextDeadline);
    }

    /// <summary>
    /// Brings places up to date, as of <paramref name="now"/>: identity changes, what came, what was touched beside it (identifiers), those in
    /// groups that changed, due timers. Says which moves are new or no longer true.
    /// </summary>
    internal void Update(IReadOnlyList<IdentityChange> changes, Arrivals arrivals, IEnumerable<int> regrouped, long now, MoveSink sink)
    {
        Places.Reserve(staged.Identity.NodeCount);
        foreach (var change in changes)
        {
            var shard = shards[ShardOf(change.Profile)];
            shard.States.Remove(change.Profile);
            if (change.IsRetired)
            {
                PlaceWriter.Withdraw(Places, change.Profile, sink.Take);
            }
            else
            {
                shard.Due.Add(change.Profile);
            }
        }
        foreach (var arrival in arrivals.All)
        {
            if (staged.Identity.ProfileOf(arrival.Node) is >= 0 and var profile)
            {
                shards[ShardOf(profile)].Arrivals.Add((profile, arrival));
            }
        }
        Renew(arrivals.Touched);
        Renew(regrouped);
        foreach (var shard in shards)
        {
            shard.TakeTimers(Places, now);
        }
        staged.Groups.Sort();
        Run(shard => shard.HasWork, (desk, shard) => UpdateShard(desk, shard, now), sink);
    }

    /// <summary>
    /// Takes back the places of what is no profile: a start can find them made known by a run that was cut off before it withdrew them.
    /// </summary>
    internal void WithdrawStrangers(MoveSink sink)
    {
        foreach (var profile in Places.Profiles().Where(profile => !staged.Identity.IsProfile(profile)).ToList())
        {
            PlaceWriter.Withdraw(Places, profile, sink.Take);
        }
    }

    /// <summary>Nothing is known of a profile any more, and nothing is said of it.</summary>
    public void Forget(int profile)
    {
        var shard = shards[ShardOf(profile)];
        shard.Due.Remove(profile);
        shard.States.Remove(profile);
        Places.Remove(profile);
    }

    /// <summary>Folds every profile anew.</summary>
    internal void UpdateAll(long now, MoveSink sink)
    {
        Places.Reserve(staged.Identity.NodeCount);
        WithdrawStrangers(sink);
        foreach (var shard in shards)
        {
            shard.Due.Clear();
            shard.Arrivals.Clear();
            shard.States.Clear();
            shard.ClearTimers();
        }
        staged.Groups.Sort();
        Run(_ => true, (desk, shard) => RefoldShard(desk, shard, now), sink);
        // They have grown to what everybody's moves take.
        Array.ForEach(Enumerable.Range(0, ShardsPerWave).ToArray(), i => packed[i] = new FrameBuilder());
    }

    /// <summary>Profiles that are to be folded anew for a reason other than their own events.</summary>
    private void Renew(IEnumerable<int> nodes)
    {
        foreach (var node in nodes)
        {
            if (staged.Identity.ProfileOf(node) is >= 0 and var profile)
            {
                var shard = shards[ShardOf(profile)];
                shard.States.Remove(profile);
                shard.Due.Add(profile);
            }
        }
    }

    /// <summary>Works on shards in waves, each on all threads; what a wave brought is made known before the next, so it need not wait in memory.</summary>
    private void Run(Func<Shard, bool> hasWork, Action<FoldDesk, Shard> work, MoveSink sink)
    {
        Array.ForEach(desks, desk => desk.Reader.Refresh());
        RunWaves(hasWork, work, sink);
        Array.ForEach(desks, desk => desk.Reader.Rest());
    }

    private void RunWaves(Func<Shard, bool> hasWork, Action<FoldDesk, Shard> work, MoveSink sink)
    {
        var next = 0;
        while (next < ShardCount)
        {
            var count = 0;
            while (next < ShardCount && count < ShardsPerWave)
            {
                if (hasWork(shards[next]))
                {
                    wave[count++] = shards[next];
                }
                next++;
            }
            RunWave(count, work, sink);
            for (var i = 0; i < count; i++)
            {
                sink.Take(packed[i]);
            }
        }
    }

    private void RunWave(int count, Action<FoldDesk, Shard> work, MoveSink sink)
    {
        var due = 0;
        for (var i = 0; i < count; i++)
        {
            due += wave[i].Due.Count + wave[i].Arrivals.Count;
        }
        if (count == 0 || due is > 0 and < WorthSharing)
        {
            for (var i = 0; i < count; i++)
            {
                WorkOn(0, i, work, sink);
            }
        }
        else
        {
            crew.Share(count, (worker, i) => WorkOn(worker, i, work, sink));
        }
    }

    private void WorkOn(int worker, int i, Action<FoldDesk, Shard> work, MoveSink sink)
    {
        work(desks[worker], wave[i]);
        sink.Pack(wave[i].Moves, packed[i]);
        wave[i].Moves.Clear();
    }

    private void RefoldShard(FoldDesk desk, Shard shard, long now)
    {
        var first = Array.IndexOf(shards, shard) << NeighboursShift;
        for (; first < staged.Identity.NodeCount; first += ShardCount << NeighboursShift)
        {
            for (var profile = first; profile < Math.Min(first + Neighbours, staged.Identity.NodeCount); profile++)
            {
                if (staged.Identity.IsProfile(profile))
                {
                    Refold(desk, profile, now);
                    writer.Settle(Places, desk, shard, profile, false);
                }
            }
        }
    }

    private void UpdateShard(FoldDesk desk, Shard shard, long now)
    {
        shard.Arrivals.Sort((a, b) => a.Profile.CompareTo(b.Profile));
        for (var i = 0; i < shard.Arrivals.Count;)
        {
            var profile = shard.Arrivals[i].Profile;
            desk.Arrivals.Clear();
            for (; i < shard.Arrivals.Count && shard.Arrivals[i].Profile == profile; i++)
            {
                desk.Arrivals.Add(shard.Arrivals[i].Arrival);
            }
            shard.Due.Remove(profile);
            UpdateProfile(desk, shard, profile, now);
        }
        shard.Arrivals.Clear();
        desk.Arrivals.Clear();
        foreach (var profile in shard.Due)
        {
            UpdateProfile(desk, shard, profile, now);
        }
        shard.Due.Clear();
    }

    private void UpdateProfile(FoldDesk desk, Shard shard, int profile, long now)
    {
        var goesOn = TryGoOn(desk, shard, profile, now);
        if (!goesOn)
        {
            Refold(desk, profile, now);
        }
        writer.Settle(Places, desk, shard, profile, goesOn);
        desk.State.ResetWrittenCount();
        desk.Fold.Save(desk.State);
        shard.States.Put(profile, desk.State.WrittenSpan);
    }

    /// <summary>Folds on only what came, if it all comes after what was decided.</summary>
    private bool TryGoOn(FoldDesk desk, Shard shard, int profile, long now)
    {
        var state = shard.States.Get(profile);
        if (state.IsEmpty)
        {
            return false;
        }
        desk.Fold.Load(state);
        var arrivals = desk.Arrivals;
        if (arrivals.Count > 0)
        {
            if (arrivals.Count > 1)
            {
                arrivals.Sort((a, b) => staged.History.Order(a, b));
            }
            if (!desk.Fold.CanAdd(arrivals[0].At))
            {
                return false;
            }
            foreach (var arrival in arrivals)
            {
                desk.Fold.Add(staged.History.View(arrival));
            }
            desk.Folded += arrivals.Count;
        }
        desk.Fold.AdvanceTo(Math.Max(now, desk.Fold.Now));
        return true;
    }

    private void Refold(FoldDesk desk, int profile, long now) =>
        desk.Folded += Refolding.Run(desk.Fold, desk.Reader, staged.Identity.MembersOf(profile), long.MaxValue, now);
}
