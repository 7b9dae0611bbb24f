using Ciclo.Core.Events;
using Ciclo.Data.Journal;
using Ciclo.Engine.Collect;

namespace Ciclo.Engine.Runtime;

/// <summary>
/// The way into the journal. Events that carry an erased identifier are refused here, whoever sends them, and what stands in their place holds
/// nothing of them. A new tombstone and the record that says so enter the journal in one step: whatever stands after that record was looked at.
/// </summary>
internal sealed class AppendGate(Journal journal, ErasedIdentifiers known) : IDisposable
{
    private readonly ReaderWriterLockSlim gate = new();
    private ErasedIdentifiers erased = known;

    public ErasedIdentifiers Erased => Volatile.Read(ref erased);

    /// <summary>Appends a frame; <paramref name="events"/> is how many events are left in it.</summary>
    public ValueTask<long> AppendAsync(ReadOnlyMemory<byte> payload, out int events, CancellationToken cancellation)
    {
        gate.EnterReadLock();
        try
        {
            payload = erased.IsEmpty ? payload : Sift(payload, erased);
            events = FrameReader.Count(payload.Span, RecordKind.Event);
            return journal.AppendAsync(payload, cancellation);
        }
        finally
        {
            gate.ExitReadLock();
        }
    }

    /// <summary>Puts other tombstones in force, and appends the record that tells of them.</summary>
    public ValueTask<long> ChangeAsync(ErasedIdentifiers next, ReadOnlyMemory<byte> record)
    {
        gate.EnterWriteLock();
        try
        {
            Volatile.Write(ref erased, next);
            return journal.AppendAsync(record, CancellationToken.None);
        }
        finally
        {
            gate.ExitWriteLock();
        }
    }

    /// <summary>Puts the tombstones in force that the journal tells of.</summary>
    public void Set(ErasedIdentifiers next)
    {
        gate.EnterWriteLock();
        Volatile.Write(ref erased, next);
        gate.ExitWriteLock();
    }

    public void Dispose() => gate.Dispose();

    private static ReadOnlyMemory<byte> Sift(ReadOnlyMemory<byte> payload, ErasedIdentifiers erased)
    {
        FrameBuilder? sifted = null;
        var records = new FrameReader(payload.Span);
        var isTold = false;
        while (!isTold && records.Read())
        {
            isTold = IsRefused(records, erased);
        }
        if (!isTold)
        {
            return payload;
        }
        sifted = new FrameBuilder();
        records = new FrameReader(payload.Span);
        while (records.Read())
        {
            if (IsRefused(records, erased) && EventRecord.TryRead(records.Body, out var record))
            {
                sifted.Begin(RecordKind.Rejected);
                var source = record.ImportId == 0 ? "api" : $"import:{record.ImportId}";
                new RejectedItem(record.ReceivedAt, RejectReasons.Code(RejectReason.Erased), "", source, default, record.Json.Length).Write(sifted);
            }
            else
            {
                sifted.Begin(records.Kind);
                System.Buffers.BuffersExtensions.Write(sifted, records.Body);
            }
            sifted.End();
        }
        return sifted.Payload;
    }

    private static bool IsRefused(in FrameReader records, ErasedIdentifiers erased) =>
        records.Kind == RecordKind.Event && EventRecord.TryRead(records.Body, out var record) && erased.Names(record);
}
