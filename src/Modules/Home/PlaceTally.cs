using Ciclo.Core.Metrics;
using Ciclo.Engine.Runtime;
using Ciclo.Modules.Profiles.Contracts;

namespace Ciclo.Modules.Home;

/// <summary>Counts places: one lifecycle's flow, its newest moves, and the members of every segment.</summary>
internal sealed class PlaceTally
{
    private const int LatestShown = 8;

    private readonly EngineState state;
    private readonly StageFlowQuestion question;
    private readonly StageMoveReader reader;
    private readonly Dictionary<int, int> segments = [];
    private readonly int[] members;
    private readonly PriorityQueue<(int Profile, StageMove Move), (long At, int Order)> latest = new();

    /// <summary>Counts every place of the workspace, on all cores.</summary>
    public static PlaceTally Of(EngineState state, int lifecycleIndex, StageFlowQuestion question)
    {
        var whole = new PlaceTally(state, lifecycleIndex, question);
        Parallel.For(0, PlaceTable.ShardCount, () => new PlaceTally(state, lifecycleIndex, question), (shard, _, part) =>
        {
            state.Placement.Places.Each(shard, part.Add);
            return part;
        }, part =>
        {
            lock (whole)
            {
                whole.Join(part);
            }
        });
        return whole;
    }

    private PlaceTally(EngineState state, int lifecycleIndex, StageFlowQuestion question)
    {
        this.state = state;
        this.question = question;
        Flow = new StageFlow(question);
        reader = new StageMoveReader(state, lifecycleIndex);
        for (var i = 0; i < state.Placement.SegmentNames.Length; i++)
        {
            segments[state.Placement.SegmentNames[i]] = i;
        }
        members = new int[state.Placement.SegmentNames.Length];
    }

    public StageFlow Flow { get; }

    /// <summary>People with a stage in the lifecycle.</summary>
    public int Placed { get; private set; }

    private void Add(int profile, PlaceView place)
    {
        foreach (var (segment, _) in place.Memberships)
        {
            if (segments.TryGetValue(segment, out var index))
            {
                members[index]++;
            }
        }
        var moves = reader.Read(place);
        if (moves.IsEmpty)
        {
            return;
        }
        Placed++;
        Flow.Add(moves);
        Keep(profile, moves[^1]);
    }

    public int MembersOf(int segment) => members[segment];

    /// <summary>The newest moves from one stage to another, one a person, newest first. First entries are left out: they are arrivals, and most of all moves.</summary>
    public IReadOnlyList<LatestMove> Latest() =>
    [
        .. latest.UnorderedItems.Select(item => item.Element).OrderByDescending(one => one.Move.At).ThenBy(one => one.Profile)
            .Select(one => new LatestMove(state.Staged.Identity.PublicId(one.Profile), PersonName.Of(ProfileCard.Of(state, one.Profile)), one.Move.From, one.Move.To, one.Move.At)),
    ];

    private void Join(PlaceTally other)
    {
        Flow.Join(other.Flow);
        Placed += other.Placed;
        for (var i = 0; i < members.Length; i++)
        {
            members[i] += other.members[i];
        }
        foreach (var ((profile, move), _) in other.latest.UnorderedItems)
        {
            Keep(profile, move);
        }
    }

    private void Keep(int profile, in StageMove move)
    {
        if (move.From < 0 || move.At <= question.From || move.At > question.To)
        {
            return;
        }
        // Of moves at one instant the lowest numbers are shown, whichever thread counted them.
        var rank = (move.At, -profile);
        if (latest.Count < LatestShown)
        {
            latest.Enqueue((profile, move), rank);
        }
        else if (latest.TryPeek(out _, out var oldest) && rank.CompareTo(oldest) > 0)
        {
            latest.EnqueueDequeue((profile, move), rank);
        }
    }
}
