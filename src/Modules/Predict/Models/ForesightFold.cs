using Ciclo.Core.Analytics;
using Ciclo.Core.Events;
using Ciclo.Core.Folds;
using Ciclo.Core.Metrics;
using Ciclo.Core.Predict.Value;
using Ciclo.Core.Time;
using Ciclo.Core.Values;
using Ciclo.Engine.Runtime;
using Ciclo.Modules.Measure.Contracts;

namespace Ciclo.Modules.Predict.Models;

/// <summary>Reads which score stood at instants of the past, and what came in the days after. One thread's share.</summary>
/// <param name="cuts">Instants, ascending; at most 30.</param>
/// <param name="goal">The event; null where a rule is the goal, or money.</param>
/// <param name="bits">By profile who is asked about, and for whom the rule came to hold; null where no rule decides anything.</param>
/// <param name="edges">Between groups of scores, ascending.</param>
internal sealed class ForesightFold(PredictModel model, long[] cuts, EventTest? goal, IReadOnlyDictionary<int, RuleBits>? bits, double[] edges, Rates rates) : IHistoryFold
{
    /// <summary>Whoever was not there for so long is not scored any more.</summary>
    private const long Absent = 365 * Durations.Day;

    private const int Order = 1;
    private const int Refund = 2;
    private const int Scores = 4;
    private const int Goal = 8;
    private const int Own = 16;

    private readonly EventFields fields = new();
    private readonly OrderBook book = new(rates);

    /// <summary>What a week, or a group, adds up to.</summary>
    internal struct Sum
    {
        public int People;
        public double Expected;
        public double Variance;
        public double Actual;

        public void Add(in Sum other) => (People, Expected, Variance, Actual) = (People + other.People, Expected + other.Expected, Variance + other.Variance, Actual + other.Actual);
    }

    public IReadOnlyList<string> Paths { get; } = [.. OrderFields.Paths, model.Score];

    public Sum[] Weeks { get; } = new Sum[cuts.Length];

    public Sum[] Groups { get; } = new Sum[edges.Length + 1];

    public long FirstAt { get; private set; } = long.MaxValue;

    public int CodeOf(EventKind kind, string name)
    {
        var isTrack = kind.Type == CallType.Track;
        var code = (goal?.Takes(kind) == true ? Goal : 0) | ((kind.Flags & PackedFlags.System) == 0 ? Own : 0)
            | (isTrack ? name switch { "Order Completed" => Order, "Order Refunded" => Refund, SystemEventNames.ScoresUpdated => Scores, _ => 0 } : 0);
        return kind.Type is CallType.Track or CallType.Page or CallType.Screen or CallType.Identify && code != 0 ? code : -1;
    }

    public void Take(in ProfileEvents profile)
    {
        if (bits is not null && !bits.ContainsKey(profile.Profile))
        {
            return;
        }
        fields.Begin(profile, Paths);
        var at = profile.Events.At;
        var codes = profile.Events.Codes;
        if (model.Kind == ModelKind.Value)
        {
            ReadOrders(at, codes);
        }
        var (i, score, newest) = (0, (double?)null, long.MinValue);
        for (var cut = 0; cut < cuts.Length; cut++)
        {
            for (; i < at.Length && at[i] <= cuts[cut]; i++)
            {
                newest = (codes[i] & Own) != 0 ? at[i] : newest;
                if ((codes[i] & Scores) != 0 && fields.Number(OrderFields.Paths.Count, i) is { } known)
                {
                    (score, FirstAt) = ((double)known.Micros / Number.Scale, Math.Min(FirstAt, at[i]));
                }
            }
            if (score is { } said && (bits is null || (bits[profile.Profile].Counts & (1 << cut)) != 0) && (model.Kind == ModelKind.Value || newest >= cuts[cut] - Absent))
            {
                var sum = new Sum { People = 1, Expected = said, Variance = said * (1 - said), Actual = ActualOf(profile, cut, i) };
                Weeks[cut].Add(sum);
                var place = Array.BinarySearch(edges, said);
                Groups[place < 0 ? ~place : place + 1].Add(sum);
            }
        }
    }

    private void ReadOrders(ReadOnlySpan<long> at, ReadOnlySpan<int> codes)
    {
        book.Clear();
        for (var i = 0; i < at.Length; i++)
        {
            if ((codes[i] & (Order | Refund)) != 0)
            {
                OrderFields.Read(fields, i, at[i], (codes[i] & Refund) != 0, book);
            }
        }
    }

    private double ActualOf(in ProfileEvents profile, int cut, int from)
    {
        if (model.Kind == ModelKind.Value)
        {
            return MoneyAfter(cuts[cut]);
        }
        if (goal is null)
        {
            return (bits![profile.Profile].CameTrue & (1 << cut)) != 0 ? 1 : 0;
        }
        var at = profile.Events.At;
        var codes = profile.Events.Codes;
        for (var i = from; i < at.Length && at[i] <= cuts[cut] + model.HorizonMs; i++)
        {
            if ((codes[i] & Goal) != 0 && goal.Holds(profile.Events.Event(i)))
            {
                return 1;
            }
        }
        return 0;
    }

    /// <summary>Discounted as the score is.</summary>
    private double MoneyAfter(long cut)
    {
        var (sum, rate) = (0.0, ValueTraining.WeeklyRate(model) / (7 * Durations.Day));
        foreach (var line in book.Lines)
        {
            sum += line.At > cut && line.At <= cut + model.HorizonMs ? (double)line.Micros / Number.Scale * Math.Exp(-rate * (line.At - cut)) : 0;
        }
        return sum;
    }
}

/// <summary>Holds what was foreseen against what came.</summary>
internal sealed class ForesightReading(WorkspaceEngine engine, TimeProvider clock)
{
    private const int MostWeeks = 26;
    private const long Week = 7 * Durations.Day;

    /// <summary>The first Monday of Unix time.</summary>
    private const long Monday = 4 * Durations.Day;

    /// <summary>The least people that a group is shown for.</summary>
    private const int FewestOfGroup = 20;

    /// <summary>The newest Monday whose days have passed.</summary>
    public static long NewestCut(PredictModel model, long now) => ((now - model.HorizonMs - Monday) / Week * Week) + Monday;

    /// <summary>When something can be said of scores that were first written at an instant.</summary>
    public static long FirstKnown(long first, int days) => ((first - Monday + Week - 1) / Week * Week) + Monday + (days * Durations.Day);

    /// <summary>As of now; null where everything is being counted anew.</summary>
    public Foresight? Read(PredictModel model, ModelCard card, long now, CancellationToken cancellation)
    {
        long[] cuts = [.. Enumerable.Range(0, MostWeeks).Select(week => NewestCut(model, now) - ((MostWeeks - 1 - week) * Week)).Where(cut => cut >= Math.Max(model.CreatedAt, model.AskedAt))];
        // With no instant yet it is still told when the first score was written.
        cuts = cuts.Length > 0 ? cuts : [now];
        var edges = EdgesOf(card);
        var bits = WhoBits.Read(engine, model, cuts, 1, null, cancellation);
        var folds = new SlicedScan(engine, clock).Run(() => engine.Read(state => new ForesightFold(
            model, cuts, model.Kind == ModelKind.Event ? EventTest.Parse(model.Goal, state.Rules.Zone, state.Staged.EventNames, state.Staged.Paths) : null, bits, edges, state.ReadingRates())), cancellation);
        if (folds is null)
        {
            return null;
        }
        var (weeks, groups, first) = (new ForesightFold.Sum[cuts.Length], new ForesightFold.Sum[edges.Length + 1], long.MaxValue);
        foreach (var fold in folds)
        {
            Add(weeks, fold.Weeks);
            Add(groups, fold.Groups);
            first = Math.Min(first, fold.FirstAt);
        }
        var hasPassed = cuts[^1] + model.HorizonMs <= now;
        return new Foresight(
            now, first == long.MaxValue ? null : first,
            hasPassed ? [.. weeks.Select((sum, i) => WeekOf(cuts[i], sum, card)).Where(week => week.People > 0)] : [],
            hasPassed ? [.. groups.Select((sum, i) => (sum, i)).Where(one => one.sum.People >= FewestOfGroup).Select(one => new ForesightGroup(
                one.i == 0 ? 0 : edges[one.i - 1], one.i < edges.Length ? edges[one.i] : null, one.sum.People, one.sum.Expected / one.sum.People, one.sum.Actual / one.sum.People))] : []);
    }

    private static void Add(ForesightFold.Sum[] to, ForesightFold.Sum[] from)
    {
        for (var i = 0; i < to.Length; i++)
        {
            to[i].Add(from[i]);
        }
    }

    private static ForesightWeek WeekOf(long at, in ForesightFold.Sum sum, ModelCard card)
    {
        // Of money: as wide for its size as what the test told of all customers together.
        var (low, high) = card is ValueCard { Ahead: { Expected: > 0 } ahead }
            ? (sum.Expected * ahead.Low / ahead.Expected, sum.Expected * ahead.High / ahead.Expected)
            : (sum.Expected - (Forecast.Reach * Math.Sqrt(sum.Variance)), sum.Expected + (Forecast.Reach * Math.Sqrt(sum.Variance)));
        return new ForesightWeek(at, sum.People, sum.Expected, Math.Max(0, low), high, sum.Actual);
    }

    /// <summary>Tenths of probability; of money, between the tenths of the test.</summary>
    private static double[] EdgesOf(ModelCard card) => card is ValueCard value
        ? [.. value.Test.Deciles.Zip(value.Test.Deciles.Skip(1), (one, next) => (one.Expected + next.Expected) / 2).Where(edge => edge > 0).Distinct().Order()]
        : [.. Enumerable.Range(1, 9).Select(tenth => tenth / 10.0)];
}
