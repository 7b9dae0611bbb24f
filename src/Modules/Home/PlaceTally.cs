using System.Runtime.InteropServices;
using Ciclo.Core.Metrics;
using Ciclo.Engine.Runtime;

namespace Ciclo.Modules.Home;

/// <summary>Counts places: one lifecycle's flow, its newest moves, and the members of every segment.</summary>
internal sealed class PlaceTally
{
    private const int LatestShown = 8;

    private readonly EngineState state;
    private readonly StageFlowQuestion question;
    private readonly int lifecycle;
    private readonly Dictionary<int, int> stages = [];
    private readonly Dictionary<int, int> segments = [];
    private readonly int[] members;
    private readonly List<StageMove> moves = [];
    private readonly PriorityQueue<(int Profile, StageMove Move), long> latest = new();

    public PlaceTally(EngineState state, int lifecycleIndex, StageFlowQuestion question)
    {
        this.state = state;
        this.question = question;
        Flow = new StageFlow(question);
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
        members = new int[state.Placement.SegmentNames.Length];
    }

    public StageFlow Flow { get; }

    /// <summary>People with a stage in the lifecycle.</summary>
    public int Placed { get; private set; }

    public void Add(int profile, PlaceView place)
    {
        foreach (var (segment, _) in place.Memberships)
        {
            if (segments.TryGetValue(segment, out var index))
            {
                members[index]++;
            }
        }
        moves.Clear();
        foreach (var move in place.Moves)
        {
            if (move.Lifecycle == lifecycle && stages.TryGetValue(move.To, out var to))
            {
                moves.Add(new StageMove(stages.GetValueOrDefault(move.From, -1), to, move.At));
            }
        }
        if (moves.Count == 0)
        {
            return;
        }
        Placed++;
        Flow.Add(CollectionsMarshal.AsSpan(moves));
        Keep(profile, moves[^1]);
    }

    public int MembersOf(int segment) => members[segment];

    /// <summary>The newest moves from one stage to another, one a person, newest first. First entries are left out: they are arrivals, and most of all moves.</summary>
    public IReadOnlyList<LatestMove> Latest() =>
    [
        .. latest.UnorderedItems.Select(item => item.Element).OrderByDescending(one => one.Move.At).ThenBy(one => one.Profile)
            .Select(one => new LatestMove(state.Staged.Identity.PublicId(one.Profile), state.Staged.Identity.PrintedUserId(one.Profile), one.Move.From, one.Move.To, one.Move.At)),
    ];

    private void Keep(int profile, in StageMove move)
    {
        if (move.From < 0 || move.At <= question.From || move.At > question.To)
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
