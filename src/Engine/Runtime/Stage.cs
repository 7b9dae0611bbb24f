using System.Text;
using System.Text.Json;
using Ciclo.Core.Events;
using Ciclo.Core.Identity;
using Ciclo.Data.Journal;

namespace Ciclo.Engine.Runtime;

/// <summary>
/// Takes journal frames in order: deduplicates, resolves who it is, packs, keeps. It decides by the journal alone, so that staging the
/// same journal again gives the same result. Not safe for two threads.
/// </summary>
public sealed class Stage(Staged staged, VoidedEvents voided)
{
    private readonly EventPacker packer = new(staged.EventNames, staged.Paths);
    private readonly int currencyPath = staged.Paths.Add("currency");
    private const int ListedKeys = 20;

    public Staged Staged => staged;

    /// <summary>Event names that stand for others: sent name → the name that rules see.</summary>
    public IReadOnlyDictionary<string, string> Aliases { get; init; } = new Dictionary<string, string>();

    public Arrivals Arrivals { get; } = new();

    /// <summary>Identifiers in a group whose traits changed: what was folded for them may have read other traits, however late the change.</summary>
    public HashSet<int> Regrouped { get; } = [];

    /// <summary>The latest instant at which an event was received.</summary>
    public long LatestReceipt { get; private set; } = long.MinValue;

    /// <summary>Set where something already staged no longer counts: everything is to be staged anew.</summary>
    public bool NeedsRebuild { get; private set; }

    public long Events { get; private set; }

    /// <summary>Stages one frame; answers how many events it held, admitted before or not.</summary>
    public int Take(long framePosition, ReadOnlySpan<byte> payload)
    {
        var events = 0;
        var frame = new FrameReader(payload);
        while (frame.Read())
        {
            var address = Journal.AddressOf(framePosition, frame.Offset);
            switch (frame.Kind)
            {
                case RecordKind.Event:
                    events++;
                    TakeEvent(address, frame.Body);
                    break;
                case RecordKind.Rejected:
                    staged.Rejected.Add(address);
                    break;
                case RecordKind.IdentityCommand:
                    TakeCommand(JsonSerializer.Deserialize(frame.Body, RecordJson.Default.IdentityCommandRecord)!);
                    break;
                case RecordKind.ImportStarted:
                    TakeStart(JsonSerializer.Deserialize(frame.Body, RecordJson.Default.ImportStartedRecord)!);
                    break;
                case RecordKind.ImportEnded:
                    TakeEnd(JsonSerializer.Deserialize(frame.Body, RecordJson.Default.ImportEndedRecord)!);
                    break;
                case RecordKind.ImportUndone:
                    TakeUndoing(JsonSerializer.Deserialize(frame.Body, RecordJson.Default.ImportUndoneRecord)!.Id);
                    break;
                case RecordKind.ErasureBegun:
                    staged.Erasures.Take(JsonSerializer.Deserialize(frame.Body, RecordJson.Default.ErasureBegunRecord)!, address);
                    break;
                case RecordKind.ErasureDone:
                    staged.Erasures.Take(JsonSerializer.Deserialize(frame.Body, RecordJson.Default.ErasureDoneRecord)!);
                    break;
                case RecordKind.ErasureLifted:
                    staged.Erasures.Take(JsonSerializer.Deserialize(frame.Body, RecordJson.Default.ErasureLiftedRecord)!);
                    break;
            }
        }
        return events;
    }

    private ImportSummary ImportOf(uint id)
    {
        if (!staged.Imports.TryGetValue(id, out var import))
        {
            staged.Imports.Add(id, import = new ImportSummary(id));
        }
        return import;
    }

    private void TakeStart(ImportStartedRecord started)
    {
        var import = ImportOf(started.Id);
        (import.Source, import.FileName, import.StartedAt) = (started.Source, started.FileName, started.At);
    }

    private void TakeEnd(ImportEndedRecord ended)
    {
        var import = ImportOf(ended.Id);
        (import.EndedAt, import.Rows, import.Skipped, import.Rejected) = (ended.At, ended.Rows, ended.Skipped, ended.Rejected);
    }

    private void TakeUndoing(uint id)
    {
        ImportOf(id).IsUndone = true;
        NeedsRebuild |= voided.Undo(id);
    }

    private void TakeEvent(long address, ReadOnlySpan<byte> body)
    {
        if (!EventRecord.TryRead(body, out var record))
        {
            throw new InvalidDataException($"The journal holds an event at {address} that this program cannot read.");
        }
        LatestReceipt = Math.Max(LatestReceipt, record.ReceivedAt);
        if (voided.IsUndone(record.ImportId))
        {
            return;
        }
        // An event that another takes the place of holds its key until then: later copies of it are duplicates, and the other a change.
        if (IsNew(record, address) && !voided.IsReplaced(address))
        {
            Keep(record, address);
        }
    }

    private bool IsNew(in EventRecord record, long address)
    {
        if (record.ImportId == 0)
        {
            if (staged.Messages.Note(record.MessageId, record.ReceivedAt) == Sighting.New)
            {
                return true;
            }
            staged.Duplicates++;
            return false;
        }
        var tally = ImportOf(record.ImportId);
        switch (staged.Messages.NoteImport(record, address, out var replaced))
        {
            case Sighting.New:
                tally.Events++;
                return true;
            case Sighting.Duplicate:
                tally.Duplicates++;
                staged.Duplicates++;
                NoteNode(tally, record);
                return false;
            default:
                tally.Changed++;
                if (tally.ChangedKeys.Count < ListedKeys)
                {
                    tally.ChangedKeys.Add(Encoding.UTF8.GetString(record.MessageId));
                }
                if (replaced >= 0)
                {
                    NeedsRebuild |= voided.Replace(replaced);
                    return true;
                }
                staged.Rejected.Add(address);
                NoteNode(tally, record);
                return false;
        }
    }

    private void NoteNode(ImportSummary tally, in EventRecord record)
    {
        // A duplicate is no new evidence; its person is found by the identifier that its first copy already brought.
        var reference = !record.UserId.IsEmpty ? "user_id:" + Encoding.UTF8.GetString(record.UserId)
            : !record.Email.IsEmpty ? "email:" + Encoding.UTF8.GetString(record.Email)
            : "anonymous_id:" + Encoding.UTF8.GetString(record.AnonymousId);
        var node = staged.Identity.Find(reference);
        if (node >= 0)
        {
            tally.Nodes.Add(node);
        }
    }

    private void Keep(in EventRecord record, long address)
    {
        var node = staged.Identity.Observe(record);
        if (node < 0)
        {
            throw new InvalidDataException($"The journal holds an event at {address} without an identifier.");
        }
        var packed = Pack(record, address);
        var e = new PackedEvent(record.Timestamp, packed);
        Arrivals.Add(staged.History.Add(node, record.Timestamp, packed));
        staged.Schema.Note(e, currencyPath);
        Events++;
        if (record.Type == CallType.Group)
        {
            TakeGroup(record, node, packed);
        }
        if (record.ImportId != 0)
        {
            ImportOf(record.ImportId).Nodes.Add(node);
        }
    }

    private ReadOnlySpan<byte> Pack(scoped in EventRecord record, long address)
    {
        if (Aliases.Count == 0 || record.Type != CallType.Track || !Aliases.TryGetValue(Encoding.UTF8.GetString(record.Name), out var name))
        {
            return packer.Pack(record, address, out _);
        }
        var renamed = record;
        renamed.Name = Encoding.UTF8.GetBytes(name);
        return packer.Pack(renamed, address, out _);
    }

    private void TakeGroup(in EventRecord record, int node, ReadOnlySpan<byte> packed)
    {
        var group = Encoding.UTF8.GetString(record.GroupId);
        staged.Groups.Add(group, node, record.Timestamp, packed);
        if (!record.PropertiesJson.IsEmpty)
        {
            Regrouped.UnionWith(staged.Groups.NodesOf(group));
        }
    }

    private void TakeCommand(IdentityCommandRecord command)
    {
        switch (command.Kind)
        {
            case IdentityCommandKind.Join:
                staged.Identity.Join(command.A, command.B, command.At, command.Id);
                break;
            case IdentityCommandKind.Separate:
                staged.Identity.Separate(command.A, command.B, command.At, command.Id);
                break;
            default:
                staged.Identity.Lift(command.A, command.B, command.At, command.Id);
                break;
        }
    }
}

/// <summary>
/// Events of the journal that do not count: those of undone imports, and those whose place another took. It is known before staging begins,
/// by reading the journal once.
/// </summary>
public sealed class VoidedEvents
{
    /// <summary>A number is given once: all events of an undone import are void.</summary>
    private readonly HashSet<uint> undone = [];
    private readonly HashSet<long> replaced = [];

    /// <summary>True if that was news.</summary>
    public bool Undo(uint import) => undone.Add(import);

    public bool Replace(long address) => replaced.Add(address);

    public bool IsUndone(uint import) => import != 0 && undone.Contains(import);

    public bool IsReplaced(long address) => replaced.Contains(address);

    /// <summary>What a checkpoint's imports tell; the events it holds were staged without those replaced.</summary>
    public static VoidedEvents Of(IEnumerable<ImportSummary> imports)
    {
        var voided = new VoidedEvents();
        voided.undone.UnionWith(imports.Where(import => import.IsUndone).Select(import => import.Id));
        return voided;
    }
}
