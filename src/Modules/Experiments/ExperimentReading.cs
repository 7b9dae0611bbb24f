using Ciclo.Core.Analytics;
using Ciclo.Core.Experiments;
using Ciclo.Core.Identity;
using Ciclo.Core.Time;
using Ciclo.Engine.Hosting;
using Ciclo.Engine.Runtime;

namespace Ciclo.Modules.Experiments;

/// <summary>One person of an experiment, as its rows list them. <paramref name="Arm"/>: its place; <paramref name="IsOver"/>: the window has ended, so that the person is counted.</summary>
public readonly record struct PersonOutcome(int Profile, int Arm, int Era, long At, bool IsOver, bool Converted, double Money, double Before, int OrdersBefore);

/// <summary>People told apart by what was known before they were drawn. <paramref name="Least"/> to <paramref name="Most"/> orders.</summary>
public sealed record BeforeGroup(int Least, int? Most, IReadOnlyList<ArmResult> Arms)
{
    public bool Has(int orders) => orders >= Least && orders <= (Most ?? int.MaxValue);
}

/// <summary>
/// How an experiment stands. <paramref name="Waiting"/>: people whose window has not ended; <paramref name="HeldOut"/>: those of the global holdout, who were not drawn here and are left out.
/// </summary>
public sealed record ExperimentResult(Experiment Experiment, TrialResult Trial, long Waiting, long HeldOut, IReadOnlyList<BeforeGroup> Groups, string? Currency, long? FirstAt)
{
    /// <summary>People counted.</summary>
    public long People => Trial.Arms.Sum(arm => arm.People);

    /// <summary>The verdict that claims most.</summary>
    public LiftVerdict Verdict => First?.Lift?.Verdict ?? new LiftVerdict.NotYet(null);

    /// <summary>The arm whose verdict claims most; null where nobody is held against anybody.</summary>
    public ArmResult? First => Trial.Arms.Where(arm => arm.Lift is not null).MinBy(arm => arm.Lift!.Verdict switch
    {
        LiftVerdict.Broken => 0,
        LiftVerdict.Better => 1,
        LiftVerdict.Worse => 2,
        LiftVerdict.NoDifference => 3,
        _ => 4,
    });

    public double? PeopleGained => Sum(arm => arm.PeopleGained);

    /// <summary>From how many to how many they may be, at every look.</summary>
    public Interval? PeopleBetween => PeopleGained is null ? null
        : Trial.Arms.Where(arm => arm.PeopleGained is not null).Select(arm => (arm.People, arm.Lift!.ByPeople!.Value.Between))
            .Aggregate(new Interval(0, 0), (all, one) => new Interval(all.Low + (one.Between.Low * one.People), all.High + (one.Between.High * one.People)));

    public double? MoneyGained => Experiment.Value.Length == 0 ? null : Sum(arm => arm.MoneyGained);

    private double? Sum(Func<ArmResult, double?> gained) => Trial.Arms.Select(gained).Where(one => one is not null).DefaultIfEmpty(null).Aggregate((all, one) => all + one);
}

/// <summary>Counts experiments from the histories of the people who were drawn, and of nobody else.</summary>
internal sealed class ExperimentReading(DataHost host, WorkspaceEngine engine)
{
    /// <summary>Identifiers looked up while the engine waits.</summary>
    private const int AtOnce = 20_000;

    /// <summary>Instants on the curve.</summary>
    private const int MostLooks = 60;

    private static readonly (int Least, int? Most)[] Groups = [(0, 0), (1, 1), (2, null)];

    /// <summary>The group whose fewest orders a text says, without its numbers; null for none.</summary>
    public static BeforeGroup? GroupOf(string least) =>
        int.TryParse(least, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var from) && Array.FindIndex(Groups, group => group.Least == from) is >= 0 and var at
            ? new BeforeGroup(Groups[at].Least, Groups[at].Most, []) : null;

    /// <summary>Null where the history was replaced meanwhile: ask again.</summary>
    public ExperimentResult? Read(Experiment experiment, CancellationToken cancellation)
    {
        if (Outcomes(experiment, cancellation) is not { } read)
        {
            return null;
        }
        var over = read.People.Where(person => person.IsOver).ToList();
        var weights = read.Eras.Select(era => (IReadOnlyList<double>)[.. experiment.Arms.Select(arm => era.Shares.FirstOrDefault(share => share.Arm == arm)?.Weight ?? 0)]).ToList();
        var question = new TrialQuestion(experiment.Arms, weights, experiment.Plan, experiment.ByMoney, experiment.TakesOffBefore);
        var fell = weights.Select(_ => new long[experiment.Arms.Count]).ToArray();
        read.People.ForEach(person => fell[person.Era][person.Arm]++);
        return new ExperimentResult(
            experiment, Trial.Of(question, PeopleOf(over), fell, Looks(experiment, read.People)), read.People.Count - over.Count, read.HeldOut,
            [.. Groups.Select(group => new BeforeGroup(group.Least, group.Most, Trial.Of(question, PeopleOf(over.Where(person => person.OrdersBefore >= group.Least && person.OrdersBefore <= (group.Most ?? int.MaxValue))), fell, []).Arms))],
            engine.Read(state => state.Currency), read.People.Count == 0 ? null : read.People[0].At);
    }

    /// <summary>Everybody who was drawn, in order of time; null where the history was replaced meanwhile.</summary>
    public (List<PersonOutcome> People, IReadOnlyList<Era> Eras, long HeldOut)? Outcomes(Experiment experiment, CancellationToken cancellation)
    {
        var (eras, assigned) = host.Database.Read(connection => (ExperimentStore.Eras(connection, null, engine.Id, experiment.Id), ExperimentStore.Assigned(connection, engine.Id, experiment.Id)));
        var drawn = Drawn(assigned, cancellation);
        var goal = engine.Read(state => EventTest.Parse(experiment.Goal, state.Rules.Zone, state.Staged.EventNames, state.Staged.Paths));
        var rates = engine.Read(state => state.ReadingRates());
        var instants = drawn.ToDictionary(pair => pair.Key, pair => pair.Value.At);
        int[] profiles = [.. drawn.Keys.Order()];
        if (new SlicedScan(engine, host.Clock).Run(() => new OutcomeFold(experiment, goal, instants, rates), cancellation, profiles) is not { } folds)
        {
            return null;
        }
        var outcomes = folds.SelectMany(fold => fold.Outcomes).ToDictionary();
        var (now, held, people) = (host.NowMs, 0L, new List<PersonOutcome>());
        var place = experiment.Arms.Select((arm, i) => (arm, i)).ToDictionary(pair => pair.arm, pair => pair.i, StringComparer.Ordinal);
        foreach (var (profile, given) in drawn)
        {
            if (given.IsHeldOut)
            {
                held++;
            }
            else if (place.TryGetValue(given.Arm, out var arm))
            {
                var outcome = outcomes.GetValueOrDefault(profile);
                people.Add(new PersonOutcome(profile, arm, given.Era, given.At, given.At + experiment.WindowMs <= now, outcome.Converted, outcome.Money, outcome.Before, outcome.OrdersBefore));
            }
        }
        people.Sort((one, other) => (one.At, one.Profile).CompareTo((other.At, other.Profile)));
        return (people, eras, held);
    }

    /// <summary>By profile, as merges have made them: of several draws of one person the earliest stands.</summary>
    private Dictionary<int, Assigned> Drawn(IReadOnlyList<Assigned> assigned, CancellationToken cancellation)
    {
        var drawn = new Dictionary<int, Assigned>();
        for (var from = 0; from < assigned.Count; from += AtOnce)
        {
            cancellation.ThrowIfCancellationRequested();
            var some = assigned.Skip(from).Take(AtOnce);
            engine.Read(state =>
            {
                var identity = state.Staged.Identity;
                foreach (var given in some)
                {
                    if (Identifier.TryParse(given.Identifier, out var identifier) && identity.NodeOf(identifier) is >= 0 and var node && identity.ProfileOf(node) is >= 0 and var profile)
                    {
                        drawn.TryAdd(profile, given);
                    }
                }
                return 0;
            });
        }
        return drawn;
    }

    private static TrialPerson[] PeopleOf(IEnumerable<PersonOutcome> people) =>
        [.. people.Select(person => new TrialPerson(person.Arm, person.Era, person.At, person.Converted, person.Money, person.Before))];

    /// <summary>At the end of each day, whoever was drawn a window before; of a long run every few days.</summary>
    private List<long> Looks(Experiment experiment, List<PersonOutcome> people)
    {
        var (zone, now) = (engine.Rules.Zone, host.NowMs);
        if (people.Count == 0 || people[0].At + experiment.WindowMs > now)
        {
            return [];
        }
        var first = zone.DayOf(people[0].At + experiment.WindowMs);
        var last = Math.Min(zone.DayOf(now), zone.DayOf(people[^1].At + experiment.WindowMs));
        var step = Math.Max(1, (last - first + MostLooks) / MostLooks);
        return [.. Enumerable.Range(0, (last - first) / step + 1).Select(i => Math.Min(now, zone.StartOfDay(last - (((last - first) / step - i) * step) + 1)) - experiment.WindowMs)];
    }
}
