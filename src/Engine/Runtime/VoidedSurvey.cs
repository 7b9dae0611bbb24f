using System.Text.Json;
using Ciclo.Core.Events;
using Ciclo.Data.Journal;
using Ciclo.Data.Keys;

namespace Ciclo.Engine.Runtime;

/// <summary>Reads the journal once for what no longer counts: imports that were undone, and imported events that a later import replaced.</summary>
public static class VoidedSurvey
{
    public static VoidedEvents Read(Journal journal, CancellationToken cancellation)
    {
        var voided = new VoidedEvents();
        using var replacements = new Replacements();
        Walk(journal, (_, kind, body) =>
        {
            if (kind == RecordKind.ImportUndone)
            {
                voided.Undo(JsonSerializer.Deserialize(body, RecordJson.Default.ImportUndoneRecord)!.Id);
            }
            else if (kind == RecordKind.Event && EventRecord.TryRead(body, out var record) && (record.Flags & EventFlags.Replace) != 0)
            {
                replacements.Expect(record);
            }
        }, cancellation);
        if (!replacements.AreNone)
        {
            NoteReplacements(journal, voided, replacements, cancellation);
        }
        return voided;
    }

    private static void NoteReplacements(Journal journal, VoidedEvents voided, Replacements replacements, CancellationToken cancellation) =>
        Walk(journal, (address, kind, body) =>
        {
            if (kind == RecordKind.Event && EventRecord.TryRead(body, out var record) && record.ImportId != 0 && !voided.IsUndone(record.ImportId)
                && replacements.Take(record, address) is >= 0 and var replaced)
            {
                voided.Replace(replaced);
            }
        }, cancellation);

    /// <summary>The import keys that some event would replace, and only those: what stands under each. It follows <see cref="MessageLog.NoteImport"/>.</summary>
    private sealed class Replacements : IDisposable
    {
        private const ulong Nothing = ulong.MaxValue;

        private readonly KeyStore standing = KeyStore.InMemory(2);

        public bool AreNone => standing.Count == 0;

        public void Expect(in EventRecord record) => standing.Set(MessageLog.KeyOf(record.MessageId, true), [0, Nothing]);

        /// <summary>The address of the event whose place this one takes, or -1.</summary>
        public long Take(in EventRecord record, long address)
        {
            var key = MessageLog.KeyOf(record.MessageId, true);
            Span<ulong> known = stackalloc ulong[2];
            if (!standing.TryGet(key, known))
            {
                return -1;
            }
            var content = MessageLog.ContentOf(record);
            var isFirst = known[1] == Nothing;
            if (!isFirst && (known[0] == content || (record.Flags & EventFlags.Replace) == 0))
            {
                return -1;
            }
            standing.Set(key, [content, (ulong)address]);
            return isFirst ? -1 : (long)known[1];
        }

        public void Dispose() => standing.Dispose();
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
