using Ciclo.Core.Events;
using Ciclo.Core.Rules;
using Ciclo.Core.Time;
using Ciclo.Core.Values;

namespace Ciclo.Core.Folds;

/// <summary>What feeds an input: events of a name, of a type, any of origin customer, or consent answers.</summary>
public readonly record struct Feed(FeedKind Kind, int Name);

public enum FeedKind
{
    Named = 0,
    Page = 1,
    Screen = 2,
    Identify = 3,
    Any = 4,
    Group = 5,
    Consent = 6,
}

internal static class FeedKinds
{
    /// <summary>The feed of a type of call; null for track calls, which go by name, and for alias, which feeds nothing.</summary>
    internal static FeedKind? Of(CallType type) => type switch
    {
        CallType.Page => FeedKind.Page,
        CallType.Screen => FeedKind.Screen,
        CallType.Identify => FeedKind.Identify,
        CallType.Group => FeedKind.Group,
        _ => null,
    };
}

/// <summary>The condition after `where`, bound to a workspace's paths.</summary>
public sealed class EventCondition(Expression? where, Zone zone)
{
    public bool Holds(in PackedEvent e)
    {
        if (where is null)
        {
            return true;
        }
        var names = new EventNames(e);
        return Evaluator.Holds(where, ref names, zone);
    }

    private readonly ref struct EventNames(PackedEvent e) : INameSource
    {
        private readonly PackedEvent e = e;

        public Value Get(PathExpression path) => e.Get(path.Binding);
    }
}

/// <summary>
/// All inputs over one selector (`E where COND`): the condition is asked once an event, each property is read once, and all windows share
/// one stream of events and one queue for each of largest, smallest and days.
/// </summary>
internal sealed class EventGroup(int index, Feed feed, EventCondition condition)
{
    private readonly record struct Column(int Path, MoneyReader? Money);

    private readonly record struct SharedQueue(int Index, QueueOrder Order, int Column, Zone? Zone);

    private readonly List<Column> columns = [];
    private readonly List<SharedQueue> queues = [];
    private readonly List<int> streamColumns = [];
    private Column[] columnsRead = [];
    private SharedQueue[] queuesFed = [];
    private int[] columnsStreamed = [];
    private StreamInput[] streamInputs = [];
    private QueueInput[] queueInputs = [];
    private bool streamsAll;

    public int Index => index;

    public Feed Feed => feed;

    /// <summary>-1 where no window counts or adds up.</summary>
    public int Stream { get; private set; } = -1;

    public Input[] Inputs { get; private set; } = [];

    public int ColumnCount => columns.Count;

    public int ColumnOf(int path, MoneyReader? money)
    {
        var known = columns.FindIndex(column => column.Path == path && column.Money is null == money is null);
        if (known < 0)
        {
            known = columns.Count;
            columns.Add(new Column(path, money));
        }
        return known;
    }

    /// <summary>The place of a column in the stream; the stream is number <paramref name="fresh"/> if there is none yet.</summary>
    public int StreamColumnOf(int column, ref int fresh)
    {
        UseStream(ref fresh);
        if (!streamColumns.Contains(column))
        {
            streamColumns.Add(column);
        }
        return streamColumns.IndexOf(column);
    }

    public int UseStream(ref int fresh) => Stream = Stream < 0 ? fresh++ : Stream;

    public int QueueOf(QueueOrder order, int column, Zone? zone, ref int fresh)
    {
        foreach (var queue in queues)
        {
            if (queue.Order == order && queue.Column == column && queue.Zone?.Id == zone?.Id)
            {
                return queue.Index;
            }
        }
        queues.Add(new SharedQueue(fresh, order, column, zone));
        return fresh++;
    }

    public void Seal(IEnumerable<Input> inputs)
    {
        Inputs = [.. inputs];
        columnsRead = [.. columns];
        queuesFed = [.. queues];
        columnsStreamed = [.. streamColumns];
        streamInputs = [.. Inputs.OfType<StreamInput>()];
        queueInputs = [.. Inputs.OfType<QueueInput>()];
        streamsAll = Array.Exists(Inputs, input => input is WindowCountInput);
    }

    public void Apply(FoldState state, in PackedEvent e)
    {
        if (!condition.Holds(e))
        {
            return;
        }
        state.Groups.Add(index);
        for (var i = 0; i < columnsRead.Length; i++)
        {
            ReadColumn(state, i, e);
        }
        if (Stream >= 0)
        {
            AddToStream(state, e.At);
        }
        foreach (var queue in queuesFed)
        {
            AddToQueue(state, queue, e.At);
        }
        foreach (var input in Inputs)
        {
            state.Work++;
            if (input.Apply(state, ref state.Slots[input.Index], e))
            {
                state.Changed(input);
            }
        }
    }

    public void Clear(FoldState state)
    {
        foreach (var input in Inputs)
        {
            input.Clear(ref state.Slots[input.Index]);
        }
        if (Stream >= 0)
        {
            state.Streams[Stream]?.Clear();
        }
        foreach (var queue in queuesFed)
        {
            state.Queues[queue.Index]?.Clear();
        }
    }

    public void Save(FoldState state, BlockWriter writer)
    {
        if (Stream >= 0)
        {
            state.SavedFrom = StreamFrom(state);
            writer.Add(state.Streams[Stream] is not null);
            state.Streams[Stream]?.Save(writer, state.SavedFrom, state.Now);
        }
        foreach (var queue in queuesFed)
        {
            state.SavedQueueFrom[queue.Index] = QueueFrom(state, queue.Index);
            writer.Add(state.Queues[queue.Index] is not null);
            state.Queues[queue.Index]?.Save(writer, state.SavedQueueFrom[queue.Index], state.Now);
        }
        foreach (var input in Inputs)
        {
            input.Save(state, state.Slots[input.Index], writer);
        }
    }

    public void Load(FoldState state, ref BlockReader reader)
    {
        if (Stream >= 0 && reader.NextBool())
        {
            (state.Streams[Stream] ??= new WindowStream(columnsStreamed.Length)).Load(ref reader, state.Now);
        }
        foreach (var queue in queuesFed)
        {
            if (reader.NextBool())
            {
                (state.Queues[queue.Index] ??= new WindowQueue(queue.Order)).Load(ref reader, state.Now);
            }
        }
        foreach (var input in Inputs)
        {
            input.Load(state, ref state.Slots[input.Index], ref reader);
        }
    }

    private void ReadColumn(FoldState state, int column, in PackedEvent e)
    {
        var (path, money) = columnsRead[column];
        var isThere = e.TryGetNumber(path, out var number);
        if (isThere && money is not null)
        {
            var converted = money.Convert(number, e);
            isThere = converted is not null;
            number = converted.GetValueOrDefault();
        }
        state.HasNumber[column] = isThere;
        state.Numbers[column] = number.Micros;
    }

    private void AddToStream(FoldState state, long at)
    {
        // Also where the event itself is of no use to the window: else what has left would be kept for good.
        foreach (var input in streamInputs)
        {
            if (input.Expire(state, ref state.Slots[input.Index], at))
            {
                state.Changed(input);
            }
        }
        var isWanted = streamsAll;
        foreach (var column in columnsStreamed)
        {
            isWanted |= state.HasNumber[column];
        }
        if (!isWanted)
        {
            return;
        }
        var stream = state.Streams[Stream] ??= new WindowStream(columnsStreamed.Length);
        if (stream.IsFull)
        {
            stream.DropBefore(StreamFrom(state));
        }
        state.Appended = stream.Append(at);
        foreach (var column in columnsStreamed)
        {
            stream.AddNumber(state.HasNumber[column], state.Numbers[column]);
        }
    }

    private void AddToQueue(FoldState state, in SharedQueue shared, long at)
    {
        if (shared.Column >= 0 && !state.HasNumber[shared.Column])
        {
            return;
        }
        var queue = state.Queues[shared.Index] ??= new WindowQueue(shared.Order);
        if (queue.IsFull)
        {
            ExpireQueue(state, shared.Index, at);
            queue.DropBefore(QueueFrom(state, shared.Index));
        }
        queue.Add(at, shared.Zone is { } zone ? zone.DayOf(at) : state.Numbers[shared.Column]);
    }

    private void ExpireQueue(FoldState state, int queue, long now)
    {
        foreach (var input in queueInputs)
        {
            if (input.Queue == queue && input.Expire(state, ref state.Slots[input.Index], now))
            {
                state.Changed(input);
            }
        }
    }

    private long StreamFrom(FoldState state)
    {
        var from = state.Streams[Stream]?.End ?? 0;
        foreach (var input in streamInputs)
        {
            ref readonly var slot = ref state.Slots[input.Index];
            from = slot.Count > 0 ? Math.Min(from, slot.Position) : from;
        }
        return from;
    }

    private long QueueFrom(FoldState state, int queue)
    {
        var from = state.Queues[queue]?.End ?? 0;
        foreach (var input in queueInputs)
        {
            from = input.Queue == queue ? Math.Min(from, state.Slots[input.Index].Position) : from;
        }
        return from;
    }
}
