using Ciclo.Core;
using Ciclo.Core.Analytics;
using Ciclo.Core.Metrics;

namespace Ciclo.Modules.Goals;

/// <summary>An alert that is offered, made by one click.</summary>
public sealed record OfferedAlert(string Id, Text Name, AskedNumber Number, PeriodKind Period, AlertRule Rule)
{
    public Alert Make(string workspace, Language language, string by, long now) => new(0, workspace, Name.In(language), Number, Period, Rule, false, [], true, 0, 0, now, by);
}

/// <summary>A goal that is offered, made by one click.</summary>
public sealed record OfferedGoal(string Id, Text Name, AskedNumber Number, GoalKind Kind, double Amount, PeriodKind Period)
{
    public Goal Make(string workspace, Language language, string by, long now) => new(0, workspace, Name.In(language), Number, Kind, Amount, Period, null, null, by, now, null, null, null, null);
}

/// <summary>What most shops look at, offered until somebody has one on the same number.</summary>
public static class ReadyMade
{
    private static readonly AlertRule Unusual = new(AlertKind.Anomaly, AlertSide.Either, 3);

    private static readonly AlertRule UnusuallyLow = new(AlertKind.Anomaly, AlertSide.Below, 3);

    public static IReadOnlyList<OfferedAlert> Alerts { get; } =
    [
        new("orders", new("Orders are unusually few", "Hay muchos menos pedidos de lo usual"), Of("orders"), PeriodKind.Day, UnusuallyLow),
        new("visits", new("Visits are unusual", "Las visitas son inusuales"), Of("visits"), PeriodKind.Day, Unusual),
        new("checkout", new("Fewer finish their order", "Menos personas terminan su pedido"), Of("step_rate"), PeriodKind.Week, UnusuallyLow),
        new("bounce", new("More visitors leave at once", "Más visitantes se van enseguida"), Of("bounce_rate"), PeriodKind.Week, new AlertRule(AlertKind.Anomaly, AlertSide.Above, 3)),
        new("new_customers", new("Fewer new customers than the week before", "Menos clientes nuevos que la semana anterior"), Of("new_customers"), PeriodKind.Week, new AlertRule(AlertKind.Change, AlertSide.Below, 0.2)),
        new("repeat", new("Fewer buy again than the month before", "Menos repiten compra que el mes anterior"), Of("repeat_purchase_rate"), PeriodKind.Month, new AlertRule(AlertKind.Change, AlertSide.Below, 0.1)),
        new("mrr", new("MRR falls", "Cae el MRR"), Of("mrr"), PeriodKind.Month, new AlertRule(AlertKind.Change, AlertSide.Below, 0.03)),
    ];

    public static IReadOnlyList<OfferedGoal> Goals { get; } =
    [
        new("revenue", new("Revenue grows by 10% a month", "Los ingresos crecen 10% al mes"), Of("revenue"), GoalKind.GrowBy, 0.1, PeriodKind.Month),
        new("new_customers", new("New customers grow by 5% a month", "Los clientes nuevos crecen 5% al mes"), Of("new_customers"), GoalKind.GrowBy, 0.05, PeriodKind.Month),
        new("ltv_cac", new("LTV:CAC of 3 or more each quarter", "LTV:CAC de 3 o más cada trimestre"), Of("ltv_cac"), GoalKind.AtLeast, 3, PeriodKind.Quarter),
        new("bounce", new("Less than 45% leave at once", "Menos de 45% se va enseguida"), Of("bounce_rate"), GoalKind.AtMost, 0.45, PeriodKind.Month),
        new("mrr", new("MRR grows by 3% a month", "El MRR crece 3% al mes"), Of("mrr"), GoalKind.GrowBy, 0.03, PeriodKind.Month),
    ];

    /// <summary>An alert on a step that unusually few people take in a week.</summary>
    public static Alert Step(string workspace, string name, string step, string next, string by, long now) => new(
        0, workspace, name, new AskedNumber("step_rate", $"step={Uri.EscapeDataString(step)}&next={Uri.EscapeDataString(next)}", "", ""), PeriodKind.Week, UnusuallyLow, false, [], true, 0, 0, now, by);

    private static AskedNumber Of(string metric) => new(metric, "", "", "");
}
