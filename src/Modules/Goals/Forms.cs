using Ciclo.Core.Analytics;
using Ciclo.Core.Metrics;
using Ciclo.Kit;
using Ciclo.Modules.Measure.Contracts;
using Ciclo.Modules.Webhooks.Contracts;
using Microsoft.AspNetCore.Http;

namespace Ciclo.Modules.Goals;

/// <summary>What a form asks about a number: its metric, and what it can be split by and into.</summary>
public sealed record NumberForm(Metric Metric, AskedNumber Number, IReadOnlyList<(string Breakdown, IReadOnlyList<string> Values)> Choices, string? Currency);

/// <summary>The form of a goal; without a metric the choice of one.</summary>
public sealed record GoalFormModel(long Id, Goal Goal, NumberForm? Number, IReadOnlyList<Metric> Metrics, GoalError? Error);

/// <summary>The form of an alert; without a metric the choice of one.</summary>
public sealed record AlertFormModel(long Id, Alert Alert, NumberForm? Number, IReadOnlyList<Metric> Metrics, IReadOnlyList<WebhookEndpoint> Endpoints, GoalError? Error);

/// <summary>The last periods beside what is asked: how often the goal would have been reached.</summary>
public sealed record GoalPreviewModel(Goal Goal, NumberCourse? Course, string? Currency, GoalError? Error, bool IsBusy);

/// <summary>What an alert would have told in the past.</summary>
public sealed record AlertPreviewModel(Alert Alert, AlertCourse? Course, string? Currency, GoalError? Error, bool IsBusy);

/// <summary>Reads goals and alerts as forms and addresses send them; what makes no sense is refused by the record itself.</summary>
internal static class Forms
{
    /// <summary>A form that was posted, or the query of an address.</summary>
    public static Func<string, string> FieldsOf(HttpContext http) =>
        HttpMethods.IsPost(http.Request.Method) ? name => http.Request.Form[name].ToString() : name => http.Request.Query[name].ToString();

    public static (Goal? Goal, GoalError? Error) Goal(Func<string, string> field, Metric metric, Goal like)
    {
        var kind = Goals.Goal.KindOf(field("kind")) ?? GoalKind.AtLeast;
        var amount = Amounts.Read(field("amount"), kind == GoalKind.GrowBy ? 0.01 : Amounts.ScaleOf(metric));
        PeriodKind? period = field("period") == "dates" ? null : AskedPeriods.TryKind(field("period"), out var chosen) && chosen >= PeriodKind.Month ? chosen : PeriodKind.Month;
        var (from, to) = period is null ? (Goals.Goal.DayOf(field("from")), Goals.Goal.DayOf(field("to"))) : (null, null);
        // The last day that people write is part of the goal.
        to = to?.AddDays(1);
        var number = AskedNumber.Of(metric, field);
        var error = NumberReading.IsAlwaysSplit(metric) && number.Breakdown.Length == 0 ? GoalError.NeedsValue : Goals.Goal.Refuse(field("name"), amount, kind, period, from, to);
        return (like with { Name = field("name"), Number = number, Kind = kind, Amount = amount ?? double.NaN, Period = period, FromDay = from, ToDay = to }, error);
    }

    public static (Alert Alert, GoalError? Error) Alert(Func<string, string> field, IEnumerable<string> endpoints, Metric metric, Alert like)
    {
        var kind = Goals.Alert.KindOf(field("kind")) ?? AlertKind.Anomaly;
        var side = Goals.Alert.SideOf(field("side")) ?? (kind == AlertKind.Threshold ? AlertSide.Below : AlertSide.Either);
        var isPoints = kind == AlertKind.Change && field("unit") == "points";
        var amount = kind switch
        {
            AlertKind.Threshold => Amounts.Read(field("threshold"), Amounts.ScaleOf(metric)),
            AlertKind.Change => Amounts.Read(field("change"), isPoints ? Amounts.ScaleOf(metric) : 0.01),
            _ => Amounts.Read(field("spread"), 1),
        };
        var rule = new AlertRule(kind, side, amount ?? double.NaN, isPoints, kind == AlertKind.Change ? Goals.Alert.BaseOf(field("base")) ?? AlertBase.Previous : AlertBase.Previous);
        var by = AskedPeriods.TryKind(field("by"), out var chosen) ? chosen : PeriodKind.Day;
        var number = AskedNumber.Of(metric, field);
        var alert = like with
        {
            Name = field("name"),
            Number = number,
            Period = by,
            Rule = rule,
            SoFar = kind == AlertKind.Threshold && field("so_far") == "yes",
            Endpoints = [.. endpoints.Select(id => Id(id) ?? 0).Where(id => id > 0).Distinct()],
        };
        return (alert, NumberReading.IsAlwaysSplit(metric) && number.Breakdown.Length == 0 ? GoalError.NeedsValue : Goals.Alert.Refuse(alert.Name, rule, by));
    }

    public static long? Id(string text) => long.TryParse(text, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var id) ? id : null;
}
