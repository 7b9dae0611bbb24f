using Ciclo.Data.Journal;
using Ciclo.Engine.Runtime;

namespace Ciclo.Modules.Imports;

/// <summary>Imports into a workspace's journal, no faster than it is folded.</summary>
public sealed class EngineImportTarget(WorkspaceEngine engine, TimeProvider clock) : IImportTarget
{
    /// <summary>Events waiting to be folded past which the reading of the file waits.</summary>
    private const long FarBehind = 500_000;

    private long lastPosition;
    private Pulse? pulse;

    public async ValueTask<uint> BeginAsync(ImportStart start, CancellationToken cancellation)
    {
        var id = engine.NextImportId();
        pulse = engine.Pulses.OfFiles(start.Source);
        await engine.AppendAsync(RecordKind.ImportStarted, new ImportStartedRecord(id, start.Source, start.FileName, start.StartedAt), RecordJson.Default.ImportStartedRecord, cancellation);
        return id;
    }

    public async ValueTask AppendAsync(ReadOnlyMemory<byte> framePayload, CancellationToken cancellation)
    {
        if (engine.Backlog > FarBehind)
        {
            await engine.FoldedAsync(Interlocked.Read(ref lastPosition), cancellation);
        }
        var position = await engine.AppendAsync(framePayload, cancellation, pulse);
        InterlockedMax(position);
    }

    public async ValueTask<ImportCounts> CompleteAsync(uint id, ImportEnd end, CancellationToken cancellation)
    {
        var now = clock.GetUtcNow().ToUnixTimeMilliseconds();
        await engine.AppendAsync(
            RecordKind.ImportEnded, new ImportEndedRecord(id, end.IsWhole ? now : 0, end.Rows, end.Skipped, end.Rejected), RecordJson.Default.ImportEndedRecord, cancellation);
        return engine.Read(state =>
        {
            var import = state.Staged.Imports[id];
            var profiles = import.Nodes.Select(state.Staged.Identity.ProfileOf).Distinct().Count();
            return new ImportCounts(import.Events, import.Duplicates, import.Changed, profiles, [.. import.ChangedKeys]);
        });
    }

    public ImportKeyState Check(ReadOnlySpan<byte> messageId, UInt128 contentHash) => engine.Look(messageId, (ulong)contentHash) switch
    {
        Sighting.New => ImportKeyState.New,
        Sighting.Duplicate => ImportKeyState.Duplicate,
        _ => ImportKeyState.Changed,
    };

    private void InterlockedMax(long position)
    {
        for (var seen = Interlocked.Read(ref lastPosition); position > seen;)
        {
            var before = Interlocked.CompareExchange(ref lastPosition, position, seen);
            if (before == seen)
            {
                return;
            }
            seen = before;
        }
    }
}
