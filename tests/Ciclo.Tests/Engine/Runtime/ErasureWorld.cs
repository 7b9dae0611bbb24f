using System.Text;
using Ciclo.Data.Journal;
using Ciclo.Engine.Collect;
using Ciclo.Engine.Runtime;
using Ciclo.Tests.Simulation;

namespace Ciclo.Tests.Engine;

/// <summary>An engine on a simulated disk, and what tests of erasing do to it.</summary>
public abstract class ErasureWorld
{
    private static readonly JournalOptions Options = new() { Salt = 7, SegmentBytes = 4_000 };

    private protected SimulatedClock Clock { get; } = new(1_795_262_400_000);

    private protected Task<WorkspaceEngine> OpenAsync(SimulatedStorage storage) => WorkspaceEngine.OpenAsync(
        "default", storage, EngineRules.All[0], Clock, FoldCrew.Inline, FoldCrew.Inline, Options, CancellationToken.None);

    private protected async Task SendAsync(WorkspaceEngine engine, params string[] items)
    {
        var frame = new FrameBuilder();
        var random = new Random((int)engine.Journal.End);
        new Admission(new MessageIds(random.NextBytes)).Read(
            Encoding.UTF8.GetBytes($$"""{"batch":[{{string.Join(',', items)}}]}"""), new RequestFacts(null, Clock.NowMs), frame);
        await engine.AppendAsync(frame.Payload, CancellationToken.None);
    }

    private protected static async Task<string> EraseAsync(WorkspaceEngine engine, string reference)
    {
        var begun = engine.EraseAsync(reference, "test", CancellationToken.None);
        await DriveAsync(engine, begun);
        var id = (await begun)!;
        await DriveAsync(engine, engine.ErasedAsync(id, CancellationToken.None));
        await SettleAsync(engine);
        return id;
    }

    /// <summary>Up to the record in the journal, and no further.</summary>
    private protected static async Task BeginAsync(WorkspaceEngine engine, string reference)
    {
        var end = engine.Journal.End;
        _ = engine.EraseAsync(reference, "test", CancellationToken.None);
        await engine.Journal.WaitForMoreAsync(end, CancellationToken.None);
    }

    private protected static async Task DriveAsync(WorkspaceEngine engine, Task until)
    {
        while (!until.IsCompleted)
        {
            await engine.TurnAsync(CancellationToken.None);
            await Task.Yield();
        }
        await until;
    }

    private protected static async Task SettleAsync(WorkspaceEngine engine)
    {
        do
        {
            while (await engine.TurnAsync(CancellationToken.None))
            {
            }
            await Task.Yield();
        }
        while (engine.Read(state => state.Staged.Position < engine.Journal.End || state.Staged.Erasures.Open.Any()));
    }

    private protected static async Task<bool> IsCutAsync(WorkspaceEngine engine, SimulatedStorage storage)
    {
        try
        {
            await SettleAsync(engine);
            storage.FaultAt = 0;
            return false;
        }
        catch (Exception error) when (error is IOException or JournalFailedException)
        {
            storage.Crash();
            await AbandonAsync(engine);
            return true;
        }
    }

    private protected static async Task AbandonAsync(WorkspaceEngine engine)
    {
        try
        {
            await engine.DisposeAsync();
        }
        catch (Exception error) when (error is IOException or JournalFailedException or ObjectDisposedException)
        {
            // The machine is down.
        }
    }

    /// <summary>The files that hold a text.</summary>
    private protected static List<string> Holds(SimulatedStorage storage, string text)
    {
        var folders = new[] { "", "journal", "feed", "history/1", "history/2", "history/3", "keys/0", "keys/1", "keys/2", "keys/3" };
        return [.. folders.SelectMany(folder => storage.List(folder).Select(name => folder.Length == 0 ? name : $"{folder}/{name}"))
            .Where(path => storage.Bytes(path).AsSpan().IndexOf(Encoding.UTF8.GetBytes(text)) >= 0)];
    }
}
