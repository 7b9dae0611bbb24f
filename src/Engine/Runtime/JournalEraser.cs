using System.Buffers;
using System.Text.Json;
using Ciclo.Core.Events;
using Ciclo.Core.Identity;
using Ciclo.Data.Journal;

namespace Ciclo.Engine.Runtime;

/// <summary>
/// Takes people out of a journal, in place. First what others wrote that names them, then their own events: while the first is under way all their
/// own events stand, so that after a crash their identifiers can be told from the journal itself. Doing it again finds nothing left.
/// </summary>
/// <param name="journal">The journal.</param>
/// <param name="erased">The identifiers' hashes.</param>
/// <param name="boundaries">Of each hash, the address before which events of its bearer are the person's.</param>
/// <param name="mentions">The identifiers as far as they are still known.</param>
/// <param name="traces">Is told of what the events left behind; null where everything is staged anew afterwards.</param>
internal sealed class JournalEraser(
    Journal journal, ErasedIdentifiers erased, IReadOnlyDictionary<UInt128, long> boundaries, Mentions mentions, OwnTraces? traces)
{
    private readonly List<long> own = [];
    private readonly ArrayBufferWriter<byte> buffer = new();
    private readonly ArrayBufferWriter<byte> externals = new();
    private long events;
    private long redacted;
    private long rejected;
    private long commands;

    public ErasedCounts Run(CancellationToken cancellation)
    {
        EraseMentions(cancellation);
        EraseOwn(cancellation);
        return new ErasedCounts(events, redacted, rejected, commands, 0);
    }

    private void EraseMentions(CancellationToken cancellation)
    {
        var batch = new RewriteBatch(journal.Rewrite);
        using var reader = journal.ReadFrom(0);
        while (reader.TryRead(out var position, out var payload))
        {
            cancellation.ThrowIfCancellationRequested();
            var edit = new FrameEdit(payload);
            var hasOwn = false;
            while (edit.Read())
            {
                hasOwn |= !Settle(ref edit, Journal.AddressOf(position, edit.Offset));
            }
            if (hasOwn)
            {
                own.Add(position);
            }
            batch.Add(position, edit);
        }
        batch.Commit();
    }

    /// <summary>Erases or redacts a record that is not the person's own event; false for one that is.</summary>
    private bool Settle(ref FrameEdit edit, long address)
    {
        switch (edit.Kind)
        {
            case RecordKind.Event:
                return SettleEvent(ref edit, address);
            case RecordKind.Rejected when mentions.Occur(edit.Body):
                edit.Erase();
                traces?.Rejected.Add(address);
                rejected++;
                break;
            case RecordKind.IdentityCommand when IsAbout(edit.Body):
                edit.Erase();
                commands++;
                break;
            case RecordKind.ImportStarted:
                Mask(ref edit);
                break;
        }
        return true;
    }

    private void EraseOwn(CancellationToken cancellation)
    {
        var batch = new RewriteBatch(journal.Rewrite);
        foreach (var position in own)
        {
            cancellation.ThrowIfCancellationRequested();
            // The first pass may have changed it since.
            using var reader = journal.ReadFrom(position);
            reader.TryRead(out _, out var payload);
            var edit = new FrameEdit(payload);
            while (edit.Read())
            {
                if (edit.Kind == RecordKind.Event && EventRecord.TryRead(edit.Body, out var record) && IsOwn(record, Journal.AddressOf(position, edit.Offset)))
                {
                    edit.Erase();
                    events++;
                }
            }
            batch.Add(position, edit);
        }
        batch.Commit();
    }

    private bool SettleEvent(ref FrameEdit edit, long address)
    {
        if (!EventRecord.TryRead(edit.Body, out var record))
        {
            return true;
        }
        if (IsOwn(record, address))
        {
            traces?.Own(record, address);
            return false;
        }
        traces?.Other(record);
        var namesThem = erased.Names(record);
        if (namesThem || MentionedIn(record))
        {
            edit.Replace(Redacted(edit.Body, namesThem));
            redacted++;
        }
        return true;
    }

    /// <summary>An event is of the person whose identifier its history is kept under: the strongest that it carries.</summary>
    private bool IsOwn(in EventRecord record, long address)
    {
        if (Identifier.IsCounted(record.UserId))
        {
            return IsBefore(erased.HashOf(IdentifierKind.UserId, record.UserId), address);
        }
        if (Identifier.IsCounted(record.Email))
        {
            return IsBefore(erased.HashOf(IdentifierKind.Email, record.Email), address);
        }
        if (Identifier.IsCounted(record.AnonymousId))
        {
            return IsBefore(erased.HashOf(IdentifierKind.AnonymousId, record.AnonymousId), address);
        }
        var rest = record.ExternalIdBytes;
        while (ExternalIds.TryTake(ref rest, out var type, out var value))
        {
            if (IsBefore(erased.HashOfExternal(type, value), address))
            {
                return true;
            }
        }
        return false;
    }

    private bool IsBefore(UInt128 hash, long address) => boundaries.TryGetValue(hash, out var boundary) && address < boundary;

    private bool MentionedIn(in EventRecord record) => mentions.OccurAtLength(record.Json) || mentions.OccurAtLength(record.Context)
        || mentions.OccurAtLength(record.MessageId) || mentions.OccurAtLength(record.Name) || mentions.OccurAtLength(record.GroupId);

    /// <summary>Another person's event without the identifiers: what was a field is empty, what was text is masked; zeros fill it up.</summary>
    private ReadOnlySpan<byte> Redacted(ReadOnlySpan<byte> body, bool namesThem)
    {
        var copy = body.ToArray();
        EventRecord.TryRead(copy, out var record);
        MaskPart(copy, record.Json, namesThem);
        MaskPart(copy, record.Context, namesThem);
        MaskPart(copy, record.MessageId, false);
        MaskPart(copy, record.Name, false);
        MaskPart(copy, record.GroupId, false);
        record.Email = Without(IdentifierKind.Email, record.Email);
        record.AnonymousId = Without(IdentifierKind.AnonymousId, record.AnonymousId);
        record.PreviousId = Without(IdentifierKind.UserId, Without(IdentifierKind.AnonymousId, record.PreviousId));
        externals.ResetWrittenCount();
        var rest = record.ExternalIdBytes;
        while (ExternalIds.TryTake(ref rest, out var type, out var value))
        {
            if (!erased.ContainsExternal(type, value))
            {
                ExternalIds.Append(externals, type, value);
            }
        }
        record.ExternalIdBytes = externals.WrittenSpan;
        buffer.Clear();
        record.Write(buffer);
        var shorter = buffer.WrittenSpan;
        var result = new byte[body.Length];
        shorter.CopyTo(result);
        return result;
    }

    private ReadOnlySpan<byte> Without(IdentifierKind kind, ReadOnlySpan<byte> value) => erased.Contains(kind, value) ? default : value;

    private void MaskPart(byte[] body, ReadOnlySpan<byte> part, bool withShort)
    {
        if (!part.IsEmpty && new ReadOnlySpan<byte>(body).Overlaps(part, out var offset))
        {
            mentions.Mask(body.AsSpan(offset, part.Length), withShort);
        }
    }

    private void Mask(ref FrameEdit edit)
    {
        var copy = edit.Body.ToArray();
        if (mentions.Mask(copy, false))
        {
            edit.Replace(copy);
            redacted++;
        }
    }

    private bool IsAbout(ReadOnlySpan<byte> body)
    {
        var command = JsonSerializer.Deserialize(body, RecordJson.Default.IdentityCommandRecord)!;
        return IsErased(command.A) || IsErased(command.B) || mentions.Occur(body);
    }

    private bool IsErased(string reference) => Identifier.TryParse(reference, out var identifier) && erased.Contains(identifier);
}
