using System.Diagnostics;
using Ciclo.Bench.Report;
using Ciclo.Core.Time;
using Ciclo.Engine.Runtime;

namespace Ciclo.Bench.Targets;

/// <summary>P5: every threshold of the six-stage framework and of three windowed segments changes; all histories are recomputed, movers made known.</summary>
internal sealed class RuleChangeBench(BenchOptions options, Results results) : ITarget
{
    private const int Runs = 5;

    public IReadOnlyList<string> Ids => ["P5-rules"];

    public async Task RunAsync()
    {
        var versions = new[] { BenchRules.Compile(BenchRules.Framework(0), 1), BenchRules.Compile(BenchRules.Framework(1), 2) };
        await using var workspace = await Workspace.OpenAsync(Path.Combine(options.Folder, "rules"), versions[0]);
        await FillAsync(workspace);
        var engine = workspace.Engine;
        var warm = Stopwatch.StartNew();
        for (var version = 1; warm.Elapsed < options.WarmUp; version = 1 - version)
        {
            await engine.ApplyAsync(versions[version], CancellationToken.None);
        }
        var measured = new List<(double Ms, double CpuMs)>();
        var sizes = "";
        for (var run = 0; run < Runs; run++)
        {
            await engine.ApplyAsync(versions[0], CancellationToken.None);
            var (clock, cpu) = (Stopwatch.StartNew(), Environment.CpuUsage.TotalTime);
            await engine.ApplyAsync(versions[1], CancellationToken.None);
            sizes = engine.Read(Sizes);
            measured.Add((clock.Elapsed.TotalMilliseconds, (Environment.CpuUsage.TotalTime - cpu).TotalMilliseconds));
        }
        var looked = engine.Read(state => Sampling.Check(state, 1_000));
        var (ms, cpuMs) = measured.Order().ElementAt(Runs / 2);
        var target = 800.0 * options.Events / 10_000_000;
        results.Add("P5", $"a rule changed: history of {options.Profiles:N0} profiles and {options.Events:N0} events recomputed under six stages and 3 windowed segments, sizes and movers out",
            options.Events == 10_000_000 ? "< 0.8 s on 2 cores" : $"< 0.8 s for 10 M events, here {target:0} ms in proportion",
            $"{ms:0} ms (median of {Runs}; CPU {cpuMs:0} ms; {sizes}; {looked} profiles held against a fresh fold; memory {Environment.WorkingSet >> 20:N0} MiB)", target / ms);
    }

    /// <summary>Two years of events, spread evenly over people and time.</summary>
    private async Task FillAsync(Workspace workspace)
    {
        var span = 730 * Durations.Day;
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();
        var batches = new Batches(200, options.Profiles);
        await workspace.SendAllAsync(Enumerable.Range(0, options.Events / Batches.Size).Select(number =>
            batches.Next(now - span + (long)(span * ((double)number * Batches.Size / options.Events)), isOnTime: false)));
        if (workspace.Engine.Read(state => state.Staged.History.Count) is var held && held != options.Events)
        {
            throw new InvalidOperationException($"{options.Events} events were sent, {held} are there.");
        }
    }

    private static string Sizes(EngineState state)
    {
        var sizes = new SortedDictionary<string, int>(StringComparer.Ordinal);
        foreach (var profile in state.Placement.Places.Profiles())
        {
            var place = state.Placement.Of(profile)!;
            Count(sizes, state.PlaceNames[place.Moves[^1].To]);
            foreach (var (segment, _) in place.Memberships)
            {
                Count(sizes, state.PlaceNames[segment]);
            }
        }
        return string.Join(", ", sizes.Select(size => $"{size.Key} {size.Value:N0}"));
    }

    private static void Count(SortedDictionary<string, int> sizes, string name) => sizes[name] = sizes.GetValueOrDefault(name) + 1;
}
