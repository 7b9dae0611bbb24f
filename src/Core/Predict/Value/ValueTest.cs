using MathNet.Numerics.Distributions;

namespace Ciclo.Core.Predict.Value;

/// <summary>Customers of one tenth by foreseen money, the first the most: money a customer, foreseen with what it lies between with 80 % probability, and come in.</summary>
public sealed record ValueDecile(int Place, int People, double Expected, double Low, double High, double Actual)
{
    public bool IsWithin => Actual >= Low && Actual <= High;
}

/// <summary>Orders of all tested customers in a week after the test's day, the first 1: foreseen with what they lie between with 80 % probability, and come in.</summary>
public sealed record ValueWeek(int Week, double Expected, double Low, double High, int Actual);

/// <summary>How one model of purchases foresaw the test's orders: the mean logarithm of the probability that it gave to what each customer did.</summary>
public sealed record KindScore(PurchaseKind Kind, double LogLikelihood);

/// <summary>A model of the past held against the days after it, in which its customers' orders are known.</summary>
/// <param name="Weeks">How long it was tested.</param>
/// <param name="Rank">Spearman's correlation of money foreseen and come in, with the interval of 95 % (E. Fieller, H. Hartley, E. Pearson 1957).</param>
/// <param name="Shock">By how much all customers together tend to be off, as a part: a standard deviation from tests of earlier times, wider where these are few.</param>
/// <param name="EarlierTests">How many of these there were.</param>
public sealed record ValueTest(
    int Customers, int Repeaters, double Weeks, IReadOnlyList<KindScore> Kinds, IReadOnlyList<ValueDecile> Deciles, IReadOnlyList<ValueWeek> ByWeek, Forecast Total, double Actual,
    double Rank, double RankLow, double RankHigh, double Shock, int EarlierTests)
{
    /// <summary>How many times what a customer brought the tenth that was foreseen to bring the most did.</summary>
    public double Lift => Deciles.Count == 0 || Actual <= 0 ? 0 : Deciles[0].Actual * Deciles.Sum(decile => decile.People) / Actual;

    public bool IsWithin => Actual >= Total.Low && Actual <= Total.High;

    /// <summary>Of the tested customers, those whose money lay in the interval of their own; null of a test from before that was counted. Above 80 %, as many intervals reach down to nothing.</summary>
    public double? OwnWithin { get; init; }
}

/// <summary>Trains on what was known a while ago and tests on what came after; of the models of purchases the one under which what came is likeliest is used.</summary>
public static class ValueTrainer
{
    /// <summary>Customers as of the test's day; with fewer nothing is said.</summary>
    public const int Fewest = 50;

    /// <summary>Of these, with a second order.</summary>
    public const int FewestRepeaters = 10;

    /// <summary>Of more customers every k-th is tested.</summary>
    public const int MostTested = 10_000;

    private const int Tenths = 10;
    private const int MostCompared = 20_000;
    private const int MostEarlier = 3;

    /// <summary>As if there were one more earlier test, off by so much.</summary>
    private const double UsualShock = 0.1;
    private const double Z95 = 1.959963984540054;

    /// <summary>Customers as of a day, in their order.</summary>
    public static (Customer[] Customers, int[] Places) AsOf(IReadOnlyList<OrderDay[]> all, int until)
    {
        var (customers, places) = (new List<Customer>(all.Count), new List<int>(all.Count));
        for (var i = 0; i < all.Count; i++)
        {
            if (Customer.AsOf(all[i], until) is { } customer)
            {
                customers.Add(customer);
                places.Add(i);
            }
        }
        return ([.. customers], [.. places]);
    }

    /// <summary>Tests on the last <paramref name="days"/> before the day 0, learning from what was before. The customers then are at least <see cref="Fewest"/>.</summary>
    public static ValueTest Test(IReadOnlyList<OrderDay[]> all, int days, CancellationToken cancellation)
    {
        var (known, places) = AsOf(all, -days);
        var stride = Math.Max(1, (known.Length + MostTested - 1) / MostTested);
        var tested = ValueModel.Sampled(known, MostTested);
        var came = tested.Select((_, i) => Came.Of(all[places[i * stride]], -days, 0)).ToArray();
        var weeks = days / 7.0;
        var (kinds, best) = (new List<KindScore>(), (ValueModel?)null);
        foreach (var kind in Enum.GetValues<PurchaseKind>())
        {
            cancellation.ThrowIfCancellationRequested();
            var model = ValueModel.Fitted(kind, known, MostCompared);
            kinds.Add(new KindScore(kind, MeanLog(model, tested, came, weeks)));
            best = kinds.TrueForAll(one => one.LogLikelihood <= kinds[^1].LogLikelihood) ? model : best;
        }
        var misfit = MisfitOf(all, best!.Kind, days, cancellation);
        var tenths = TenthsOf(best, tested, weeks);
        var groups = Forecasts(best, tested, tenths, misfit.Tenths, weeks, 0);
        var (sums, people) = (SumsOf(came, tenths), new int[Tenths]);
        foreach (var tenth in tenths)
        {
            people[tenth]++;
        }
        var (rank, low, high) = RankOf([.. tested.Select(one => best.Of(one, weeks, 0).Money)], [.. came.Select(one => one.Money)]);
        return new ValueTest(
            known.Length, known.Count(one => one.History.Orders > 0), weeks, kinds,
            [.. Enumerable.Range(0, Tenths).Where(place => people[place] > 0).Select(place => new ValueDecile(
                place + 1, people[place], groups[place].Expected / people[place], groups[place].Low / people[place], groups[place].High / people[place], sums[place] / people[place]))],
            ByWeek(best, tested, came, days, misfit.Total), Forecasts(best, tested, new int[tested.Length], [misfit.Total], weeks, 0)[0], sums.Sum(), rank, low, high, misfit.Total, misfit.Tests)
        {
            OwnWithin = Enumerable.Range(0, tested.Length).Count(i => best.Range(tested[i], weeks) is var (least, most) && came[i].Money >= least && came[i].Money <= most) / (double)tested.Length,
        };
    }

    /// <summary>
    /// What groups of customers bring within the weeks, discounted by a rate a week. The interval holds what single customers vary by, the parameters' uncertainty (to first order), and
    /// what a group as a whole is off by.
    /// </summary>
    /// <param name="shocks">Of each group: by what part of it the model tends to be off.</param>
    public static Forecast[] Forecasts(ValueModel model, ReadOnlySpan<Customer> customers, int[] groupOf, ReadOnlySpan<double> shocks, double weeks, double weeklyRate)
    {
        var groups = shocks.Length;
        const double Step = 1e-3;
        var (sums, variances) = (Sums(model, customers, groupOf, groups, weeks, weeklyRate), new double[groups]);
        for (var i = 0; i < customers.Length; i++)
        {
            variances[groupOf[i]] += model.Variance(customers[i], weeks);
        }
        var slopes = new double[model.Parameters][];
        for (var j = 0; j < slopes.Length; j++)
        {
            slopes[j] = Sums(model.Moved(j, Step), customers, groupOf, groups, weeks, weeklyRate);
        }
        var found = new Forecast[groups];
        for (var group = 0; group < groups; group++)
        {
            var variance = variances[group] + (shocks[group] * shocks[group] * sums[group] * sums[group]);
            for (var j = 0; j < slopes.Length; j++)
            {
                for (var k = 0; k < slopes.Length; k++)
                {
                    variance += (slopes[j][group] - sums[group]) * (slopes[k][group] - sums[group]) / (Step * Step) * model.Covariance(j, k);
                }
            }
            found[group] = Forecast.Of(sums[group], variance);
        }
        return found;
    }

    private static double[] Sums(ValueModel model, ReadOnlySpan<Customer> customers, int[] groupOf, int groups, double weeks, double weeklyRate)
    {
        var sums = new double[groups];
        for (var i = 0; i < customers.Length; i++)
        {
            sums[groupOf[i]] += model.Of(customers[i], weeks, weeklyRate).Money;
        }
        return sums;
    }

    private static double MeanLog(ValueModel model, Customer[] tested, Came[] came, double weeks)
    {
        var sum = 0.0;
        for (var i = 0; i < tested.Length; i++)
        {
            sum += Math.Log(Math.Max(1e-12, model.Purchases.Probability(tested[i].History, came[i].Orders, weeks)));
        }
        return sum / tested.Length;
    }

    /// <summary>Customers by tenths of what they are foreseen to bring, the most first.</summary>
    private static int[] TenthsOf(ValueModel model, Customer[] tested, double weeks)
    {
        var tenths = new int[tested.Length];
        var order = Enumerable.Range(0, tested.Length).OrderByDescending(i => model.Of(tested[i], weeks, 0).Money).ToArray();
        for (var i = 0; i < order.Length; i++)
        {
            tenths[order[i]] = (int)((long)i * Tenths / order.Length);
        }
        return tenths;
    }

    private static double[] SumsOf(Came[] came, int[] tenths)
    {
        var sums = new double[Tenths];
        for (var i = 0; i < came.Length; i++)
        {
            sums[tenths[i]] += came[i].Money;
        }
        return sums;
    }

    /// <summary>
    /// How far the same model was off, beyond what single customers vary by, in as many earlier tests of that length as the history has room for: for all customers together, as a season
    /// moves them, and for each tenth, as customers are not quite what the model takes them to be.
    /// </summary>
    private static (double Total, double[] Tenths, int Tests) MisfitOf(IReadOnlyList<OrderDay[]> all, PurchaseKind kind, int days, CancellationToken cancellation)
    {
        var (first, tests, squares) = (all.Min(one => one[0].Day), 1, Enumerable.Repeat(UsualShock * UsualShock, Tenths + 1).ToArray());
        for (var cut = -2 * days; tests <= MostEarlier && cut - first >= days; cut -= days, tests++)
        {
            cancellation.ThrowIfCancellationRequested();
            var (known, places) = AsOf(all, cut);
            if (known.Length < Fewest || known.Count(one => one.History.Orders > 0) < FewestRepeaters || !Array.Exists(known, one => one.MeanOrder > 0))
            {
                break;
            }
            var (some, stride, model) = (ValueModel.Sampled(known, MostTested), Math.Max(1, (known.Length + MostTested - 1) / MostTested), ValueModel.Fitted(kind, known, MostTested));
            var came = some.Select((_, i) => Came.Of(all[places[i * stride]], cut, cut + days)).ToArray();
            var tenths = TenthsOf(model, some, days / 7.0);
            var sums = SumsOf(came, tenths);
            var foreseen = Forecasts(model, some, tenths, new double[Tenths], days / 7.0, 0);
            for (var tenth = 0; tenth < Tenths; tenth++)
            {
                squares[tenth] += Off(foreseen[tenth], sums[tenth]);
            }
            squares[Tenths] += Off(Forecasts(model, some, new int[some.Length], [0], days / 7.0, 0)[0], sums.Sum());
        }
        // A spread known from few tests is itself uncertain: Student's t with as many degrees of freedom.
        var wider = StudentT.InvCDF(0, 1, tests, 0.9) / Forecast.Reach;
        var off = Array.ConvertAll(squares, square => wider * Math.Sqrt(square / tests));
        return (off[Tenths], off[..Tenths], tests - 1);
    }

    /// <summary>The square of the part by which a forecast was off, less what it was expected to be off by.</summary>
    private static double Off(Forecast foreseen, double actual)
    {
        var (off, expected) = (actual - foreseen.Expected, (foreseen.High - foreseen.Expected) / Forecast.Reach);
        return foreseen.Expected <= 0 ? 0 : Math.Min(1, Math.Max(0, (off * off) - (expected * expected)) / (foreseen.Expected * foreseen.Expected));
    }

    private static List<ValueWeek> ByWeek(ValueModel model, Customer[] tested, Came[] came, int days, double shock)
    {
        var until = Enumerable.Range(1, days / 7).Select(week => (double)week).ToArray();
        var (sums, orders, actual) = (new double[until.Length], new double[until.Length], new int[until.Length]);
        for (var i = 0; i < tested.Length; i++)
        {
            model.Purchases.ExpectedUntil(tested[i].History, until, orders);
            for (var week = 0; week < until.Length; week++)
            {
                sums[week] += orders[week];
            }
            foreach (var week in came[i].Weeks.Where(week => week < actual.Length))
            {
                actual[week]++;
            }
        }
        return
        [
            .. until.Select((_, week) =>
            {
                // Orders of many in a week are nearly as of chance alone, beside what moves all of them.
                var expected = sums[week] - (week == 0 ? 0 : sums[week - 1]);
                var forecast = Forecast.Of(expected, expected + (shock * shock * expected * expected));
                return new ValueWeek(week + 1, expected, forecast.Low, forecast.High, actual[week]);
            }),
        ];
    }

    internal static (double Rank, double Low, double High) RankOf(double[] foreseen, double[] actual)
    {
        var rank = Correlation(Ranks(foreseen), Ranks(actual));
        if (!double.IsFinite(rank))
        {
            return (0, 0, 0);
        }
        var (middle, reach) = (Math.Atanh(Math.Clamp(rank, -0.999999, 0.999999)), Z95 * Math.Sqrt(1.06 / Math.Max(1, foreseen.Length - 3)));
        return (rank, Math.Tanh(middle - reach), Math.Tanh(middle + reach));
    }

    /// <summary>Pearson's correlation; NaN where one side is the same for everybody.</summary>
    public static double Correlation(double[] one, double[] other)
    {
        var (a, b) = (one.Average(), other.Average());
        var (both, first, second) = (0.0, 0.0, 0.0);
        for (var i = 0; i < one.Length; i++)
        {
            both += (one[i] - a) * (other[i] - b);
            first += (one[i] - a) * (one[i] - a);
            second += (other[i] - b) * (other[i] - b);
        }
        return both / Math.Sqrt(first * second);
    }

    private static double[] Ranks(double[] values)
    {
        var order = Enumerable.Range(0, values.Length).OrderBy(i => values[i]).ToArray();
        var ranks = new double[values.Length];
        for (var begin = 0; begin < order.Length;)
        {
            var end = begin;
            for (; end < order.Length && values[order[end]] == values[order[begin]]; end++)
            {
            }
            for (var i = begin; i < end; i++)
            {
                ranks[order[i]] = (begin + end - 1) / 2.0;
            }
            begin = end;
        }
        return ranks;
    }

    /// <summary>What a customer did after a day: orders with the weeks they fell in, and the money.</summary>
    private readonly record struct Came(int Orders, double Money, int[] Weeks)
    {
        public static Came Of(OrderDay[] days, int from, int until)
        {
            var (weeks, money) = (new List<int>(), 0.0);
            foreach (var day in days.Where(day => day.Day >= from && day.Day < until))
            {
                money += day.Money;
                if (day.HasOrder)
                {
                    weeks.Add((day.Day - from) / 7);
                }
            }
            return new Came(weeks.Count, money, [.. weeks]);
        }
    }
}
