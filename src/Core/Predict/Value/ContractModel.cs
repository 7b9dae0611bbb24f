using Ciclo.Core.Predict.Survival;

namespace Ciclo.Core.Predict.Value;

/// <summary>A stretch of a customer under contract: how long it has lasted or lasted, in months, and whether it is over. <paramref name="Group"/>: of alike contracts, from 0.</summary>
public readonly record struct ContractSpell(double Months, bool IsOver, int Group);

/// <summary>What a contract still brings, and how much that varies between customers alike. <paramref name="Stays"/>: the probability of going on to the end of the months asked for.</summary>
/// <param name="Months">Expected.</param>
/// <param name="Error">The standard error of the money that the curve's own uncertainty makes: the same for all of a group.</param>
/// <param name="Seen">Of the months asked for, those that somebody was seen to reach; the others are left out.</param>
/// <param name="Low">The money of who leaves as early as one in ten does; with <paramref name="High"/>, of who stays as long as one in ten does, what a customer brings lies between with 80 % probability; widened to what is expected.</param>
public readonly record struct ContractWorth(double Money, double Months, double Stays, double Variance, double Error, int Seen, double Low, double High);

/// <summary>
/// What customers under contract still bring: the survival of alike contracts (E. L. Kaplan, P. Meier 1958) times what each pays a month
/// (P. S. Fader, B. G. S. Hardie, How to project customer retention, 2007). Groups with too few contracts go with all.
/// </summary>
public sealed class ContractModel
{
    /// <summary>Contracts of a group, and of these ended, below which it goes with all.</summary>
    public const int FewestOfGroup = 40;
    public const int FewestEnded = 8;

    private readonly SurvivalCurve all;
    private readonly SurvivalCurve?[] ofGroup;

    private ContractModel(SurvivalCurve all, SurvivalCurve?[] ofGroup) => (this.all, this.ofGroup) = (all, ofGroup);

    /// <summary>Of all contracts together.</summary>
    public SurvivalCurve All => all;

    /// <summary>A group's own curve; null where it goes with all.</summary>
    public SurvivalCurve? OfGroup(int group) => group >= 0 && group < ofGroup.Length ? ofGroup[group] : null;

    public static ContractModel Fitted(IReadOnlyList<ContractSpell> spells, int groups) => new(
        CurveOf(spells), [.. Enumerable.Range(0, groups).Select(group => spells.Where(spell => spell.Group == group).ToList() is { Count: >= FewestOfGroup } own && own.Count(spell => spell.IsOver) >= FewestEnded ? CurveOf(own) : null)]);

    /// <summary>What a contract of such age brings in the next <paramref name="months"/>, each month's <paramref name="amount"/> at its beginning and discounted by a rate a month.</summary>
    public ContractWorth Of(int group, double age, int months, double amount, double monthlyRate)
    {
        var curve = OfGroup(group) ?? all;
        var start = curve.PointAt(age);
        if (start.Surviving <= 0)
        {
            return default;
        }
        var last = curve.Points[^1].Time;
        const double Tail = 0.1;
        var (money, stays, squares, error, factor, seen, goesOn) = (0.0, 0.0, 0.0, 0.0, 1.0, 0, 1.0);
        var (low, high) = (0.0, 0.0);
        for (var month = 0; month < months && age + month <= last; month++, seen++)
        {
            var point = curve.PointAt(age + month);
            goesOn = point.Surviving / start.Surviving;
            stays += goesOn;
            squares += ((2 * month) + 1) * goesOn;
            money += goesOn * factor;
            low += goesOn > 1 - Tail ? factor : 0;
            high += goesOn > Tail ? factor : 0;
            // Greenwood's sums are of independent steps: of what goes on from the age, those after it.
            error += factor * goesOn * Math.Sqrt(Math.Max(0, Relative(point) - Relative(start)));
            factor /= 1 + monthlyRate;
        }
        var end = curve.PointAt(age + months);
        return new ContractWorth(
            money * amount, stays, seen < months ? goesOn : end.Surviving / start.Surviving, Math.Max(0, squares - (stays * stays)) * amount * amount, error * amount, seen, Math.Min(low, money) * amount, Math.Max(high, money) * amount);
    }

    private static double Relative(in SurvivalPoint point) => point.Surviving <= 0 ? 0 : point.Error / point.Surviving * (point.Error / point.Surviving);

    private static SurvivalCurve CurveOf(IReadOnlyList<ContractSpell> spells) =>
        SurvivalCurve.Of([.. spells.Select(spell => spell.Months)], [.. spells.Select(spell => spell.IsOver)]);
}
