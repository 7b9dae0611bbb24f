using Ciclo.Data.Files;
using Ciclo.Data.Journal;
using Ciclo.Engine.Collect;
using Ciclo.Engine.Runtime;

namespace Ciclo.Bench;

/// <summary>A workspace in this process, on the real disk, with its loop running.</summary>
internal sealed class Workspace : IAsyncDisposable
{
    private readonly CancellationTokenSource stopping = new();
    private readonly Admission admission = new(MessageIds.FromSystem());
    private readonly Lock gate = new();
    private readonly Task loop;

    private Workspace(WorkspaceEngine engine)
    {
        Engine = engine;
        loop = Task.Run(() => engine.RunAsync(stopping.Token));
    }

    public WorkspaceEngine Engine { get; }

    public static async Task<Workspace> OpenAsync(string folder, WorkspaceRules rules)
    {
        Targets.CollectBench.Recreate(folder);
        return new Workspace(await OpenEngineAsync(folder, rules));
    }

    /// <summary>What lies in a folder, recovered, with no loop running.</summary>
    public static Task<WorkspaceEngine> OpenEngineAsync(string folder, WorkspaceRules rules) => WorkspaceEngine.OpenAsync(
        "default", new DiskStorage(folder), rules, TimeProvider.System, new FoldCrew(Environment.ProcessorCount), new FoldCrew(1), new JournalOptions(), CancellationToken.None);

    /// <summary>Admits a body as a request of now and appends it; answers its position.</summary>
    public ValueTask<long> SendAsync(ReadOnlySpan<byte> body)
    {
        var frame = new FrameBuilder();
        AdmissionResult result;
        lock (gate)
        {
            result = admission.Read(body, new RequestFacts(null, TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds()), frame);
        }
        return result.Rejected == 0 && result.Error == BodyError.None
            ? Engine.AppendAsync(frame.Payload, CancellationToken.None)
            : throw new InvalidOperationException($"{result.Rejected} events were refused ({result.Error}).");
    }

    /// <summary>Sends batches, thirty-two on their way at a time, until there are no more; waits until they are folded.</summary>
    public async Task SendAllAsync(IEnumerable<ReadOnlyMemory<byte>> batches)
    {
        var last = 0L;
        var onTheirWay = new Queue<Task<long>>();
        foreach (var batch in batches)
        {
            onTheirWay.Enqueue(SendAsync(batch.Span).AsTask());
            if (onTheirWay.Count == 32)
            {
                last = await onTheirWay.Dequeue();
            }
        }
        foreach (var sent in onTheirWay)
        {
            last = await sent;
        }
        await Engine.FoldedAsync(last, CancellationToken.None);
    }

    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        await loop.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await Engine.DisposeAsync();
        stopping.Dispose();
    }
}
