using Ciclo.Core.Predict.Fitting;
using Ciclo.Core.Predict.Value;
using MathNet.Numerics.Distributions;

namespace Ciclo.Tests.Predict;

/// <summary>Fits: derivatives against differences, weights against rows, and customers that were made up with parameters we know.</summary>
public sealed class PurchaseFitTests
{
    private static readonly double[] Orders = [0, 0, 0, 1, 1, 2, 5, 26, 250];
    private static readonly double[] Lasts = [0, 0, 0, 3, 20, 30.4, 38, 30.9, 103.4];
    private static readonly double[] Ages = [1, 39, 39, 38.9, 30, 38.9, 39, 31, 103.6];

    [Theory]
    [InlineData("bg", 0.24, 4.4, 0.8, 2.4)]
    [InlineData("bg", 3, 30, 0.05, 0.7)]
    [InlineData("mbg", 0.5, 6.2, 0.9, 1.6)]
    [InlineData("pareto", 0.55, 10.6, 0.61, 11.7)]
    [InlineData("pareto", 2, 0.3, 1, 90)]
    [InlineData("pareto", 0.5, 5, 3, 5)]
    [InlineData("bg-bb", 1.2, 0.75, 0.66, 2.8)]
    public void Derivatives_are_those_of_the_likelihood(string model, double one, double two, double three, double four)
    {
        var histories = model == "bg-bb" ? HistoryTable.Of([0, 1, 2, 3, 6], [0, 1, 4, 6, 6], [6, 6, 6, 6, 6], [30, 10, 5, 4, 3]) : HistoryTable.Of(Orders, Lasts, Ages);
        LogLikelihood likelihood = model switch
        {
            "bg" => (at, gradient, curvature) => BetaGeometric.LogLikelihood(histories, false, at, gradient, curvature),
            "mbg" => (at, gradient, curvature) => BetaGeometric.LogLikelihood(histories, true, at, gradient, curvature),
            "pareto" => (at, gradient, curvature) => ParetoNbd.LogLikelihood(histories, at, gradient, curvature),
            _ => (at, gradient, curvature) => BetaBernoulli.LogLikelihood(histories, at, gradient, curvature),
        };
        double[] point = [one, two, three, four];
        var (slope, second) = (new double[4], new double[16]);
        likelihood(point, slope, second);
        for (var i = 0; i < 4; i++)
        {
            var step = 1e-5 * point[i];
            var (above, below, slopeAbove, slopeBelow, unused) = (point.ToArray(), point.ToArray(), new double[4], new double[4], new double[16]);
            (above[i], below[i]) = (point[i] + step, point[i] - step);
            var difference = (likelihood(above, slopeAbove, unused) - likelihood(below, slopeBelow, unused)) / (2 * step);
            Assert.Equal(difference, slope[i], 1e-5 * (1 + Math.Abs(difference)));
            for (var j = 0; j < 4; j++)
            {
                var change = (slopeAbove[j] - slopeBelow[j]) / (2 * step);
                Assert.Equal(change, second[(i * 4) + j], 1e-5 * (1 + Math.Abs(change)));
            }
        }
    }

    [Fact]
    public void Alike_customers_weigh_as_many_as_they_are()
    {
        var random = new Random(1);
        var rows = Enumerable.Range(0, 40_000).Select(_ => random.Next(Orders.Length)).ToArray();
        var table = HistoryTable.Of(Of(Orders), Of(Lasts), Of(Ages));
        var counts = Enumerable.Range(0, Orders.Length).Select(which => (double)rows.Count(row => row == which)).ToArray();
        var weighted = HistoryTable.Of(Orders, Lasts, Ages, counts);
        Assert.Equal((8, 40_000.0, 8), (table.Count, table.Customers, weighted.Count));
        Assert.All(Enumerable.Range(0, 1_000), row => Assert.Equal(new PurchaseHistory((int)Orders[rows[row]], Lasts[rows[row]], Ages[rows[row]]), table[table.GroupOf(row)]));
        double[] point = [0.24, 4.4, 0.8, 2.4];
        Assert.Equal(BetaGeometric.LogLikelihood(weighted, false, point, new double[4], new double[16]), BetaGeometric.LogLikelihood(table, false, point, new double[4], new double[16]), 1e-6);
        // Times to the second: no two alike, and the same sum.
        var moved = HistoryTable.Of(Of(Orders), Of(Lasts), [.. Of(Ages).Select(age => age + (random.NextDouble() * 1e-6))]);
        Assert.Equal(40_000, moved.Count);
        Assert.Equal(BetaGeometric.LogLikelihood(table, false, point, new double[4], new double[16]), BetaGeometric.LogLikelihood(moved, false, point, new double[4], new double[16]), 1e-2);

        double[] Of(double[] column) => Array.ConvertAll(rows, row => column[row]);
    }

    [Fact]
    public void What_is_no_history_is_no_row()
    {
        Assert.Throws<ArgumentException>(() => HistoryTable.Of([1.5], [1], [2]));
        Assert.Throws<ArgumentException>(() => HistoryTable.Of([1], [3], [2]));
        Assert.Throws<ArgumentException>(() => HistoryTable.Of([-1], [0], [2]));
        Assert.Throws<ArgumentException>(() => HistoryTable.Of([1], [1], [double.NaN]));
    }

    [Fact]
    public void Parameters_that_customers_were_made_with_lie_within_their_intervals()
    {
        // 80 % of 4 × 12 intervals, give or take what chance leaves: fewer than 30 of 48 have a probability of 1 in 2,000.
        var inside = 0;
        for (var seed = 1; seed <= 12; seed++)
        {
            var fit = BetaGeometric.Fitted(Simulated(4_000, seed)).Fit;
            Assert.True(fit.HasConverged);
            double[] truth = [0.5, 6, 0.9, 2.5];
            inside += Enumerable.Range(0, 4).Count(at => fit.Interval(at) is var (low, high) && low <= truth[at] && truth[at] <= high);
        }
        Assert.InRange(inside, 30, 47);
    }

    [Fact]
    public void Fifty_customers_give_parameters_near_what_is_usual_where_likelihood_alone_runs_away()
    {
        var away = 0;
        for (var seed = 1; seed <= 20; seed++)
        {
            var few = Simulated(50, seed);
            var shrunken = BetaGeometric.Fitted(few, prior: BetaGeometric.Usual(few)).Fit;
            Assert.True(shrunken.HasConverged && shrunken.IsShrunken);
            Assert.All(shrunken.Parameters.Zip([0.5, 6, 0.9, 2.5]), pair => Assert.InRange(pair.First / pair.Second, 1 / 8.0, 8));
            var likely = BetaGeometric.Fitted(few).Fit;
            Assert.True(likely.LogLikelihood >= shrunken.LogLikelihood - 1e-9);
            away += likely.Parameters.Zip([0.5, 6, 0.9, 2.5]).Any(pair => pair.First / pair.Second is > 20 or < 1 / 20.0) ? 1 : 0;
        }
        Assert.True(away > 0);
    }

    [Fact]
    public void What_is_expected_of_the_time_to_come_comes()
    {
        var random = new Random(7);
        var (histories, later) = (new List<PurchaseHistory>(), 0);
        for (var customer = 0; customer < 30_000; customer++)
        {
            var (history, orders) = Life(random, 26, 26);
            histories.Add(history);
            later += orders;
        }
        var model = BetaGeometric.Fitted(HistoryTable.Of([.. histories.Select(one => (double)one.Orders)], [.. histories.Select(one => one.LastOrder)], [.. histories.Select(one => one.Age)]));
        Assert.Equal(1, histories.Sum(history => model.Expected(history, 26)) / later, 0.05);
    }

    [Fact]
    public void Amounts_are_drawn_towards_everybodys_mean_and_found_again()
    {
        var random = new Random(3);
        var (orders, means) = (new double[20_000], new double[20_000]);
        for (var i = 0; i < orders.Length; i++)
        {
            orders[i] = random.Next(0, 8);
            var rate = Gamma.Sample(random, 4, 15);
            means[i] = orders[i] == 0 ? 0 : Gamma.Sample(random, 6 * orders[i], orders[i] * rate);
        }
        var model = GammaGamma.Fitted(orders, means);
        PurchaseModelTests.Near([6, 4, 15], model.Fit.Parameters, 0.15);
        Assert.InRange(model.Expected(1, 90), model.Mean, 90);
        Assert.InRange(model.Expected(1, 90), 0, model.Expected(7, 90));
        Assert.Equal(model.Mean, model.Expected(0, 0), 1e-12);
        Assert.Throws<ArgumentException>(() => GammaGamma.Fitted([0, 1], [0, 0]));
    }

    [Fact]
    public void What_a_customer_brings_lies_in_its_interval_as_often_as_it_says()
    {
        var model = ValueModel.Of(PurchaseKind.BgNbd, [0.5, 6, 0.9, 2.5], [6, 4, 15]);
        var random = new Random(11);
        var (asked, above, floored, below, sum, came) = (0, 0, 0, 0, 0.0, 0.0);
        for (var i = 0; i < 30_000; i++)
        {
            var (history, later) = Life(random, 52, 52);
            var rate = Gamma.Sample(random, 4, 15);
            var (mean, money) = (Gamma.Sample(random, 6 * (history.Orders + 1), rate) / (history.Orders + 1), later == 0 ? 0 : Gamma.Sample(random, 6 * later, rate));
            var customer = new Customer(history, mean);
            var (low, high) = model.Range(customer, 52);
            Assert.InRange(low, 0, high);
            (sum, came) = (sum + model.Of(customer, 52, 0).Money, came + money);
            (asked, above) = high > 0 ? (asked + 1, above + (money > high ? 1 : 0)) : (asked, above);
            (floored, below) = low > 0 ? (floored + 1, below + (money < low ? 1 : 0)) : (floored, below);
        }
        Assert.Equal(1, sum / came, 0.04);
        Assert.InRange(asked, 10_000, 29_999);
        Assert.InRange(floored, 300, 29_999);
        Assert.InRange((double)above / asked, 0.07, 0.13);
        // One in sixty has a lower end above nothing.
        Assert.InRange((double)below / floored, 0.07, 0.19);
    }

    [Fact]
    public void Where_the_data_do_not_tell_the_parameters_it_is_said()
    {
        var nobodyCameBack = HistoryTable.Of(new double[200], new double[200], [.. Enumerable.Range(0, 200).Select(i => 10.0 + (i % 30))]);
        foreach (var (likely, shrunken) in new (Fit, Fit)[]
        {
            (BetaGeometric.Fitted(nobodyCameBack).Fit, BetaGeometric.Fitted(nobodyCameBack, prior: BetaGeometric.Usual(nobodyCameBack)).Fit),
            (ParetoNbd.Fitted(nobodyCameBack).Fit, ParetoNbd.Fitted(nobodyCameBack, ParetoNbd.Usual(nobodyCameBack)).Fit),
        })
        {
            Assert.False(likely.HasConverged);
            Assert.True(shrunken.HasConverged);
        }
    }

    private static HistoryTable Simulated(int customers, int seed)
    {
        var random = new Random(seed);
        var histories = Enumerable.Range(0, customers).Select(_ => Life(random, 52, 0).History).ToList();
        return HistoryTable.Of([.. histories.Select(one => (double)one.Orders)], [.. histories.Select(one => one.LastOrder)], [.. histories.Select(one => one.Age)]);
    }

    /// <summary>A customer of BG/NBD with r 0.5, α 6, a 0.9, b 2.5; the orders until now, and how many come in the weeks after.</summary>
    private static (PurchaseHistory History, int Later) Life(Random random, double age, double after)
    {
        var (rate, leaves) = (Gamma.Sample(random, 0.5, 6), Beta.Sample(random, 0.9, 2.5));
        var (orders, last, later, time) = (0, 0.0, 0, 0.0);
        do
        {
            time += Exponential.Sample(random, Math.Max(rate, 1e-9));
            if (time <= age)
            {
                (orders, last) = (orders + 1, time);
            }
            else if (time <= age + after)
            {
                later++;
            }
        }
        while (time <= age + after && random.NextDouble() >= leaves);
        return (new PurchaseHistory(orders, last, age), later);
    }
}
