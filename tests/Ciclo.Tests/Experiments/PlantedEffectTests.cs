using Ciclo.Core.Experiments;

namespace Ciclo.Tests.Experiments;

/// <summary>Worlds whose truth is known: experiments over simulated people, looked at on each of thirty days.</summary>
public sealed class PlantedEffectTests
{
    private const int Runs = 500;
    private const int Days = 30;
    private const double Base = 0.2;
    private const double Lift = 0.25;

    /// <summary>Three standard errors of a share of 0.95 (and of 0.8) over 500 runs.</summary>
    private const int FewestCovered = 460;
    private const int FewestFound = 373;

    private static readonly TrialPlan Plan = new(SmallestLift: Lift);

    [Fact]
    public void A_planted_lift_is_found_with_the_power_planned_and_its_interval_covers_it()
    {
        var people = PeoplePlanned();
        Assert.InRange(people, 2_000, 8_000);
        var (covered, coveredAlways, found, wrong) = (0, 0, 0, 0);
        for (var seed = 1; seed <= Runs; seed++)
        {
            var result = Run(seed, people, Lift);
            var lift = result.Arms[1].Lift!;
            covered += lift.ByPeople!.Value.LiftBetween.Has(Lift) ? 1 : 0;
            coveredAlways += result.Looks.All(look => look.Lifts[0] is not { } at || at.LiftBetween.Has(Lift)) ? 1 : 0;
            found += lift.Verdict is LiftVerdict.Better ? 1 : 0;
            wrong += lift.Verdict is LiftVerdict.Worse or LiftVerdict.NoDifference { Bound: < Lift } ? 1 : 0;
        }
        Assert.True(covered >= FewestCovered, $"the interval covered the truth in {covered} of {Runs} runs");
        Assert.True(coveredAlways >= FewestCovered, $"every day's interval covered the truth in {coveredAlways} of {Runs} runs");
        Assert.True(found >= FewestFound, $"the lift was found in {found} of {Runs} runs");
        Assert.True(wrong <= Runs / 20, $"the contrary was claimed in {wrong} of {Runs} runs");
    }

    [Fact]
    public void Nothing_is_claimed_where_there_is_nothing_though_it_is_looked_at_every_day()
    {
        var people = PeoplePlanned();
        var claimed = 0;
        var byMoney = 0;
        for (var seed = 1; seed <= Runs; seed++)
        {
            var result = Run(seed, people, lift: 0);
            claimed += result.Looks.Any(look => look.Lifts[0] is { } at && look.People >= 100 && !at.Between.Has(0)) ? 1 : 0;
            byMoney += result.Arms[1].Lift!.ByMoney!.Value.Between.Has(0) ? 0 : 1;
        }
        Assert.True(claimed <= Runs / 20, $"something was claimed in {claimed} of {Runs} runs");
        Assert.True(byMoney <= Runs / 20, $"money was claimed in {byMoney} of {Runs} runs");
    }

    [Fact]
    public void An_interval_for_one_look_would_claim_too_often()
    {
        // What the sequence is there for: the same worlds, judged each day by 1.96 standard errors.
        var people = PeoplePlanned();
        var claimed = Enumerable.Range(1, 200).Count(seed => Run(seed, people, lift: 0).Looks.Any(look => look.Lifts[0] is { } at && Math.Abs(at.Difference) > 1.96 * at.Error));
        Assert.True(claimed > 20, $"{claimed} of 200");
    }

    [Fact]
    public void Of_several_arms_and_shares_that_change_the_intervals_still_cover()
    {
        // In the second half more get the arm, and everybody converts more often: a comparison over all people would take that for a lift.
        var covered = 0;
        for (var seed = 1; seed <= 200; seed++)
        {
            var random = new Random(seed);
            var people = new List<TrialPerson>();
            for (var i = 0; i < 4_000; i++)
            {
                var era = i / 2_000;
                var arm = Draw.Arm(Eras[era], random.NextDouble());
                people.Add(new TrialPerson(arm, era, i, random.NextDouble() < (era == 0 ? 0.1 : 0.3), 0, 0));
            }
            var result = Trial.Of(new TrialQuestion(["control", "a", "b"], Eras, Plan, false, false), people.ToArray(), Fell(people, Eras.Length, 3), []);
            covered += result.Arms.Skip(1).All(arm => arm.Lift!.ByPeople!.Value.Between.Has(0)) ? 1 : 0;
            Assert.False(result.Ratio.IsBroken);
        }
        Assert.True(covered >= 185, $"{covered} of 200");
    }

    private static readonly double[][] Eras = [[0.4, 0.3, 0.3], [0.1, 0.45, 0.45]];

    private static int PeoplePlanned()
    {
        var treated = Base * (1 + Lift);
        var deviation = Math.Sqrt(2 * ((Base * (1 - Base)) + (treated * (1 - treated))));
        return (int)new ConfidenceSequence(Plan.Alpha, Plan.TypicalPeople).PeopleFor(Base * Lift, deviation, Plan.Power)!.Value;
    }

    private static TrialResult Run(int seed, int count, double lift)
    {
        var random = new Random(seed);
        var people = new TrialPerson[count];
        for (var i = 0; i < count; i++)
        {
            var arm = random.Next(2);
            var converted = random.NextDouble() < Base * (1 + (arm * lift));
            people[i] = new TrialPerson(arm, 0, i, converted, converted ? 20 / Math.Pow(1 - random.NextDouble(), 0.4) : 0, 0);
        }
        var looks = Enumerable.Range(1, Days).Select(day => (long)count * day / Days).ToList();
        return Trial.Of(new TrialQuestion(["control", "mail"], [[0.5, 0.5]], Plan, false, false), people, Fell(people, 1, 2), looks);
    }

    internal static IReadOnlyList<IReadOnlyList<long>> Fell(IReadOnlyCollection<TrialPerson> people, int eras, int arms) =>
        [.. Enumerable.Range(0, eras).Select(era => (IReadOnlyList<long>)[.. Enumerable.Range(0, arms).Select(arm => (long)people.Count(one => one.Era == era && one.Arm == arm))])];
}
