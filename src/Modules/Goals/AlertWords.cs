using Ciclo.Core;
using Ciclo.Core.Analytics;
using Ciclo.Core.Metrics;
using Ciclo.Kit;
using Ciclo.Modules.Measure.Contracts;

namespace Ciclo.Modules.Goals;

/// <summary>How goals and alerts read.</summary>
internal static class AlertWords
{
    public static Text Each(PeriodKind by) => by switch
    {
        PeriodKind.Day => new("each day", "cada día"),
        PeriodKind.Week => new("each week", "cada semana"),
        PeriodKind.Month => new("each month", "cada mes"),
        PeriodKind.Quarter => new("each quarter", "cada trimestre"),
        _ => new("each year", "cada año"),
    };

    public static Text Status(GoalStatus status) => status switch
    {
        GoalStatus.OnTrack => new("On track", "En camino"),
        GoalStatus.AtRisk => new("At risk", "En riesgo"),
        GoalStatus.Reached => new("Reached", "Alcanzado"),
        GoalStatus.Missed => new("Missed", "No alcanzado"),
        _ => new("No data yet", "Aún sin datos"),
    };

    public static Verdict VerdictOf(GoalStatus status) => status switch
    {
        GoalStatus.OnTrack or GoalStatus.Reached => Verdict.Good,
        GoalStatus.AtRisk => Verdict.Warn,
        GoalStatus.Missed => Verdict.Bad,
        _ => Verdict.None,
    };

    /// <summary>Which number it is, where that is more than its metric's name: the settings that were chosen, and of whom.</summary>
    public static string Of(Locale l, Metric metric, AskedNumber number)
    {
        var chosen = number.SettingsByName;
        var parts = metric.Settings.Where(setting => chosen.ContainsKey(setting.Id))
            .Select(setting => $"{l.Say(setting.Label)}: {ChoiceOf(l, setting, chosen[setting.Id])}");
        return string.Join(", ", number.Breakdown.Length == 0 ? parts : parts.Append(MetricWords.BreakdownValue(l, metric, number.Value)));
    }

    private static string ChoiceOf(Locale l, MetricSetting setting, string chosen) =>
        setting.Choices.Where(choice => choice.Id == chosen).Select(choice => l.Say(choice.Label)).FirstOrDefault() ?? chosen;

    /// <summary>What an alert waits for: `20% below the week before, each week`.</summary>
    public static string Rule(Locale l, Metric metric, PeriodKind by, AlertRule rule, bool soFar, string? currency)
    {
        var each = l.Say(Each(by));
        var told = rule.Kind switch
        {
            AlertKind.Threshold => $"{SideOf(l, rule.Side)} {Amounts.Says(l, metric, rule.Amount, currency)}",
            AlertKind.Change => $"{How(l, metric, rule, currency)} {SideOf(l, rule.Side)} {BaseOf(l, rule.Base, by)}",
            _ => l.Say($"{SideOf(l, rule.Side)} what is usual for it", $"{SideOf(l, rule.Side)} lo usual para ese momento"),
        };
        // Spanish joins the two words.
        told = l.Language == Language.Es ? told.Replace(" de el ", " del ", StringComparison.Ordinal) : told;
        return $"{told}, {each}{(soFar ? l.Say(", also while it runs", ", también mientras transcurre") : "")}";
    }

    /// <summary>What fired, with what it was held against: `312; expected between 420 and 610, by the same weekday of the last 12 weeks`; in a list without the last.</summary>
    public static string Finding(Locale l, Metric metric, PeriodKind by, AlertRule rule, double? value, double? expected, double? low, double? high, string? currency, bool inList = false)
    {
        string Says(double? one) => Amounts.Says(l, metric, one, currency);
        var range = (low, high) switch
        {
            ({ } from, { } to) => l.Say($"expected between {Says(from)} and {Says(to)}", $"se esperaba entre {Says(from)} y {Says(to)}"),
            ({ } from, null) => l.Say($"expected at least {Says(from)}", $"se esperaba al menos {Says(from)}"),
            (null, { } to) => l.Say($"expected at most {Says(to)}", $"se esperaba como máximo {Says(to)}"),
            _ => "",
        };
        return rule.Kind switch
        {
            AlertKind.Threshold => l.Say($"{Says(value)}; the threshold is {Says(low ?? high)}", $"{Says(value)}; el umbral es {Says(low ?? high)}"),
            AlertKind.Change => l.Say($"{Says(value)}, {BaseOf(l, rule.Base, by)} {Says(expected)}: {Change(l, metric, expected, value)}", $"{Says(value)}, {BaseOf(l, rule.Base, by)} {Says(expected)}: {Change(l, metric, expected, value)}"),
            _ when inList => $"{Says(value)}; {range}",
            _ => l.Say($"{Says(value)}; {range}, by {Usual(l, by)}", $"{Says(value)}; {range}, según {Usual(l, by)}"),
        };
    }

    /// <summary>A value of a breakdown that moved the number.</summary>
    public static string CauseOf(Locale l, Metric metric, Cause cause, string? currency)
    {
        var name = MetricWords.BreakdownValue(l, metric, cause.Value);
        var delta = metric.Unit == MetricUnit.Share ? l.Points(cause.Delta) : Amounts.Says(l, metric, Math.Abs(cause.Delta), currency);
        return $"{name}: {(cause.Delta < 0 ? "−" : "+")}{delta} ({Amounts.Says(l, metric, cause.Before, currency)} → {Amounts.Says(l, metric, cause.Now, currency)})";
    }

    public static Text Gap(AlertGap gap) => gap == AlertGap.NoHistory
        ? new("There are too few earlier periods to tell.", "Hay muy pocos periodos anteriores para saberlo.")
        : new("There is no number in the period.", "No hay cifra en el periodo.");

    private static string Change(Locale l, Metric metric, double? before, double? now) =>
        before is { } was && now is { } value && MetricWords.Change(l, metric, new MetricCell((decimal)was), new MetricCell((decimal)value)) is { } change
            ? (change.Direction < 0 ? "−" : "+") + change.Says : "–";

    private static string How(Locale l, Metric metric, AlertRule rule, string? currency) => !rule.InPoints ? l.Change(rule.Amount)
        : metric.Unit == MetricUnit.Share ? l.Points(rule.Amount) : Amounts.Says(l, metric, rule.Amount, currency);

    private static string SideOf(Locale l, AlertSide side) => side switch
    {
        AlertSide.Above => l.Say("above", "por encima de"),
        AlertSide.Below => l.Say("below", "por debajo de"),
        _ => l.Say("above or below", "por encima o por debajo de"),
    };

    private static string BaseOf(Locale l, AlertBase from, PeriodKind by) => (from, by) switch
    {
        (AlertBase.Year, PeriodKind.Day) => l.Say("the same weekday a year before", "el mismo día de la semana un año antes"),
        (AlertBase.Year, _) => l.Say($"the same {MetricWords.By(by).En} a year before", $"{Same(by)} un año antes"),
        (AlertBase.Week, _) => l.Say("the same day a week before", "el mismo día una semana antes"),
        _ => l.Say($"the {MetricWords.By(by).En} before", by == PeriodKind.Week ? "la semana anterior" : $"el {MetricWords.By(by).Es} anterior"),
    };

    private static string Same(PeriodKind by) => by == PeriodKind.Week ? "la misma semana" : $"el mismo {MetricWords.By(by).Es}";

    private static string Usual(Locale l, PeriodKind by) => by switch
    {
        PeriodKind.Day => l.Say("the same weekday of the last 12 weeks", "el mismo día de las últimas 12 semanas"),
        PeriodKind.Week => l.Say("the last 12 weeks", "las últimas 12 semanas"),
        _ => l.Say("the last 12 months", "los últimos 12 meses"),
    };
}
