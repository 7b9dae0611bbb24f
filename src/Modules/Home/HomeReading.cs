using Ciclo.Core;
using Ciclo.Core.Time;
using Ciclo.Engine.Runtime;

namespace Ciclo.Modules.Home;

/// <summary>A stage with the people in it now, and the people who entered and left it within the window (each counted once).</summary>
public sealed record StageSize(StageInfo Stage, int People, int Entered, int Left, int Change);

public sealed record SegmentSize(SegmentInfo Segment, int People);

public sealed record LatestMove(string Id, string UserId, int From, int To, long At);

/// <summary>The window of "the last 30 days": up to now, or, where the newest event is over a day old, up to that event.</summary>
public sealed record Window(long From, long To, bool EndsWithData)
{
    public const int Days = 30;

    public static Window Of(EngineState state)
    {
        var newest = state.Staged.History.LastAt;
        var isOld = newest != long.MinValue && newest < state.Now - Durations.Day;
        var to = isOld ? newest : state.Now;
        return new Window(to - (Days * Durations.Day), to, isOld);
    }

    public bool Contains(long at) => at > From && at <= To;
}

/// <summary>What the first page shows, read in one pass over the places of all profiles; nothing is folded.</summary>
public sealed record HomeReading(
    int People, int Placed, long Events, IReadOnlyList<LifecycleInfo> Lifecycles, LifecycleInfo? Chosen, IReadOnlyList<StageSize> Stages,
    int MovedAhead, int MovedBack, IReadOnlyList<SegmentSize> Segments, IReadOnlyList<LatestMove> Latest, Window Window)
{
    public static HomeReading Of(EngineState state, string wanted)
    {
        var lifecycles = LifecycleInfo.AllOf(state);
        var found = lifecycles.TakeWhile(lifecycle => lifecycle.Id != wanted).Count();
        var index = found < lifecycles.Count ? found : CustomerReading.DefaultOf(lifecycles);
        var window = Window.Of(state);
        var tally = new PlaceTally(state, lifecycles.Count == 0 ? -1 : index, window);
        var placed = 0;
        foreach (var profile in state.Placement.Places.Profiles())
        {
            placed++;
            tally.Add(profile, state.Placement.Places.View(profile));
        }
        var chosen = lifecycles.Count == 0 ? null : lifecycles[index];
        return new HomeReading(
            Queries.AllProfiles(state).Count(), placed, state.Staged.History.Count, lifecycles, chosen,
            chosen is null ? [] : [.. chosen.Stages.Select(tally.SizeOf)], tally.MovedAhead, tally.MovedBack,
            [.. SegmentInfo.AllOf(state).Select((segment, i) => new SegmentSize(segment, tally.MembersOf(i)))], tally.Latest(), window);
    }
}

/// <summary>Counts places of one lifecycle, and the members of every segment.</summary>
internal sealed class PlaceTally
{
    private const int LatestShown = 8;

    private readonly EngineState state;
    private readonly Window window;
    private readonly int lifecycle;
    private readonly Dictionary<int, int> stages = [];
    private readonly Dictionary<int, int> segments = [];
    private readonly int[] people;
    private readonly int[] entered;
    private readonly int[] left;
    private readonly int[] change;
    private readonly int[] enteredBy;
    private readonly int[] leftBy;
    private readonly int[] members;
    private readonly PriorityQueue<(int Profile, PlacedMove Move), long> latest = new();

    public PlaceTally(EngineState state, int lifecycleIndex, Window window)
    {
        this.state = state;
        this.window = window;
        lifecycle = lifecycleIndex < 0 ? int.MinValue : state.Placement.LifecycleNames[lifecycleIndex];
        var names = lifecycleIndex < 0 ? [] : state.Placement.StageNames[lifecycleIndex];
        for (var i = 0; i < names.Length; i++)
        {
            stages[names[i]] = i;
        }
        for (var i = 0; i < state.Placement.SegmentNames.Length; i++)
        {
            segments[state.Placement.SegmentNames[i]] = i;
        }
        (people, entered, left, change) = (new int[names.Length], new int[names.Length], new int[names.Length], new int[names.Length]);
        (enteredBy, leftBy) = (new int[names.Length], new int[names.Length]);
        Array.Fill(enteredBy, -1);
        Array.Fill(leftBy, -1);
        members = new int[state.Placement.SegmentNames.Length];
    }

    public int MovedAhead { get; private set; }

    public int MovedBack { get; private set; }

    public void Add(int profile, PlaceView place)
    {
        foreach (var (segment, _) in place.Memberships)
        {
            if (segments.TryGetValue(segment, out var index))
            {
                members[index]++;
            }
        }
        var (current, ahead, back) = (-1, false, false);
        foreach (var move in place.Moves)
        {
            if (move.Lifecycle != lifecycle || !stages.TryGetValue(move.To, out var to))
            {
                continue;
            }
            current = to;
            if (window.Contains(move.At))
            {
                var from = stages.GetValueOrDefault(move.From, -1);
                Count(profile, from, to);
                ahead |= from >= 0 && to > from;
                back |= from >= 0 && to < from;
                Keep(profile, move, from);
            }
        }
        if (current >= 0)
        {
            people[current]++;
        }
        MovedAhead += ahead ? 1 : 0;
        MovedBack += back ? 1 : 0;
    }

    public StageSize SizeOf(StageInfo stage, int index) => new(stage, people[index], entered[index], left[index], change[index]);

    public int MembersOf(int segment) => members[segment];

    /// <summary>The newest moves from one stage to another, newest first. First entries are left out: they are arrivals, and most of all moves.</summary>
    public IReadOnlyList<LatestMove> Latest() =>
    [
        .. latest.UnorderedItems.Select(item => item.Element).OrderByDescending(one => one.Move.At).ThenBy(one => one.Profile)
            .Select(one => new LatestMove(state.Staged.Identity.PublicId(one.Profile), state.Staged.Identity.PrintedUserId(one.Profile),
                stages[one.Move.From], stages[one.Move.To], one.Move.At)),
    ];

    private void Count(int profile, int from, int to)
    {
        change[to]++;
        if (enteredBy[to] != profile)
        {
            enteredBy[to] = profile;
            entered[to]++;
        }
        if (from < 0)
        {
            return;
        }
        change[from]--;
        if (leftBy[from] != profile)
        {
            leftBy[from] = profile;
            left[from]++;
        }
    }

    private void Keep(int profile, in PlacedMove move, int from)
    {
        if (from < 0)
        {
            return;
        }
        if (latest.Count < LatestShown)
        {
            latest.Enqueue((profile, move), move.At);
        }
        else if (latest.TryPeek(out _, out var oldest) && move.At > oldest)
        {
            latest.EnqueueDequeue((profile, move), move.At);
        }
    }
}
