using Ciclo.Core;

namespace Ciclo.Modules.Webhooks.Contracts;

/// <summary>What messages can be about. Persisted by name, so names only grow; `WHAT.HAPPENED`.</summary>
public static class WebhookTypes
{
    public const string AlertFired = "alert.fired";
    public const string AlertResolved = "alert.resolved";
    public const string ReportReady = "report.ready";

    public const string JourneyStep = "journey.step";

    /// <summary>Sent from the page and by `ciclo webhooks test`; every endpoint takes it.</summary>
    public const string Test = "webhook.test";

    /// <summary>The types that an endpoint chooses from, with what they tell of.</summary>
    public static IReadOnlyDictionary<string, Text> All { get; } = new Dictionary<string, Text>(StringComparer.Ordinal)
    {
        [AlertFired] = new("An alert fires", "Salta una alerta"),
        [AlertResolved] = new("An alert is over", "Una alerta termina"),
        [ReportReady] = new("A scheduled report is ready", "Un informe programado está listo"),
        [JourneyStep] = new("Somebody comes to a step of a journey", "Alguien llega a un paso de un recorrido"),
    };
}
