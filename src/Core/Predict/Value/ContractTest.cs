namespace Ciclo.Core.Predict.Value;

/// <summary>A customer under contract on the test's day: the group, how many months it had lasted, what was paid a month, and for how many of the tested months it went on.</summary>
public readonly record struct ContractCase(int Group, double Age, double Amount, int Stayed);

/// <summary>Contracts as they were at an earlier day, held against the months after it: money without what prices changed.</summary>
/// <param name="Months">How long it was tested.</param>
/// <param name="Rank">Spearman's correlation of the part of the months that customers were foreseen to stay, and stayed; with the interval of 95 %.</param>
public sealed record ContractTest(int Customers, int Months, IReadOnlyList<ValueDecile> Deciles, Forecast Total, double Actual, double Rank, double RankLow, double RankHigh)
{
    public bool IsWithin => Actual >= Total.Low && Actual <= Total.High;

    public double Lift => Deciles.Count == 0 || Actual <= 0 ? 0 : Deciles[0].Actual * Deciles.Sum(decile => decile.People) / Actual;

    /// <summary>Holds what a model foresaw on a day against what came. Tenths are by money foreseen, the most first.</summary>
    public static ContractTest Of(ContractModel model, IReadOnlyList<ContractCase> cases, int months)
    {
        var all = cases.Select(one => (Case: one, Worth: model.Of(one.Group, one.Age, months, one.Amount, 0))).OrderByDescending(pair => pair.Worth.Money).ToList();
        var tenths = Math.Min(10, all.Count);
        var deciles = new List<ValueDecile>();
        for (var place = 0; place < tenths; place++)
        {
            var some = all.GetRange(place * all.Count / tenths, ((place + 1) * all.Count / tenths) - (place * all.Count / tenths));
            var foreseen = Foreseen(some.Select(pair => pair.Worth));
            deciles.Add(new ValueDecile(place + 1, some.Count, foreseen.Expected / some.Count, foreseen.Low / some.Count, foreseen.High / some.Count, some.Sum(pair => pair.Case.Amount * Came(pair.Case, pair.Worth)) / some.Count));
        }
        var (rank, low, high) = ValueTrainer.RankOf([.. all.Select(pair => pair.Worth.Months)], [.. all.Select(pair => Came(pair.Case, pair.Worth))]);
        return new ContractTest(all.Count, months, deciles, Foreseen(all.Select(pair => pair.Worth)), all.Sum(pair => pair.Case.Amount * Came(pair.Case, pair.Worth)), rank, low, high);
    }

    /// <summary>Months that came, of those that were foreseen at all.</summary>
    private static double Came(in ContractCase one, in ContractWorth worth) => Math.Min(one.Stayed, worth.Seen);

    /// <summary>Of a group together: each customer's own chance, and the curve's uncertainty, which is the same for all.</summary>
    public static Forecast Foreseen(IEnumerable<ContractWorth> worths)
    {
        var (expected, variance, error) = (0.0, 0.0, 0.0);
        foreach (var worth in worths)
        {
            (expected, variance, error) = (expected + worth.Money, variance + worth.Variance, error + worth.Error);
        }
        return Forecast.Of(expected, variance + (error * error));
    }
}
