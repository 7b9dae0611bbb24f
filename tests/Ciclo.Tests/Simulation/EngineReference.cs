using System.Text;
using System.Text.Json;
using Ciclo.Core.Events;
using Ciclo.Core.Folds;
using Ciclo.Core.Identity;
using Ciclo.Core.Time;
using Ciclo.Core.Values;
using Ciclo.Data.Journal;
using Ciclo.Engine.Runtime;

namespace Ciclo.Tests.Simulation;

/// <summary>
/// What a workspace must show, worked out from its journal frames in the plainest way: admit by the contract, resolve by
/// <see cref="IdentityFunction"/>, sort, and fold each profile from nothing to the clock.
/// </summary>
internal sealed class EngineReference
{
    private const long Month = 30 * Durations.Day;

    private readonly WorkspaceRules rules;
    private readonly Names eventNames = new();
    private readonly Names paths = new();
    private readonly List<Admitted> kept = [];
    private readonly List<IdentityCommand> commands = [];
    private readonly SortedDictionary<uint, (int Events, int Duplicates, int Changed)> imports = [];
    private int duplicates;
    private int rejected;

    private EngineReference(WorkspaceRules rules) => this.rules = rules;

    private sealed record Admitted(byte[] Body, byte[] Packed, long At, byte[] MessageId, Identifier Primary, IdentityCall Call, string Group);

    public static List<string> Expect(IReadOnlyList<byte[]> frames, WorkspaceRules rules, long now)
    {
        var reference = new EngineReference(rules);
        reference.Admit(frames);
        return reference.Describe(now);
    }

    private void Admit(IReadOnlyList<byte[]> frames)
    {
        var records = frames.SelectMany(Records).ToList();
        var undone = records.Where(record => record.Kind == RecordKind.ImportUndone)
            .Select(record => JsonSerializer.Deserialize(record.Body, RecordJson.Default.ImportUndoneRecord)!.Id).ToHashSet();
        var lastReceived = new Dictionary<string, long>();
        var byKey = new Dictionary<string, Admitted>();
        var packer = new EventPacker(eventNames, paths);
        foreach (var (kind, body) in records)
        {
            switch (kind)
            {
                case RecordKind.Rejected:
                    rejected++;
                    break;
                case RecordKind.IdentityCommand:
                    var said = JsonSerializer.Deserialize(body, RecordJson.Default.IdentityCommandRecord)!;
                    Assert.True(Identifier.TryParse(said.A, out var a) & Identifier.TryParse(said.B, out var b));
                    commands.Add(new IdentityCommand(said.Kind, a, b, said.At, said.Id));
                    break;
                case RecordKind.Event:
                    AdmitEvent(body, undone, lastReceived, byKey, packer);
                    break;
            }
        }
    }

    private void AdmitEvent(
        byte[] body, HashSet<uint> undone, Dictionary<string, long> lastReceived, Dictionary<string, Admitted> byKey, EventPacker packer)
    {
        Assert.True(EventRecord.TryRead(body, out var record));
        var messageId = Encoding.UTF8.GetString(record.MessageId);
        if (record.ImportId == 0)
        {
            if (lastReceived.TryGetValue(messageId, out var before) && record.ReceivedAt - before < Month)
            {
                duplicates++;
                return;
            }
            lastReceived[messageId] = record.ReceivedAt;
            kept.Add(Read(body, packer));
            return;
        }
        if (undone.Contains(record.ImportId))
        {
            return;
        }
        var tally = imports.GetValueOrDefault(record.ImportId);
        if (!byKey.TryGetValue(messageId, out var known))
        {
            tally.Events++;
            kept.Add(byKey[messageId] = Read(body, packer));
        }
        else if (JsonOf(known.Body) == JsonOf(body))
        {
            tally.Duplicates++;
            duplicates++;
        }
        else
        {
            tally.Changed++;
            if ((record.Flags & EventFlags.Replace) == 0)
            {
                rejected++;
            }
            else
            {
                kept.Remove(known);
                kept.Add(byKey[messageId] = Read(body, packer));
            }
        }
        imports[record.ImportId] = tally;
    }

    private List<string> Describe(long now)
    {
        var lines = new List<string> { $"kept {kept.Count} duplicates {duplicates} rejected {rejected}" };
        lines.AddRange(imports.Select(import => $"import {import.Key}: {import.Value}"));
        var plan = FoldPlan.Compile(
            rules.Definitions, eventNames, paths,
            new FoldSettings(new Rates(Currency(), Zone.Utc, rules.Rates), new GroupTraits(paths, [.. kept.Where(one => one.Group.Length > 0)])));
        var partition = IdentityFunction.Of(kept.Select(one => one.Call), commands, new IdentityLimits());
        foreach (var profile in partition.Profiles)
        {
            var members = profile.Members.ToHashSet();
            var fold = new ProfileFold(plan);
            foreach (var one in InOrder(kept.Where(one => members.Contains(one.Primary))))
            {
                fold.Add(new PackedEvent(one.At, one.Packed));
            }
            fold.AdvanceTo(now);
            if (fold.IsEntered)
            {
                lines.Add(Describe(PublicIds.Of(profile.Canonical.Key), profile.PrintedUserId, fold, plan));
            }
        }
        lines.Sort(StringComparer.Ordinal);
        return lines;
    }

    private static string Describe(string id, string printed, ProfileFold fold, FoldPlan plan)
    {
        var moves = plan.Lifecycles.SelectMany((lifecycle, index) => fold.Moves.Where(move => move.Lifecycle == index).Select(move =>
            EngineDump.Move(lifecycle.Definition.Id, move.From < 0 ? "" : lifecycle.Definition.Stages[move.From].Id, lifecycle.Definition.Stages[move.To].Id, move.At)));
        var held = plan.Segments.Select((segment, index) => (segment.Id, Index: index)).Where(segment => fold.IsMember(segment.Index))
            .Select(segment => (segment.Id, fold.MembershipMoves.FindLast(move => move.Segment == segment.Index).At));
        return EngineDump.Profile(id, printed, moves, held);
    }

    /// <summary>As set; else the only one in the data; else the only one in the data that has no rate.</summary>
    private string? Currency()
    {
        if (rules.Currency is not null)
        {
            return rules.Currency;
        }
        var path = paths.Find("currency");
        var seen = path < 0 ? [] : kept.Select(one => Encoding.UTF8.GetString(new PackedEvent(one.At, one.Packed).GetText(path)).ToUpperInvariant())
            .Where(code => code.Length == 3).Distinct().ToList();
        return seen.Count == 1 ? seen[0] : null;
    }

    private Admitted Read(byte[] body, EventPacker packer)
    {
        Assert.True(EventRecord.TryRead(body, out var record));
        if (record.Type == CallType.Track && rules.Aliases.TryGetValue(Encoding.UTF8.GetString(record.Name), out var name))
        {
            record.Name = Encoding.UTF8.GetBytes(name);
        }
        var packed = packer.Pack(record, 1, out _).ToArray();
        var identifiers = IdentifiersOf(record);
        var call = new IdentityCall(
            identifiers, record.Type == CallType.Alias ? Encoding.UTF8.GetString(record.PreviousId) : null, record.Timestamp, Encoding.UTF8.GetString(record.MessageId));
        var primary = identifiers.Where(identifier => identifier.Counts)
            .OrderBy(identifier => identifier.Kind).ThenBy(identifier => identifier.ToString(), StringComparer.Ordinal).First();
        var group = record.Type == CallType.Group ? Encoding.UTF8.GetString(record.GroupId) : "";
        return new Admitted(body, packed, record.Timestamp, record.MessageId.ToArray(), primary, call, group);
    }

    private static List<Identifier> IdentifiersOf(EventRecord record)
    {
        var found = new List<Identifier>();
        if (!record.UserId.IsEmpty)
        {
            found.Add(Identifier.UserId(Encoding.UTF8.GetString(record.UserId)));
        }
        if (!record.Email.IsEmpty)
        {
            found.Add(Identifier.Email(Encoding.UTF8.GetString(record.Email)));
        }
        if (!record.AnonymousId.IsEmpty)
        {
            found.Add(Identifier.AnonymousId(Encoding.UTF8.GetString(record.AnonymousId)));
        }
        var rest = record.ExternalIdBytes;
        while (ExternalIds.TryTake(ref rest, out var type, out var value))
        {
            found.Add(Identifier.External(Encoding.UTF8.GetString(type), Encoding.UTF8.GetString(value)));
        }
        return found;
    }

    private static IEnumerable<Admitted> InOrder(IEnumerable<Admitted> events) =>
        events.OrderBy(one => one.At).ThenBy(one => one.MessageId, Comparer<byte[]>.Create((a, b) => a.AsSpan().SequenceCompareTo(b)));

    private static string JsonOf(byte[] body)
    {
        Assert.True(EventRecord.TryRead(body, out var record));
        return Encoding.UTF8.GetString(record.Json);
    }

    private static List<(RecordKind Kind, byte[] Body)> Records(byte[] payload)
    {
        var records = new List<(RecordKind, byte[])>();
        var reader = new FrameReader(payload);
        while (reader.Read())
        {
            records.Add((reader.Kind, reader.Body.ToArray()));
        }
        return records;
    }

    private sealed class GroupTraits(Names paths, Admitted[] calls) : IGroupTraits
    {
        public Value Get(string group, string path, long now)
        {
            var (whole, top) = (paths.Find(path), paths.Find(path.Split('.')[0]));
            foreach (var call in InOrder(calls.Where(call => call.Group == group && call.At <= now)).Reverse())
            {
                var e = new PackedEvent(call.At, call.Packed);
                if (e.TryGet(whole, out var value))
                {
                    return value;
                }
                if (e.TryGet(top, out _))
                {
                    return Value.Null;
                }
            }
            return Value.Null;
        }

        public long NextChange(string group, long now) =>
            calls.Where(call => call.Group == group && call.At > now).Select(call => call.At).DefaultIfEmpty(Instants.Never).Min();
    }
}

/// <summary>A profile as one line: the same words for what is expected and what is.</summary>
internal static class EngineDump
{
    public static string Move(string lifecycle, string from, string to, long at) => $"{lifecycle}:{from}>{to}@{Instants.Format(at)}";

    public static string Profile(string id, string printed, IEnumerable<string> moves, IEnumerable<(string Segment, long Since)> held) =>
        $"{id} {printed} [{string.Join(' ', moves)}] in [{string.Join(' ', held.Order().Select(one => $"{one.Segment}@{Instants.Format(one.Since)}"))}]";

    /// <summary>What the engine shows.</summary>
    public static List<string> Of(EngineState state)
    {
        var (staged, names) = (state.Staged, state.PlaceNames);
        var lines = new List<string> { $"kept {staged.History.Count} duplicates {staged.Duplicates} rejected {staged.Rejected.Count}" };
        lines.AddRange(staged.Imports.Values.Where(import => !import.IsUndone && import.Events + import.Duplicates + import.Changed > 0)
            .Select(import => $"import {import.Id}: {((int)import.Events, (int)import.Duplicates, (int)import.Changed)}"));
        foreach (var profile in state.Placement.Places.Profiles())
        {
            var place = state.Placement.Of(profile)!;
            var moves = state.Placement.LifecycleNames.SelectMany(lifecycle => place.Moves.Where(move => move.Lifecycle == lifecycle)
                .Select(move => Move(names[lifecycle], move.From < 0 ? "" : names[move.From], names[move.To], move.At)));
            lines.Add(Profile(
                staged.Identity.PublicId(profile), staged.Identity.PrintedUserId(profile), moves,
                place.Memberships.Select(held => (names[held.Segment], held.Since))));
        }
        lines.Sort(StringComparer.Ordinal);
        return lines;
    }
}
