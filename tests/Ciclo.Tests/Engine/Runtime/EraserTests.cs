using System.Text;
using Ciclo.Core.Identity;
using Ciclo.Data.Journal;
using Ciclo.Engine.Collect;
using Ciclo.Engine.Runtime;
using Ciclo.Tests.Simulation;

namespace Ciclo.Tests.Engine;

/// <summary>An erased person is nowhere any more, whenever the power goes, and nobody else is the worse for it.</summary>
public sealed class EraserTests : ErasureWorld
{
    private static readonly string[] Traces = ["ana-4711-x", "ana.perez@example.com", "ana-device-01", "crm-ana-0001", "ana-second-device"];

    [Fact]
    public async Task No_byte_of_the_identifiers_is_left_and_everybody_else_stands_as_before()
    {
        var storage = new SimulatedStorage(1);
        await using var engine = await OpenAsync(storage);
        await FillAsync(engine);
        await engine.CheckpointAsync(CancellationToken.None);
        var others = Others(engine);
        Assert.NotEmpty(others);
        Assert.All(Traces[..4], trace => Assert.True(Holds(storage, trace).Count > 0, trace));
        var publicId = engine.Read(state => PersonExtent.Of(state, "user_id:ana-4711-x")!.PublicId);
        var id = await EraseAsync(engine, "email:ana.perez@example.com");
        Assert.All([.. Traces, publicId], trace => Assert.Equal([], Holds(storage, trace)));
        Assert.Equal(others, Others(engine));
        EngineChecks.Hold(engine, [.. EngineChecks.Frames(engine)]);
        var erasure = engine.Read(state => state.Staged.Erasures.Find(id)!);
        Assert.Equal((4, 6L), (erasure.Identifiers, erasure.Removed!.Events));
        Assert.True(erasure.Removed is { Redacted: 3, Rejected: 1, Commands: 1 }, erasure.Removed.ToString());
        Assert.True(erasure.Removed.Moves > 0);
    }

    [Fact]
    public async Task A_power_cut_at_any_step_is_carried_through_by_the_next_start()
    {
        var cuts = 0;
        for (var step = 1; ; step += 1 + (step / 12))
        {
            var storage = new SimulatedStorage(step);
            var engine = await OpenAsync(storage);
            await FillAsync(engine);
            if (step % 3 != 0)
            {
                await engine.CheckpointAsync(CancellationToken.None);
            }
            var others = Others(engine);
            await BeginAsync(engine, "user_id:ana-4711-x");
            (storage.Fault, storage.FaultAt) = (Fault.PowerCut, storage.Operations + step);
            var isCut = await IsCutAsync(engine, storage);
            if (isCut)
            {
                cuts++;
                engine = await OpenAsync(storage);
                await SettleAsync(engine);
            }
            Assert.All(Traces, trace => Assert.True(Holds(storage, trace).Count == 0, $"step {step} ({storage.Faulted}): {trace} in {string.Join(' ', Holds(storage, trace))}"));
            Assert.Equal(others, Others(engine));
            Assert.NotNull(Assert.Single(engine.Read(state => state.Staged.Erasures.All)).DoneAt);
            EngineChecks.Hold(engine, [.. EngineChecks.Frames(engine)]);
            await engine.DisposeAsync();
            if (!isCut)
            {
                break;
            }
        }
        Assert.True(cuts > 20, $"{cuts} cuts");
    }

    [Fact]
    public async Task Later_events_are_refused_without_what_they_said_until_the_erasure_is_lifted()
    {
        var storage = new SimulatedStorage(5);
        var engine = await OpenAsync(storage);
        await FillAsync(engine);
        var id = await EraseAsync(engine, "user_id:ana-4711-x");
        await SendAsync(engine, """{"type":"track","userId":"ana-4711-x","event":"Came Back"}""", """{"type":"track","userId":"bob","event":"Came Back","anonymousId":"ana-device-01"}""", """{"type":"track","userId":"bob","event":"Stayed"}""");
        await engine.DisposeAsync();
        storage.Kill();
        engine = await OpenAsync(storage);
        await SendAsync(engine, """{"type":"alias","userId":"cleo","previousId":"ana-4711-x"}""");
        await SettleAsync(engine);
        var refused = engine.Read(state => state.Staged.Rejected.ToList()).ConvertAll(address => RejectedItem.Read(engine.Journal.ReadRecord(address).Body.Span));
        Assert.Equal(3, refused.Count(item => item is { Reason: "erased", Item.IsEmpty: true }));
        Assert.All(Traces, trace => Assert.Equal([], Holds(storage, trace)));
        Assert.Null(engine.Read(state => PersonExtent.Of(state, "user_id:ana-4711-x")));
        var lifting = engine.LiftErasureAsync(engine.Read(state => state.Staged.Erasures.Find(id)!), "test", CancellationToken.None);
        await DriveAsync(engine, lifting);
        await SendAsync(engine, """{"type":"track","userId":"ana-4711-x","event":"Came Back"}""");
        await SettleAsync(engine);
        Assert.Equal(1, engine.Read(state => PersonExtent.Of(state, "user_id:ana-4711-x")!.Events));
        await engine.DisposeAsync();
    }

    [Fact]
    public async Task Erased_while_events_checkpoints_and_merges_go_on()
    {
        for (var seed = 0; seed < 8; seed++)
        {
            var random = new Random(seed);
            var storage = new SimulatedStorage(seed);
            await using var engine = await OpenAsync(storage);
            await FillAsync(engine);
            Task? erasing = null;
            for (var step = 0; step < 40; step++)
            {
                erasing ??= step == 10 ? engine.EraseAsync("user_id:ana-4711-x", "test", CancellationToken.None) : null;
                await SendAsync(engine, $$$"""{"type":"track","userId":"ana-4711-x","anonymousId":"ana-second-device","event":"Order Completed","properties":{"step":{{{step}}}}}""",
                    $$$"""{"type":"track","userId":"user-{{{random.Next(9)}}}","event":"Order Completed","properties":{"revenue":{{{step}}}}}""");
                if (random.Next(3) == 0)
                {
                    await engine.CheckpointAsync(CancellationToken.None);
                }
                await engine.TurnAsync(CancellationToken.None);
            }
            await DriveAsync(engine, erasing!);
            await SettleAsync(engine);
            await engine.CheckpointAsync(CancellationToken.None);
            Assert.All(Traces, trace => Assert.True(Holds(storage, trace).Count == 0, $"seed {seed}: {trace} in {string.Join(' ', Holds(storage, trace))}"));
            EngineChecks.Hold(engine, [.. EngineChecks.Frames(engine)]);
        }
    }

    [Fact]
    public void A_mention_counts_where_it_stands_alone()
    {
        var mentions = new Mentions([Identifier.Email("ana@example.com"), Identifier.UserId("customer1"), Identifier.UserId("u1"), Identifier.UserId("12345678")]);
        foreach (var text in new[] { "\"ANA@Example.com\"", "to ana@example.com.", "<ana@example.com>", "\"customer1\"", "x customer1,", "\"u1\"", "u1,x" })
        {
            Assert.True(mentions.Occur(Encoding.UTF8.GetBytes(text)), text);
        }
        foreach (var text in new[] { "xana@example.com", "ana@example.community", "ana@example.com.mx", "customer12", "a-customer1", "u12", "the u1 bus" })
        {
            Assert.False(mentions.Occur(Encoding.UTF8.GetBytes(text)), text);
        }
        var json = Encoding.UTF8.GetBytes("""{"a":"ana@example.com","n":12345678,"u":"u1"}""");
        Assert.True(mentions.Mask(json, withShort: false));
        Assert.Equal("""{"a":"***************","n":99999999,"u":"u1"}""", Encoding.UTF8.GetString(json));
    }

    private static readonly string[] Life =
    [
        """{"type":"track","anonymousId":"ana-device-01","event":"Product Viewed"}""",
        """{"type":"identify","userId":"ana-4711-x","anonymousId":"ana-device-01","traits":{"email":"Ana.Perez@example.com","plan":"pro","note":"ana.perez@example.com is hers"},"context":{"externalIds":[{"id":"crm-ana-0001","type":"crm"}]}}""",
        """{"type":"track","userId":"ana-4711-x","event":"Order Completed","properties":{"revenue":40,"currency":"EUR"}}""",
        """{"type":"track","userId":"ana-4711-x","event":"Order Completed","properties":{"revenue":70,"currency":"EUR"}}""",
        """{"type":"group","userId":"ana-4711-x","groupId":"acme","traits":{"plan":"pro","owner":"ana.perez@example.com"}}""",
        """{"type":"track","userId":"ana-4711-x","event":"Signed Up"}""",
        """{"type":"track","userId":"bob","event":"Signed Up","properties":{"invited_by":"ana.perez@example.com"}}""",
        """{"type":"track","userId":"bob","anonymousId":"ana-device-01","event":"Order Completed","properties":{"revenue":5}}""",
        """{"type":"identify","userId":"cleo","traits":{"email":"cleo@example.com","friend":"ana-4711-x"}}""",
        """{"type":"track","userId":"ana-4711-x"}""",
        """{"type":"track","userId":"dora"}""",
        """{"type":"track","userId":"dora","event":"Signed Up"}""",
    ];

    private async Task FillAsync(WorkspaceEngine engine)
    {
        await SendAsync(engine, Life);
        await SendAsync(engine, """{"type":"track","userId":"ana-4711-y","event":"Signed Up"}""");
        var frame = new FrameBuilder();
        frame.Begin(RecordKind.IdentityCommand);
        System.Buffers.BuffersExtensions.Write(frame, System.Text.Json.JsonSerializer.SerializeToUtf8Bytes(
            new IdentityCommandRecord(IdentityCommandKind.Separate, "user_id:ana-4711-x", "user_id:bob", Clock.NowMs, "c1", "test"), RecordJson.Default.IdentityCommandRecord));
        frame.End();
        await engine.AppendAsync(frame.Payload, CancellationToken.None);
        await SettleAsync(engine);
    }

    private static List<string> Others(WorkspaceEngine engine) => engine.Read(state =>
    {
        var identity = state.Staged.Identity;
        var shown = new List<string>();
        foreach (var profile in state.Placement.Places.Profiles().Where(profile => !identity.PrintedUserId(profile).StartsWith("ana-4711-x", StringComparison.Ordinal)))
        {
            var moves = state.Placement.Of(profile)!.Moves.Select(move => $"{state.PlaceNames[move.To]}@{move.At}");
            shown.Add($"{identity.PrintedUserId(profile)}: {string.Join(' ', moves)}, {state.Staged.History.CountOf(identity.MembersOf(profile))} events");
        }
        shown.Sort(StringComparer.Ordinal);
        return shown;
    });
}
