using System.Globalization;

namespace Ciclo.Tests.Simulation;

/// <summary>
/// The running engine against its invariants. `CICLO_SEEDS=100000` runs more lives than the suite does, `CICLO_SEED=17` replays one.
/// </summary>
public sealed class EngineSimulationTests
{
    private const int InTheSuite = 1_000;

    [Fact]
    public async Task Whatever_happens_to_a_workspace_it_shows_what_its_events_rules_and_clock_say()
    {
        if (Number("CICLO_SEED") is { } one)
        {
            await LiveAsync(one);
            return;
        }
        await Parallel.ForEachAsync(
            Enumerable.Range(0, Number("CICLO_SEEDS") ?? InTheSuite),
            new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount },
            async (seed, _) => await LiveAsync(seed));
    }

    private static async Task LiveAsync(int seed)
    {
        var life = new EngineSimulation(seed);
        try
        {
            await life.RunAsync();
        }
        catch (Exception error)
        {
            throw new InvalidOperationException($"Seed {seed} (replay with CICLO_SEED={seed}): {error.Message}\n{string.Join('\n', life.Story)}", error);
        }
    }

    private static int? Number(string variable) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), CultureInfo.InvariantCulture, out var number) ? number : null;
}
