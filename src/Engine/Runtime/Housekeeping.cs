using Ciclo.Data.Files;

namespace Ciclo.Engine.Runtime;

/// <summary>
/// The work beside the loop: segments written and merged, message ids put into files, checkpoints. One piece at a time, on a thread of its
/// own; what changes the derived state is done in the loop's turn. A piece that finds the disk full is given up and comes again later.
/// </summary>
internal sealed class Housekeeping(Derivation derivation, Checkpoint checkpoint, StagedHome home, FoldCrew desk, Func<Func<bool>, Task> inTurn) : IDisposable
{
    private const long EventsPerCheckpoint = 2_000_000;

    private readonly SemaphoreSlim one = new(1, 1);
    private long eventsAtCheckpoint;
    private (long, long, string) written = (-1, -1, "");

    /// <summary>A checkpoint has been read at the start.</summary>
    public void StartFrom((long Position, long Feed, string Rules) mark) => written = mark;

    /// <summary>Whether a checkpoint would say something new.</summary>
    public bool IsBehind => written != derivation.Mark;

    /// <summary>Does the next piece of what is due; false if nothing is.</summary>
    public async Task<bool> StepAsync(CancellationToken cancellation)
    {
        await one.WaitAsync(cancellation);
        try
        {
            if (derivation.StagedEvents - eventsAtCheckpoint > EventsPerCheckpoint)
            {
                await WriteAsync(cancellation);
                return true;
            }
            var staged = derivation.Staged;
            return await desk.RunAsync(staged.Messages.Step) | await MoveHistoryAsync(staged.History, false, cancellation);
        }
        finally
        {
            one.Release();
        }
    }

    /// <summary>Writes a checkpoint of what is folded now.</summary>
    public async Task CheckpointAsync(CancellationToken cancellation)
    {
        await one.WaitAsync(cancellation);
        try
        {
            await WriteAsync(cancellation);
        }
        finally
        {
            one.Release();
        }
    }

    /// <summary>Does something in which everything staged is replaced: no piece is under way meanwhile.</summary>
    public async Task AloneAsync(Func<Task> change, CancellationToken cancellation)
    {
        await one.WaitAsync(cancellation);
        try
        {
            await change();
        }
        finally
        {
            one.Release();
        }
    }

    public void Dispose() => one.Dispose();

    private async Task WriteAsync(CancellationToken cancellation)
    {
        eventsAtCheckpoint = derivation.StagedEvents;
        var staged = derivation.Staged;
        // The copy is as large as the graph: it is not kept from one checkpoint to the next.
        using var room = await desk.RunAsync(staged.Identity.PrepareSnapshot);
        CheckpointCut? cut = null;
        await inTurn(() =>
        {
            // What no longer counts must not get into a checkpoint: there is one after the rebuild.
            if (!derivation.NeedsRebuild)
            {
                staged.History.Freeze();
                cut = derivation.Cut(room);
            }
            return true;
        });
        if (cut is null)
        {
            return;
        }
        while (await MoveHistoryAsync(staged.History, true, cancellation))
        {
            // Everything up to the cut gets into segments.
        }
        var history = staged.History.Manifest();
        var messages = await desk.RunAsync(() => staged.Messages.Write(cut.Messages));
        await desk.RunAsync(() =>
        {
            checkpoint.Write(cut, history, messages);
            return true;
        });
        await inTurn(() =>
        {
            staged.Messages.Committed(cut.Messages);
            home.MadeDurable(history, messages);
            written = cut.Mark;
            return true;
        });
    }

    /// <summary>One task of the history, if one is due.</summary>
    private async Task<bool> MoveHistoryAsync(History history, bool onlyFrozen, CancellationToken cancellation)
    {
        HistoryTask? task = null;
        await inTurn(() => (task = onlyFrozen ? history.NextFlush() : history.NextTask()) is not null);
        if (task is null)
        {
            return false;
        }
        try
        {
            await desk.RunAsync(() =>
            {
                task.Run(cancellation);
                return true;
            });
        }
        catch
        {
            history.Abandon(task);
            throw;
        }
        await inTurn(() =>
        {
            history.Publish(task);
            return true;
        });
        return true;
    }
}
