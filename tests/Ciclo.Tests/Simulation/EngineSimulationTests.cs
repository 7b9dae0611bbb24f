using System.Collections.Concurrent;
using System.Globalization;
using Ciclo.Tests.Faults;

namespace Ciclo.Tests.Simulation;

/// <summary>
/// The running engine against its invariants. `CICLO_SEEDS=100000` runs more lives than the suite does, `CICLO_SEED=17` replays one.
/// </summary>
public sealed class EngineSimulationTests
{
    private const int InTheSuite = 200;

    [Fact]
    public async Task Whatever_happens_to_a_workspace_it_shows_what_its_events_rules_and_clock_say()
    {
        if (Number("CICLO_SEED") is { } one)
        {
            await LiveAsync(one);
            return;
        }
        var (lives, told) = (Number("CICLO_SEEDS") ?? InTheSuite, new ConcurrentDictionary<string, int>());
        await Parallel.ForEachAsync(
            Enumerable.Range(0, lives),
            new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount },
            async (seed, _) => Tally(await LiveAsync(seed), told));
        Figures.Say("F4 F5 F6 F7", $"{lives:N0} random lives: " + string.Join(", ", told.OrderBy(kind => kind.Key, StringComparer.Ordinal).Select(kind => $"{kind.Key} {kind.Value:N0}"))
            + "; places as a plain reference says, the feed adds up, no move made known twice");
    }

    /// <summary>Counts the steps of a life by their first word; a clock set back is told apart.</summary>
    private static void Tally(IReadOnlyList<string> story, ConcurrentDictionary<string, int> told)
    {
        foreach (var line in story)
        {
            var step = line[(line.IndexOf(' ', StringComparison.Ordinal) + 1)..];
            var word = step.StartsWith("time -", StringComparison.Ordinal) ? "time set back" : step.Split(' ', ':')[0];
            told.AddOrUpdate(word, 1, (_, count) => count + 1);
        }
    }

    private static async Task<IReadOnlyList<string>> LiveAsync(int seed)
    {
        var life = new EngineSimulation(seed);
        try
        {
            await life.RunAsync();
            return life.Story;
        }
        catch (Exception error)
        {
            throw new InvalidOperationException($"Seed {seed} (replay with CICLO_SEED={seed}): {error.Message}\n{string.Join('\n', life.Story)}", error);
        }
    }

    private static int? Number(string variable) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), CultureInfo.InvariantCulture, out var number) ? number : null;
}
