using Ciclo.Data.Files;

namespace Ciclo.Engine.Runtime;

/// <summary>
/// The work beside the loop: segments written and merged, message ids put into files, checkpoints. One piece at a time, on a thread of its
/// own; what changes the derived state is done in the loop's turn. A piece that finds the disk full is given up and comes again later.
/// </summary>
internal sealed class Housekeeping(Derivation derivation, Checkpoint checkpoint, StagedHome home, FoldCrew desk, Func<Func<bool>, Task> inTurn) : IDisposable
{
    /// <summary>What a start after a crash has to stage and fold again at the most, some seconds' worth.</summary>
    private const long EventsPerCheckpoint = 500_000;

    /// <summary>The same where nothing comes in and there is time for it.</summary>
    private const long EventsPerCheckpointAtRest = 50_000;

    private readonly SemaphoreSlim one = new(1, 1);
    private long eventsAtCheckpoint;
    private long eventsAtRest;
    private long stirred = 1;
    private long restedAt;
    private long lookedAt;
    private (long, long, string) written = (-1, -1, "");

    /// <summary>Called when rest comes after many events: what they needed, and nothing needs any more, can be given back.</summary>
    public Action? AfterWork { get; set; }

    /// <summary>A checkpoint has been read at the start.</summary>
    public void StartFrom((long Position, long Feed, string Rules) mark) => written = mark;

    /// <summary>Whether a checkpoint would say something new.</summary>
    public bool IsBehind => written != derivation.Mark;

    /// <summary>Two looks found nothing due, and nothing has happened since the first that could make something due.</summary>
    public bool IsResting => Interlocked.Read(ref restedAt) == Interlocked.Read(ref stirred);

    /// <summary>Something happened, such as events that came: something may be due.</summary>
    public void Stir() => Interlocked.Increment(ref stirred);

    /// <summary>Does the next piece of what is due; false if nothing is.</summary>
    public async Task<bool> StepAsync(CancellationToken cancellation)
    {
        await one.WaitAsync(cancellation);
        try
        {
            var seen = Interlocked.Read(ref stirred);
            if (derivation.StagedEvents - eventsAtCheckpoint > EventsPerCheckpoint)
            {
                await WriteAsync(cancellation);
                return true;
            }
            var staged = derivation.Staged;
            if (!(await desk.RunAsync(staged.Messages.Step) | await MoveHistoryAsync(staged.History, false, cancellation)))
            {
                if (lookedAt == seen && derivation.StagedEvents - eventsAtCheckpoint > EventsPerCheckpointAtRest)
                {
                    await WriteAsync(cancellation);
                    return true;
                }
                // What is worth doing only while nothing comes is found by the second look.
                if (lookedAt == seen)
                {
                    await GiveBackAsync();
                    Interlocked.Exchange(ref restedAt, seen);
                }
                lookedAt = seen;
                return false;
            }
            await desk.RunAsync(() => ForgetPages(staged));
            return true;
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
            Stir();
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
            Stir();
            one.Release();
        }
    }

    public void Dispose() => one.Dispose();

    private async Task GiveBackAsync()
    {
        if (AfterWork is { } giveBack && derivation.StagedEvents - eventsAtRest > EventsPerCheckpoint)
        {
            eventsAtRest = derivation.StagedEvents;
            await desk.RunAsync(() =>
            {
                giveBack();
                return true;
            });
        }
    }

    private async Task WriteAsync(CancellationToken cancellation)
    {
        eventsAtCheckpoint = derivation.StagedEvents;
        var staged = derivation.Staged;
        CheckpointCut? cut = null;
        await inTurn(() =>
        {
            // What no longer counts must not get into a checkpoint: there is one after the rebuild.
            if (!derivation.NeedsRebuild)
            {
                staged.History.Freeze();
                cut = derivation.Cut();
            }
            return true;
        });
        if (cut is null)
        {
            return;
        }
        // What they share is copied when it changes, as long as they are held.
        using var places = cut.Places;
        using var identity = cut.Identity;
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
        await desk.RunAsync(() => ForgetPages(staged));
        await inTurn(() =>
        {
            staged.Messages.Committed(cut.Messages);
            home.MadeDurable(history, messages);
            written = cut.Mark;
            return true;
        });
    }

    /// <summary>What merging has read.</summary>
    private static bool ForgetPages(Staged staged)
    {
        staged.ForgetPages();
        return true;
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
        await HistoryWork.RunAsync(history, task, desk, inTurn, cancellation);
        return true;
    }
}
