namespace Ciclo.Core.Experiments;

/// <summary>What may be said of an arm. Nothing is claimed below significance at every look.</summary>
public abstract record LiftVerdict
{
    private LiftVerdict()
    {
    }

    /// <summary>Nothing can be said. <paramref name="StillNeeded"/>: about how many more people it takes to find the smallest lift of interest; null where that cannot be told yet.</summary>
    public sealed record NotYet(long? StillNeeded) : LiftVerdict;

    /// <summary>Whatever lift there is lies within ±<paramref name="Bound"/>, which is smaller than the smallest of interest.</summary>
    public sealed record NoDifference(double Bound) : LiftVerdict;

    public sealed record Better : LiftVerdict;

    public sealed record Worse : LiftVerdict;

    /// <summary>People did not fall into the arms by their shares: no result stands.</summary>
    public sealed record Broken(double Probability) : LiftVerdict;

    /// <summary>Fewer people in an arm are told apart by chance alone.</summary>
    private const long FewestPeople = 50;

    /// <summary>Fewer conversions in both arms together are not near enough to a normal distribution.</summary>
    private const long FewestConverted = 20;

    /// <param name="converted">People of both arms who did what was asked.</param>
    public static LiftVerdict Of(SampleRatio ratio, Comparison? comparison, long fewest, long converted, TrialPlan plan, ConfidenceSequence sequence)
    {
        if (ratio.IsBroken)
        {
            return new Broken(ratio.Probability);
        }
        if (comparison is not { } found || fewest < FewestPeople || converted < FewestConverted)
        {
            return new NotYet(comparison is { } some ? Needed(some, plan, sequence) : null);
        }
        var most = Math.Max(Math.Abs(found.LiftBetween.Low), Math.Abs(found.LiftBetween.High));
        return found.Between.Low > 0 ? new Better()
            : found.Between.High < 0 ? new Worse()
            : most < plan.SmallestLift ? new NoDifference(most)
            : new NotYet(Needed(found, plan, sequence));
    }

    private static long? Needed(in Comparison found, TrialPlan plan, ConfidenceSequence sequence) =>
        sequence.PeopleFor(plan.SmallestLift * found.Control, found.Error * Math.Sqrt(found.People), plan.Power) is { } needed ? Math.Max(1, needed - found.People) : null;
}

/// <summary>What an experiment is judged by, set before it begins.</summary>
/// <param name="SmallestLift">The smallest lift that matters, as a part of the control's mean: 0.1 for 10 %.</param>
/// <param name="TypicalPeople">About how many people it will come to.</param>
public sealed record TrialPlan(double SmallestLift = 0.1, long TypicalPeople = 5_000)
{
    /// <summary>The probability of a claim where there is nothing to claim, over all looks and all arms together.</summary>
    public double Alpha { get; init; } = 0.05;

    /// <summary>The probability to find the smallest lift that is aimed at when people needed are counted.</summary>
    public double Power { get; init; } = 0.8;
}
