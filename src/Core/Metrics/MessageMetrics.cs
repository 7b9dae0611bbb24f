namespace Ciclo.Core.Metrics;

/// <summary>What becomes of messages that reach people, by the names of the e-mail specification of the Segment spec and its like for other channels.</summary>
public static class MessageMetrics
{
    /// <summary>The channel by the first words of an event's name.</summary>
    public static IReadOnlyDictionary<string, Text> Channels { get; } = new Dictionary<string, Text>(StringComparer.Ordinal)
    {
        ["email"] = new("E-mail", "Correo"),
        ["whatsapp"] = Text.Same("WhatsApp"),
        ["sms"] = Text.Same("SMS"),
        ["push"] = new("Push", "Notificaciones"),
        ["other"] = new("Other", "Otros"),
    };

    private static readonly Text Message = new("message", "mensaje");

    public static readonly Metric Delivered = new(
        "messages_delivered", new Text("Messages delivered", "Mensajes entregados"),
        new Text("Messages that reached somebody in the period.", "Mensajes que llegaron a alguien en el periodo."),
        MetricUnit.Count, BetterWhen.Neither) { Part = LifePart.Retention, Row = Message, Breakdowns = ["message", "channel"], Values = Channels };

    public static readonly Metric ClickRate = new(
        "message_ctr", new Text("Click rate of messages", "Tasa de clics de mensajes"),
        new Text(
            "Of the messages delivered in the period, the share whose recipient followed a link, each counted once.",
            "De los mensajes entregados en el periodo, la parte cuyo destinatario siguió un enlace, contados una vez cada uno."),
        MetricUnit.Share, BetterWhen.Higher) { Part = LifePart.Retention, Form = MetricForm.Ratio, Row = Message, Breakdowns = ["message", "channel"], Values = Channels };

    public static readonly Metric ClickToOpenRate = ClickRate with
    {
        Id = "message_ctor",
        Label = new Text("Click-to-open rate", "Clics por apertura"),
        Formula = new Text(
            "Of the messages delivered in the period that their recipient opened, the share whose recipient followed a link. Openings by machines are left out.",
            "De los mensajes entregados en el periodo que su destinatario abrió, la parte cuyo destinatario siguió un enlace. Las aperturas automáticas no cuentan."),
    };

    public static IReadOnlyList<Metric> All { get; } = [Delivered, ClickRate, ClickToOpenRate];
}
