using System.Runtime.CompilerServices;
using System.Text.Json;
using Ciclo.Core.Time;
using Ciclo.Data.Files;
using Ciclo.Data.Journal;

namespace Ciclo.Engine.Runtime;

/// <summary>
/// A workspace at work: what is appended to the journal is staged in its order and folded, timers fire, places are made known.
/// One loop writes; queries read beside it between two of its ticks. The journal is the queue: nothing waits in memory.
/// </summary>
public sealed class WorkspaceEngine : IAsyncDisposable
{
    public const long DefaultMaxBacklog = 10_000_000;

    private static readonly TimeSpan WaitForSpace = TimeSpan.FromMilliseconds(500);

    private readonly Journal journal;
    private readonly Feed feed;
    private readonly Journal feedJournal;
    private readonly Checkpoint checkpoint;
    private readonly TimeProvider clock;
    private readonly FoldCrew crew;
    private readonly Housekeeping housekeeping;
    private readonly Derivation derivation;
    private readonly AppendGate appends;
    private readonly Eraser eraser;
    private readonly LoopSleep sleep;

    /// <summary>Whoever changes the derived state holds it until the feed is flushed; the feed has one writer at a time.</summary>
    private readonly SemaphoreSlim turn = new(1, 1);

    /// <summary>Keeps readers away while the derived state changes.</summary>
    private readonly ReaderWriterLockSlim gate = new();
    private readonly EndSignal folded = new(0);

    /// <summary>Counts the ticks and other changes that left something to be seen.</summary>
    private readonly EndSignal changes = new(0);

    /// <summary>The end of what had been taken from the journal when the loop last had nothing left to do.</summary>
    private readonly EndSignal rested = new(0);
    private readonly TaskCompletionSource ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock importNumbers = new();
    private uint lastImportGiven;
    private long admitted;
    private long foldedEvents;

    /// <summary>The piece of housekeeping under way; true if it may have left more to do.</summary>
    private Task<bool> work = Task.FromResult(false);

    private WorkspaceEngine(string id, IStorage storage, WorkspaceRules rules, TimeProvider clock, FoldCrew crew, FoldCrew desk, HistoryOptions history, Journal journal, Journal feedJournal)
    {
        Id = id;
        this.clock = clock;
        this.crew = crew;
        this.journal = journal;
        this.feedJournal = feedJournal;
        feed = new Feed(feedJournal);
        sleep = new LoopSleep(journal, clock);
        var home = new StagedHome(storage, journal, history);
        checkpoint = new Checkpoint(storage, home);
        derivation = new Derivation(journal, feed, new EngineClock(clock), home, rules, crew);
        housekeeping = new Housekeeping(derivation, checkpoint, home, desk, InTurn);
        appends = new AppendGate(journal, ErasedIdentifiers.Load(storage));
        eraser = new Eraser(journal, feed, derivation, housekeeping, desk, appends, storage, new EngineClock(clock), InTurn,
            position => FoldedAsync(position, CancellationToken.None));
        Task InTurn(Func<bool> change) => ChangeAsync(change, CancellationToken.None);
    }

    public string Id { get; }

    public Journal Journal => journal;

    public Feed Feed => feed;

    /// <summary>Past this many events admitted and not yet folded, more are refused for a while.</summary>
    public long MaxBacklog { get; set; } = DefaultMaxBacklog;

    /// <summary>Events admitted and not yet folded.</summary>
    public long Backlog => Math.Max(0, Interlocked.Read(ref admitted) - Interlocked.Read(ref foldedEvents));

    public SourcePulses Pulses { get; } = new();

    /// <summary>Called on a thread of its own when nothing more comes after much was done: a host can give memory back then.</summary>
    public void AfterWork(Action giveBack) => housekeeping.AfterWork = giveBack;

    /// <summary>Completes when the journal can never again be written: the process must end.</summary>
    public Task<Exception> Failed => journal.Failed;

    public WorkspaceRules Rules => derivation.Rules;

    /// <summary>How long the last tick took that had something to do.</summary>
    public TimeSpan LastTick { get; private set; }

    /// <summary>
    /// Opens a workspace's files, so that it can be appended to. What is derived follows with <see cref="RecoverAsync"/>, which
    /// <see cref="RunAsync"/> begins with. Throws what the journal throws for damage that would lose acknowledged events; nothing stays open then.
    /// </summary>
    public static async Task<WorkspaceEngine> OpenFilesAsync(
        string id, IStorage storage, WorkspaceRules rules, TimeProvider clock, FoldCrew crew, FoldCrew desk, JournalOptions options,
        HistoryOptions? history = null)
    {
        var events = Journal.Open(storage, "journal", options);
        try
        {
            return new WorkspaceEngine(id, storage, rules, clock, crew, desk, history ?? new HistoryOptions(), events, Journal.Open(storage, "feed", options));
        }
        catch
        {
            await events.DisposeAsync();
            throw;
        }
    }

    /// <summary>Opens a workspace and recovers it.</summary>
    public static async Task<WorkspaceEngine> OpenAsync(
        string id, IStorage storage, WorkspaceRules rules, TimeProvider clock, FoldCrew crew, FoldCrew desk, JournalOptions options, CancellationToken cancellation,
        HistoryOptions? history = null)
    {
        var engine = await OpenFilesAsync(id, storage, rules, clock, crew, desk, options, history);
        try
        {
            await engine.RecoverAsync(cancellation);
            return engine;
        }
        catch
        {
            await engine.DisposeAsync();
            throw;
        }
    }

    /// <summary>Completes when the derived state has been brought up to the journal's end and the clock; fails with what recovery failed with.</summary>
    public Task Ready => ready.Task;

    /// <summary>Brings the derived state up to the journal's end and the clock. Once.</summary>
    public async Task RecoverAsync(CancellationToken cancellation)
    {
        try
        {
            await crew.RunAsync(() => Exclusively(() => Recover(cancellation)));
            await feed.FlushAsync();
            eraser.Settle();
            folded.Advance(derivation.FoldedTo);
            ready.TrySetResult();
        }
        // Whoever waits for the workspace hears of any failure; it goes on to whoever recovers it.
        catch (Exception failure)
        {
            ready.TrySetException(failure);
            throw;
        }
    }

    /// <summary>Appends a frame of a source; answers its position when it is durable. Throws <see cref="JournalBusyException"/> over the backlog's limit.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<long> AppendAsync(ReadOnlyMemory<byte> payload, CancellationToken cancellation, Pulse? source = null)
    {
        if (Backlog > MaxBacklog)
        {
            throw new JournalBusyException(Backlog, MaxBacklog);
        }
        var appended = appends.AppendAsync(payload, out var events, cancellation);
        Interlocked.Add(ref admitted, events);
        try
        {
            var position = await appended;
            Pulses.Count(events, source, clock.GetUtcNow().ToUnixTimeMilliseconds());
            return position;
        }
        catch
        {
            Interlocked.Add(ref admitted, -events);
            throw;
        }
    }

    /// <summary>Appends one record with a JSON body and waits until it has taken effect.</summary>
    public async Task AppendAsync<T>(RecordKind kind, T body, System.Text.Json.Serialization.Metadata.JsonTypeInfo<T> type, CancellationToken cancellation)
    {
        var frame = new FrameBuilder();
        frame.Begin(kind);
        using (var json = new Utf8JsonWriter(frame))
        {
            JsonSerializer.Serialize(json, body, type);
        }
        frame.End();
        var position = await journal.AppendAsync(frame.Payload, cancellation);
        await FoldedAsync(position, cancellation);
    }

    /// <summary>Completes when the frame at that position has been folded, and what it changed can be read, in the feed too.</summary>
    public Task FoldedAsync(long position, CancellationToken cancellation) => folded.PassAsync(position, cancellation).AsTask();

    /// <summary>How many changes of the derived state have become readable, by events and by time alone; any may touch any profile.</summary>
    public long Changes => changes.Value;

    /// <summary>Completes when <see cref="Changes"/> is above a number read before: whoever shows something looks again then, and nobody polls.</summary>
    public Task ChangedAsync(long seen, CancellationToken cancellation) => changes.PassAsync(seen, cancellation).AsTask();

    /// <summary>Completes when everything admitted so far is folded and written and the loop sleeps: merges and the like are done by then.</summary>
    public Task RestAsync(CancellationToken cancellation) => rested.PassAsync(journal.End - 1, cancellation).AsTask();

    /// <summary>Turns of the loop so far; a loop that rests takes none.</summary>
    public long Turns { get; private set; }

    /// <summary>The loop: recovers, folds what comes, meets deadlines, sleeps in between. Ends when cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        if (!ready.Task.IsCompleted)
        {
            await RecoverAsync(cancellation);
        }
        while (!cancellation.IsCancellationRequested)
        {
            try
            {
                if (!await TurnAsync(cancellation))
                {
                    await SleepAsync(cancellation);
                }
            }
            // A full disk is told as one or the other, and they have no common ancestor but Exception.
            catch (Exception full) when (full is DiskFullException || (full is IOException broken && DiskFull.Is(broken)))
            {
                // The feed's rows wait in memory; reading goes on, and the journal says itself that it has no room.
                await Task.Delay(WaitForSpace, clock, cancellation);
            }
        }
    }

    /// <summary>Reads a consistent state: no tick runs meanwhile. Keep it short while events come in.</summary>
    public T Read<T>(Func<EngineState, T> read)
    {
        gate.EnterReadLock();
        try
        {
            return read(derivation.State);
        }
        finally
        {
            gate.ExitReadLock();
        }
    }

    /// <summary>A number for an import that begins; none is given twice.</summary>
    public uint NextImportId()
    {
        var last = Read(state => state.Staged.Imports.Count == 0 ? 0 : state.Staged.Imports.Keys.Last());
        lock (importNumbers)
        {
            lastImportGiven = Math.Max(lastImportGiven, last) + 1;
            return lastImportGiven;
        }
    }

    /// <summary>What an imported event with that id and content would be.</summary>
    public Sighting Look(ReadOnlySpan<byte> messageId, ulong content)
    {
        gate.EnterReadLock();
        try
        {
            return derivation.Staged.Messages.Look(messageId, content);
        }
        finally
        {
            gate.ExitReadLock();
        }
    }

    /// <summary>
    /// Puts other definitions, rates or settings in force: every history is recomputed, and what differs is made known. Once begun it is
    /// carried through.
    /// </summary>
    public async Task ApplyAsync(WorkspaceRules next, CancellationToken cancellation)
    {
        Task Change() => ChangeAsync(
            () =>
            {
                derivation.Apply(next);
                return true;
            },
            cancellation);
        await (next.StagingFingerprint == Rules.StagingFingerprint ? Change() : housekeeping.AloneAsync(Change, cancellation));
        sleep.Wake();
    }

    /// <summary>Makes everything derived anew from the journal. What comes out otherwise than before is made known.</summary>
    public async Task RebuildAsync(CancellationToken cancellation)
    {
        await RemakeAsync(cancellation);
        await housekeeping.CheckpointAsync(cancellation);
        sleep.Wake();
    }

    /// <summary>Identifiers that are refused because their person was erased.</summary>
    public ErasedIdentifiers Erased => appends.Erased;

    /// <summary>
    /// Erases the person that a reference names, with all identifiers of the profile: answers the erasure's id when that is durable and the
    /// identifiers are refused; null if nobody is known by it. The rest follows by itself, over restarts too: <see cref="ErasedAsync"/>.
    /// </summary>
    public async Task<string?> EraseAsync(string reference, string by, CancellationToken cancellation)
    {
        if (Read(state => PersonExtent.Of(state, reference)) is not { } person)
        {
            return null;
        }
        var at = clock.GetUtcNow();
        var id = "ers_" + Guid.CreateVersion7(at).ToString("N");
        var position = await eraser.BeginAsync(id, person, at.ToUnixTimeMilliseconds(), by);
        await FoldedAsync(position, cancellation);
        return id;
    }

    /// <summary>Completes when no byte of the person is left in the workspace's files.</summary>
    public async Task ErasedAsync(string id, CancellationToken cancellation)
    {
        if (await eraser.DoneAsync(id).WaitAsync(cancellation) is >= 0 and var position)
        {
            await FoldedAsync(position, cancellation);
        }
    }

    /// <summary>Lets the identifiers of an erasure come in again. What was erased stays so.</summary>
    public async Task LiftErasureAsync(Erasure erasure, string by, CancellationToken cancellation) =>
        await FoldedAsync(await eraser.LiftAsync(erasure, clock.GetUtcNow().ToUnixTimeMilliseconds(), by), cancellation);

    /// <summary>
    /// Does something while files only grow: no checkpoint, merge, rebuild or erasure is under way. Events go on coming in meanwhile.
    /// </summary>
    public async Task StillAsync(Func<Task> work, CancellationToken cancellation)
    {
        await housekeeping.AloneAsync(work, cancellation);
        sleep.Wake();
    }

    /// <summary>The feed's files; see <see cref="Journal.DurableFiles"/>.</summary>
    public IReadOnlyList<(string Name, long Bytes)> FeedFiles(out long end) => feedJournal.DurableFiles(out end);

    /// <summary>Writes a checkpoint of what is folded now.</summary>
    public async Task CheckpointAsync(CancellationToken cancellation)
    {
        await housekeeping.CheckpointAsync(cancellation);
        // Files that only earlier checkpoints named can go now.
        sleep.Wake();
    }

    /// <summary>Ends the work; to be called when the loop has ended. A checkpoint is written if there is anything new.</summary>
    public async ValueTask DisposeAsync()
    {
        try
        {
            if (ready.Task.IsCompletedSuccessfully)
            {
                await ((Task)work).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                await feed.FlushAsync();
                if (housekeeping.IsBehind)
                {
                    await housekeeping.CheckpointAsync(CancellationToken.None);
                }
            }
        }
        finally
        {
            await ((Task)work).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            housekeeping.Dispose();
            appends.Dispose();
            eraser.Dispose();
            derivation.Dispose();
            await journal.DisposeAsync();
            await feedJournal.DisposeAsync();
            gate.Dispose();
            turn.Dispose();
        }
    }

    /// <summary>One turn of the loop; false if there was nothing to do. A simulation drives the engine by it.</summary>
    internal async Task<bool> TurnAsync(CancellationToken cancellation)
    {
        if (derivation.NeedsRebuild)
        {
            await RemakeAsync(cancellation);
            return true;
        }
        Turns++;
        var started = clock.GetTimestamp();
        var worked = await ChangeAsync(derivation.Tick, cancellation);
        if (worked)
        {
            LastTick = clock.GetElapsedTime(started);
            housekeeping.Stir();
        }
        return await KeepHouseAsync(cancellation) || worked;
    }

    /// <summary>Nothing is done beside the loop, and nothing that could be was left by what happened last.</summary>
    private bool IsIdle => work.IsCompletedSuccessfully && housekeeping.IsResting && !eraser.IsDue;

    /// <summary>Begins the next piece of housekeeping once the one before has ended; true if it has been done already, and more may be due.</summary>
    private async Task<bool> KeepHouseAsync(CancellationToken cancellation)
    {
        if (!work.IsCompleted || IsIdle)
        {
            // To ask a house at rest for work is work itself, and its end would wake the loop to ask again.
            return false;
        }
        var done = work;
        work = Task.FromResult(false);
        // A failure of it is one of the loop.
        await done;
        work = eraser.IsDue ? eraser.RunAsync(cancellation) : housekeeping.StepAsync(cancellation);
        return work.IsCompletedSuccessfully && await work;
    }

    private bool Recover(CancellationToken cancellation)
    {
        var content = checkpoint.Read();
        if (content is not null)
        {
            housekeeping.StartFrom((content.Staged.Position, content.FeedPosition, content.RulesFingerprint));
        }
        derivation.Recover(content, cancellation);
        return true;
    }

    /// <summary>Changes the derived state, makes durable what is new in the feed, and lets those who wait know.</summary>
    private async Task<bool> ChangeAsync(Func<bool> change, CancellationToken cancellation)
    {
        await turn.WaitAsync(cancellation);
        try
        {
            var changed = await crew.RunAsync(() => Exclusively(change));
            Interlocked.Exchange(ref foldedEvents, derivation.CountedEvents);
            await feed.FlushAsync();
            folded.Advance(derivation.FoldedTo);
            if (changed)
            {
                changes.Advance(changes.Value + 1);
            }
            return changed;
        }
        finally
        {
            turn.Release();
        }
    }

    private bool Exclusively(Func<bool> change)
    {
        gate.EnterWriteLock();
        try
        {
            return change();
        }
        finally
        {
            gate.ExitWriteLock();
        }
    }

    private Task RemakeAsync(CancellationToken cancellation) => housekeeping.AloneAsync(
        () => ChangeAsync(
            () =>
            {
                derivation.Rebuild(false, cancellation);
                return true;
            },
            cancellation),
        cancellation);

    private async Task SleepAsync(CancellationToken cancellation)
    {
        var (position, left) = await HowLongAsync(cancellation);
        if (IsIdle)
        {
            rested.Advance(position);
        }
        await sleep.SleepAsync(position, left, IsIdle ? null : work, cancellation);
    }

    private async Task<(long Position, long LeftMs)> HowLongAsync(CancellationToken cancellation)
    {
        await turn.WaitAsync(cancellation);
        try
        {
            var next = derivation.NextDeadline;
            return (derivation.Staged.Position, next == Instants.Never ? next : Math.Max(1, next - derivation.State.Now));
        }
        finally
        {
            turn.Release();
        }
    }
}
