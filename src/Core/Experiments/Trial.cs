namespace Ciclo.Core.Experiments;

/// <summary>
/// One person of an experiment: the arm (by its place), the time with the same shares, the instant, and what came of it within the window. <paramref name="Before"/>: what they spent
/// before.
/// </summary>
public readonly record struct TrialPerson(int Arm, int Era, long ExposedAt, bool Converted, double Money, double Before);

/// <summary>An experiment as it is counted. <paramref name="Arms"/>: their names; the first is what the others are held against. <paramref name="Eras"/>: the weights of the arms at each time.</summary>
public sealed record TrialQuestion(IReadOnlyList<string> Arms, IReadOnlyList<IReadOnlyList<double>> Eras, TrialPlan Plan, bool ByMoney, bool TakesOffBefore);

/// <summary>An arm against the first, by people who converted and by money of a person. <paramref name="Verdict"/> goes by the one that was chosen before.</summary>
public sealed record ArmLift(Comparison? ByPeople, Comparison? ByMoney, LiftVerdict Verdict);

/// <summary>What became of an arm's people. <paramref name="Best"/>: the probability to be the best of all arms but the control; <paramref name="Lift"/>: null for the first arm.</summary>
public sealed record ArmResult(string Arm, long People, long Converted, double Money, double Best, ArmLift? Lift)
{
    public double Rate => People == 0 ? 0 : (double)Converted / People;

    /// <summary>Conversions that would not have been without this arm; null where chance alone might have made them.</summary>
    public double? PeopleGained => Gained(Lift?.ByPeople);

    /// <summary>What the arm's people brought beyond what they would have; null where chance alone might have made it.</summary>
    public double? MoneyGained => Gained(Lift?.ByMoney);

    private double? Gained(Comparison? found) => Lift?.Verdict is LiftVerdict.Better or LiftVerdict.Worse && found is { } one && !one.Between.Has(0) ? one.Difference * People : null;
}

/// <summary>Money above a bound counts as the bound: one huge order must not decide. <paramref name="People"/>: how many that touched.</summary>
public readonly record struct MoneyCap(double Bound, long People);

/// <summary>The lift of each arm but the first at the end of a day, over the people whose window had ended by then.</summary>
public sealed record TrialLook(long At, long People, IReadOnlyList<Comparison?> Lifts);

/// <summary>What an experiment came to.</summary>
public sealed record TrialResult(SampleRatio Ratio, IReadOnlyList<ArmResult> Arms, MoneyCap? Cap, IReadOnlyList<TrialLook> Looks);

/// <summary>
/// Counts an experiment. Only people whose window has ended are given: everybody had the same time. The sample ratio is tested before anything is claimed.
/// </summary>
public static class Trial
{
    /// <summary>Below this many people with money a bound would be one of the few amounts there are.</summary>
    private const int FewestForCap = 100;

    /// <summary>The part of those who brought money whose amounts are left as they are.</summary>
    private const double CapAt = 0.99;

    private const int Seed = 20_261_122;

    /// <param name="question">What is asked.</param>
    /// <param name="people">In the order in which they were exposed.</param>
    /// <param name="fell">People by era and arm, those whose window has not ended too: for the sample ratio.</param>
    /// <param name="looks">Instants at which the lift is told, ascending; people exposed before each.</param>
    public static TrialResult Of(TrialQuestion question, ReadOnlySpan<TrialPerson> people, IReadOnlyList<IReadOnlyList<long>> fell, IReadOnlyList<long> looks)
    {
        var (cap, tally, next) = (CapOf(people), new TrialTally(question), 0);
        var told = new List<TrialLook>();
        foreach (var look in looks)
        {
            for (; next < people.Length && people[next].ExposedAt < look; next++)
            {
                tally.Add(people[next], cap?.Bound);
            }
            told.Add(new TrialLook(look, next, [.. Enumerable.Range(1, question.Arms.Count - 1).Select(arm => question.ByMoney ? tally.Money(arm) : tally.Share(arm))]));
        }
        for (; next < people.Length; next++)
        {
            tally.Add(people[next], cap?.Bound);
        }
        var ratio = SampleRatio.Of(question.Eras.Select((weights, era) => (weights, fell[era])));
        return new TrialResult(ratio, tally.Arms(ratio, Seed), cap, told);
    }

    private static MoneyCap? CapOf(ReadOnlySpan<TrialPerson> people)
    {
        var amounts = new List<double>();
        foreach (var person in people)
        {
            if (person.Money > 0)
            {
                amounts.Add(person.Money);
            }
        }
        if (amounts.Count < FewestForCap)
        {
            return null;
        }
        amounts.Sort();
        var bound = amounts[(int)(CapAt * (amounts.Count - 1))];
        return amounts.Count(amount => amount > bound) is > 0 and var above ? new MoneyCap(bound, above) : null;
    }
}

/// <summary>The sums of an experiment while its people are counted.</summary>
internal sealed class TrialTally(TrialQuestion question)
{
    private readonly Moments[] shares = new Moments[question.Arms.Count * question.Eras.Count];
    private readonly Moments[] money = new Moments[question.Arms.Count * question.Eras.Count];
    private readonly double[] brought = new double[question.Arms.Count];

    /// <summary>Arms share the probability of a wrong claim: each is held to a stricter one (Bonferroni).</summary>
    private readonly ConfidenceSequence sequence = new(question.Plan.Alpha / Math.Max(1, question.Arms.Count - 1), question.Plan.TypicalPeople);

    public void Add(in TrialPerson person, double? bound)
    {
        var cell = (person.Era * question.Arms.Count) + person.Arm;
        shares[cell] = shares[cell].With(person.Converted ? 1 : 0);
        money[cell] = money[cell].With(Math.Min(person.Money, bound ?? double.MaxValue), Math.Min(person.Before, bound ?? double.MaxValue));
        brought[person.Arm] += person.Money;
    }

    public Comparison? Share(int arm) => Comparison.Of(Pairs(shares, arm), sequence, areShares: true);

    public Comparison? Money(int arm) => Comparison.Of(Pairs(money, arm), sequence, areShares: false, question.TakesOffBefore);

    public IReadOnlyList<ArmResult> Arms(SampleRatio ratio, int seed)
    {
        var all = Enumerable.Range(0, question.Arms.Count).Select(arm => Whole(shares, arm)).ToList();
        var rivals = question.Arms[0] == TrialArms.Control ? 1 : 0;
        var best = question.ByMoney ? Thompson.BestByMoney([.. Enumerable.Range(rivals, all.Count - rivals).Select(arm => Whole(money, arm))], seed)
            : Thompson.BestByShare([.. all.Skip(rivals).Select(one => (one.People, (long)one.Y))], seed);
        return
        [
            .. all.Select((one, arm) => new ArmResult(
                question.Arms[arm], one.People, (long)one.Y, brought[arm], arm < rivals ? 0 : best[arm - rivals], arm == 0 ? null : LiftOf(ratio, arm, all[0], one))),
        ];
    }

    private ArmLift LiftOf(SampleRatio ratio, int arm, Moments control, Moments treated)
    {
        var (byPeople, byMoney) = (Share(arm), Money(arm));
        return new ArmLift(byPeople, byMoney, LiftVerdict.Of(
            ratio, question.ByMoney ? byMoney : byPeople, Math.Min(control.People, treated.People), (long)(control.Y + treated.Y), question.Plan, sequence));
    }

    private Moments Whole(Moments[] of, int arm) => Enumerable.Range(0, question.Eras.Count).Aggregate(default(Moments), (sum, era) => sum + of[(era * question.Arms.Count) + arm]);

    private List<(Moments Control, Moments Treated)> Pairs(Moments[] of, int arm) =>
        [.. Enumerable.Range(0, question.Eras.Count).Select(era => (of[era * question.Arms.Count], of[(era * question.Arms.Count) + arm]))];
}

/// <summary>Names of arms that mean something by themselves.</summary>
public static class TrialArms
{
    /// <summary>Gets nothing.</summary>
    public const string Control = "control";
}
