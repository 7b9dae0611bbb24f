using Ciclo.Core.Events;
using Ciclo.Core.Time;
using Ciclo.Core.Values;

namespace Ciclo.Core.Folds;

/// <summary>A window over the events of its group's stream: it keeps its running answer and the place of its oldest event.</summary>
internal abstract class StreamInput(int stream, int streamColumn) : Input
{
    internal int Stream => stream;

    internal override bool Expire(FoldState state, ref Slot slot, long now)
    {
        if (slot.Count == 0 || slot.At + WindowMs > now)
        {
            return false;
        }
        var events = state.Streams[stream]!;
        while (slot.At + WindowMs <= now)
        {
            state.Work++;
            events.Step(ref slot.Position, ref slot.At, streamColumn, out var micros);
            slot.Micros -= micros;
            if (--slot.Count == 0)
            {
                slot.IsSigned = false;
                break;
            }
            while (streamColumn >= 0 && !events.HasNumber(slot.Position, streamColumn))
            {
                events.Step(ref slot.Position, ref slot.At, streamColumn, out _);
            }
        }
        return true;
    }

    internal override long NextExpiry(FoldState state, in Slot slot) => slot.Count > 0 ? slot.At + WindowMs : Instants.Never;

    protected static void Enter(FoldState state, ref Slot slot, long at)
    {
        if (slot.Count++ == 0)
        {
            slot.At = at;
            slot.Position = state.Appended;
        }
    }

    internal override void Save(FoldState state, in Slot slot, BlockWriter writer)
    {
        writer.Add((ulong)slot.Count);
        if (slot.Count > 0)
        {
            writer.Add((ulong)(slot.Position - state.SavedFrom));
            writer.Add((ulong)(state.Now - slot.At));
        }
    }

    internal override void Load(FoldState state, ref Slot slot, ref BlockReader reader)
    {
        slot.Count = (long)reader.Next();
        if (slot.Count > 0)
        {
            slot.Position = (long)reader.Next();
            slot.At = state.Now - (long)reader.Next();
        }
    }
}

/// <summary>`count(E, w)`.</summary>
internal sealed class WindowCountInput(int stream) : StreamInput(stream, -1)
{
    internal override bool Apply(FoldState state, ref Slot slot, in PackedEvent e)
    {
        Enter(state, ref slot, e.At);
        return true;
    }

    internal override bool OnlyFalls(in Slot slot) => true;

    internal override Value Read(FoldState state, ref Slot slot) => Value.Of(slot.Count);

    internal override bool TryRead(FoldState state, ref Slot slot, out Number number)
    {
        number = Number.FromInteger(slot.Count);
        return true;
    }

    internal override bool TryMicros(FoldState state, ref Slot slot, out long micros)
    {
        micros = slot.Count * Number.Scale;
        return true;
    }
}

/// <summary>`sum`, `avg`, `money` in a window.</summary>
internal sealed class WindowSumInput(int stream, int streamColumn, int column, bool average) : StreamInput(stream, streamColumn)
{
    internal override bool Apply(FoldState state, ref Slot slot, in PackedEvent e)
    {
        if (!state.HasNumber[column])
        {
            return false;
        }
        Enter(state, ref slot, e.At);
        slot.Micros += state.Numbers[column];
        slot.IsSigned |= state.Numbers[column] < 0;
        return true;
    }

    internal override bool OnlyFalls(in Slot slot) => !average && !slot.IsSigned;

    internal override Value Read(FoldState state, ref Slot slot) => TryRead(state, ref slot, out var number) ? Value.Of(number) : Value.Null;

    internal override bool TryRead(FoldState state, ref Slot slot, out Number number) => SumInput.Total(slot, average, out number);

    internal override void Save(FoldState state, in Slot slot, BlockWriter writer)
    {
        base.Save(state, slot, writer);
        if (slot.Count > 0)
        {
            writer.AddNumber(slot.Micros);
            writer.Add(slot.IsSigned);
        }
    }

    internal override void Load(FoldState state, ref Slot slot, ref BlockReader reader)
    {
        base.Load(state, ref slot, ref reader);
        if (slot.Count > 0)
        {
            slot.Micros = reader.NextNumber();
            slot.IsSigned = reader.NextBool();
        }
    }
}

/// <summary>A window over a shared queue: it keeps the place of its oldest entry.</summary>
internal abstract class QueueInput(int queue) : Input
{
    internal int Queue => queue;

    internal override bool Apply(FoldState state, ref Slot slot, in PackedEvent e)
    {
        // Entries that the newest one beat are gone, be it that this window's oldest was among them.
        slot.Position = Math.Min(slot.Position, state.Queues[queue]!.End - 1);
        return true;
    }

    internal override bool Expire(FoldState state, ref Slot slot, long now)
    {
        if (state.Queues[queue] is not { } entries)
        {
            return false;
        }
        var before = slot.Position;
        while (slot.Position < entries.End && entries.TimeAt(slot.Position) + WindowMs <= now)
        {
            state.Work++;
            slot.Position++;
        }
        return slot.Position != before;
    }

    internal override long NextExpiry(FoldState state, in Slot slot) =>
        state.Queues[queue] is { } entries && slot.Position < entries.End ? entries.TimeAt(slot.Position) + WindowMs : Instants.Never;

    internal override void Save(FoldState state, in Slot slot, BlockWriter writer) => writer.Add((ulong)(slot.Position - state.SavedQueueFrom[queue]));

    internal override void Load(FoldState state, ref Slot slot, ref BlockReader reader) => slot.Position = (long)reader.Next();
}

/// <summary>`min`, `max` in a window.</summary>
internal sealed class WindowExtremeInput(int queue, int column, bool largest) : QueueInput(queue)
{
    internal override bool Apply(FoldState state, ref Slot slot, in PackedEvent e) => state.HasNumber[column] && base.Apply(state, ref slot, e);

    internal override bool OnlyFalls(in Slot slot) => largest;

    internal override Value Read(FoldState state, ref Slot slot) => TryRead(state, ref slot, out var number) ? Value.Of(number) : Value.Null;

    internal override bool TryRead(FoldState state, ref Slot slot, out Number number)
    {
        if (state.Queues[Queue] is not { } entries || slot.Position >= entries.End)
        {
            number = default;
            return false;
        }
        number = Number.FromMicros(entries.NumberAt(slot.Position))!.Value;
        return true;
    }
}

/// <summary>`days(E, w)`: a day leaves the window with the last of its events.</summary>
internal sealed class WindowDaysInput(int queue) : QueueInput(queue)
{
    internal override bool OnlyFalls(in Slot slot) => true;

    internal override Value Read(FoldState state, ref Slot slot) => Value.Of(Count(state, slot));

    internal override bool TryMicros(FoldState state, ref Slot slot, out long micros)
    {
        micros = Count(state, slot) * Number.Scale;
        return true;
    }

    private long Count(FoldState state, in Slot slot) => state.Queues[Queue] is { } entries ? entries.End - slot.Position : 0;
}
