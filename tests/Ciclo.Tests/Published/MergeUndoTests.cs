using System.Text;
using Ciclo.Core.Events;
using Ciclo.Core.Identity;
using Ciclo.Data.Journal;
using Ciclo.Engine.Collect;
using Ciclo.Engine.Runtime;

namespace Ciclo.Tests.Published;

/// <summary>A merge, its undo, and what the feed says of both.</summary>
public sealed class MergeUndoTests
{
    private const long Now = 1_325_376_000_000;

    [Fact]
    public async Task Two_people_joined_by_mistake_and_separated_again_are_as_if_they_had_never_been_joined()
    {
        await using var workspace = await PublishedWorkspace.OpenAsync(Now, OrderStages.Forward);
        await OrderAsync(workspace, "ana", "m1", Now - 40_000_000, 150);
        await OrderAsync(workspace, "bea", "m2", Now - 30_000_000, 160);
        var apart = workspace.Transitions(OrderStages.Forward);

        await CommandAsync(workspace, IdentityCommandKind.Join, 1);
        var joined = workspace.Transitions(OrderStages.Forward);
        Assert.DoesNotContain("bea", joined, StringComparison.Ordinal);
        // Together they bought twice, for 310.
        Assert.Contains("ana,acquisition,engagement", joined, StringComparison.Ordinal);

        await CommandAsync(workspace, IdentityCommandKind.Separate, 2);
        Assert.Equal(apart, workspace.Transitions(OrderStages.Forward));
        AssertFeedStandsAt(workspace);

        await CommandAsync(workspace, IdentityCommandKind.Lift, 3);
        Assert.Equal(joined, workspace.Transitions(OrderStages.Forward));

        await CommandAsync(workspace, IdentityCommandKind.Separate, 4);
        Assert.Equal(apart, workspace.Transitions(OrderStages.Forward));
        AssertFeedStandsAt(workspace);
        await workspace.Engine.RebuildAsync(CancellationToken.None);
        Assert.Equal(apart, workspace.Transitions(OrderStages.Forward));
        AssertFeedStandsAt(workspace);
    }

    private static void AssertFeedStandsAt(PublishedWorkspace workspace)
    {
        var standing = new List<string>();
        var rows = workspace.Engine.Feed.Read(null, int.MaxValue)!;
        foreach (var row in rows)
        {
            var move = $"{row.Profile},{row.From},{row.To},{row.At}";
            Assert.True(row.Kind == "moved" ? !standing.Contains(move) : standing.Contains(move), $"{row.Kind} twice: {move}");
            _ = row.Kind == "moved" && Add(standing, move) || standing.Remove(move);
        }
        Assert.Contains(rows, row => row.Kind == "withdrawn");
        var current = workspace.Engine.Read(state => state.Placement.Places.Profiles().SelectMany(profile => state.Placement.Of(profile)!.Moves.Select(move =>
            $"{state.Staged.Identity.PublicId(profile)},{(move.From < 0 ? "" : state.PlaceNames[move.From])},{state.PlaceNames[move.To]},{move.At}")).ToList());
        Assert.Equal(current.Order(StringComparer.Ordinal), standing.Order(StringComparer.Ordinal));
    }

    private static bool Add(List<string> standing, string move)
    {
        standing.Add(move);
        return true;
    }

    private static async Task OrderAsync(PublishedWorkspace workspace, string user, string messageId, long at, int revenue)
    {
        var json = $$"""{"userId":"{{user}}","messageId":"{{messageId}}","event":"Order Completed","timestamp":{{at}},"properties":{"revenue":{{revenue}} } }""";
        var frame = new FrameBuilder();
        var result = new Admission(MessageIds.FromSystem()).Read(Encoding.UTF8.GetBytes(json), new RequestFacts(CallType.Track, Now), frame);
        Assert.Equal(1, result.Admitted);
        await workspace.Engine.FoldedAsync(await workspace.Engine.AppendAsync(frame.Payload, CancellationToken.None), CancellationToken.None);
    }

    private static Task CommandAsync(PublishedWorkspace workspace, IdentityCommandKind kind, int number) => workspace.Engine.AppendAsync(
        RecordKind.IdentityCommand,
        new IdentityCommandRecord(kind, "user_id:ana", "user_id:bea", Now + number, $"c{number}", "test"),
        RecordJson.Default.IdentityCommandRecord,
        CancellationToken.None);
}
