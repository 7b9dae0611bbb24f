using Ciclo.Core.Events;
using Ciclo.Core.Folds;
using Ciclo.Core.Identity;
using Ciclo.Core.Time;
using Ciclo.Data.Journal;

namespace Ciclo.Engine.Runtime;

/// <summary>
/// What a workspace derives from its journal, its rules and its clock, and how that is brought up to date: staging, places, what is made
/// known of them. One thread at a time; what readers see is guarded by the engine.
/// </summary>
internal sealed class Derivation : IDisposable
{
    private const int EventsPerTick = 20_000;

    /// <summary>Folding so many reads some hundred megabytes of the history, where most profiles are folded anew.</summary>
    private const long EventsPerForgetting = 100_000;

    /// <summary>
    /// Ticks of a backlog of late events are this large at the most: each refolds the profiles that it touches, so fewer and larger ones bound
    /// what an import in reverse order costs. Readers wait for a tick, and its events wait in memory.
    /// </summary>
    private const int MostEventsPerTick = 16 * EventsPerTick;

    /// <summary>Bytes for the kept states of folds, of each workspace.</summary>
    private const long StateBudget = 128 << 20;

    private readonly Journal journal;
    private readonly Feed feed;
    private readonly EngineClock clock;
    private readonly FoldCrew crew;
    private readonly StagedHome home;
    private readonly List<IdentityChange> changes = [];
    private Names placeNames = new();
    private MoveRows rows = new(WorkspaceRules.Empty, new Names());
    private Stage stage = new(new Staged(), new VoidedEvents());
    private Placement placement;
    private JournalReader reader;
    private string? currencyOfPlan;
    private long eventsAtForgetting;
    private long countedTo;
    private int eventsPerTick = EventsPerTick;

    public Derivation(Journal journal, Feed feed, EngineClock clock, StagedHome home, WorkspaceRules rules, FoldCrew crew)
    {
        this.journal = journal;
        this.feed = feed;
        this.clock = clock;
        this.crew = crew;
        this.home = home;
        Rules = rules;
        countedTo = journal.End;
        placement = MakePlacement();
        reader = journal.ReadFrom(0);
    }

    public WorkspaceRules Rules { get; private set; }

    public Staged Staged => stage.Staged;

    public EngineState State => new(stage.Staged, placement, placeNames, Rules, clock.Now);

    /// <summary>When time alone may next change something. Not beside a tick.</summary>
    public long NextDeadline => placement.NextDeadline();

    /// <summary>Events of frames appended since the workspace was opened that have been staged.</summary>
    public long CountedEvents { get; private set; }

    /// <summary>Events staged since the derived state was made or restored.</summary>
    public long StagedEvents => stage.Events;

    /// <summary>The journal's position up to which everything is folded.</summary>
    public long FoldedTo { get; private set; }

    /// <summary>Something that was staged no longer counts: before anything else, everything is to be made anew.</summary>
    public bool NeedsRebuild => stage.NeedsRebuild;

    /// <summary>Tells one derived state from another.</summary>
    public (long Position, long Feed, string Rules) Mark => (FoldedTo, feed.End, Rules.Fingerprint);

    public void Dispose()
    {
        reader.Dispose();
        home.Close(stage.Staged);
    }

    /// <summary>Copies the state out for a checkpoint; the history's memory must have been frozen.</summary>
    public CheckpointCut Cut()
    {
        using var head = new MemoryStream();
        using (var writer = new BinaryWriter(head, System.Text.Encoding.UTF8, leaveOpen: true))
        {
            stage.Staged.WriteHead(writer);
        }
        return new CheckpointCut(
            stage.Staged, Rules.Fingerprint, Rules.StagingFingerprint, feed.End, clock.Now, head.ToArray(), placeNames.All(),
            stage.Staged.Identity.Capture(), placement.Places.Capture(), stage.Staged.Messages.Cut())
        {
            Mark = Mark,
        };
    }

    /// <summary>Starts from a checkpoint, or without one that fits from the journal's beginning.</summary>
    public void Recover(Checkpoint.Content? content, CancellationToken cancellation)
    {
        if (content is null || content.Staged.Position > journal.End || content.StagingFingerprint != Rules.StagingFingerprint)
        {
            if (content is not null)
            {
                clock.Reach(content.Clock);
            }
            Rebuild(true, cancellation);
            return;
        }
        Restore(content);
        StageAll(stage, reader, long.MaxValue, cancellation);
        ReplayFeed(content.FeedPosition);
        if (stage.NeedsRebuild)
        {
            Rebuild(false, cancellation);
        }
        else if (content.RulesFingerprint != Rules.Fingerprint)
        {
            Replace(MakePlacement());
        }
        else
        {
            FoldStaged(true);
        }
    }

    /// <summary>Stages what came, meets deadlines, adds to the feed what changed; false if there was nothing to do.</summary>
    public bool Tick()
    {
        var before = stage.Staged.Position;
        var (events, folded) = (0, placement.FoldedEvents);
        while (events < eventsPerTick && reader.TryRead(out var position, out var payload))
        {
            events += Take(stage, position, payload.Span, reader.NextPosition);
        }
        if (stage.NeedsRebuild)
        {
            return true;
        }
        if (stage.Staged.Position == before && placement.NextDeadline() > clock.Now)
        {
            return false;
        }
        FoldStaged(false);
        if (Math.Abs(stage.Events - eventsAtForgetting) > EventsPerForgetting)
        {
            eventsAtForgetting = stage.Events;
            stage.Staged.ForgetPages();
        }
        eventsPerTick = NextTickOf(events, placement.FoldedEvents - folded);
        return true;
    }

    /// <summary>
    /// Twice as large while more events wait and half of the folding was done before: then each tick at least doubles the history that it refolds,
    /// and all of them together fold no more than three times what came.
    /// </summary>
    private int NextTickOf(int events, long folded) =>
        events < eventsPerTick ? EventsPerTick
        : 2 * folded > 3L * events ? Math.Min(2 * eventsPerTick, MostEventsPerTick)
        : 5 * folded > 6L * events ? eventsPerTick : Math.Max(eventsPerTick / 2, EventsPerTick);

    /// <summary>Puts other rules in force. Where the disk fails meanwhile, those before stay in force.</summary>
    public void Apply(WorkspaceRules next)
    {
        var before = Rules;
        Rules = next;
        if (next.StagingFingerprint == before.StagingFingerprint)
        {
            Replace(MakePlacement());
            return;
        }
        try
        {
            Rebuild(false, CancellationToken.None);
        }
        catch
        {
            Rules = before;
            throw;
        }
    }

    /// <summary>
    /// Makes everything anew from the journal. Cancelled, it has changed nothing. <paramref name="isStart"/>: what was made known before is
    /// read from the feed, for there are no places yet.
    /// </summary>
    public void Rebuild(bool isStart, CancellationToken cancellation)
    {
        var fresh = BeginBeside(cancellation);
        StageOrClose(fresh, long.MaxValue, cancellation);
        Adopt(fresh, isStart);
    }

    /// <summary>A state made anew beside the one in force, which goes on meanwhile.</summary>
    public sealed class Beside : IDisposable
    {
        internal required Stage Stage { get; init; }

        internal required JournalReader Reader { get; init; }

        public void Dispose() => Reader.Dispose();
    }

    /// <summary>Begins to make everything anew; on any thread, as long as nothing else is made anew.</summary>
    public Beside BeginBeside(CancellationToken cancellation) => new()
    {
        Stage = MakeStage(Staged.In(home), VoidedSurvey.Read(journal, cancellation)), Reader = journal.ReadFrom(0),
    };

    /// <summary>Stages into it what lies before a position that was staged here already. Cancelled or failed, it is closed.</summary>
    public void StageOrClose(Beside beside, long until, CancellationToken cancellation)
    {
        try
        {
            StageAll(beside.Stage, beside.Reader, until, cancellation);
        }
        catch
        {
            Drop(beside);
            throw;
        }
    }

    /// <summary>Lets go of one that is not wanted any more.</summary>
    public void Drop(Beside beside)
    {
        beside.Dispose();
        home.Close(beside.Stage.Staged);
    }

    /// <summary>Puts it in force, once it has been staged to the journal's end: everybody is folded anew.</summary>
    public void Adopt(Beside beside, bool isStart)
    {
        var (fresh, freshReader) = (beside.Stage, beside.Reader);
        var (identityBefore, before) = (stage.Staged.Identity, placement);
        var known = before.Places.Profiles().Select(profile => (identityBefore.PublicId(profile), before.Of(profile)!)).ToList();
        reader.Dispose();
        home.Close(stage.Staged);
        (stage, reader) = (fresh, freshReader);
        placement = MakePlacement();
        if (isStart)
        {
            ReplayFeed(0);
        }
        Remap(known);
        Replace(placement);
    }

    /// <summary>
    /// Takes identifiers out of everything but the journal and the feed; their rows must have left the history. False, and nothing done, where that
    /// is not the same as making everything anew.
    /// </summary>
    public bool Excise(IReadOnlySet<int> nodes, OwnTraces traces, IEnumerable<int> eventNames)
    {
        var staged = stage.Staged;
        if (staged.Identity.Removable(nodes)?.SetEquals(nodes) != true || staged.History.CountOf([.. nodes]) > 0)
        {
            return false;
        }
        foreach (var node in nodes)
        {
            placement.Forget(node);
        }
        stage.Regrouped.UnionWith(staged.Remove(nodes, traces, eventNames));
        FoldStaged(false);
        return true;
    }

    private void Restore(Checkpoint.Content content)
    {
        clock.Reach(content.Clock);
        placeNames = content.PlaceNames;
        home.Close(stage.Staged);
        stage = MakeStage(content.Staged, VoidedEvents.Of(content.Staged.Imports.Values));
        reader.Dispose();
        reader = journal.ReadFrom(content.Staged.Position);
        placement = MakePlacement();
        placement.Restore(content.Places);
    }

    private void StageAll(Stage into, JournalReader from, long until, CancellationToken cancellation)
    {
        into.Arrivals.TellsApart = false;
        while (from.NextPosition < until && from.TryRead(out var position, out var payload))
        {
            cancellation.ThrowIfCancellationRequested();
            Take(into, position, payload.Span, from.NextPosition);
            while (into.Staged.History.Step() || into.Staged.Messages.Step())
            {
                // What is staged at once does not fit into memory.
            }
            into.Staged.Messages.Adopt();
        }
    }

    private int Take(Stage into, long position, ReadOnlySpan<byte> payload, long next)
    {
        var events = into.Take(position, payload);
        into.Staged.Position = next;
        if (position >= countedTo)
        {
            // A rebuild stages frames a second time; they are counted once.
            CountedEvents += events;
            countedTo = next;
        }
        return events;
    }

    /// <summary>Adds to the places what the feed made known after a position, so that it is not made known twice.</summary>
    private void ReplayFeed(long position)
    {
        if (position > feed.End)
        {
            return;
        }
        var changed = new Dictionary<string, (int Node, List<PlacedMove> Moves)>(StringComparer.Ordinal);
        feed.ReadFrom(position, row =>
        {
            clock.Reach(row.RecordedAt);
            if (!changed.TryGetValue(row.Profile, out var known))
            {
                var node = stage.Staged.Identity.Find(row.Profile);
                known = (node, node >= 0 && placement.Of(node) is { } place ? [.. place.Moves] : []);
                changed.Add(row.Profile, known);
            }
            var move = new PlacedMove(placeNames.Add(row.Lifecycle), row.From is null ? Names.None : placeNames.Add(row.From), placeNames.Add(row.To), row.At);
            if (row.Kind == "moved")
            {
                known.Moves.Add(move);
            }
            else
            {
                known.Moves.Remove(move);
            }
        });
        foreach (var (publicId, (node, moves)) in changed)
        {
            RestorePlace(publicId, node, moves);
        }
    }

    private void RestorePlace(string publicId, int node, List<PlacedMove> moves)
    {
        if (node < 0)
        {
            // Its events no longer count, and the run before was cut off before it said so.
            SinkAt(clock.Now).Withdraw(publicId, moves);
            return;
        }
        var place = placement.Of(node);
        placement.Restore(node, new ProfilePlace { Moves = [.. moves], Memberships = place?.Memberships ?? [], NextDeadline = place?.NextDeadline ?? Instants.Never });
        stage.Arrivals.Touched.Add(node);
    }

    /// <summary>Hands what was made known to the profiles' new numbers; profiles that are no more are withdrawn.</summary>
    private void Remap(List<(string PublicId, ProfilePlace Place)> known)
    {
        foreach (var (publicId, place) in known)
        {
            var node = stage.Staged.Identity.Find(publicId);
            if (node >= 0)
            {
                placement.Restore(node, place);
                continue;
            }
            SinkAt(clock.Now).Withdraw(publicId, place.Moves);
        }
    }

    private void FoldStaged(bool isStart)
    {
        var now = Reached();
        changes.Clear();
        stage.Staged.Identity.TakeChanges(changes);
        var sink = SinkAt(now);
        if (isStart)
        {
            placement.WithdrawStrangers(sink);
        }
        placement.Update(changes, stage.Arrivals, stage.Regrouped, now, sink);
        stage.Arrivals.Clear();
        stage.Regrouped.Clear();
        FoldedTo = stage.Staged.Position;
        if (CurrencyNow() != currencyOfPlan)
        {
            Replace(MakePlacement());
        }
    }

    /// <summary>Folds everybody anew under a placement, which may be the one in force.</summary>
    private void Replace(Placement next)
    {
        if (next != placement)
        {
            next.Adopt(placement);
            placement = next;
        }
        changes.Clear();
        stage.Staged.Identity.TakeChanges(changes);
        stage.Arrivals.Clear();
        stage.Regrouped.Clear();
        var now = Reached();
        placement.UpdateAll(now, SinkAt(now));
        FoldedTo = stage.Staged.Position;
    }

    private long Reached()
    {
        clock.Reach(Math.Max(clock.Now, stage.LatestReceipt));
        return clock.Now;
    }

    private Stage MakeStage(Staged staged, VoidedEvents voided) => new(staged, voided) { Aliases = Rules.Aliases };

    private Placement MakePlacement()
    {
        var staged = stage.Staged;
        currencyOfPlan = CurrencyNow();
        var settings = new FoldSettings(new Rates(currencyOfPlan, Rules.Zone, Rules.Rates), staged.Groups);
        var plan = FoldPlan.Compile(Rules.Definitions, staged.EventNames, staged.Paths, settings);
        staged.History.WantedPaths = plan.ReadPaths.ToHashSet();
        return new Placement(staged, plan, settings, placeNames, crew, StateBudget);
    }

    /// <summary>The workspace's currency: as set; else the only one in the data; else the only one in the data that has no rate.</summary>
    private string? CurrencyNow()
    {
        if (Rules.Currency is not null)
        {
            return Rules.Currency;
        }
        var seen = stage.Staged.Schema.Currencies;
        if (seen.Count == 1)
        {
            return seen.Min;
        }
        var unrated = seen.Where(code => !Rules.Rates.Any(rate => string.Equals(rate.Currency, code, StringComparison.OrdinalIgnoreCase))).Take(2).ToList();
        return unrated.Count == 1 && Rules.Rates.Count > 0 ? unrated[0] : null;
    }

    /// <summary>Where moves that are known as of an instant go.</summary>
    private MoveSink SinkAt(long now)
    {
        if (!rows.Fits(Rules, placeNames))
        {
            rows = new MoveRows(Rules, placeNames);
        }
        rows.Refresh();
        return new MoveSink(feed, rows, stage.Staged.Identity, now);
    }
}
