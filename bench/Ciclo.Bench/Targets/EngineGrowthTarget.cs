using Ciclo.Bench.Report;
using Ciclo.Core.Time;
using Ciclo.Engine.Runtime;

namespace Ciclo.Bench.Targets;

/// <summary>How the running engine's CPU time grows: of an import with its size, of a start with the history and with its tail, of a timer with those pending.</summary>
internal sealed class EngineGrowthTarget(BenchOptions options, Results results) : ITarget
{
    private const int ImportPeople = 300;
    private const int Runs = 3;

    public IReadOnlyList<string> Ids => ["growth-lateness", "growth-restart", "growth-tail", "growth-timers"];

    private string Folder => Path.Combine(options.Folder, "growth");

    public async Task RunAsync()
    {
        if (options.Chooses(Ids[0]))
        {
            int[] sizes = [20_000, 80_000, 320_000, 1_280_000];
            results.Add(new Growth(Ids[0], $"past events of {ImportPeople} people sent as fast as they are taken, until all is folded", "events", "µs CPU an event", Math.Log(3) / Math.Log(64),
                "at most 3× from the least to the most",
                [
                    new GrowthLine("in order", await EachAsync(sizes, size => ImportAsync(size, isReversed: false))),
                    new GrowthLine("in reverse", await EachAsync(sizes, size => ImportAsync(size, isReversed: true))),
                ]));
        }
        if (options.Chooses(Ids[1]))
        {
            results.Add(new Growth(Ids[1], "a start with a tail of 2,000 events, whose people are folded anew", "events of the history", "ms CPU", 0.3, "not with the history",
                [
                    new GrowthLine("of 20 events each", await EachAsync([25_000, 100_000, 400_000], size => StartAsync(size, 2_000, size / 20))),
                    new GrowthLine("of 5,000 people", await EachAsync([25_000, 100_000, 400_000], size => StartAsync(size, 2_000, 5_000))),
                ]));
        }
        if (options.Chooses(Ids[2]))
        {
            results.Add(new Growth(Ids[2], "a start of 5,000 people with 100,000 events", "events of the tail", "ms CPU", 1.1, "linear",
                [new GrowthLine("", await EachAsync([2_000, 20_000, 200_000], size => StartAsync(100_000, size, 5_000)))]));
        }
        if (options.Chooses(Ids[3]))
        {
            int[] sizes = [1_000, 10_000, 100_000, 1_000_000];
            results.Add(new Growth(Ids[3], "a timer put in", "timers pending", "ns CPU", 0.2, "O(1)",
            [
                new GrowthLine("as time passes", [.. sizes.Select(size => ((double)size, TimerOf(size, i => i * 100L)))]),
                new GrowthLine("at random", [.. sizes.Select(size => ((double)size, TimerOf(size, i => (long)(((ulong)i * 0x9E3779B97F4A7C15) >> 20))))]),
            ]));
        }
    }

    private static async Task<IReadOnlyList<(double, double)>> EachAsync(int[] sizes, Func<int, Task<double>> measure)
    {
        var points = new List<(double, double)>();
        foreach (var size in sizes)
        {
            points.Add((size, await measure(size)));
        }
        return points;
    }

    private async Task<double> ImportAsync(int events, bool isReversed)
    {
        await using var workspace = await Workspace.OpenAsync(Folder, BenchRules.Compile(BenchRules.Framework(0), 1));
        var numbers = Enumerable.Range(0, events);
        var cpu = Environment.CpuUsage.TotalTime;
        await workspace.SendAllAsync(BatchesOf(isReversed ? numbers.Reverse() : numbers, events, ImportPeople));
        var took = (Environment.CpuUsage.TotalTime - cpu).TotalMicroseconds / events;
        workspace.Engine.Read(state => state.Staged.History.Count == events ? Sampling.Check(state, ImportPeople) : throw new InvalidOperationException("Events are missing."));
        return took;
    }

    private async Task<double> StartAsync(int history, int tail, int people)
    {
        var rules = BenchRules.Compile(BenchRules.Framework(0), 1);
        var all = history + tail;
        await using (var workspace = await Workspace.OpenAsync(Folder, rules))
        {
            await workspace.SendAllAsync(BatchesOf(Enumerable.Range(0, history), all, people));
            await workspace.Engine.CheckpointAsync(CancellationToken.None);
            await workspace.SendAllAsync(BatchesOf(Enumerable.Range(history, tail), all, people));
            // A copy of the files as they are now is what a kill would leave.
            CollectBench.Recreate(Folder + "-killed");
            await workspace.Engine.StillAsync(() => CopyAsync(Folder, Folder + "-killed"), CancellationToken.None);
        }
        var figures = new List<double>();
        for (var run = 0; run < Runs; run++)
        {
            CollectBench.Recreate(Folder + "-run");
            await CopyAsync(Folder + "-killed", Folder + "-run");
            var cpu = Environment.CpuUsage.TotalTime;
            var engine = await Workspace.OpenEngineAsync(Folder + "-run", rules);
            figures.Add((Environment.CpuUsage.TotalTime - cpu).TotalMilliseconds);
            var count = engine.Read(state => state.Staged.History.Count);
            await engine.DisposeAsync();
            if (count != all)
            {
                throw new InvalidOperationException($"{count} events are there, not {all}.");
            }
        }
        figures.Sort();
        return figures[Runs / 2];
    }

    private static Task CopyAsync(string from, string to)
    {
        foreach (var file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories).Where(file => Path.GetFileName(file) != "lock"))
        {
            var target = Path.Combine(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }
        return Task.CompletedTask;
    }

    private static IEnumerable<ReadOnlyMemory<byte>> BatchesOf(IEnumerable<int> numbers, int all, int people)
    {
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();
        foreach (var chunk in numbers.Chunk(Batches.Size))
        {
            yield return ScaleTarget.Orders(chunk.Select(number => (number % people, now - ((all - number) * Durations.Second))));
        }
    }

    /// <summary>ns of CPU for each of as many as are pending already, put in after them.</summary>
    private static double TimerOf(int pending, Func<int, long> deadline)
    {
        var figures = new List<double>();
        for (var run = 0; run < 5; run++)
        {
            var rounds = Math.Max(1, 1_000_000 / pending);
            var shards = Enumerable.Range(0, rounds).Select(_ => new Shard(1)).ToArray();
            Fill(shards, 0, pending, deadline);
            var cpu = Environment.CpuUsage.TotalTime;
            Fill(shards, pending, 2 * pending, deadline);
            figures.Add((Environment.CpuUsage.TotalTime - cpu).TotalNanoseconds / ((double)rounds * pending));
        }
        figures.Sort();
        return figures[2];
    }

    private static void Fill(Shard[] shards, int from, int to, Func<int, long> deadline)
    {
        foreach (var shard in shards)
        {
            for (var i = from; i < to; i++)
            {
                shard.Await(i, deadline(i));
            }
        }
    }
}
