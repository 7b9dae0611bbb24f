using Ciclo.Engine.Runtime;

namespace Ciclo.Tests.Simulation;

/// <summary>What must hold of an engine that has nothing left to do.</summary>
internal static class EngineChecks
{
    /// <summary>The payloads of the journal's frames, in order.</summary>
    public static IEnumerable<byte[]> Frames(WorkspaceEngine engine)
    {
        using var reader = engine.Journal.ReadFrom(0);
        while (reader.TryRead(out _, out var payload))
        {
            yield return payload.ToArray();
        }
    }

    /// <summary>Places equal the reference's, the feed adds up to them, no move was made known twice, and questions have one answer.</summary>
    public static void Hold(WorkspaceEngine engine, IReadOnlyList<byte[]> frames)
    {
        Assert.Equal(0, engine.Backlog);
        var (now, shown) = engine.Read(state => (state.Now, EngineDump.Of(state)));
        Assert.Equal(string.Join('\n', EngineReference.Expect(frames, engine.Rules, now)), string.Join('\n', shown));
        HoldFeed(engine);
        engine.Read(HoldQueries);
    }

    private static void HoldFeed(WorkspaceEngine engine)
    {
        var standing = new HashSet<string>();
        foreach (var row in engine.Feed.Read(null, int.MaxValue)!)
        {
            var text = $"{row.Profile} {EngineDump.Move(row.Lifecycle, row.From ?? "", row.To, row.At)}";
            Assert.True(row.Kind == "moved" ? standing.Add(text) : standing.Remove(text), $"{row.Kind} twice: {text}");
        }
        var current = engine.Read(state => state.Placement.Places.Profiles().SelectMany(profile => state.Placement.Of(profile)!.Moves.Select(move =>
            $"{state.Staged.Identity.PublicId(profile)} "
            + EngineDump.Move(state.PlaceNames[move.Lifecycle], move.From < 0 ? "" : state.PlaceNames[move.From], state.PlaceNames[move.To], move.At))).ToList());
        Assert.Equal(string.Join('\n', current.Order(StringComparer.Ordinal)), string.Join('\n', standing.Order(StringComparer.Ordinal)));
    }

    /// <summary>What is kept up to date and what is replayed for an instant are the same answer.</summary>
    private static int HoldQueries(EngineState state)
    {
        for (var lifecycle = 0; lifecycle < state.Placement.Plan.Lifecycles.Length; lifecycle++)
        {
            Assert.Equal(Queries.Transitions(state, lifecycle, state.Now), Queries.Transitions(state, lifecycle, null));
            Assert.Equal(Queries.Stages(state, lifecycle, state.Now), Queries.Stages(state, lifecycle, null));
        }
        for (var segment = 0; segment < state.Placement.Plan.Segments.Length; segment++)
        {
            Assert.Equal(Queries.Members(state, segment, state.Now), Queries.Members(state, segment, null));
        }
        return 0;
    }
}
