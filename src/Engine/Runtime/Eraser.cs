using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Ciclo.Core.Identity;
using Ciclo.Data.Files;
using Ciclo.Data.Journal;

namespace Ciclo.Engine.Runtime;

/// <summary>How much there is of a person, before anything is erased.</summary>
public sealed record PersonExtent(string PublicId, IReadOnlyList<Identifier> Identifiers, IReadOnlyList<string> PublicIds, long Events, int Moves)
{
    /// <summary>The person that a reference names: all identifiers of the profile; null if nobody is known by it.</summary>
    public static PersonExtent? Of(EngineState state, string reference)
    {
        var identity = state.Staged.Identity;
        var node = identity.Find(reference);
        if (node < 0)
        {
            return null;
        }
        var profile = identity.ProfileOf(node);
        int[] members = profile < 0 ? [node] : identity.MembersOf(profile).ToArray();
        return new PersonExtent(
            identity.PublicId(profile < 0 ? node : profile), [.. members.Select(identity.IdentifierOf)], [.. members.Select(identity.PublicId)],
            state.Staged.History.CountOf(members), state.Placement.Of(profile)?.Moves.Length ?? 0);
    }
}

/// <summary>
/// Erases people from everything that the workspace keeps. It begins with a record in the journal that holds keyed hashes alone, and is carried
/// through from there, also by the next start: the journal is overwritten, what is derived loses them (see <see cref="Excision"/>; where they cannot be
/// taken out alone, and after a start in between, everything derived is made anew beside what is in force), rows of the feed are overwritten, a
/// checkpoint lets the old files go, and a last record says that it is done. Each step can be repeated.
/// </summary>
internal sealed class Eraser(
    Journal journal, Feed feed, Derivation derivation, Housekeeping housekeeping, FoldCrew desk, AppendGate gate, IStorage storage, EngineClock clock,
    Func<Func<bool>, Task> inTurn, Func<long, Task> folded) : IDisposable
{
    /// <summary>How often more of the journal is staged beside what is in force, before the rest is staged while readers wait.</summary>
    private const int Passes = 3;

    private readonly SemaphoreSlim one = new(1, 1);
    private readonly HashSet<string> overwriting = new(StringComparer.Ordinal);

    /// <summary>By erasure, as far as it began in this process: whom it is about. Erasures that a start finds know only hashes.</summary>
    private readonly ConcurrentDictionary<string, IReadOnlyList<Identifier>> people = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, TaskCompletionSource<long>> waiting = new(StringComparer.Ordinal);

    /// <summary>Whose last record is in the journal, and may not have been staged yet: they are not carried through a second time.</summary>
    private readonly ConcurrentDictionary<string, long> finished = new(StringComparer.Ordinal);

    /// <summary>Whether an erasure is to be carried through.</summary>
    public bool IsDue => derivation.Staged.Erasures.Open.Any(erasure => !finished.ContainsKey(erasure.Id));

    /// <summary>Makes it durable that a person is to be erased, and refuses their identifiers from now on. Answers the position of the record.</summary>
    public async Task<long> BeginAsync(string id, PersonExtent person, long at, string by)
    {
        await one.WaitAsync();
        try
        {
            var before = gate.Erased;
            var next = before.IsEmpty ? new ErasedIdentifiers(KeyOrNew(), []) : before;
            UInt128[] added = [.. person.Identifiers.Select(next.HashOf), .. person.PublicIds.Select(next.HashOfProfile)];
            next = next.With(added);
            next.Save(storage);
            people.AddOrUpdate(id, person.Identifiers, (_, known) => [.. known, .. person.Identifiers]);
            waiting.GetOrAdd(id, _ => new TaskCompletionSource<long>(TaskCreationOptions.RunContinuationsAsynchronously));
            var record = new ErasureBegunRecord(
                id, at, by, Convert.ToHexStringLower(next.Key), [.. added.Select(hash => hash.ToString("x32", CultureInfo.InvariantCulture))], person.Identifiers.Count, person.Events);
            return await gate.ChangeAsync(next, Frame(RecordKind.ErasureBegun, record, RecordJson.Default.ErasureBegunRecord));
        }
        finally
        {
            one.Release();
        }
    }

    /// <summary>Lets the identifiers of an erasure be used again. Answers the position of the record.</summary>
    public async Task<long> LiftAsync(Erasure erasure, long at, string by)
    {
        await one.WaitAsync();
        try
        {
            var erasures = derivation.Staged.Erasures;
            var next = erasures.Of(erasures.All.Where(each => each.LiftedAt is null && each.Id != erasure.Id));
            // Of two tombstones over one identifier the other stays. The record comes first: a start in between goes by the journal.
            var position = await gate.ChangeAsync(next, Frame(RecordKind.ErasureLifted, new ErasureLiftedRecord(erasure.Id, at, by), RecordJson.Default.ErasureLiftedRecord));
            next.Save(storage);
            return position;
        }
        finally
        {
            one.Release();
        }
    }

    /// <summary>Completes, with the position of its last record, when no byte of the person is left.</summary>
    public Task<long> DoneAsync(string id) => waiting.TryGetValue(id, out var done) ? done.Task : Task.FromResult(-1L);

    /// <summary>After a start: the tombstones are those that the journal tells of.</summary>
    public void Settle()
    {
        var standing = derivation.Staged.Erasures.Standing();
        if (!standing.IsSame(gate.Erased))
        {
            gate.Set(standing);
            standing.Save(storage);
        }
    }

    public void Dispose() => one.Dispose();

    /// <summary>Carries through what was begun. Beside the loop.</summary>
    public async Task<bool> RunAsync(CancellationToken cancellation)
    {
        var isFirst = await ExtendAsync();
        List<Erasure> open = [];
        ErasedCounts counts = new(0, 0, 0, 0, 0);
        await housekeeping.AloneAsync(async () =>
        {
            var excision = new Excision(derivation, desk, inTurn);
            (open, var eraser, var erased) = await PrepareAsync(isFirst ? excision : null);
            counts = await desk.RunAsync(() => eraser.Run(cancellation));
            if (!isFirst || !await excision.RunAsync(counts, cancellation))
            {
                await RemakeAsync(cancellation);
            }
            var moves = await desk.RunAsync(() => feed.Erase(erased.ContainsProfile, cancellation));
            counts = counts with { Moves = moves };
        }, cancellation);
        await housekeeping.CheckpointAsync(cancellation);
        foreach (var erasure in open)
        {
            // Those carried through together share what was found of others; a person's own events are known of each.
            var done = new ErasureDoneRecord(
                erasure.Id, clock.Now, open.Count == 1 ? Math.Max(counts.Events, erasure.Events) : erasure.Events, counts.Redacted, counts.Rejected, counts.Commands, counts.Moves);
            var position = await journal.AppendAsync(Frame(RecordKind.ErasureDone, done, RecordJson.Default.ErasureDoneRecord), CancellationToken.None);
            finished[erasure.Id] = position;
            people.TryRemove(erasure.Id, out _);
            if (waiting.TryRemove(erasure.Id, out var waiter))
            {
                waiter.TrySetResult(position);
            }
        }
        return true;
    }

    /// <summary>
    /// What was on its way when an erasure began may have brought more identifiers of the same person. Only before the first byte is overwritten:
    /// later, an identifier that somebody shared with the person could seem to be somebody else's. False where something may have been overwritten
    /// already: what it was is no longer known.
    /// </summary>
    private async Task<bool> ExtendAsync()
    {
        var isFirst = false;
        for (var more = await GrownAsync(); more.Count > 0; more = await GrownAsync())
        {
            foreach (var (erasure, person) in more)
            {
                await folded(await BeginAsync(erasure.Id, person, erasure.At, erasure.By));
            }
        }
        await inTurn(() =>
        {
            var open = derivation.Staged.Erasures.Open.Select(erasure => erasure.Id).ToList();
            isFirst = open.TrueForAll(id => people.ContainsKey(id) && !overwriting.Contains(id));
            overwriting.UnionWith(open);
            return false;
        });
        return isFirst;
    }

    private async Task<List<(Erasure Erasure, PersonExtent Person)>> GrownAsync()
    {
        List<(Erasure, PersonExtent)> grown = [];
        await inTurn(() =>
        {
            foreach (var erasure in derivation.Staged.Erasures.Open.Where(erasure => waiting.ContainsKey(erasure.Id) && !overwriting.Contains(erasure.Id)))
            {
                if (MoreOf(erasure) is { Identifiers.Count: > 0 } more)
                {
                    grown.Add((erasure, more));
                }
            }
            return false;
        });
        return grown;
    }

    private PersonExtent MoreOf(Erasure erasure)
    {
        var (identity, known) = (derivation.Staged.Identity, derivation.Staged.Erasures.Of([erasure]));
        var members = Nodes([erasure], known).Select(identity.ProfileOf).Where(profile => profile >= 0).Distinct().SelectMany(profile => identity.MembersOf(profile).ToArray());
        int[] more = [.. members.Where(node => !known.Contains(identity.IdentifierOf(node)))];
        return new PersonExtent("", [.. more.Select(identity.IdentifierOf)], [.. more.Select(identity.PublicId)], erasure.Events, 0);
    }

    /// <summary>The nodes of the people that erasures are about: by their identifiers, or, where only hashes are left of them, among all.</summary>
    private IEnumerable<int> Nodes(List<Erasure> erasures, ErasedIdentifiers erased)
    {
        var identity = derivation.Staged.Identity;
        return erasures.TrueForAll(erasure => people.ContainsKey(erasure.Id))
            ? erasures.SelectMany(erasure => people[erasure.Id]).Select(identifier => identity.NodeOf(identifier)).Where(node => node >= 0)
            : Enumerable.Range(0, identity.NodeCount).Where(node => erased.Contains(identity.IdentifierOf(node)));
    }

    private async Task<(List<Erasure> Open, JournalEraser Eraser, ErasedIdentifiers Erased)> PrepareAsync(Excision? excision)
    {
        List<Erasure> open = [];
        List<Identifier> identifiers = [];
        var erased = ErasedIdentifiers.None;
        await inTurn(() =>
        {
            var staged = derivation.Staged;
            open = [.. staged.Erasures.Open];
            erased = staged.Erasures.Of(open);
            identifiers.AddRange(Nodes(open, erased).Select(staged.Identity.IdentifierOf));
            return false;
        });
        var mentions = new Mentions(identifiers);
        await (excision?.PrepareAsync(identifiers, mentions) ?? Task.CompletedTask);
        var boundaries = new Dictionary<UInt128, long>();
        foreach (var erasure in open)
        {
            foreach (var hash in erasure.Hashes)
            {
                boundaries[hash] = Math.Max(boundaries.GetValueOrDefault(hash), erasure.Boundary);
            }
        }
        return (open, new JournalEraser(journal, erased, boundaries, mentions, excision?.Traces), erased);
    }

    private async Task RemakeAsync(CancellationToken cancellation)
    {
        var beside = await desk.RunAsync(() => derivation.BeginBeside(cancellation));
        for (var pass = 0; pass < Passes; pass++)
        {
            var until = derivation.FoldedTo;
            await desk.RunAsync(() =>
            {
                derivation.StageOrClose(beside, until, cancellation);
                return true;
            });
        }
        await inTurn(() =>
        {
            derivation.StageOrClose(beside, long.MaxValue, cancellation);
            derivation.Adopt(beside, false);
            return true;
        });
    }

    private byte[] KeyOrNew() => derivation.Staged.Erasures.Key ?? ErasedIdentifiers.NewKey();

    private static ReadOnlyMemory<byte> Frame<T>(RecordKind kind, T body, JsonTypeInfo<T> type)
    {
        var frame = new FrameBuilder();
        frame.Begin(kind);
        using (var json = new Utf8JsonWriter(frame))
        {
            JsonSerializer.Serialize(json, body, type);
        }
        frame.End();
        return frame.Payload;
    }
}
