using Ciclo.Bench.Peers;
using Ciclo.Bench.Report;

namespace Ciclo.Bench.Targets;

/// <summary>P9: timers due at one instant, from that instant until the last has run, each claimed durably; and the memory with all of them pending.</summary>
/// <param name="ours">Our side for a number of timers, its cost in milliseconds until the last; null: not measured.</param>
internal sealed class TimersTarget(Func<int, Task<Side>>? ours, PeerPool peers, Results results) : ITarget
{
    private static readonly (int Count, string Target)[] Sizes = [(10_000, "P9-10k"), (20_000, "P9-20k")];

    public IReadOnlyList<string> Ids => ["P9"];

    public async Task RunAsync()
    {
        foreach (var (count, target) in Sizes)
        {
            var own = ours is null ? null : await ours(count);
            var row = new BesideRow("P9", $"{count:N0} timers due at one instant, until all ran", PeerPool.Restate, own, null, 0);
            try
            {
                results.Add(await MeasureAsync(row, target, count));
            }
            catch (PeerMissingException exception)
            {
                results.Add(row with { Note = $"not installed: {exception.Message}" });
            }
        }
    }

    private async Task<BesideRow> MeasureAsync(BesideRow row, string target, int count)
    {
        var measure = await (await peers.GetAsync(PeerPool.Restate)).RunAsync(target, 1);
        return measure.Answer == $"{count}"
            ? row with { Peer = $"{measure.Peer} {measure.Version}", Theirs = new Side($"{Figures.Short(measure.WallMs[0])} ms, CPU {Figures.Short(measure.CpuMs[0])} ms", measure.WallMs[0]), Note = measure.Note }
            : throw new InvalidOperationException($"{count} timers were set at {measure.Peer}, {measure.Answer} ran.");
    }
}
