using Ciclo.Core.Predict.Survival;
using Ciclo.Core.Predict.Value;
using Ciclo.Tests.Collect;

namespace Ciclo.Tests.Predict;

/// <summary>Survival against what R says of the same data, and by hand.</summary>
public sealed class SurvivalTests
{
    [PublishedDataFact("telco")]
    public void Curves_medians_and_the_log_rank_test_of_telco_are_those_of_R()
    {
        var (times, ended, contract) = Telco();
        var curve = SurvivalCurve.Of(times, ended);
        Assert.Equal([0.94596, 0.88483, 0.84320, 0.78874, 0.74855, 0.70884, 0.66440, 0.59279], new double[] { 1, 6, 12, 24, 36, 48, 60, 72 }.Select(month => Math.Round(curve.At(month), 5)));
        Assert.Equal((35.0, 32.0, 38.0), Of("Month-to-month").Quantile(0.5));
        Assert.Equal([0.70310, 0.99081, 0.93574], new[] { Of("Month-to-month").At(12), Of("One year").At(12), Of("Two year").At(72) }.Select(part => Math.Round(part, 5)));
        string[] names = ["Month-to-month", "One year", "Two year"];
        var test = LogRank.Of(times, ended, Array.ConvertAll(contract, name => Array.IndexOf(names, name)), 3);
        Assert.Equal((2352.87, 2, 0.0), (Math.Round(test.ChiSquare, 2), test.Degrees, test.Probability));

        SurvivalCurve Of(string name)
        {
            var rows = Enumerable.Range(0, times.Length).Where(row => contract[row] == name).ToArray();
            return SurvivalCurve.Of(Array.ConvertAll(rows, row => times[row]), Array.ConvertAll(rows, row => ended[row]));
        }
    }

    [PublishedDataFact("telco")]
    public void Coxs_model_of_telco_is_that_of_R()
    {
        var (times, ended, contract) = Telco();
        var table = PublishedTable.Read("telco", "Telco-Customer-Churn.csv");
        var paperless = table.IndexOf("PaperlessBilling");
        double[][] columns =
        [
            Array.ConvertAll(contract, name => name == "One year" ? 1.0 : 0), Array.ConvertAll(contract, name => name == "Two year" ? 1.0 : 0), table.Numbers("MonthlyCharges"),
            [.. Enumerable.Range(0, table.Rows).Select(row => table.TextOf(row, paperless) == "Yes" ? 1.0 : 0)],
        ];
        var cox = CoxModel.Fitted(["one", "two", "monthly", "paperless"], columns, times, ended);
        Assert.Equal([-2.16188, -4.17136, -0.00103, 0.25023], cox.Fit.Parameters.Select(one => Math.Round(one, 5)));
        Assert.Equal(-0.0010298, cox.Fit.Parameters[2], 5e-8);
        Assert.Equal(0.7957, cox.Concordance, 5e-5);
    }

    [Fact]
    public void A_curve_by_hand()
    {
        // 6 people: ends at 1, 2, 2, 4; lost sight of at 2 and 5.
        var curve = SurvivalCurve.Of([2, 1, 5, 2, 4, 2], [true, true, false, false, true, true]);
        Assert.Equal([(1, 6, 1), (2, 5, 2), (4, 2, 1), (5, 1, 0)], curve.Points.Select(point => ((int)point.Time, point.AtRisk, point.Ended)));
        Assert.Equal([1, 5 / 6.0, 0.5, 0.5, 0.25, 0.25], new[] { 0.5, 1, 2, 3.9, 4, 100 }.Select(time => Math.Round(curve.At(time), 12)).ToArray(), (one, other) => Math.Abs(one - other) < 1e-9);
        Assert.Equal(2, curve.Quantile(0.5).Time);
        Assert.Equal(1 + (5 / 6.0) + (0.5 * 2) + 0.25, curve.MeanWithin(5), 1e-12);
    }

    [Fact]
    public void Groups_that_are_one_do_not_differ_and_one_group_has_no_test()
    {
        double[] times = [1, 2, 3, 4, 1, 2, 3, 4];
        bool[] ended = [true, false, true, true, true, false, true, true];
        Assert.Equal((0.0, 1), (LogRank.Of(times, ended, [0, 0, 0, 0, 1, 1, 1, 1], 2) is var same ? Math.Round(same.ChiSquare, 12) : 1, same.Degrees));
        Assert.Equal(new LogRank(0, 0, 1), LogRank.Of(times, ended, new int[8], 1));
    }

    [Fact]
    public void Efron_finds_the_risk_that_lives_were_made_with_where_ties_are_many_and_Breslow_less_of_it()
    {
        var random = new Random(5);
        var (times, ended, x) = (new double[20_000], new bool[20_000], new double[20_000]);
        for (var i = 0; i < times.Length; i++)
        {
            x[i] = random.Next(2);
            var life = -Math.Log(1 - random.NextDouble()) / (0.08 * Math.Exp(0.7 * x[i]));
            (times[i], ended[i]) = life < 12 ? (Math.Ceiling(life), true) : (12, false);
        }
        var (efron, breslow) = (CoxModel.Fitted(["x"], [x], times, ended), CoxModel.Fitted(["x"], [x], times, ended, Ties.Breslow));
        Assert.Equal(0.7, efron.Fit.Parameters[0], 3 * efron.Fit.Error(0));
        Assert.True(breslow.Fit.Parameters[0] < efron.Fit.Parameters[0]);
        Assert.True(efron.Fit.LogLikelihood > efron.NullLogLikelihood);
    }

    [Fact]
    public void A_contract_is_worth_the_months_that_alike_customers_stay()
    {
        // A tenth leaves each month, of those who are left.
        var spells = new List<ContractSpell>();
        for (var (left, month) = (10_000, 1); month <= 24; month++)
        {
            var leave = month == 24 ? left : left / 10;
            spells.AddRange(Enumerable.Repeat(new ContractSpell(month, month != 24, 0), leave));
            left -= leave;
        }
        var model = ContractModel.Fitted(spells, 1);
        var worth = model.Of(0, age: 0, months: 12, amount: 20, monthlyRate: 0.01);
        Assert.Equal(12, worth.Seen);
        Assert.Equal(Enumerable.Range(0, 12).Sum(month => Math.Pow(0.9, month)), worth.Months, 0.05);
        Assert.Equal(Enumerable.Range(0, 12).Sum(month => 20 * Math.Pow(0.9 / 1.01, month)), worth.Money, 0.5);
        Assert.Equal(Math.Pow(0.9, 12), worth.Stays, 0.01);
        // What nobody has lived to see is not guessed.
        Assert.Equal(5, model.Of(0, age: 20, months: 12, amount: 20, monthlyRate: 0.01).Seen);
    }

    [Fact]
    public void What_contracts_bring_lies_within_what_was_foreseen_as_often_as_was_said()
    {
        var (random, within, cases) = (new Random(11), 0, 0);
        for (var world = 0; world < 60; world++)
        {
            // Two plans: of one a twentieth leaves each month, of the other a seventh.
            ContractSpell Life(int plan) => (int)Math.Ceiling(Math.Log(1 - random.NextDouble()) / Math.Log(1 - (plan == 0 ? 1 / 20.0 : 1 / 7.0))) is var life && random.Next(2, 25) is var seen && life <= seen
                ? new ContractSpell(life, true, plan) : new ContractSpell(seen, false, plan);
            var model = ContractModel.Fitted([.. Enumerable.Range(0, 400).Select(i => Life(i % 2))], 2);
            Assert.True(model.OfGroup(0)!.At(6) > model.OfGroup(1)!.At(6));
            var tested = Enumerable.Range(0, 300).Select(i => new ContractCase(i % 2, random.Next(0, 6), 10 + random.Next(90), Enumerable.Range(1, 6).TakeWhile(_ => random.NextDouble() > (i % 2 == 0 ? 1 / 20.0 : 1 / 7.0)).Count() is var goes ? Math.Min(6, goes + 1) : 0)).ToList();
            var test = ContractTest.Of(model, tested, 6);
            Assert.True(test.Rank > 0.1 && test.Deciles.Sum(decile => decile.People) == 300);
            cases += 11;
            within += (test.IsWithin ? 1 : 0) + test.Deciles.Count(decile => decile.IsWithin);
        }
        Assert.InRange((double)within / cases, 0.75, 0.9);
    }

    private static (double[] Times, bool[] Ended, string[] Contract) Telco()
    {
        var table = PublishedTable.Read("telco", "Telco-Customer-Churn.csv");
        var (churn, contract) = (table.IndexOf("Churn"), table.IndexOf("Contract"));
        var rows = Enumerable.Range(0, table.Rows).ToArray();
        return (table.Numbers("tenure"), Array.ConvertAll(rows, row => table.TextOf(row, churn) == "Yes"), Array.ConvertAll(rows, row => table.TextOf(row, contract)));
    }
}
