using System.Collections.Concurrent;
using Ciclo.Core.Events;
using Ciclo.Data.Journal;

namespace Ciclo.Engine.Runtime;

/// <summary>Reads events anew from the journal.</summary>
internal sealed class JournalRecords(Journal journal, Names paths) : IEventRecords
{
    /// <summary>A packer belongs to one thread at a time; names are thrown away, for an alias may stand for them.</summary>
    private readonly ConcurrentBag<EventPacker> packers = [];

    /// <summary>Empty for an event that has been erased since: what is still in force was made before, and is about to go.</summary>
    public byte[] MessageId(long address) => Read(address, out _).MessageId.ToArray();

    public byte[] Packed(long address)
    {
        var record = Read(address, out _);
        var packer = packers.TryTake(out var free) ? free : new EventPacker(new Names(1), paths);
        var packed = packer.Pack(record, address, out _).ToArray();
        packers.Add(packer);
        return packed;
    }

    private EventRecord Read(long address, out ReadOnlyMemory<byte> body)
    {
        (var kind, body) = journal.ReadRecord(address);
        if (kind == RecordKind.Erased)
        {
            return new EventRecord { Type = CallType.Track };
        }
        return EventRecord.TryRead(body.Span, out var record) ? record : throw new InvalidDataException($"The journal holds no event at {address}.");
    }
}
