using System.Text.Json;
using Ciclo.Core.Events;
using Ciclo.Core.Folds;
using Ciclo.Core.Identity;
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
    /// <summary>Past this many events admitted and not yet folded, more are refused for a while.</summary>
    public const long MaxBacklog = 10_000_000;

    private const int EventsPerTick = 20_000;
    private static readonly TimeSpan LongestSleep = TimeSpan.FromSeconds(60);

    private readonly Journal journal;
    private readonly Feed feed;
    private readonly Journal feedJournal;
    private readonly Checkpoint checkpoint;
    private readonly TimeProvider clock;
    private readonly ReaderWriterLockSlim gate = new();
    private readonly EndSignal folded = new(0);
    private readonly List<IdentityChange> changes = [];
    private Names placeNames = new();
    private WorkspaceRules rules;
    private Stage stage;
    private Placement placement;
    private JournalReader reader;
    private TaskCompletionSource nudge = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long admitted;
    private long foldedEvents;
    private long eventsAtCheckpoint;

    private WorkspaceEngine(string id, IStorage storage, WorkspaceRules rules, TimeProvider clock, JournalOptions options)
    {
        Id = id;
        this.rules = rules;
        this.clock = clock;
        journal = Journal.Open(storage, "journal", options);
        feedJournal = Journal.Open(storage, "feed", options);
        feed = new Feed(feedJournal);
        checkpoint = new Checkpoint(storage);
        stage = new Stage(new Staged(), new VoidedEvents());
        placement = MakePlacement();
        reader = journal.ReadFrom(0);
    }

    public string Id { get; }

    public Journal Journal => journal;

    public Feed Feed => feed;

    /// <summary>Events admitted and not yet folded.</summary>
    public long Backlog => Math.Max(0, Interlocked.Read(ref admitted) - Interlocked.Read(ref foldedEvents));

    /// <summary>Completes when the journal can never again be written: the process must end.</summary>
    public Task<Exception> Failed => journal.Failed;

    public WorkspaceRules Rules => rules;

    /// <summary>
    /// Opens a workspace's files and brings the derived state up to the journal's end and the clock. Throws what the journal throws for
    /// damage that would lose acknowledged events.
    /// </summary>
    public static async Task<WorkspaceEngine> OpenAsync(
        string id, IStorage storage, WorkspaceRules rules, TimeProvider clock, JournalOptions options, CancellationToken cancellation)
    {
        var engine = new WorkspaceEngine(id, storage, rules, clock, options);
        engine.Recover(cancellation);
        await engine.feed.FlushAsync(cancellation);
        return engine;
    }

    /// <summary>Appends a frame; answers its position when it is durable. Throws <see cref="JournalBusyException"/> over the backlog's limit.</summary>
    public async ValueTask<long> AppendAsync(ReadOnlyMemory<byte> payload, CancellationToken cancellation)
    {
        var events = FrameReader.Count(payload.Span, RecordKind.Event);
        if (Backlog > MaxBacklog)
        {
            throw new JournalBusyException(Backlog, MaxBacklog);
        }
        Interlocked.Add(ref admitted, events);
        try
        {
            return await journal.AppendAsync(payload, cancellation);
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

    /// <summary>Completes when the frame at that position has been folded, and what it changed can be read.</summary>
    public Task FoldedAsync(long position, CancellationToken cancellation) => folded.PassAsync(position, cancellation).AsTask();

    /// <summary>The loop: folds what comes, meets deadlines, sleeps in between. Ends when cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        while (!cancellation.IsCancellationRequested)
        {
            if (Tick())
            {
                await feed.FlushAsync(cancellation);
                if (stage.Events - eventsAtCheckpoint > 2_000_000)
                {
                    WriteCheckpoint();
                }
                continue;
            }
            await SleepAsync(cancellation);
        }
    }

    /// <summary>Reads a consistent state: no tick runs meanwhile. Keep it short while events come in.</summary>
    public T Read<T>(Func<EngineState, T> read)
    {
        gate.EnterReadLock();
        try
        {
            return read(new EngineState(stage.Staged, placement, placeNames, rules, Now));
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

    public Sighting Look(ReadOnlySpan<byte> messageId, ulong content) => stage.Staged.Messages.Look(messageId, content);

    /// <summary>Puts other definitions, rates or settings in force: every history is recomputed, and what differs is made known.</summary>
    public async Task ApplyAsync(WorkspaceRules next, CancellationToken cancellation)
    {
        gate.EnterWriteLock();
        try
        {
            var needsStaging = !next.Aliases.SequenceEqual(rules.Aliases);
            rules = next;
            if (needsStaging)
            {
                Rebuild(cancellation);
            }
            else
            {
                Replace(MakePlacement());
            }
        }
        finally
        {
            gate.ExitWriteLock();
        }
        await feed.FlushAsync(cancellation);
        Nudge();
    }

    /// <summary>Makes everything derived anew from the journal. What comes out otherwise than before is made known.</summary>
    public async Task RebuildAsync(CancellationToken cancellation)
    {
        gate.EnterWriteLock();
        try
        {
            Rebuild(cancellation);
        }
        finally
        {
            gate.ExitWriteLock();
        }
        await feed.FlushAsync(cancellation);
        WriteCheckpoint();
    }

    /// <summary>Writes a checkpoint of what is folded now.</summary>
    public void WriteCheckpoint()
    {
        gate.EnterReadLock();
        try
        {
            var places = placement.Profiles().Select(profile => (profile, placement.Of(profile)!)).ToList();
            checkpoint.Write(new Checkpoint.Content(stage.Staged, placeNames, places, feed.End, rules.Fingerprint));
            eventsAtCheckpoint = stage.Events;
        }
        finally
        {
            gate.ExitReadLock();
        }
    }

    public async ValueTask DisposeAsync()
    {
        reader.Dispose();
        await feed.FlushAsync(CancellationToken.None);
        await journal.DisposeAsync();
        if (stage.Staged.Position != checkpointPosition)
        {
            WriteCheckpoint();
        }
        await feedJournal.DisposeAsync();
        gate.Dispose();
    }

    private long checkpointPosition = -1;
    private readonly Lock importNumbers = new();
    private uint lastImportGiven;

    private long Now => clock.GetUtcNow().ToUnixTimeMilliseconds();

    private void Recover(CancellationToken cancellation)
    {
        var content = checkpoint.Read();
        if (content is null || content.Staged.Position > journal.End)
        {
            Rebuild(cancellation);
            return;
        }
        checkpointPosition = content.Staged.Position;
        placeNames = content.PlaceNames;
        stage = MakeStage(content.Staged, new VoidedEvents());
        reader.Dispose();
        reader = journal.ReadFrom(content.Staged.Position);
        placement = MakePlacement();
        foreach (var (profile, place) in content.Places)
        {
            placement.Restore(profile, place);
        }
        StageAll(cancellation);
        RestoreFeed(content.FeedPosition);
        if (stage.NeedsRebuild)
        {
            Rebuild(cancellation);
        }
        else if (content.RulesFingerprint != rules.Fingerprint)
        {
            Replace(placement);
        }
        else
        {
            FoldStaged(Now);
        }
    }

    /// <summary>Adds to the restored places what the feed made known after the checkpoint, so that it is not made known twice.</summary>
    private void RestoreFeed(long position)
    {
        if (position > feed.End)
        {
            return;
        }
        var changed = new Dictionary<int, List<PlacedMove>>();
        feed.ReadFrom(position, row =>
        {
            var node = stage.Staged.Identity.Find(row.Profile);
            if (node < 0)
            {
                return;
            }
            if (!changed.TryGetValue(node, out var moves))
            {
                changed.Add(node, moves = [.. placement.Of(node)?.Moves ?? []]);
            }
            var move = new PlacedMove(placeNames.Add(row.Lifecycle), row.From is null ? Names.None : placeNames.Add(row.From), placeNames.Add(row.To), row.At);
            if (row.Kind == "moved")
            {
                moves.Add(move);
            }
            else
            {
                moves.Remove(move);
            }
        });
        foreach (var (node, moves) in changed)
        {
            var place = placement.Of(node) ?? new ProfilePlace();
            place.Moves = [.. moves];
            placement.Restore(node, place);
        }
    }

    private bool Tick()
    {
        gate.EnterWriteLock();
        try
        {
            var events = 0;
            var frames = 0;
            while (events < EventsPerTick && reader.TryRead(out var position, out var payload))
            {
                events += stage.Take(position, payload.Span);
                frames++;
                stage.Staged.Position = reader.NextPosition;
            }
            var now = Now;
            if (frames == 0 && placement.NextDeadline() > now)
            {
                return false;
            }
            if (stage.NeedsRebuild)
            {
                Rebuild(CancellationToken.None);
            }
            else
            {
                FoldStaged(now);
            }
            Interlocked.Add(ref foldedEvents, events);
        }
        finally
        {
            gate.ExitWriteLock();
        }
        folded.Advance(stage.Staged.Position);
        return true;
    }

    private void FoldStaged(long now)
    {
        changes.Clear();
        stage.Staged.Identity.TakeChanges(changes);
        Publish(placement.Update(changes, stage.Touched, now), now);
        stage.Touched.Clear();
        if (CurrencyNow() != currencyOfPlan)
        {
            Replace(MakePlacement());
        }
    }

    private string? currencyOfPlan;

    /// <summary>The workspace's currency: as set; else the only one in the data; else the only one in the data that has no rate.</summary>
    private string? CurrencyNow()
    {
        if (rules.Currency is not null)
        {
            return rules.Currency;
        }
        var seen = stage.Staged.Schema.Currencies;
        if (seen.Count == 1)
        {
            return seen.Min;
        }
        var unrated = seen.Where(code => !rules.Rates.Any(rate => string.Equals(rate.Currency, code, StringComparison.OrdinalIgnoreCase))).Take(2).ToList();
        return unrated.Count == 1 && rules.Rates.Count > 0 ? unrated[0] : null;
    }

    private Stage MakeStage(Staged staged, VoidedEvents voided) => new(staged, voided) { Aliases = rules.Aliases };

    private Placement MakePlacement()
    {
        var staged = stage.Staged;
        currencyOfPlan = CurrencyNow();
        var settings = new FoldSettings(new Rates(currencyOfPlan, rules.Zone, rules.Rates), staged.Groups);
        return new Placement(staged, FoldPlan.Compile(rules.Definitions, staged.EventNames, staged.Paths, settings), settings, placeNames);
    }

    private void Replace(Placement next)
    {
        if (next != placement)
        {
            next.Adopt(placement);
            placement = next;
        }
        changes.Clear();
        stage.Staged.Identity.TakeChanges(changes);
        stage.Touched.Clear();
        var now = Now;
        Publish(placement.UpdateAll(now), now);
    }

    private void Rebuild(CancellationToken cancellation)
    {
        var (identityBefore, before) = (stage.Staged.Identity, placement);
        var known = before.Profiles().ToDictionary(identityBefore.PublicId, profile => before.Of(profile)!);
        stage = MakeStage(new Staged(), VoidedSurvey.Read(journal, cancellation));
        reader.Dispose();
        reader = journal.ReadFrom(0);
        StageAll(cancellation);
        placement = MakePlacement();
        changes.Clear();
        stage.Staged.Identity.TakeChanges(changes);
        stage.Touched.Clear();
        if (known.Count == 0)
        {
            RestoreFeed(0);
        }
        Remap(known);
        var now = Now;
        Publish(placement.UpdateAll(now), now);
        folded.Advance(stage.Staged.Position);
    }

    /// <summary>Hands what was made known to the profiles' new numbers; profiles that are no more are withdrawn.</summary>
    private void Remap(Dictionary<string, ProfilePlace> known)
    {
        var now = Now;
        foreach (var (publicId, place) in known)
        {
            var node = stage.Staged.Identity.Find(publicId);
            if (node >= 0)
            {
                placement.Restore(node, place);
                continue;
            }
            foreach (var move in place.Moves)
            {
                AddRow(publicId, move, true, now);
            }
        }
    }

    private void StageAll(CancellationToken cancellation)
    {
        while (reader.TryRead(out var position, out var payload))
        {
            cancellation.ThrowIfCancellationRequested();
            stage.Take(position, payload.Span);
            stage.Staged.Position = reader.NextPosition;
        }
        folded.Advance(stage.Staged.Position);
    }

    private void Publish(List<FeedMove> moves, long now)
    {
        foreach (var move in moves)
        {
            AddRow(stage.Staged.Identity.PublicId(move.Profile), move.Move, move.IsWithdrawn, now);
        }
    }

    private void AddRow(string profile, PlacedMove move, bool isWithdrawn, long now)
    {
        var lifecycle = placeNames[move.Lifecycle];
        feed.Add(profile, lifecycle, rules.VersionOf(lifecycle), move.From < 0 ? null : placeNames[move.From], placeNames[move.To], move.At, now, isWithdrawn);
    }

    private void Nudge() => nudge.TrySetResult();

    private async Task SleepAsync(CancellationToken cancellation)
    {
        var untilDeadline = placement.NextDeadline() - Now;
        var sleep = untilDeadline < LongestSleep.TotalMilliseconds ? TimeSpan.FromMilliseconds(Math.Max(1, untilDeadline)) : LongestSleep;
        using var wake = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var more = journal.WaitForMoreAsync(stage.Staged.Position, wake.Token).AsTask();
        await Task.WhenAny(more, nudge.Task, Task.Delay(sleep, clock, wake.Token));
        await wake.CancelAsync();
        if (nudge.Task.IsCompleted)
        {
            nudge = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }
        await more.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }
}
