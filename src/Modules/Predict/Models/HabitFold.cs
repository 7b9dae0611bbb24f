using Ciclo.Core.Analytics;
using Ciclo.Core.Events;
using Ciclo.Core.Folds;
using Ciclo.Core.Metrics;
using Ciclo.Core.Time;
using Ciclo.Core.Values;
using Ciclo.Engine.Runtime;
using Ciclo.Modules.Measure.Contracts;

namespace Ciclo.Modules.Predict.Models;

/// <summary>A person at an instant: what was known then, and whether the goal came true in the time after.</summary>
/// <param name="Cut">The place of the instant.</param>
/// <param name="Before">The score that stands in the history; null for none.</param>
/// <param name="Graded">The grade that stands there, as <see cref="LeadScore.Mark"/>; null for none.</param>
internal sealed record HabitRow(int Profile, int Cut, bool CameTrue, double[] Numbers, string?[] Traits, double? Before, string? Graded = null);

/// <summary>Reads habits. One thread's share.</summary>
/// <param name="columns">What is read.</param>
/// <param name="cuts">Instants, ascending; at most 30.</param>
/// <param name="horizonMs">How long after an instant the goal may come true.</param>
/// <param name="goal">The event; null where a rule is the goal.</param>
/// <param name="bits">By profile; null where no rule decides anything.</param>
/// <param name="score">The score's name.</param>
/// <param name="one">Of so many profiles one is read.</param>
/// <param name="instants">Where each profile has an instant of its own instead of the one cut; others are not read.</param>
internal sealed class HabitFold(
    HabitColumns columns, long[] cuts, long horizonMs, EventTest? goal, IReadOnlyDictionary<int, RuleBits>? bits, string score, Rates rates, int one, IReadOnlyDictionary<int, long>? instants = null) : IHistoryFold
{
    /// <summary>Whoever was not there for so long is not asked about.</summary>
    private const long Absent = 365 * Durations.Day;

    private const int Order = 1 << 8;
    private const int Refund = 1 << 9;
    private const int Own = 1 << 10;
    private const int Goal = 1 << 11;
    private const int Identify = 1 << 12;
    private const int Scores = 1 << 13;
    private const int EventMask = 0xff;

    private readonly EventFields fields = new();
    private readonly OrderBook book = new(rates);
    private readonly int[] times = new int[columns.Events.Count * 3];
    private readonly long[] last = new long[columns.Events.Count];

    public IReadOnlyList<string> Paths { get; } = [.. OrderFields.Paths, score, .. columns.Traits, score + ScoreWriter.Grade, score + ScoreWriter.Qualified, .. FirstTouch.Paths];

    public List<HabitRow> Rows { get; } = [];

    /// <summary>Event and marks in one number; the event 0 is none, the others one more than their places.</summary>
    public int CodeOf(EventKind kind, string name)
    {
        if (kind.Type == CallType.Identify)
        {
            return Identify | (IsOwn(kind) ? Own : 0);
        }
        if (kind.Type is not (CallType.Track or CallType.Page or CallType.Screen))
        {
            return -1;
        }
        var isTrack = kind.Type == CallType.Track;
        var code = (goal?.Takes(kind) == true ? Goal : 0) | (IsOwn(kind) ? Own : 0)
            | (isTrack ? name switch { "Order Completed" => Order, "Order Refunded" => Refund, SystemEventNames.ScoresUpdated => Scores, _ => 0 } : 0);
        var place = isTrack ? PlaceOf(name) : 0;
        return (code & Own) != 0 && place >= 0 ? code | (place + 1) : code == 0 ? -1 : code;
    }

    public void Take(in ProfileEvents profile)
    {
        if (profile.Profile % one != 0 || (instants is not null && !instants.ContainsKey(profile.Profile)) || (bits is not null && !bits.ContainsKey(profile.Profile)))
        {
            return;
        }
        ReadOrders(profile);
        for (var cut = 0; cut < cuts.Length; cut++)
        {
            if ((bits is null || (bits[profile.Profile].Counts & (1 << cut)) != 0) && RowOf(profile, cut) is { } row)
            {
                Rows.Add(row);
            }
        }
    }

    private static bool IsOwn(EventKind kind) => (kind.Flags & PackedFlags.System) == 0;

    private int PlaceOf(string name)
    {
        for (var place = 1; place < columns.Events.Count; place++)
        {
            if (columns.Events[place] == name)
            {
                return place;
            }
        }
        return -1;
    }

    private void ReadOrders(in ProfileEvents profile)
    {
        book.Clear();
        fields.Begin(profile, Paths);
        var at = profile.Events.At;
        var codes = profile.Events.Codes;
        for (var i = 0; i < at.Length; i++)
        {
            if ((codes[i] & (Order | Refund)) != 0)
            {
                OrderFields.Read(fields, i, at[i], (codes[i] & Refund) != 0, book);
            }
        }
    }

    private HabitRow? RowOf(in ProfileEvents profile, int cut)
    {
        var at = profile.Events.At;
        var codes = profile.Events.Codes;
        var now = instants is null ? cuts[cut] : instants[profile.Profile];
        Array.Clear(times);
        Array.Fill(last, long.MinValue);
        var (first, newest, day) = (long.MaxValue, long.MinValue, long.MinValue);
        Span<int> days = stackalloc int[3];
        var (i, begins, before, graded) = (0, -1, (double?)null, (string?)null);
        var traits = new string?[columns.Traits.Count];
        for (; i < at.Length && at[i] <= now; i++)
        {
            var (code, ago) = (codes[i], now - at[i]);
            if ((code & Identify) != 0)
            {
                ReadTraits(i, traits);
            }
            if ((code & Scores) != 0 && fields.Number(OrderFields.Paths.Count, i) is { } known)
            {
                before = (double)known.Micros / Number.Scale;
                graded = GradedAt(i);
            }
            if ((code & Own) == 0)
            {
                continue;
            }
            begins = begins < 0 && (code & Identify) == 0 ? i : begins;
            (first, newest) = (Math.Min(first, at[i]), at[i]);
            var today = at[i] / Durations.Day;
            if (today != day)
            {
                day = today;
                Count(days, ago);
            }
            if ((code & EventMask) is > 0 and var place)
            {
                last[place - 1] = at[i];
                Count(times.AsSpan((place - 1) * 3, 3), ago);
            }
        }
        if (newest < now - Absent)
        {
            return null;
        }
        var numbers = new double[columns.Numbers];
        (numbers[0], numbers[1]) = (Days(now - first), Days(now - newest));
        (numbers[2], numbers[3], numbers[4]) = (days[0], days[1], days[2]);
        WriteOrders(numbers, now);
        var general = numbers.Length - (columns.Events.Count * HabitColumns.OfEvent);
        for (var place = 0; place < last.Length; place++)
        {
            var to = general + (place * HabitColumns.OfEvent);
            (numbers[to], numbers[to + 1], numbers[to + 2]) = (times[place * 3], times[(place * 3) + 1], times[(place * 3) + 2]);
            numbers[to + 3] = last[place] == long.MinValue ? double.NaN : Days(now - last[place]);
        }
        if (begins >= 0 && columns.Traits.Count > 0 && columns.Traits[^1] == FirstTouch.Column)
        {
            traits[^1] = FirstTouch.Of(fields, OrderFields.Paths.Count + 3 + columns.Traits.Count, begins);
        }
        return new HabitRow(profile.Profile, cut, CameTrue(profile, cut, i), numbers, traits, before, graded);
    }

    /// <summary>The grade and the qualification that were written with a score, as <see cref="LeadScore.Mark"/>.</summary>
    private string? GradedAt(int e)
    {
        var (grade, qualified) = (fields.Word(OrderFields.Paths.Count + 1 + columns.Traits.Count, e), fields.Value(OrderFields.Paths.Count + 2 + columns.Traits.Count, e));
        return grade is null ? null : LeadScore.MarkOf(grade, qualified is { Kind: ValueKind.Boolean, AsBoolean: true });
    }

    private static void Count(Span<int> windows, long ago)
    {
        windows[0] += ago <= 30 * Durations.Day ? 1 : 0;
        windows[1] += ago <= 90 * Durations.Day ? 1 : 0;
        windows[2] += ago <= 365 * Durations.Day ? 1 : 0;
    }

    private static double Days(long ms) => Math.Floor(ms / (double)Durations.Day);

    private void ReadTraits(int e, string?[] into)
    {
        for (var trait = 0; trait < into.Length; trait++)
        {
            if (fields.Value(OrderFields.Paths.Count + 1 + trait, e) is { IsNull: false } value)
            {
                into[trait] = value.Kind == ValueKind.Text ? value.AsText : value.ToString();
            }
        }
    }

    private void WriteOrders(double[] numbers, long now)
    {
        var (orders, gaps, firstAt, lastAt) = (0, 0, 0L, 0L);
        var (in90, in365, spent90, spent365, spent) = (0, 0, 0.0, 0.0, 0.0);
        foreach (var line in book.Lines)
        {
            if (line.At > now)
            {
                break;
            }
            var (ago, money) = (now - line.At, (double)line.Micros / Number.Scale);
            spent += money;
            spent90 += ago <= 90 * Durations.Day ? money : 0;
            spent365 += ago <= 365 * Durations.Day ? money : 0;
            if (line.IsOrder)
            {
                gaps += orders > 0 ? 1 : 0;
                (firstAt, lastAt, orders) = (orders == 0 ? line.At : firstAt, line.At, orders + 1);
                in90 += ago <= 90 * Durations.Day ? 1 : 0;
                in365 += ago <= 365 * Durations.Day ? 1 : 0;
            }
        }
        var gap = gaps > 0 && lastAt > firstAt ? (lastAt - firstAt) / (double)gaps / Durations.Day : double.NaN;
        (numbers[5], numbers[6], numbers[7], numbers[8], numbers[9]) = (in90, in365, orders, spent90, spent365);
        numbers[10] = orders > 0 ? spent / orders : double.NaN;
        numbers[11] = orders > 0 ? Days(now - lastAt) : double.NaN;
        numbers[12] = gap;
        numbers[13] = (now - lastAt) / (double)Durations.Day / gap;
    }

    private bool CameTrue(in ProfileEvents profile, int cut, int from)
    {
        if (goal is null)
        {
            return bits is not null && (bits[profile.Profile].CameTrue & (1 << cut)) != 0;
        }
        var at = profile.Events.At;
        var codes = profile.Events.Codes;
        for (var i = from; i < at.Length && at[i] <= cuts[cut] + horizonMs; i++)
        {
            if ((codes[i] & Goal) != 0 && goal.Holds(profile.Events.Event(i)))
            {
                return true;
            }
        }
        return false;
    }
}
