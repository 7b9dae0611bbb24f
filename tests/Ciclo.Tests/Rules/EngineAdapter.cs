using System.Text;
using Ciclo.Core.Events;
using Ciclo.Core.Folds;
using Ciclo.Core.Time;
using Ciclo.Core.Values;
using Ciclo.Tests.Rules.Twin;
using Ciclo.Tests.Rules.Worlds;

namespace Ciclo.Tests.Rules;

/// <summary>Runs a world through the real fold: events packed from records, added in order, each once.</summary>
public sealed class EngineAdapter
{
    private readonly Names eventNames = new();
    private readonly Names paths = new();
    private readonly FoldPlan plan;
    private readonly ProfileFold fold;
    private readonly EventPacker packer;
    private readonly TwinEvent[] ordered;

    public EngineAdapter(World world, TwinMoney money)
    {
        // The order of insertion is the caller's; the store of a profile keeps (timestamp, messageId) order and the first copy.
        ordered = [.. world.Events.DistinctBy(e => e.MessageId).OrderBy(e => e.At).ThenBy(e => e.MessageId, StringComparer.Ordinal)];
        plan = FoldPlan.Compile(world.Compile(), eventNames, paths, new FoldSettings(new Rates(money), new Groups(ordered)));
        fold = new ProfileFold(plan);
        packer = new EventPacker(eventNames, paths);
    }

    /// <summary>The history in one go, or with the clock stopping on the way at the instants of <paramref name="stops"/>.</summary>
    public static TwinHistory History(World world, IEnumerable<long>? stops = null) =>
        new EngineAdapter(world, TwinMoney.Dollars).Run(world.Clock, stops ?? []);

    /// <summary>The history folded by feeding only what some rule reads, as a scan does that leaves the rest out.</summary>
    public static TwinHistory HistoryOfWhatIsRead(World world) => new EngineAdapter(world, TwinMoney.Dollars).RunWhatIsRead(world.Clock);

    /// <summary>
    /// The history folded by several folds in turn, the state handed on as a block at random points, within an instant too. Beside it one fold
    /// does the same without a cut; where they differ in their next deadline it throws.
    /// </summary>
    public static TwinHistory HistoryInPieces(World world, int seed) => new EngineAdapter(world, TwinMoney.Dollars).RunInPieces(world.Clock, new Dice(seed));

    private TwinHistory RunWhatIsRead(long clock)
    {
        foreach (var e in ordered)
        {
            if (e.At > clock)
            {
                break;
            }
            Add(e, fold, isRead => isRead || !fold.TryPass(e.At - 1));
        }
        fold.AdvanceTo(clock);
        return HistoryOf(fold.Moves, fold.MembershipMoves, fold.Loops);
    }

    private TwinHistory RunInPieces(long clock, Dice dice)
    {
        var (moves, memberships, loops) = (new List<StageMove>(), new List<MembershipMove>(), new List<(int, long)>());
        ProfileFold[] folds = [new(plan), new(plan), new(plan)];
        var at = 0;
        var next = 0;
        for (; next < ordered.Length && ordered[next].At <= clock; next++)
        {
            var e = ordered[next];
            Add(e, folds[at], _ => true);
            Add(e, fold, _ => true);
            if (dice.OneIn(4))
            {
                Stop(e.At + dice.Of(0, 0, 1, 1_000, 86_400_000));
            }
            if (dice.OneIn(2))
            {
                HandOn();
            }
        }
        Stop(clock);
        HandOn();
        return HistoryOf(moves, memberships, loops);

        void Stop(long until)
        {
            until = Math.Min(until, clock);
            if (ordered.Skip(next + 1).Any(later => later.At <= until))
            {
                return;
            }
            folds[at].AdvanceTo(until);
            fold.AdvanceTo(until);
            if (folds[at].NextDeadline != fold.NextDeadline || folds[at].Now != fold.Now || folds[at].CanAdd(until) != fold.CanAdd(until))
            {
                throw new InvalidOperationException($"Saved and loaded, the next deadline is {folds[at].NextDeadline}, not {fold.NextDeadline}.");
            }
        }

        void HandOn()
        {
            moves.AddRange(folds[at].Moves);
            memberships.AddRange(folds[at].MembershipMoves);
            loops.AddRange(folds[at].Loops);
            var block = new System.Buffers.ArrayBufferWriter<byte>();
            folds[at].Save(block);
            at = (at + 1 + dice.Below(2)) % folds.Length;
            folds[at].Load(block.WrittenSpan);
            var again = new System.Buffers.ArrayBufferWriter<byte>();
            folds[at].Save(again);
            if (again.WrittenCount != block.WrittenCount)
            {
                throw new InvalidOperationException("A loaded state is saved in another length.");
            }
        }
    }

    private TwinHistory Run(long clock, IEnumerable<long> stops)
    {
        fold.Reset();
        var next = 0;
        foreach (var stop in stops.Where(at => at < clock).Order().Append(clock))
        {
            for (; next < ordered.Length && ordered[next].At <= stop; next++)
            {
                Add(ordered[next], fold, _ => true);
            }
            fold.AdvanceTo(stop);
        }
        return HistoryOf(fold.Moves, fold.MembershipMoves, fold.Loops);
    }

    private TwinHistory HistoryOf(List<StageMove> moves, List<MembershipMove> memberships, List<(int Lifecycle, long At)> loops) => new(
        [.. moves.Select(move => new TwinTransition(
            plan.Lifecycles[move.Lifecycle].Definition.Id, move.From < 0 ? "" : StageId(move.Lifecycle, move.From), StageId(move.Lifecycle, move.To), move.At))],
        [.. memberships.Select(move => new TwinMembership(plan.Segments[move.Segment].Id, move.Entered, move.At))],
        [.. loops.Select(loop => new TwinWarning(plan.Lifecycles[loop.Lifecycle].Definition.Id, loop.At))]);

    private string StageId(int lifecycle, int stage) => plan.Lifecycles[lifecycle].Definition.Stages[stage].Id;

    private void Add(TwinEvent e, ProfileFold into, Func<bool, bool> isWanted)
    {
        var packedEvent = new PackedEvent(e.At, Pack(e, packer));
        if (isWanted(plan.Reads(packedEvent.Type, packedEvent.Flags, packedEvent.Name)))
        {
            into.Add(packedEvent);
        }
    }

    /// <summary>An event as the journal would have it, packed; valid until the packer packs the next.</summary>
    public static ReadOnlySpan<byte> Pack(TwinEvent e, EventPacker packer)
    {
        var json = RecordOf(e, out var properties);
        var record = new EventRecord
        {
            Type = e.Type,
            Flags = e.Origin == Origin.System ? EventFlags.System : EventFlags.None,
            Timestamp = e.At,
            ReceivedAt = e.At,
            OriginalTimestamp = EventRecord.NoTime,
            SentAt = EventRecord.NoTime,
            MessageId = Encoding.UTF8.GetBytes(e.MessageId),
            Name = Encoding.UTF8.GetBytes(e.Name),
            GroupId = Encoding.UTF8.GetBytes(e.GroupId),
            Json = json,
            Properties = properties,
            Context = Encoding.UTF8.GetBytes(e.Context),
        };
        return packer.Pack(record, address: 0, out _);
    }

    private static byte[] RecordOf(TwinEvent e, out Range properties)
    {
        var head = e.Category.Length > 0 ? $"{{\"category\":\"{e.Category}\",\"properties\":" : "{\"properties\":";
        var start = Encoding.UTF8.GetByteCount(head);
        properties = e.Properties.Length == 0 ? new Range(0, 0) : new Range(start, start + Encoding.UTF8.GetByteCount(e.Properties));
        return Encoding.UTF8.GetBytes(head + (e.Properties.Length == 0 ? "null" : e.Properties) + "}");
    }

    private sealed class Rates(TwinMoney money) : IRates
    {
        public Number? Convert(Number amount, string? currency, long at)
        {
            if (currency is null || currency == money.Currency)
            {
                return amount;
            }
            return money.RateMicros(currency, at) is { } rate ? Number.Multiply(amount, Number.FromMicros((Int128)rate)!.Value) : null;
        }
    }

    /// <summary>Group traits as a store of groups would answer: of all group calls, whoever made them.</summary>
    private sealed class Groups(TwinEvent[] events) : IGroupTraits
    {
        private readonly TwinFact[] calls = [.. events.Where(e => e.Type == CallType.Group).Select(e => new TwinFact(e))];

        public Value Get(string group, string path, long now)
        {
            var name = path.Split('.')[0];
            var call = calls.LastOrDefault(f => f.Event.GroupId == group && f.Event.At <= now && f.Json.TryGetProperty(name, out _));
            return call is null ? Value.Null : ValueOf(call.Property(path));
        }

        public long NextChange(string group, long now) =>
            calls.Where(f => f.Event.GroupId == group && f.Event.At > now).Select(f => f.Event.At).DefaultIfEmpty(Instants.Never).Min();

        private static Value ValueOf(object? value) => value switch
        {
            bool boolean => Value.Of(boolean),
            TwinNumber number => Value.Of(Number.FromMicros((Int128)number.Micros)),
            string text => Value.Of(text),
            TwinList list => Value.Of([.. list.Items.Select(ValueOf)]),
            TwinObject => Value.Object,
            _ => Value.Null,
        };
    }
}
