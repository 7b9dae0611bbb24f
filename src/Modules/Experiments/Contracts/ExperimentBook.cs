using Ciclo.Core;
using Ciclo.Engine.Hosting;
using Ciclo.Engine.Runtime;
using Ciclo.Modules.Measure.Contracts;
using Microsoft.Data.Sqlite;

namespace Ciclo.Modules.Experiments.Contracts;

/// <summary>
/// What a module wants to know of what it does to people. Everything is set before the first person is drawn.
/// </summary>
/// <param name="Id">Such as `journey:abandoned-cart`, `campaign:42` or `onsite:summer`: KIND:NAME of at most 120 characters; it is what <see cref="IAssignments"/> draws by.</param>
/// <param name="Name">As people named it.</param>
/// <param name="Arms">At least two. <see cref="IAssignments.Control"/> is what the others are held against; without one, the first.</param>
/// <param name="Goal">What counts as converted: an event of the rule language, such as `"Order Completed" where total >= 100`.</param>
/// <param name="Value">What a person brought: `orders` for what their orders come to less refunds, a property of the goal's event, or nothing.</param>
/// <param name="ByMoney">The verdict goes by money rather than by the share who converted.</param>
/// <param name="WindowDays">How long after the draw a conversion counts, 1 to 365.</param>
/// <param name="Href">The page of what is tested.</param>
/// <param name="SmallestLift">The smallest lift that matters: 0.1 for 10 %.</param>
/// <param name="TypicalPeople">About how many people it will come to.</param>
/// <param name="TakesOffBefore">Takes off what people spent in the 90 days before, which narrows the interval of money where people differ much.</param>
public sealed record ExperimentDraft(
    string Id, string Name, IReadOnlyList<ArmShare> Arms, string Goal = "\"Order Completed\"", string Value = "orders", bool ByMoney = false, int WindowDays = 7, string Href = "",
    double SmallestLift = 0.1, long TypicalPeople = 5_000, bool TakesOffBefore = false);

/// <summary>The book of experiments, for whoever does something to people.</summary>
public static class ExperimentBook
{
    /// <summary>Draws arms. Holds nothing: one serves everybody.</summary>
    public static IAssignments Assignments { get; } = new Assignments();

    /// <summary>
    /// Enters an experiment, or stores one that is there with its new name and goal; it keeps its beginning, and those who were drawn keep their arms. Answers why it is refused.
    /// </summary>
    /// <param name="connection">Of the records.</param>
    /// <param name="transaction">The caller's.</param>
    /// <param name="workspaceId">Whose.</param>
    /// <param name="draft">What is tested.</param>
    /// <param name="nowMs">Unix milliseconds.</param>
    public static Text? Define(SqliteConnection connection, SqliteTransaction transaction, string workspaceId, ExperimentDraft draft, long nowMs)
    {
        if (Experiment.Refuse(draft) is { } refused)
        {
            return refused;
        }
        ExperimentStore.Put(connection, transaction, Experiment.Of(workspaceId, draft, nowMs));
        return null;
    }

    /// <summary>
    /// What <see cref="IAssignments.Assign"/> gives somebody who was given nothing before, while the global holdout is as a workspace begins with it; null for those whom it holds out. For a
    /// story of the past that has to know beforehand who gets what.
    /// </summary>
    public static string? ArmOf(string experiment, string identifier, IReadOnlyList<ArmShare> arms) =>
        Experiments.Assignments.ArmOf(HoldoutSetting.Default.Experiment, identifier, HoldoutSetting.Default.Arms) == IAssignments.Control ? null : Experiments.Assignments.ArmOf(experiment, identifier, arms);

    /// <summary>Says that nobody is drawn any more. Conversions count on until the last window is over.</summary>
    public static void End(SqliteConnection connection, SqliteTransaction transaction, string workspaceId, string id, long nowMs) =>
        ExperimentStore.End(connection, transaction, workspaceId, id, nowMs);

    /// <summary>Where an experiment is told.</summary>
    public static string PageOf(string id) => "/experiments/" + Uri.EscapeDataString(id);

    /// <summary>Everybody who was drawn, by arm, with those who have converted by now; null while the history is being replaced, or for an experiment that is not there.</summary>
    public static IReadOnlyList<ArmSoFar>? SoFar(DataHost host, WorkspaceEngine engine, string id, CancellationToken cancellation) =>
        ExperimentDesk.Of(host).Find(engine.Id, id) is { } found && new ExperimentReading(host, engine).Outcomes(found, cancellation) is { } read
            ? [.. found.Arms.Select((arm, i) => new ArmSoFar(arm, read.People.Count(person => person.Arm == i), read.People.Count(person => person.Arm == i && person.Converted)))]
            : null;

    /// <summary>What an experiment is called; null for one that is not there.</summary>
    public static Text? NameOf(DataHost host, string workspaceId, string id) =>
        ExperimentDesk.Of(host).Find(workspaceId, id) is { } found ? found.IsHoldout ? ExperimentWords.Holdout : Text.Same(found.Name) : null;

    public static bool Has(DataHost host, string workspaceId, string id) => ExperimentDesk.Of(host).Find(workspaceId, id) is not null;

    /// <summary>Everybody who is counted, whose window is over, with what they did; null while the history is being replaced, or for an experiment that is not there.</summary>
    public static IReadOnlyList<CountedPerson>? Counted(DataHost host, WorkspaceEngine engine, string id, CancellationToken cancellation) =>
        ExperimentDesk.Of(host).Find(engine.Id, id) is { } found && new ExperimentReading(host, engine).Outcomes(found, cancellation) is { } read
            ? [.. read.People.Where(person => person.IsOver).Select(person => new CountedPerson(person.Profile, person.Arm == 0, person.At, person.Converted, person.OrdersBefore))]
            : null;

    /// <summary>Conversions that would not have been without what is tested; null while chance alone might have made them, or the history is being replaced.</summary>
    public static GainedPeople? Gained(DataHost host, WorkspaceEngine engine, string id)
    {
        var desk = ExperimentDesk.Of(host);
        if (desk.Find(engine.Id, id) is not { } found)
        {
            return null;
        }
        try
        {
            return desk.Result(engine, found) is { PeopleGained: { } gained, PeopleBetween: { } between } ? new GainedPeople(gained, between.Low, between.High) : null;
        }
        catch (MetricsBusyException)
        {
            return null;
        }
    }

    /// <summary>Whether a text is a goal; why not.</summary>
    public static Text? RefuseGoal(string goal) => Experiment.RefuseGoal(goal);

    /// <summary>Takes away the draws of a person: a part of erasing them.</summary>
    public static Task ForgetAsync(DataHost host, string workspaceId, IReadOnlyList<string> identifiers, CancellationToken cancellation) => host.Database.WriteAsync((connection, transaction) =>
    {
        ExperimentStore.Forget(connection, transaction, workspaceId, identifiers);
        return 0;
    }, cancellation);
}

/// <summary>
/// Somebody who was drawn and is counted. <paramref name="IsControl"/>: in the arm that the others are held against; <paramref name="At"/>: when they were drawn;
/// <paramref name="OrdersBefore"/>: orders before that.
/// </summary>
public sealed record CountedPerson(int Profile, bool IsControl, long At, bool Converted, int OrdersBefore);

/// <summary>A module's part on the page of an experiment that has people to count: the address of a fragment, `{id}` in it standing for the experiment.</summary>
public sealed record ExperimentSlot(string Path)
{
    public string Of(string id) => Path.Replace("{id}", Uri.EscapeDataString(id), StringComparison.Ordinal);
}

/// <summary>How many converted who would not have, and from how many to how many it may be, at every look.</summary>
public readonly record struct GainedPeople(double People, double Low, double High);

/// <summary>How an arm stands before the windows are over: for rules that choose early. It is no verdict.</summary>
public sealed record ArmSoFar(string Arm, long People, long Converted);
