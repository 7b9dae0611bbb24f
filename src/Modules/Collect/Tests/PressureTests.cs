using System.Net;
using System.Text;
using Ciclo.Core.Rules;
using Ciclo.Core.Time;
using Ciclo.Data.Journal;
using Ciclo.Engine.Runtime;
using Ciclo.Modules.Collect;
using Ciclo.Modules.Collect.Contracts;
using Ciclo.Modules.Keys;
using Ciclo.Tests.Simulation;

namespace Ciclo.Tests.Collect;

/// <summary>More than can be taken, and a disk without space, over HTTP and a real journal: refused for a while, nothing confirmed lost, nobody else held up.</summary>
public sealed class PressureTests
{
    private const string Event = """{"userId":"u","event":"E"}""";

    [Fact]
    public async Task Over_the_backlogs_limit_events_are_refused_for_a_second_and_taken_again_once_folded()
    {
        await using var world = await World.OpenAsync();
        await using var server = await CollectServer.StartAsync(journal: new WorkspaceTarget(world.Engine));
        world.Engine.MaxBacklog = 20;
        // Nothing is folded until a turn is taken.
        var taken = 0;
        HttpResponseMessage answer;
        while ((answer = await server.PostAsync("/v1/track", Event)).IsSuccessStatusCode)
        {
            taken++;
            answer.Dispose();
            Assert.True(taken < 100, "the limit is never reached");
        }
        using (answer)
        {
            Assert.Equal((HttpStatusCode.TooManyRequests, "1", 21), (answer.StatusCode, answer.Headers.GetValues("Retry-After").Single(), taken));
        }
        await world.TurnsAsync();
        Assert.Equal(0, world.Engine.Backlog);
        using var again = await server.PostAsync("/v1/track", Event);
        Assert.Equal(HttpStatusCode.OK, again.StatusCode);
        await world.TurnsAsync();
        Assert.Equal(taken + 1, world.Engine.Read(state => state.Staged.History.Count));
    }

    [Fact]
    public async Task A_full_disk_is_503_while_reading_goes_on_and_the_first_request_after_there_is_space_is_taken()
    {
        await using var world = await World.OpenAsync();
        await using var server = await CollectServer.StartAsync(journal: new WorkspaceTarget(world.Engine));
        var taken = 0;
        for (var round = 0; round < 4; round++)
        {
            for (var i = 0; i < 5; i++, taken++)
            {
                using var good = await server.PostAsync("/v1/track", Event);
                Assert.Equal(HttpStatusCode.OK, good.StatusCode);
            }
            await world.TurnsAsync();
            world.Storage.Capacity = 0;
            for (var i = 0; i < 3; i++)
            {
                using var refused = await server.PostAsync("/v1/track", Event);
                Assert.Equal((HttpStatusCode.ServiceUnavailable, "1"), (refused.StatusCode, refused.Headers.GetValues("Retry-After").Single()));
                Assert.Contains("cannot_write", await refused.Content.ReadAsStringAsync(), StringComparison.Ordinal);
                Assert.Equal(taken, world.Engine.Read(state => state.Staged.History.Count));
            }
            world.Storage.Capacity = long.MaxValue;
        }
        await world.TurnsAsync();
        Assert.Equal((taken, 0L), (world.Engine.Read(state => state.Staged.History.Count), world.Engine.Backlog));
    }

    [Fact]
    public async Task A_line_as_long_as_it_may_be_refuses_one_workspace_and_not_the_other()
    {
        await using var server = await CollectServer.StartAsync(options => options.RequestsAtOnce = 10);
        var disk = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        server.Target.Durable = disk.Task;
        var waiting = Enumerable.Range(0, 50).Select(_ => server.PostAsync("/v1/track", Event)).ToList();
        var answered = new List<HttpStatusCode>();
        while (answered.Count < 40)
        {
            var first = await Task.WhenAny(waiting);
            waiting.Remove(first);
            using var answer = await first;
            answered.Add(answer.StatusCode);
            Assert.Equal("1", answer.Headers.GetValues("Retry-After").Single());
        }
        Assert.All(answered, status => Assert.Equal(HttpStatusCode.TooManyRequests, status));
        using (var other = await server.PostAsync("/v1/track", Event, request => Use(request, CollectServer.OtherKey)))
        {
            Assert.Equal(HttpStatusCode.OK, other.StatusCode);
        }
        disk.SetResult();
        foreach (var last in await Task.WhenAll(waiting))
        {
            Assert.Equal(HttpStatusCode.OK, last.StatusCode);
            last.Dispose();
        }
        Assert.Equal((10, 1), (server.Target.Frames, server.OtherTarget.Frames));
    }

    [Fact]
    public async Task Bodies_that_need_more_memory_than_there_is_are_refused_and_give_back_what_they_had()
    {
        await using var server = await CollectServer.StartAsync(options => options.BodyMemory = 100_000);
        var large = new string(' ', 300_000) + """{"userId":"u","event":"Large"}""";
        for (var i = 0; i < 20; i++)
        {
            using var refused = await server.PostAsync("/v1/track", large);
            Assert.Equal((HttpStatusCode.TooManyRequests, "1"), (refused.StatusCode, refused.Headers.GetValues("Retry-After").Single()));
        }
        using var small = await server.PostAsync("/v1/track", Event);
        Assert.Equal(HttpStatusCode.OK, small.StatusCode);
    }

    /// <summary>Fairness as an order, not a time: while one workspace has fifty requests in its line, the other's first request has a free one.</summary>
    [Fact]
    public async Task A_request_waits_behind_those_of_its_own_workspace_in_their_order_and_behind_no_others()
    {
        var lines = new Lines(limit: 100);
        var (crowded, calm) = (lines.Of(new MemoryTarget()), lines.Of(new MemoryTarget()));
        var served = new List<int>();
        var running = new List<Task>();
        // Whoever holds a turn keeps it until the test says so.
        for (var holders = 0; holders < Math.Max(1, Environment.ProcessorCount - 1); holders++)
        {
            Assert.True(crowded.TurnAsync().IsCompletedSuccessfully);
        }
        for (var i = 0; i < 50; i++)
        {
            running.Add(ServeAsync(i));
        }
        Assert.True(calm.TurnAsync().IsCompletedSuccessfully);
        calm.EndTurn();
        Assert.Empty(served);
        crowded.EndTurn();
        await Task.WhenAll(running);
        Assert.Equal(Enumerable.Range(0, 50), served);

        async Task ServeAsync(int number)
        {
            await crowded.TurnAsync();
            lock (served)
            {
                served.Add(number);
            }
            crowded.EndTurn();
        }
    }

    private static void Use(HttpRequestMessage request, string key)
    {
        request.Headers.Remove("Authorization");
        request.Headers.TryAddWithoutValidation("Authorization", CollectServer.Basic(key + ":"));
    }

    /// <summary>A workspace on a simulated disk. It folds when told to.</summary>
    private sealed class World(SimulatedStorage storage, WorkspaceEngine engine) : IAsyncDisposable
    {
        public SimulatedStorage Storage => storage;

        public WorkspaceEngine Engine => engine;

        public static async Task<World> OpenAsync()
        {
            var storage = new SimulatedStorage(1);
            var rules = new WorkspaceRules(new DefinitionSet([], []), new Dictionary<string, int>(), "EUR", Zone.Utc, [], new Dictionary<string, string>());
            return new World(storage, await WorkspaceEngine.OpenAsync(
                "default", storage, rules, TimeProvider.System, FoldCrew.Inline, FoldCrew.Inline, new JournalOptions { Salt = 1 }, CancellationToken.None));
        }

        public async Task TurnsAsync()
        {
            while (await engine.TurnAsync(CancellationToken.None))
            {
            }
        }

        public ValueTask DisposeAsync() => engine.DisposeAsync();
    }
}
