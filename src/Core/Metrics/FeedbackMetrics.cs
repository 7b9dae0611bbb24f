namespace Ciclo.Core.Metrics;

/// <summary>What people answer, whom they bring, and who takes part in what rewards them.</summary>
public static class FeedbackMetrics
{
    private static readonly Text Person = new("person", "persona");
    private static readonly Text Answer = new("answer", "respuesta");

    /// <summary>Which answers of one person count.</summary>
    public static readonly MetricSetting Answers = new("answers", new Text("Answers", "Respuestas"),
        [("latest", new Text("each person's latest", "la última de cada persona")), ("all", new Text("all", "todas"))]);

    /// <summary>The share of good answers, or their mean.</summary>
    public static readonly MetricSetting Scale = new("as", new Text("As", "Como"), [("share", new Text("share of good answers", "parte de respuestas buenas")), ("mean", new Text("mean", "promedio"))]);

    public static readonly Metric Nps = new(
        "nps", Text.Same("NPS"),
        new Text(
            "The share of answers of 9 and 10 minus that of 0 to 6, of each person's latest answer in the period, with its interval of 95 %.",
            "La parte de respuestas de 9 y 10 menos la de 0 a 6, con la última respuesta de cada persona en el periodo, y su intervalo de 95 %."),
        MetricUnit.Score, BetterWhen.Higher) { Part = LifePart.Feedback, Form = MetricForm.Ratio, Row = Answer, HasInterval = true, Settings = [Answers] };

    public static readonly Metric Csat = new(
        "csat", Text.Same("CSAT"),
        new Text("The share of answers of 4 and 5 on a scale to 5.", "La parte de respuestas de 4 y 5 en una escala hasta 5."),
        MetricUnit.Share, BetterWhen.Higher) { Part = LifePart.Feedback, Form = MetricForm.Ratio, Row = Answer, HasInterval = true, Settings = [Scale] };

    public static readonly Metric Ces = new(
        "ces", Text.Same("CES"),
        new Text("The share of answers of 5 and more on a scale of ease to 7.", "La parte de respuestas de 5 o más en una escala de facilidad hasta 7."),
        MetricUnit.Share, BetterWhen.Higher) { Part = LifePart.Feedback, Form = MetricForm.Ratio, Row = Answer, HasInterval = true, Settings = [Scale] };

    public static readonly Metric ReferralRate = new(
        "referral_rate", new Text("Referral rate", "Tasa de recomendación"),
        new Text(
            "Of the people with their first order or subscription in the period, the share whom another customer had referred.",
            "De las personas con su primer pedido o suscripción en el periodo, la parte recomendada antes por otro cliente."),
        MetricUnit.Share, BetterWhen.Higher) { Part = LifePart.Referral, Form = MetricForm.Ratio, Row = Person };

    public static readonly Metric KFactor = new(
        "k_factor", new Text("K factor", "Factor K"),
        new Text(
            "New customers brought by each customer: invites per customer × the share of invites that become a customer. People count as customers from their first order or subscription on.",
            "Clientes nuevos que trae cada cliente: invitaciones por cliente × la parte de invitaciones que llega a cliente. Se es cliente desde el primer pedido o suscripción."),
        MetricUnit.Number, BetterWhen.Higher) { Part = LifePart.Referral, Form = MetricForm.Ratio, Row = Person };

    public static readonly Metric ReferralParticipation = new(
        "referral_participation", new Text("Referral participation", "Participación en referidos"),
        new Text("Of the customers, the share who invited somebody or made a referral in the period.", "De los clientes, la parte que invitó a alguien o hizo una recomendación en el periodo."),
        MetricUnit.Share, BetterWhen.Higher) { Part = LifePart.Referral, Form = MetricForm.Ratio, Row = Person };

    public static readonly Metric LoyaltyParticipation = new(
        "loyalty_participation", new Text("Loyalty participation", "Participación en lealtad"),
        new Text(
            "Of the members (people who have earned points by the period's end), the share who earned or redeemed points in the period.",
            "De los miembros (personas que ganaron puntos antes de terminar el periodo), la parte que ganó o canjeó puntos en el periodo."),
        MetricUnit.Share, BetterWhen.Higher) { Part = LifePart.Referral, Form = MetricForm.Ratio, Row = Person };

    public static IReadOnlyList<Metric> All { get; } = [ReferralRate, KFactor, ReferralParticipation, LoyaltyParticipation, Nps, Csat, Ces];
}
