using System.Text.Json;
using Ciclo.Core.Events;
using Ciclo.Data.Journal;

namespace Ciclo.Engine.Runtime;

/// <summary>Reads the journal once for what no longer counts: imports that were undone, and imported events that a later import replaced.</summary>
public static class VoidedSurvey
{
    public static VoidedEvents Read(Journal journal, CancellationToken cancellation)
    {
        var voided = new VoidedEvents();
        var hasReplacements = false;
        Walk(journal, (_, kind, body) =>
        {
            if (kind == RecordKind.ImportUndone)
            {
                voided.Undo(JsonSerializer.Deserialize(body, RecordJson.Default.ImportUndoneRecord)!.Id);
            }
            else if (kind == RecordKind.Event && EventRecord.TryRead(body, out var record))
            {
                hasReplacements |= (record.Flags & EventFlags.Replace) != 0;
            }
        }, cancellation);
        if (hasReplacements)
        {
            NoteReplacements(journal, voided, cancellation);
        }
        return voided;
    }

    private static void NoteReplacements(Journal journal, VoidedEvents voided, CancellationToken cancellation)
    {
        var keys = new MessageLog();
        Walk(journal, (address, kind, body) =>
        {
            if (kind != RecordKind.Event || !EventRecord.TryRead(body, out var record) || record.ImportId == 0 || voided.IsUndone(record.ImportId))
            {
                return;
            }
            keys.NoteImport(record, address, out var replaced);
            if (replaced >= 0)
            {
                voided.Replace(replaced);
            }
        }, cancellation);
    }

    private delegate void TakeRecord(long address, RecordKind kind, ReadOnlySpan<byte> body);

    private static void Walk(Journal journal, TakeRecord take, CancellationToken cancellation)
    {
        using var reader = journal.ReadFrom(0);
        while (reader.TryRead(out var position, out var payload))
        {
            cancellation.ThrowIfCancellationRequested();
            var frame = new FrameReader(payload.Span);
            while (frame.Read())
            {
                take(Journal.AddressOf(position, frame.Offset), frame.Kind, frame.Body);
            }
        }
    }
}
