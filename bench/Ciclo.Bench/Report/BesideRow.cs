namespace Ciclo.Bench.Report;

/// <summary>What one side needed.</summary>
/// <param name="Text">As shown.</param>
/// <param name="Cost">What is compared: CPU milliseconds, bytes, milliseconds; less is better.</param>
/// <param name="WallMs">Beside it, where the cost is CPU time.</param>
internal sealed record Side(string Text, double Cost, double? WallMs = null)
{
    /// <summary>Medians of wall and of CPU time; null without runs.</summary>
    public static Side? OfRuns(IReadOnlyCollection<(double WallMs, double CpuMs)> runs)
    {
        if (runs.Count == 0)
        {
            return null;
        }
        var (wall, cpu) = (Median(runs.Select(run => run.WallMs)), Median(runs.Select(run => run.CpuMs)));
        return new Side($"{Figures.Short(wall)} ms, CPU {Figures.Short(cpu)} ms", cpu, wall);
    }

    private static double Median(IEnumerable<double> numbers) => numbers.Order().ToArray() is var sorted ? sorted[sorted.Length / 2] : 0;
}

/// <summary>A line of the targets with both sides, measured in one run on one machine.</summary>
/// <param name="Id">The line.</param>
/// <param name="Work">What was done.</param>
/// <param name="Peer">Name and version.</param>
/// <param name="Ours">Null: not measured.</param>
/// <param name="Theirs">Null: the peer is not installed; the note says why.</param>
/// <param name="AtLeast">How many times our cost the peer's is to be; 0: no target.</param>
internal sealed record BesideRow(string Id, string Work, string Peer, Side? Ours, Side? Theirs, double AtLeast)
{
    public string Note { get; init; } = "";

    public double? Ratio => Ours is not null && Theirs is not null ? Theirs.Cost / Ours.Cost : null;

    public string RatioText => (Ratio, Ours?.WallMs, Theirs?.WallMs) switch
    {
        (null, _, _) => "—",
        ({ } ratio, { } own, { } other) => $"CPU {Figures.Short(ratio)}×, wall {Figures.Short(other / own)}×",
        ({ } ratio, _, _) => $"{Figures.Short(ratio)}×",
    };

    public string Verdict => (Ratio, AtLeast) switch
    {
        (null, _) => "open",
        (_, 0) => "no target",
        ({ } ratio, _) when ratio >= AtLeast => "reached",
        ({ } ratio, _) => $"**missed**: {ratio / AtLeast * 100:0} % of it",
    };
}

internal static class Figures
{
    /// <summary>Three digits that count.</summary>
    public static string Short(double number) => Math.Abs(number) switch
    {
        0 => "0",
        >= 100 => $"{number:N0}",
        >= 10 => $"{number:0.0}",
        >= 0.1 => $"{number:0.00}",
        _ => $"{number:0.###e0}",
    };
}
