using Ciclo.Engine.Definitions;
using Ciclo.Engine.Hosting;
using Ciclo.Engine.Runtime;
using Ciclo.Modules.Lifecycles.Contracts;

namespace Ciclo.Modules.Lifecycles;

/// <summary>
/// Replays for pages: one at a time, so that people who try rules do not starve the shop's events of cores; and the last results kept for a
/// while, so that turning pages of movers does not replay again. A result belongs to the texts and rules that it was made with.
/// </summary>
internal sealed class SimulationDesk(DataHost host) : IDisposable
{
    private const int MostKept = 6;
    private const long FreshMs = 5 * 60_000;

    private readonly SemaphoreSlim turn = new(1, 1);
    private readonly Lock gate = new();
    private readonly LinkedList<(string Key, object Result, long At)> kept = new();

    public static SimulationDesk Of(DataHost host) => host.Shared(one => new SimulationDesk(one));

    public Task<Simulation> SimulateAsync(WorkspaceEngine engine, DefinitionFile file, int step, CancellationToken cancellation) => KeptAsync(
        $"simulation {step} {file.Yaml}", engine, () =>
        {
            var service = new DefinitionService(host, engine);
            return Simulation.Run(engine, host.Clock, service.SetWith([file]), file.Id!, host.NowMs, step, cancellation);
        }, cancellation);

    public Task<SegmentReplay> ReplayAsync(WorkspaceEngine engine, SegmentQuestion question, CancellationToken cancellation) => KeptAsync(
        "segments " + question.Key, engine, () => SegmentReplay.Run(engine, host.Clock, question, host.NowMs, cancellation), cancellation);

    private async Task<T> KeptAsync<T>(string question, WorkspaceEngine engine, Func<T> run, CancellationToken cancellation)
        where T : class
    {
        var key = $"{engine.Id}\n{engine.Rules.Fingerprint}\n{question}";
        if (Find(key) is T known)
        {
            return known;
        }
        await turn.WaitAsync(cancellation);
        try
        {
            if (Find(key) is T meanwhile)
            {
                return meanwhile;
            }
            var result = await Task.Run(run, cancellation);
            Keep(key, result);
            return result;
        }
        finally
        {
            turn.Release();
        }
    }

    public void Dispose() => turn.Dispose();

    private object? Find(string key)
    {
        lock (gate)
        {
            return kept.FirstOrDefault(one => one.Key == key && host.NowMs - one.At < FreshMs).Result;
        }
    }

    private void Keep(string key, object result)
    {
        lock (gate)
        {
            kept.AddFirst((key, result, host.NowMs));
            while (kept.Count > MostKept)
            {
                kept.RemoveLast();
            }
        }
    }
}
