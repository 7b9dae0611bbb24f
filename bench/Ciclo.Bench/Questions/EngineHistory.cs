using Ciclo.Data.Files;
using Ciclo.Data.Journal;
using Ciclo.Engine.Runtime;

namespace Ciclo.Bench.Questions;

/// <summary>
/// The common data set in a workspace of ours on disk, made once a run, then closed and opened anew: all events are in segment files, mapped,
/// none is in memory.
/// </summary>
internal sealed class EngineHistory(BenchOptions options, string name = "history")
{
    private readonly string folder = Path.Combine(options.Folder, name);
    private BenchEvents? written;
    private WorkspaceEngine? engine;

    public WorkspaceEngine Engine => engine ?? throw new InvalidOperationException("The history is closed.");

    public async Task OpenAsync(BenchEvents events)
    {
        await CloseAsync();
        var mark = Path.Combine(folder, $"whole-{events.Count}-{events.Profiles}");
        if (written != events && !(options.KeepsHistory && File.Exists(mark)))
        {
            await WriteAsync(events);
            await RestAsync();
            await File.WriteAllTextAsync(mark, "");
        }
        written = events;
        engine = await Workspace.OpenEngineAsync(folder, WorkspaceRules.Empty);
        var (held, inMemory, segments) = engine.Read(state => (state.Staged.History.Count, state.Staged.History.InMemory.Events, state.Staged.History.SegmentCount));
        if (held != events.Count || inMemory != 0)
        {
            throw new InvalidOperationException($"{events.Count} events were written; {held} are there, {inMemory} of them in memory.");
        }
        Console.WriteLine($"{held:N0} events in {segments} segments.");
    }

    /// <summary>Bytes of history files an event.</summary>
    public async Task<double> SizeAsync(BenchEvents events)
    {
        await OpenAsync(events);
        var bytes = Engine.Read(state => (double)state.Staged.History.FileBytes / state.Staged.History.Count);
        await CloseAsync();
        return bytes;
    }

    public async ValueTask CloseAsync()
    {
        if (engine is { } open)
        {
            engine = null;
            await open.DisposeAsync();
        }
    }

    private async Task WriteAsync(BenchEvents events)
    {
        await using var workspace = await Workspace.OpenAsync(folder, WorkspaceRules.Empty);
        using var feed = new EventFeed(events);
        await workspace.SendAllAsync(feed.All());
        await workspace.Engine.CheckpointAsync(CancellationToken.None);
    }

    /// <summary>Segments are merged as they are while nothing comes in: as chdb's parts are, and PostgreSQL's rows.</summary>
    private async Task RestAsync()
    {
        await using var quiet = await Workspace.OpenEngineAsync(folder, WorkspaceRules.Empty);
        var before = 0;
        while (before != quiet.Read(state => state.Staged.History.SegmentCount))
        {
            before = quiet.Read(state => state.Staged.History.SegmentCount);
            quiet.Read(state => state.Staged.History.Step() | state.Staged.History.Step());
        }
        await quiet.CheckpointAsync(CancellationToken.None);
    }
}
