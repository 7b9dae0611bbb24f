using Ciclo.Core;
using Ciclo.Core.Experiments;
using Ciclo.Core.Predict.Uplift;
using Ciclo.Engine.Hosting;
using Ciclo.Engine.Runtime;
using Ciclo.Kit;
using Ciclo.Modules.Experiments.Contracts;
using Ciclo.Modules.Predict.Models;

namespace Ciclo.Modules.Predict.Views;

/// <summary>Whom to treat, as a rule, and what treating changed for those inside and for the others.</summary>
/// <param name="Rule">Of the rule language; null where it has no word for the column.</param>
public sealed record LiftRule(string Column, string? Label, double From, bool IsAtLeast, string? Rule, int People, AverageEffect Inside, AverageEffect Outside);

/// <summary>
/// Somebody behind the numbers. <paramref name="Tenth"/>: the place among the tenths of the learner that the verdict goes by, −1 for none; <paramref name="Inside"/>: of each rule in its order,
/// whether they are inside, as bits.
/// </summary>
/// <param name="Expected">What treating was expected to change, by a model that had not seen them.</param>
public readonly record struct LiftPerson(int Profile, long At, bool IsTreated, bool Converted, double Expected, int Tenth, int Inside);

/// <summary>What treating changed, and whether it matters whom one treats. <paramref name="Adjusted"/>: by what people did in the 90 days before (CUPED).</summary>
/// <param name="Main">The learner that the verdict goes by, chosen by the sizes of the groups before anything was seen.</param>
/// <param name="Rules">Where there is gain: whom it moves, the clearest first.</param>
public sealed record LiftFound(int Treated, int Control, int Converted, AverageEffect Effect, AverageEffect Adjusted, UpliftLearner Main, Qini T, Qini X, IReadOnlyList<LiftRule> Rules)
{
    public Qini Qini => Main == UpliftLearner.T ? T : X;

    /// <summary>Everybody who is counted.</summary>
    public IReadOnlyList<LiftPerson> People { get; init; } = [];

    /// <summary>Counted by the experiment, and left out here: they did nothing in the year before the draw, so that nothing tells them apart.</summary>
    public int Unknown { get; init; }
}

/// <summary>An experiment with what was found; <paramref name="Refusal"/> why nothing was.</summary>
public sealed record LiftAnswer(LiftFound? Found, Text? Refusal);

/// <summary>Reads whom an experiment moved: features as of the instant before each was drawn, outcomes as the experiment counts them. One for each data directory.</summary>
public sealed class LiftReading
{
    /// <summary>Fewer in a group, and nothing can be said of parts of it.</summary>
    public const int FewestOfGroup = 150;

    public const int FewestConverted = 30;

    private const int MostRules = 3;
    private const double SmallGroup = 0.25;

    private readonly DataHost host;
    private readonly KeptReadings<LiftAnswer> kept;

    private LiftReading(DataHost host) => (this.host, kept) = (host, new KeptReadings<LiftAnswer>(host.Clock));

    public static LiftReading Of(DataHost host) => host.Shared(host => new LiftReading(host));

    /// <summary>Null for an experiment that is not there.</summary>
    public LiftAnswer? Of(WorkspaceEngine engine, string experiment, CancellationToken cancellation) => ExperimentBook.Has(host, engine.Id, experiment)
        ? kept.Of($"{engine.Id}/{experiment}", engine.Changes + host.Database.Commits, () => Read(engine, experiment, cancellation)) : null;

    private LiftAnswer Read(WorkspaceEngine engine, string experiment, CancellationToken cancellation)
    {
        if (ExperimentBook.Counted(host, engine, experiment, cancellation) is not { } counted)
        {
            return new LiftAnswer(null, ScoredReading.Busy);
        }
        var instants = counted.ToDictionary(person => person.Profile, person => person.At - 1);
        var columns = engine.Read(HabitColumns.Of);
        if (new SlicedScan(engine, host.Clock).Run(() => engine.Read(state => new HabitFold(columns, [0], 0, null, null, "", state.ReadingRates(), 1, instants)), cancellation, [.. instants.Keys.Order()]) is not { } folds)
        {
            return new LiftAnswer(null, ScoredReading.Busy);
        }
        var rows = folds.SelectMany(fold => fold.Rows).ToDictionary(row => row.Profile);
        // Who did nothing in the year before the draw has no features, in either group alike.
        var answer = Of(columns, [.. counted.Where(person => rows.ContainsKey(person.Profile)).OrderBy(person => person.Profile).Select(person => (rows[person.Profile], person))]);
        return answer with { Found = answer.Found is { } found ? found with { Unknown = counted.Count - rows.Count } : null };
    }

    internal static LiftAnswer Of(HabitColumns columns, IReadOnlyList<(HabitRow Row, CountedPerson Person)> people)
    {
        var treated = people.Select(one => !one.Person.IsControl).ToArray();
        var outcomes = people.Select(one => one.Person.Converted ? 1.0 : 0.0).ToArray();
        var (many, converted) = (treated.Count(one => one), (int)outcomes.Sum());
        if (Math.Min(many, treated.Length - many) < FewestOfGroup || converted < FewestConverted)
        {
            return new LiftAnswer(null, new Text(
                $"Too few to tell whom it moves: {many} got it and {treated.Length - many} did not, of whom {converted} converted; {FewestOfGroup} of each and {FewestConverted} conversions are needed. Let it run on, or hold out more.",
                $"Muy pocas para saber a quién mueve: {many} lo recibieron y {treated.Length - many} no, y {converted} convirtieron; hacen falta {FewestOfGroup} de cada grupo y {FewestConverted} conversiones. Déjalo correr más o reserva un grupo de control mayor."));
        }
        var features = LiftTable.Of(columns, [.. people.Select(one => one.Row)], treated, outcomes);
        var before = people.Select(one => (double)one.Person.OrdersBefore).ToArray();
        var table = LiftTable.Joined(features, treated, outcomes);
        var main = Math.Min(many, treated.Length - many) < SmallGroup * treated.Length ? UpliftLearner.X : UpliftLearner.T;
        var (t, x) = (UpliftModel.Effects(table, UpliftLearner.T), UpliftModel.Effects(table, UpliftLearner.X));
        var found = new LiftFound(
            many, treated.Length - many, converted, Effect(treated, outcomes, null), Effect(treated, outcomes, before), main, Qini.Of(t, treated, outcomes), Qini.Of(x, treated, outcomes), []);
        var effects = main == UpliftLearner.T ? t : x;
        var splits = found.Qini.HasGain ? SplitsOf(features, effects) : [];
        var tenths = Qini.TenthsOf(effects, treated);
        return new LiftAnswer(
            found with
            {
                Rules = [.. splits.Select(split => RuleOf(split, treated, outcomes))],
                People =
                [
                    .. people.Select((one, i) => new LiftPerson(
                        one.Row.Profile, one.Person.At, treated[i], one.Person.Converted, effects[i], tenths[i], splits.Select((split, bit) => split.Has(i) ? 1 << bit : 0).Sum())),
                ],
            }, null);
    }

    /// <summary>People parted by one feature. Below a value is whoever is not known to reach it.</summary>
    private readonly record struct Split(LiftFeature Feature, double Gain, double From, bool IsAtLeast)
    {
        public bool Has(int person) => Feature.Raw[person] >= From == IsAtLeast;
    }

    /// <summary>
    /// Of each feature the split that parts the expected effects best; what is told of it is what came of the people on both sides. Effects were expected by models that had not seen these people.
    /// </summary>
    private static List<Split> SplitsOf(IReadOnlyList<LiftFeature> features, double[] effects) =>
        [.. features.Select(feature => SplitOf(feature, effects)).Where(split => split.Gain > 0).OrderByDescending(split => split.Gain).Take(MostRules)];

    private static Split SplitOf(LiftFeature feature, double[] effects)
    {
        const double LeastShare = 0.15;
        var known = Enumerable.Range(0, effects.Length).Where(person => !double.IsNaN(feature.Raw[person])).ToArray();
        var values = known.Select(person => feature.Raw[person]).Distinct().Order().ToArray();
        var candidates = values.Length <= 20 ? values.Skip(1) : Enumerable.Range(1, 19).Select(place => values[place * values.Length / 20]);
        var best = new Split(feature, 0, 0, IsAtLeast: true);
        foreach (var from in candidates)
        {
            var above = known.Where(person => feature.Raw[person] >= from).ToArray();
            if (Math.Min(above.Length, effects.Length - above.Length) < LeastShare * effects.Length)
            {
                continue;
            }
            var (up, share) = (above.Average(person => effects[person]), (double)above.Length / effects.Length);
            var down = (effects.Sum() - (up * above.Length)) / (effects.Length - above.Length);
            var gain = share * (1 - share) * (up - down) * (up - down);
            best = gain > best.Gain ? new Split(feature, gain, from, up > down) : best;
        }
        return best;
    }

    private static LiftRule RuleOf(Split split, bool[] treated, double[] outcomes)
    {
        var (feature, from, isAtLeast) = (split.Feature, split.From, split.IsAtLeast);
        var (inside, outside) = (Enumerable.Range(0, outcomes.Length).Where(split.Has).ToArray(), Enumerable.Range(0, outcomes.Length).Where(person => !split.Has(person)).ToArray());
        var rule = feature.Label is { } label ? HabitRules.OfTrait(feature.Column, label) is { } has ? isAtLeast ? has : $"not ({has})" : null : HabitRules.OfNumber(feature.Column, from, isAtLeast);
        return new LiftRule(feature.Column, feature.Label, from, isAtLeast, rule, inside.Length, EffectOf(inside), EffectOf(outside));

        AverageEffect EffectOf(int[] some) => Effect(Array.ConvertAll(some, person => treated[person]), Array.ConvertAll(some, person => outcomes[person]), null);
    }

    private static AverageEffect Effect(bool[] treated, double[] outcomes, double[]? before)
    {
        var (with, without) = (default(Moments), default(Moments));
        for (var i = 0; i < outcomes.Length; i++)
        {
            var x = before?[i] ?? 0;
            (with, without) = treated[i] ? (with.With(outcomes[i], x), without) : (with, without.With(outcomes[i], x));
        }
        return AverageEffect.Of(with, without, before is not null);
    }
}
