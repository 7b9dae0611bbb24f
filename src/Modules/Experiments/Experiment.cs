using Ciclo.Core;
using Ciclo.Core.Analytics;
using Ciclo.Core.Events;
using Ciclo.Core.Experiments;
using Ciclo.Core.Rules;
using Ciclo.Core.Time;
using Ciclo.Modules.Experiments.Contracts;

namespace Ciclo.Modules.Experiments;

/// <summary>An experiment of a workspace as it is stored; the first arm is what the others are held against. What each field means: <see cref="ExperimentDraft"/>.</summary>
public sealed record Experiment(
    string WorkspaceId, string Id, string Name, IReadOnlyList<string> Arms, string Goal, string Value, bool ByMoney, bool TakesOffBefore, int WindowDays, TrialPlan Plan, string Href,
    long StartedAt, long? EndedAt)
{
    public const int LongestId = 120;
    public const int LongestName = 120;
    public const int MostArms = 10;
    public const int LongestArm = 40;
    public const int LongestWindow = 365;

    /// <summary>The value that is what orders come to.</summary>
    public const string Orders = "orders";

    private const string HoldoutId = "holdout";
    private const int HoldoutWindow = 90;
    private const long HoldoutPeople = 20_000;

    public bool HasControl => Arms[0] == IAssignments.Control;

    public bool IsHoldout => IsHoldoutId(Id);

    public long WindowMs => WindowDays * Durations.Day;

    public static bool IsHoldoutId(string id) => id == HoldoutId || id.StartsWith(HoldoutId + ":", StringComparison.Ordinal);

    /// <summary>By what name the global holdout is drawn: another after each rotation.</summary>
    public static string HoldoutOf(int rotation) => rotation == 1 ? HoldoutId : $"{HoldoutId}:{rotation}";

    /// <summary>The global holdout against everybody else, over a quarter.</summary>
    public static Experiment Holdout(string workspaceId, int rotation, long startedAt) => new(
        workspaceId, HoldoutOf(rotation), "", [IAssignments.Control, Everybody], "\"Order Completed\"", Orders, false, false, HoldoutWindow,
        new TrialPlan(SmallestLift: 0.05, TypicalPeople: HoldoutPeople), "", startedAt, null);

    /// <summary>The arm of those who are not held out.</summary>
    public const string Everybody = "everybody";

    public static Experiment Of(string workspaceId, ExperimentDraft draft, long now) => new(
        workspaceId, draft.Id, draft.Name.Trim(), [.. draft.Arms.Select(arm => arm.Arm).OrderBy(arm => arm != IAssignments.Control)], draft.Goal.Trim(), draft.Value.Trim(), draft.ByMoney, draft.TakesOffBefore,
        draft.WindowDays, new TrialPlan(draft.SmallestLift, draft.TypicalPeople), draft.Href, now, null);

    /// <summary>Why a draft is none; null for a good one.</summary>
    public static Text? Refuse(ExperimentDraft draft) =>
        draft.Id.Length > LongestId || draft.Id.IndexOf(':', StringComparison.Ordinal) is not > 0 || IsHoldoutId(draft.Id)
            ? new Text(
                $"An experiment’s id is KIND:NAME, such as campaign:42, of at most {LongestId} characters; the kind is not `holdout`.",
                $"El id de un experimento es TIPO:NOMBRE, por ejemplo campaign:42, con {LongestId} caracteres como máximo; el tipo no es `holdout`.")
        : draft.Name.Trim().Length is 0 or > LongestName
            ? new Text($"Give it a name of 1 to {LongestName} characters.", $"Ponle un nombre de 1 a {LongestName} caracteres.")
        : draft.Arms.Count is < 2 or > MostArms || draft.Arms.Select(arm => arm.Arm).Distinct(StringComparer.Ordinal).Count() < draft.Arms.Count
            || draft.Arms.Any(arm => arm.Arm.Length is 0 or > LongestArm || !double.IsFinite(arm.Weight) || arm.Weight <= 0)
            ? new Text(
                $"An experiment has 2 to {MostArms} arms, each with a name of its own of at most {LongestArm} characters and a share above 0.",
                $"Un experimento tiene de 2 a {MostArms} variantes, cada una con un nombre propio de {LongestArm} caracteres como máximo y una parte mayor que 0.")
        : draft.WindowDays is < 1 or > LongestWindow
            ? new Text($"Conversions count for 1 to {LongestWindow} days.", $"Las conversiones cuentan de 1 a {LongestWindow} días.")
        : draft.SmallestLift is not (> 0 and <= 10) || draft.TypicalPeople < 100
            ? new Text("The smallest lift lies above 0 and at most 10, and at least 100 people are expected.", "La mejora mínima está entre 0 y 10, y se esperan 100 personas como mínimo.")
        : RefuseGoal(draft.Goal);

    /// <summary>Why a goal is none: the place in the text is in the message.</summary>
    public static Text? RefuseGoal(string goal)
    {
        try
        {
            EventTest.Parse(goal.Trim(), Zone.Utc, new Names(), new Names());
            return null;
        }
        catch (RuleException wrong)
        {
            var at = wrong.Error.Extent.Start + 1;
            return new Text(
                $"The goal cannot be read at character {at}: found {wrong.Error.Found.En}, expected {wrong.Error.Expected.En}. Write an event, such as \"Order Completed\" where total >= 100.",
                $"El objetivo no se entiende en el carácter {at}: hay {wrong.Error.Found.Es}, se esperaba {wrong.Error.Expected.Es}. Escribe un evento, por ejemplo \"Order Completed\" where total >= 100.");
        }
    }
}

/// <summary>The global holdout of a workspace. <paramref name="Share"/>: of all people, 0 to 0.5; 0 holds nobody out.</summary>
public sealed record HoldoutSetting(double Share, int Rotation)
{
    public const double Most = 0.5;

    public static HoldoutSetting Default { get; } = new(0.05, 1);

    public string Experiment => Experiments.Experiment.HoldoutOf(Rotation);

    public IReadOnlyList<ArmShare> Arms => [new(IAssignments.Control, Share), new(Experiments.Experiment.Everybody, 1 - Share)];
}
