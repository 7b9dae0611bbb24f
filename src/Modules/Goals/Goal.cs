using System.Globalization;
using Ciclo.Core;
using Ciclo.Core.Analytics;
using Ciclo.Core.Metrics;
using Ciclo.Core.Time;

namespace Ciclo.Modules.Goals;

/// <summary>
/// A goal of a workspace. <paramref name="Amount"/>: the number that is asked for, in the metric's unit, or the growth as a share. <paramref name="Period"/>: each month,
/// quarter or year anew; null from <paramref name="FromDay"/> to before <paramref name="ToDay"/> once. An archived goal keeps how it ended.
/// </summary>
public sealed record Goal(
    long Id, string WorkspaceId, string Name, AskedNumber Number, GoalKind Kind, double Amount, PeriodKind? Period, DateOnly? FromDay, DateOnly? ToDay, string Owner, long CreatedAt, long? ArchivedAt,
    double? Result, double? ResultTarget, GoalStatus? ResultStatus)
{
    public const int LongestName = 80;
    public const int Most = 100;

    private const double Greatest = 1e15;
    private const int LongestDays = 3_660;

    /// <summary>Why a goal is none; null for a good one.</summary>
    public static GoalError? Refuse(string name, double? amount, GoalKind kind, PeriodKind? period, DateOnly? from, DateOnly? to) =>
        name.Trim().Length is 0 or > LongestName ? GoalError.BadName
        : amount is not { } number || !double.IsFinite(number) || Math.Abs(number) > Greatest || (kind == GoalKind.GrowBy && number is <= -1 or 0) ? GoalError.BadAmount
        : period is null && (from is not { } first || to is not { } end || end <= first || end.DayNumber - first.DayNumber > LongestDays) ? GoalError.BadDates
        : null;

    /// <summary>The period that an instant lies in; for a goal between dates, those.</summary>
    public (long From, long To) SpanAt(Zone zone, long now) => Period is { } kind
        ? Periods.Of(kind, zone, now, now + 1) is var one ? (one.Start, one.End) : default
        : (zone.StartOfDay(FromDay!.Value.Year, FromDay.Value.Month, FromDay.Value.Day), zone.StartOfDay(ToDay!.Value.Year, ToDay.Value.Month, ToDay.Value.Day));

    public static string KindName(GoalKind kind) => kind switch { GoalKind.AtLeast => "at_least", GoalKind.AtMost => "at_most", _ => "grow_by" };

    public static GoalKind? KindOf(string name) => name switch { "at_least" => GoalKind.AtLeast, "at_most" => GoalKind.AtMost, "grow_by" => GoalKind.GrowBy, _ => null };

    public static string StatusName(GoalStatus status) => status switch
    {
        GoalStatus.OnTrack => "on_track",
        GoalStatus.AtRisk => "at_risk",
        GoalStatus.Reached => "reached",
        GoalStatus.Missed => "missed",
        _ => "no_data",
    };

    public static GoalStatus? StatusOf(string name) => Enum.GetValues<GoalStatus>().Cast<GoalStatus?>().FirstOrDefault(status => StatusName(status!.Value) == name);

    public static DateOnly? DayOf(string text) => DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) && day.Year is >= 1970 and <= 2200 ? day : null;
}

/// <summary>An expected refusal of this module: a stable code, and what a person reads.</summary>
public sealed record GoalError(string Code, Text Message)
{
    public static readonly GoalError BadName = new("bad_name", new($"Give it a name of 1 to {Goal.LongestName} characters.", $"Ponle un nombre de 1 a {Goal.LongestName} caracteres."));

    public static readonly GoalError BadAmount = new("bad_amount", new("Give a number, such as 1200 or 12.5.", "Da un número, por ejemplo 1200 o 12.5."));

    public static readonly GoalError BadDates = new("bad_dates", new(
        "Give a first date and a later last one, at most ten years apart.", "Da una primera fecha y una última posterior, con diez años entre ellas como máximo."));

    public static readonly GoalError NoMetric = new("no_metric", new("There is no such number. Choose one of the list.", "No existe esa cifra. Elige una de la lista."));

    public static readonly GoalError NeedsValue = new("needs_value", new("This number is of each of several: choose of which one.", "Esta cifra es de cada uno de varios: elige de cuál."));

    public static readonly GoalError TooMany = new("too_many", new(
        $"A workspace has {Goal.Most} of them at most. Archive or delete one that is no longer looked at.", $"Un espacio de trabajo tiene {Goal.Most} como máximo. Archiva o borra uno que ya nadie mire."));

    public static readonly GoalError NoAlert = new("no_alert", new("There is no alert of this id. `ciclo alerts list` shows them.", "No hay ninguna alerta con este id. `ciclo alerts list` las muestra."));
}
