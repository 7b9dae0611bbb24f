using Ciclo.Core.Predict.Value;
using Ciclo.Tests.Collect;

namespace Ciclo.Tests.Predict;

/// <summary>Models of purchases against what their papers and the packages that made them known say.</summary>
public sealed class PurchaseModelTests
{
    private static readonly PurchaseHistory Second = new(2, 30.43, 38.86);

    [PublishedDataFact("cdnow")]
    public void Bg_nbd_finds_the_published_parameters_of_cdnow()
    {
        var fit = BetaGeometric.Fitted(Cdnow()).Fit;
        Assert.Equal(-9582.429, fit.LogLikelihood, 1e-3);
        Assert.Equal([0.2426, 4.4136, 0.7929, 2.4259], fit.Parameters.Select(parameter => Math.Round(parameter, 4)));
        Assert.True(fit.HasConverged && fit.Steps < 15);
    }

    [PublishedDataFact("cdnow")]
    public void Mbg_nbd_finds_the_published_parameters_of_cdnow() =>
        Near([0.525, 6.183, 0.891, 1.614], BetaGeometric.Fitted(Cdnow(), isModified: true).Fit.Parameters, 1e-3);

    [PublishedDataFact("cdnow")]
    public void Pareto_nbd_finds_the_published_parameters_and_errors_of_cdnow()
    {
        var fit = ParetoNbd.Fitted(Cdnow()).Fit;
        Assert.Equal(-9594.976, fit.LogLikelihood, 1e-2);
        Near([0.55315, 10.57633, 0.60625, 11.67150], fit.Parameters, 1e-3);
        Near([0.0476264, 0.8427222, 0.1872594, 6.2105448], [fit.Error(0), fit.Error(1), fit.Error(2), fit.Error(3)], 1e-3);
    }

    [PublishedDataFact("cdnow")]
    public void Bg_bb_finds_the_published_parameters_and_expectations_of_donations()
    {
        var table = PublishedTable.Read("cdnow", "donations.csv");
        var histories = HistoryTable.Of(table.Numbers("frequency"), table.Numbers("recency"), table.Numbers("periods"), table.Numbers("weights"));
        var model = BetaBernoulli.Fitted(histories);
        Near([1.204, 0.750, 0.657, 2.783], model.Fit.Parameters, 1e-3);
        Assert.Equal([0.11, 0.59, 0.93], new[] { model.Alive(new(0, 0, 6)), model.Alive(new(2, 4, 6)), model.Alive(new(6, 6, 6)) }.Select(alive => Math.Round(alive, 2)));
        Assert.Equal(12_884.2, Enumerable.Range(0, table.Rows).Sum(row => table.Numbers("weights")[row] * model.Expected(histories[histories.GroupOf(row)], 5)), 0.05);
        Assert.Equal(3_454.9, 11_104 * model.Probability(PurchaseHistory.New, 0, 6), 0.05);
        Assert.Equal(1_253.1, 11_104 * model.Probability(PurchaseHistory.New, 6, 6), 0.05);
    }

    [PublishedDataFact("cdnow")]
    public void Gamma_gamma_finds_the_published_parameters_and_amounts_of_cdnow()
    {
        var table = PublishedTable.Read("cdnow", "cdnow_customers_summary_with_transactions.csv");
        var (orders, means) = (table.Numbers("x"), table.Numbers("zbar"));
        var model = GammaGamma.Fitted(orders, means);
        Near([6.25, 3.74, 15.44], model.Fit.Parameters, 2e-3);
        Assert.Equal(-4055.92, model.Fit.LogLikelihood, 0.01);
        // The table rounds means to cents; the first is 22.345 by its orders of 29.73 and 14.96.
        means[0] = (29.73 + 14.96) / 2;
        Assert.Equal(
            [24.65, 18.91, 35.17, 35.17, 35.17, 71.46, 18.91, 35.17, 27.28, 35.17],
            Enumerable.Range(0, 10).Select(row => Math.Round(model.Expected((int)orders[row], means[row]), 2)));
    }

    [Fact]
    public void Bg_nbd_expects_what_its_papers_do()
    {
        var model = BetaGeometric.Of(0.243, 4.414, 0.793, 2.426);
        Assert.Equal(1.226, model.Expected(Second, 39), 5e-4);
        Assert.Equal(1.07869e-7, model.Probability(PurchaseHistory.New, 10, 2), 1e-12);
        Assert.Equal(0.5737864, model.Probability(PurchaseHistory.New, 0, 39), 5e-8);
        Assert.Equal(
            [0.0019995214, 0.0015170236, 0.0011633150, 0.0009003148, 0.0007023638, 0.0005517902, 0.0004361913, 0.0003467171, 0.0002769613, 0.0002222260],
            Enumerable.Range(11, 10).Select(orders => Math.Round(model.Probability(PurchaseHistory.New, orders, 30), 10)));
    }

    [PublishedDataFact("cdnow")]
    public void New_customers_of_cdnow_are_expected_to_order_as_published()
    {
        var table = PublishedTable.Read("cdnow", "cdnow_customers_summary.csv");
        var model = BetaGeometric.Fitted(HistoryTable.Of(table.Numbers("frequency"), table.Numbers("recency"), table.Numbers("T")));
        Assert.Equal([0.0078, 0.0532, 0.1506, 1.0405, 1.0437], new[] { 0.1429, 1, 3, 31.8571, 32 }.Select(weeks => Math.Round(model.Expected(PurchaseHistory.New, weeks), 4)));
        // Published as 1.8576: the spreadsheet it comes from adds up the first 150 terms of the series, which leaves 0.0003 out at 78 weeks and nothing before.
        Assert.Equal(1.8576, Math.Round(OfTerms(model, 78, 150), 4));
        Assert.Equal(1.8580, Math.Round(model.Expected(PurchaseHistory.New, 78), 4));
        Assert.Equal(OfTerms(model, 78, 2_000), model.Expected(PurchaseHistory.New, 78), 1e-9);
    }

    [Fact]
    public void Pareto_nbd_expects_what_its_papers_do()
    {
        var model = ParetoNbd.Of(0.553, 10.578, 0.606, 11.669);
        Assert.Equal(25.46, model.Expected(new(26, 30.86, 31), 52), 5e-3);
        Assert.Equal(0.9979, model.Alive(new(26, 30.86, 31)), 5e-5);
        // With the parameters of the example that they were published with.
        Assert.Equal(
            [0.05077821, 0.09916088, 0.14542507, 0.18979930, 0.23247466, 0.27361274, 0.31335159, 0.35181024, 0.38909211],
            Enumerable.Range(1, 9).Select(week => Math.Round(ParetoNbd.Of(0.55, 10.56, 0.61, 11.64).Expected(PurchaseHistory.New, week), 8)));
    }

    [Fact]
    public void Moments_of_orders_are_those_of_their_probabilities()
    {
        foreach (var model in new PurchaseModel[] { ParetoNbd.Of(0.55, 10.56, 0.61, 11.64), BetaGeometric.Of(0.243, 4.414, 0.793, 2.426), BetaGeometric.Of(0.5, 6, 0.9, 2.5, isModified: true) })
        {
            foreach (var history in new[] { Second, new(0, 0, 20), new(26, 30.86, 31) })
            {
                var chances = Enumerable.Range(0, 400).Select(orders => model.Probability(history, orders, 39)).ToArray();
                var (none, mean, square) = model.Moments(history, 39);
                Assert.Equal(chances[0], none, 1e-7);
                Assert.Equal(1, chances.Select((chance, orders) => chance * orders).Sum() / mean, 1e-6);
                Assert.Equal(1, chances.Select((chance, orders) => chance * orders * orders).Sum() / square, 1e-6);
                Assert.Equal(1, model.Expected(history, 39) / mean, 1e-6);
            }
        }
    }

    [Theory]
    [InlineData(221, 103.42857, 103.57143)]
    [InlineData(254, 97.14286, 97.28571)]
    [InlineData(161, 94.71429, 98)]
    [InlineData(204, 98.57143, 99.42857)]
    [InlineData(5_000, 99.9, 100)]
    [InlineData(1, 0.001, 5_000)]
    public void Where_others_overflow_probabilities_stay_such(int orders, double last, double age)
    {
        foreach (var model in new PurchaseModel[] { ParetoNbd.Of(0.5143, 2.8845, 0.2856, 14.1087), BetaGeometric.Of(0.5143, 2.8845, 0.2856, 1.5), BetaGeometric.Of(0.5143, 2.8845, 1, 1.5, isModified: true) })
        {
            var history = new PurchaseHistory(orders, last, age);
            Assert.InRange(model.Alive(history), 0, 1);
            Assert.InRange(model.Expected(history, 52), 0, orders * 52 / last);
            var (low, high) = model.Range(history, 52);
            Assert.InRange(model.Expected(history, 52), low, high + 1);
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Probabilities_orders_and_times_tell_one_story(int kind)
    {
        var model = ModelOf(kind);
        foreach (var history in new PurchaseHistory[] { new(0, 0, 0), new(0, 0, 39), new(2, 30, 38), new(26, 30, 31) })
        {
            var exactly = Enumerable.Range(0, 400).Select(orders => model.Probability(history, orders, 26)).ToList();
            Assert.Equal(1, exactly.Sum(), 1e-9);
            Assert.Equal(model.Expected(history, 26), exactly.Select((probability, orders) => probability * orders).Sum(), 1e-8);
            var (low, high) = model.Range(history, 26);
            Assert.True(exactly.Skip(low).Take(high - low + 1).Sum() >= 0.8);
            if (kind < 3 && model.NextOrder(history, 0.3) is { } when)
            {
                // Of those who still are customers, 30 % have ordered by then.
                Assert.Equal(0.3, (1 - model.Probability(history, 0, when)) / model.Alive(history), 1e-6);
            }
        }
    }

    [Fact]
    public void Next_orders_have_a_median_and_fewer_come_later()
    {
        var model = BetaGeometric.Of(0.243, 4.414, 0.793, 2.426);
        Assert.Equal((4.414 + 38.86) * (Math.Pow(2, 1 / 2.243) - 1), model.NextOrder(Second, 0.5)!.Value, 1e-6);
        Assert.True(model.NextOrder(Second, 0.8) > model.NextOrder(Second, 0.5));
        Assert.Null(ParetoNbd.Of(0.55, 10.6, 0.61, 11.7).NextOrder(new(0, 0, 39), 0.9));
    }

    internal static PurchaseModel ModelOf(int kind) => kind switch
    {
        0 => BetaGeometric.Of(0.243, 4.414, 0.793, 2.426),
        1 => BetaGeometric.Of(0.525, 6.183, 0.891, 1.614, isModified: true),
        2 => ParetoNbd.Of(0.553, 10.578, 0.606, 11.669),
        _ => BetaBernoulli.Of(1.204, 0.750, 0.657, 2.783),
    };

    /// <summary>What a new customer is expected to order, with the first terms of its series (equation 9 of the paper of BG/NBD).</summary>
    private static double OfTerms(BetaGeometric model, double weeks, int terms)
    {
        var (r, alpha, a, b) = (model.Fit.Parameters[0], model.Fit.Parameters[1], model.Fit.Parameters[2], model.Fit.Parameters[3]);
        var (term, sum) = (1.0, 1.0);
        for (var j = 0; j < terms; j++)
        {
            term *= (r + j) * (b + j) / ((a + b - 1 + j) * (j + 1)) * weeks / (alpha + weeks);
            sum += term;
        }
        return (a + b - 1) / (a - 1) * (1 - (Math.Pow(alpha / (alpha + weeks), r) * sum));
    }

    private static HistoryTable Cdnow()
    {
        var table = PublishedTable.Read("cdnow", "btyd_cdnowSummary_cbs.csv");
        return HistoryTable.Of(table.Numbers("x"), table.Numbers("t.x"), table.Numbers("T.cal"));
    }

    /// <summary>To a part of each.</summary>
    internal static void Near(double[] expected, double[] actual, double part)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (var i = 0; i < expected.Length; i++)
        {
            Assert.InRange(actual[i], expected[i] - (part * Math.Abs(expected[i])), expected[i] + (part * Math.Abs(expected[i])));
        }
    }
}
