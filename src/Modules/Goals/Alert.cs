using System.Globalization;
using Ciclo.Core;
using Ciclo.Core.Analytics;
using Ciclo.Core.Metrics;
using Ciclo.Core.Time;

namespace Ciclo.Modules.Goals;

/// <summary>
/// An alert of a workspace. <paramref name="SoFar"/>: a threshold is looked at each hour in the period under way too. <paramref name="Endpoints"/>: the webhooks that are told.
/// While <paramref name="SnoozedUntil"/> lies ahead nobody is told; what fires is kept all the same.
/// </summary>
public sealed record Alert(
    long Id, string WorkspaceId, string Name, AskedNumber Number, PeriodKind Period, AlertRule Rule, bool SoFar, IReadOnlyList<long> Endpoints, bool IsOn, long SnoozedUntil, long EvaluatedAt, long CreatedAt, string MadeBy)
{
    public const int LongestName = Goal.LongestName;
    public const int LongestNote = 500;
    public const int Most = Goal.Most;

    /// <summary>A day is looked at when it has been over for so long: what was under way at its end is in by then.</summary>
    public const long Grace = 10 * Durations.Minute;

    private const double Greatest = 1e15;

    /// <summary>How many closed periods are looked at each time, so that what comes late is seen.</summary>
    public int Settling => Period switch { PeriodKind.Day => 7, PeriodKind.Week => 3, _ => 2 };

    public bool IsSnoozed(long now) => now < SnoozedUntil;

    /// <summary>The last instant up to now at which it was to be looked at: each day after midnight, each hour for one that looks at the period under way.</summary>
    public long DueBy(Zone zone, long now) => SoFar ? now / Durations.Hour * Durations.Hour : zone.StartOfDay(zone.DayOf(now - Grace)) + Grace;

    /// <summary>The next instant at which it is to be looked at.</summary>
    public long NextDue(Zone zone, long now) => SoFar ? DueBy(zone, now) + Durations.Hour : zone.StartOfDay(zone.DayOf(now - Grace) + 1) + Grace;

    /// <summary>Why an alert is none; null for a good one.</summary>
    public static GoalError? Refuse(string name, AlertRule rule, PeriodKind period) =>
        name.Trim().Length is 0 or > LongestName ? GoalError.BadName
        : !double.IsFinite(rule.Amount) || Math.Abs(rule.Amount) > Greatest || (rule.Kind != AlertKind.Threshold && rule.Amount <= 0) ? GoalError.BadAmount
        : period is not (PeriodKind.Day or PeriodKind.Week or PeriodKind.Month) || (rule.Kind == AlertKind.Threshold && rule.Side == AlertSide.Either) || (rule.Base == AlertBase.Week && period != PeriodKind.Day) ? BadRule
        : null;

    public static readonly GoalError BadRule = new("bad_rule", new(
        "Periods are day, week or month; a threshold is above or below; the same day a week before is for days.",
        "Los periodos son día, semana o mes; un umbral es por encima o por debajo; el mismo día de la semana anterior es para días."));

    public static readonly GoalError BadNote = new("bad_note", new($"A note has {LongestNote} characters at most.", $"Una nota tiene {LongestNote} caracteres como máximo."));

    public static string KindName(AlertKind kind) => kind switch { AlertKind.Threshold => "threshold", AlertKind.Change => "change", _ => "anomaly" };

    public static string SideName(AlertSide side) => side switch { AlertSide.Above => "above", AlertSide.Below => "below", _ => "either" };

    public static string BaseName(AlertBase from) => from switch { AlertBase.Previous => "previous", AlertBase.Week => "week", _ => "year" };

    public static AlertKind? KindOf(string name) => Enum.GetValues<AlertKind>().Cast<AlertKind?>().FirstOrDefault(kind => KindName(kind!.Value) == name);

    public static AlertSide? SideOf(string name) => Enum.GetValues<AlertSide>().Cast<AlertSide?>().FirstOrDefault(side => SideName(side!.Value) == name);

    public static AlertBase? BaseOf(string name) => Enum.GetValues<AlertBase>().Cast<AlertBase?>().FirstOrDefault(from => BaseName(from!.Value) == name);
}

/// <summary>What became of a period in which an alert fired. Persisted by name.</summary>
public enum FiringState
{
    /// <summary>The first of its row: it was told.</summary>
    Fired,

    /// <summary>The period before fired too: it was not told again.</summary>
    Ongoing,

    /// <summary>What came late made it untrue.</summary>
    Withdrawn,
}

/// <summary>A value of a breakdown that moved the number, as it was when the alert fired.</summary>
public sealed record Cause(string Breakdown, string Value, double Delta, double? Now, double? Before);

/// <summary>
/// A period in which an alert fired. <paramref name="Period"/> is its first date; <paramref name="EndedAt"/> when a later period was as it should be;
/// <paramref name="Expected"/>, <paramref name="Low"/> and <paramref name="High"/> as in <see cref="AlertFinding"/>.
/// </summary>
public sealed record Firing(
    long AlertId, DateOnly Period, FiringState State, long FiredAt, long? EndedAt, double? Value, double? Expected, double? Low, double? High, IReadOnlyList<Cause> Causes,
    long? AcknowledgedAt, string AcknowledgedBy, string Note)
{
    /// <summary>Whether it holds and nothing has ended it.</summary>
    public bool IsOpen => State != FiringState.Withdrawn && EndedAt is null;

    public string PeriodText => Period.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    public static string StateName(FiringState state) => state switch { FiringState.Fired => "fired", FiringState.Ongoing => "ongoing", _ => "withdrawn" };
}
