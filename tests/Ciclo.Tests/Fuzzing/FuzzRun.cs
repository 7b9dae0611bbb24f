using System.Runtime.CompilerServices;
using Ciclo.Tests.Faults;

namespace Ciclo.Tests.Fuzzing;

/// <summary>
/// Feeds inputs to a check. `CICLO_FUZZ=500` makes five hundred times as many as usual, `CICLO_FUZZ_SEED` repeats a run. A failure tells the
/// seed, the round and the input, as base 64: put it into `tests/fuzz` once it is mended.
/// </summary>
public static class FuzzRun
{
    /// <summary>How many times the usual number of rounds.</summary>
    public static int Times { get; } = int.TryParse(Environment.GetEnvironmentVariable("CICLO_FUZZ"), out var times) ? times : 1;

    public static int Seed { get; } = int.TryParse(Environment.GetEnvironmentVariable("CICLO_FUZZ_SEED"), out var seed) ? seed : Environment.TickCount;

    /// <summary>Checks the corpus as it is, then as many mutants as wanted; <paramref name="check"/> gets the input and its random numbers.</summary>
    public static void Over(IReadOnlyList<byte[]> corpus, int rounds, Action<byte[], Random> check, string[]? words = null, [CallerMemberName] string of = "")
    {
        var random = new Random(Seed);
        var mutator = new Mutator(random, corpus, words ?? []);
        for (var round = -corpus.Count; round < rounds * Times; round++)
        {
            var input = round < 0 ? corpus[round + corpus.Count] : mutator.Next();
            try
            {
                check(input, random);
            }
            catch (Exception failure)
            {
                throw new InvalidOperationException($"CICLO_FUZZ_SEED={Seed}, round {round}, input {Convert.ToBase64String(input)}", failure);
            }
        }
        Figures.Say("F8", $"{of}: {corpus.Count + (rounds * Times):N0} inputs, seed {Seed}, {GC.GetTotalMemory(false) >> 20:N0} MiB in use at the end");
    }
}
