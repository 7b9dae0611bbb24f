using Ciclo.Core.Values;

namespace Ciclo.Core.Events;

/// <summary>What decides whether a fold wants an event at all. <paramref name="Name"/>: the name's number, or -1.</summary>
public readonly record struct EventKind(CallType Type, PackedFlags Flags, int Name);

/// <summary>Events as columns, one row each: what <see cref="PackedEvent"/> reads where an event is not packed bytes. Any number of threads may read.</summary>
public abstract class EventColumns
{
    public abstract EventKind Kind(int row);

    public abstract long Address(int row);

    /// <summary>Reads the journal: columns do not hold message ids.</summary>
    public abstract byte[] MessageId(int row);

    /// <summary>True if the path was sent, be it with null.</summary>
    public abstract bool TryGet(int row, int path, out Value value);

    public abstract bool TryGetNumber(int row, int path, out Number number);

    /// <summary>The text at a path as UTF-8; empty where there is none.</summary>
    public abstract ReadOnlySpan<byte> GetText(int row, int path);

    /// <summary>The number of fields and the fields as in a packed event, by path.</summary>
    public abstract byte[] PackFields(int row);
}

/// <summary>Reads events anew from where they stand in the journal: for what columns leave out. Any number of threads may read.</summary>
public interface IEventRecords
{
    byte[] MessageId(long address);

    /// <summary>The event as <see cref="EventPacker"/> packs it. Its name's number is of no use: aliases are not looked at.</summary>
    byte[] Packed(long address);
}

/// <summary>
/// An event of a profile that can be kept in a list: its instant and its packed form or row of columns. Lists are in order (timestamp,
/// messageId). A row can be read as long as its history is not changed.
/// </summary>
public readonly struct TimedEvent
{
    private readonly ReadOnlyMemory<byte> packed;
    private readonly EventColumns? columns;
    private readonly int row;

    public TimedEvent(long at, ReadOnlyMemory<byte> packed)
    {
        At = at;
        this.packed = packed;
    }

    public TimedEvent(long at, EventColumns columns, int row)
    {
        At = at;
        this.columns = columns;
        this.row = row;
    }

    public long At { get; }

    public long Address => Read().Address;

    public PackedEvent Read() => columns is null ? new PackedEvent(At, packed.Span) : new PackedEvent(At, columns.Kind(row), columns, row);
}
