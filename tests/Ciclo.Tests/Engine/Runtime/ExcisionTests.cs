using System.Globalization;
using System.Text;
using Ciclo.Core.Identity;
using Ciclo.Data.Journal;
using Ciclo.Engine.Runtime;
using Ciclo.Tests.Simulation;

namespace Ciclo.Tests.Engine;

/// <summary>A person is taken out of what is derived by writing few files anew, and it is as if everything had been made anew.</summary>
public sealed class ExcisionTests : ErasureWorld
{
    private const int People = 9;

    [Fact]
    public async Task What_is_left_is_what_making_everything_anew_leaves()
    {
        var excised = 0;
        for (var seed = 0; seed < 40; seed++)
        {
            var random = new Random(seed);
            var storage = new SimulatedStorage(seed);
            await using var engine = await OpenAsync(storage);
            await LiveAsync(engine, random, sharing: seed % 4 == 3);
            var person = Person(random.Next(People));
            var slot = engine.Read(state => state.Staged.History.Slot);
            await EraseAsync(engine, "user_id:" + person);
            excised += engine.Read(state => state.Staged.History.Slot) == slot ? 1 : 0;
            Assert.True(Holds(storage, person).Count == 0, $"seed {seed}: {person} in {string.Join(' ', Holds(storage, person))}");
            EngineChecks.Hold(engine, [.. EngineChecks.Frames(engine)]);
            await SendSomeAsync(engine, random, 20, sharing: false);
            await SettleAsync(engine);
            var before = Says(engine);
            await engine.RebuildAsync(CancellationToken.None);
            Assert.True(before == Says(engine), $"seed {seed}\n{before}\n-- made anew:\n{Says(engine)}");
        }
        Assert.InRange(excised, 20, 39);
    }

    [Fact]
    public async Task A_power_cut_at_any_step_of_it_is_carried_through_by_the_next_start()
    {
        var cuts = 0;
        for (var step = 1; ; step += 1 + (step / 15))
        {
            var storage = new SimulatedStorage(step);
            var engine = await OpenAsync(storage);
            await LiveAsync(engine, new Random(3), sharing: false);
            await engine.CheckpointAsync(CancellationToken.None);
            var person = Person(2);
            await BeginAsync(engine, "user_id:" + person);
            (storage.Fault, storage.FaultAt) = (Fault.PowerCut, storage.Operations + step);
            var isCut = await IsCutAsync(engine, storage);
            if (isCut)
            {
                cuts++;
                engine = await OpenAsync(storage);
                await SettleAsync(engine);
            }
            Assert.True(Holds(storage, person).Count == 0, $"step {step} ({storage.Faulted}): {string.Join(' ', Holds(storage, person))}");
            EngineChecks.Hold(engine, [.. EngineChecks.Frames(engine)]);
            await engine.DisposeAsync();
            if (!isCut)
            {
                break;
            }
        }
        Assert.True(cuts > 15, $"{cuts} cuts");
    }

    [Fact]
    public async Task It_is_still_so_after_the_next_start()
    {
        for (var seed = 0; seed < 10; seed++)
        {
            var storage = new SimulatedStorage(seed);
            var engine = await OpenAsync(storage);
            await LiveAsync(engine, new Random(seed), sharing: false);
            await EraseAsync(engine, "user_id:" + Person(1));
            var before = Says(engine);
            await engine.DisposeAsync();
            engine = await OpenAsync(storage);
            await SettleAsync(engine);
            Assert.True(before == Says(engine), $"seed {seed}\n{before}\n-- after a start:\n{Says(engine)}");
            await engine.DisposeAsync();
        }
    }

    [Fact]
    public async Task A_later_copy_that_was_a_duplicate_of_theirs_counts_from_then_on()
    {
        await using var engine = await OpenAsync(new SimulatedStorage(1));
        await LiveAsync(engine, new Random(1), sharing: false);
        await SendAsync(engine, $$"""{"type":"track","userId":"{{Person(1)}}","event":"Signed Up","messageId":"m-1"}""");
        await SendAsync(engine, """{"type":"track","userId":"somebody-else","event":"Signed Up","messageId":"m-1"}""");
        await SettleAsync(engine);
        Assert.Null(engine.Read(state => PersonExtent.Of(state, "user_id:somebody-else")));
        await EraseAsync(engine, "user_id:" + Person(1));
        Assert.Equal(1, engine.Read(state => PersonExtent.Of(state, "user_id:somebody-else")!.Events));
    }

    private static string Person(int number) => string.Create(CultureInfo.InvariantCulture, $"person-{number}-4711");

    private async Task LiveAsync(WorkspaceEngine engine, Random random, bool sharing)
    {
        await SendSomeAsync(engine, random, 60, sharing);
        await SettleAsync(engine);
        if (random.Next(2) == 0)
        {
            await engine.CheckpointAsync(CancellationToken.None);
        }
        await SendSomeAsync(engine, random, 30, sharing);
        await SettleAsync(engine);
    }

    private async Task SendSomeAsync(WorkspaceEngine engine, Random random, int count, bool sharing)
    {
        var items = new List<string>();
        for (var i = 0; i < count; i++)
        {
            var number = random.Next(People);
            var device = sharing && random.Next(5) == 0 ? random.Next(People) : number;
            var id = string.Create(CultureInfo.InvariantCulture, $"m{random.Next(400)}-{number}");
            var at = Core.Time.Instants.Format(Clock.NowMs - random.NextInt64(20L * 86_400_000));
            var who = $"\"userId\":\"{Person(number)}\",\"anonymousId\":\"device-{device}-0815\",\"messageId\":\"{id}\",\"timestamp\":\"{at}\"";
            items.Add(random.Next(8) switch
            {
                0 => $$$"""{"type":"identify",{{{who}}},"traits":{"email":"{{{Person(number)}}}@example.com","plan":"p{{{random.Next(3)}}}"}}""",
                1 => $$$"""{"type":"group",{{{who}}},"groupId":"team-{{{random.Next(3)}}}","traits":{"plan":"g{{{random.Next(3)}}}"}}""",
                2 => $$$"""{"type":"track",{{{who}}},"event":"Only {{{number}}}","properties":{"note":"of {{{Person(number)}}}"}}""",
                3 => $$$"""{"type":"track",{{{who}}}}""",
                _ => $$$"""{"type":"track",{{{who}}},"event":"Order Completed","properties":{"revenue":{{{random.Next(100)}}},"currency":"EUR"}}""",
            });
        }
        await SendAsync(engine, [.. items]);
    }

    /// <summary>All that can be asked of what is derived.</summary>
    private static string Says(WorkspaceEngine engine) => engine.Read(state =>
    {
        var staged = state.Staged;
        var text = new StringBuilder();
        text.AppendJoin('\n', EngineDump.Of(state)).AppendLine();
        text.AppendJoin('\n', staged.Identity.Links.Select(link => link.ToString()).Order(StringComparer.Ordinal)).AppendLine();
        text.AppendJoin(' ', staged.Schema.Events.Select(pair => $"{staged.EventNames[pair.Key]}={pair.Value}").Order(StringComparer.Ordinal)).AppendLine();
        text.AppendLine(CultureInfo.InvariantCulture, $"{staged.History.Count} events, {staged.Duplicates} duplicates, refused: {string.Join(' ', staged.Rejected)}");
        foreach (var team in new[] { "team-0", "team-1", "team-2" })
        {
            var members = staged.Groups.NodesOf(team).Select(node => staged.Identity.IdentifierOf(node).ToString()).Order(StringComparer.Ordinal);
            text.AppendLine(CultureInfo.InvariantCulture, $"{team}: {staged.Groups.Get(team, "plan", state.Now)} {string.Join(' ', members)}");
        }
        return text.ToString();
    });
}
