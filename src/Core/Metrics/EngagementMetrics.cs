namespace Ciclo.Core.Metrics;

/// <summary>How often people come, and whether they come again.</summary>
public static class EngagementMetrics
{
    public static readonly Metric Active = new(
        "active_people", new Text("Active people", "Personas activas"),
        new Text("People with an event of their own in the period.", "Personas con un evento propio en el periodo."),
        MetricUnit.People, BetterWhen.Higher) { Part = LifePart.Retention, Row = new Text("person", "persona") };

    public static readonly Metric Stickiness = new(
        "stickiness", new Text("Stickiness", "Adherencia"),
        new Text(
            "Of the people active in the period, the share who were on an average day of it (DAU / MAU for a month). For days and weeks, of those active in the 30 days up to the period's end.",
            "De las personas activas en el periodo, la parte que lo estuvo en un día promedio (DAU / MAU en un mes). Para días y semanas, de las activas en los 30 días hasta el final del periodo."),
        MetricUnit.Share, BetterWhen.Higher) { Part = LifePart.Retention, Form = MetricForm.Ratio, Row = new Text("person", "persona") };

    private static readonly Dictionary<string, Text> States = new(StringComparer.Ordinal)
    {
        ["new"] = new("new", "nuevas"),
        ["returning"] = new("returning", "que regresan"),
        ["resurrecting"] = new("resurrecting", "que reviven"),
        ["dormant"] = new("dormant", "dormidas"),
    };

    public static readonly Metric Growth = new(
        "growth_accounting", new Text("Growth accounting", "Cuentas del crecimiento"),
        new Text(
            "New: active for the first time. Returning: active in this period and the one before. Resurrecting: active again after at least one period without. Dormant: active in the period before and not in this one.",
            "Nuevas: activas por primera vez. Que regresan: activas en este periodo y en el anterior. Que reviven: activas otra vez tras al menos un periodo sin actividad. Dormidas: activas en el periodo anterior y no en este."),
        MetricUnit.People, BetterWhen.Neither) { Part = LifePart.Retention, Row = new Text("person", "persona"), Breakdowns = ["state"], Values = States };

    /// <summary>The event that counts as converting.</summary>
    public static readonly MetricSetting Goal = new("goal", new Text("Goal", "Meta"), [("Order Completed", Text.Same("Order Completed"))]) { IsOpen = true };

    /// <summary>What converts.</summary>
    public static readonly MetricSetting Per = new("per", new Text("Of", "De"), [("person", new Text("people", "personas")), ("session", new Text("visits", "visitas"))]);

    public static readonly Metric Conversion = new(
        "conversion_rate", new Text("Conversion rate", "Tasa de conversión"),
        new Text(
            "Of the people who had not converted when the period began, or came in it, the share who did for the first time within it. Of visits: those of the period in which the goal was reached, up to 30 minutes after the last event.",
            "De las personas que no habían convertido al empezar el periodo, o que llegaron en él, la parte que lo hizo por primera vez dentro de él. De visitas: las del periodo en que se alcanzó la meta, hasta 30 minutos después del último evento."),
        MetricUnit.Share, BetterWhen.Higher)
    { Part = LifePart.Activation, Form = MetricForm.Ratio, Row = new Text("person or visit", "persona o visita"), Settings = [Goal, Per] };

    /// <summary>The step that people take first.</summary>
    public static readonly MetricSetting StepFrom = new("step", new Text("Step", "Paso"), [("Checkout Started", Text.Same("Checkout Started"))]) { IsOpen = true };

    /// <summary>The step that comes next.</summary>
    public static readonly MetricSetting StepTo = new("next", new Text("Next step", "Paso siguiente"), [("Order Completed", Text.Same("Order Completed"))]) { IsOpen = true };

    public static readonly Metric StepRate = new(
        "step_rate", new Text("Go on to the next step", "Siguen al paso siguiente"),
        new Text(
            "Of the people who took a step in the period, the share who took the next one within a day of their first time in it. Who began less than a day ago is left out until then.",
            "De las personas que dieron un paso en el periodo, la parte que dio el siguiente en el día que siguió a su primera vez en él. Quien empezó hace menos de un día queda fuera hasta entonces."),
        MetricUnit.Share, BetterWhen.Higher)
    { Part = LifePart.Activation, Form = MetricForm.Ratio, Row = new Text("person", "persona"), Settings = [StepFrom, StepTo], Breakdowns = ["platform"] };

    /// <summary>From when the time to activation runs.</summary>
    public static readonly MetricSetting Since = new("since", new Text("From", "Desde"), [("first_seen", new Text("first seen", "la primera vez")), ("sign_up", new Text("sign-up", "el registro"))]);

    public static readonly Metric TimeToActivation = new(
        "time_to_activation", new Text("Time to activation", "Tiempo hasta la activación"),
        new Text(
            "How long until half of the people first seen in the period reach the goal; who has not yet counts for as long as they have been here (Kaplan–Meier).",
            "Cuánto pasa hasta que la mitad de las personas vistas por primera vez en el periodo alcanza la meta; quien aún no lo hace cuenta por el tiempo que lleva aquí (Kaplan–Meier)."),
        MetricUnit.Duration, BetterWhen.Lower)
    { Part = LifePart.Activation, Form = MetricForm.Estimate, Row = new Text("person", "persona"), Settings = [Goal, Since] };

    public static readonly Metric TimeToActivationP75 = TimeToActivation with
    {
        Id = "time_to_activation_p75",
        Label = new Text("Time to activation, 75 %", "Tiempo hasta la activación, 75 %"),
        Formula = new Text(
            "How long until three in four of the people first seen in the period reach the goal; who has not yet counts for as long as they have been here (Kaplan–Meier).",
            "Cuánto pasa hasta que tres de cada cuatro personas vistas por primera vez en el periodo alcanzan la meta; quien aún no lo hace cuenta por el tiempo que lleva aquí (Kaplan–Meier)."),
    };

    public static IReadOnlyList<Metric> All { get; } = [Active, Stickiness, Growth, Conversion];

    public static IReadOnlyList<Metric> Activation { get; } = [TimeToActivation, TimeToActivationP75];
}
