using Ciclo.Core;
using Ciclo.Kit;

namespace Ciclo.Modules.Webhooks;

/// <summary>How attempts and endpoints read.</summary>
internal static class WebhookWords
{
    public static Text State(MessageState state) => state switch
    {
        MessageState.Due => new("Waits", "En espera"),
        MessageState.Delivered => new("Delivered", "Entregado"),
        _ => new("Given up", "Abandonado"),
    };

    public static Verdict VerdictOf(MessageState state) => state switch { MessageState.Due => Verdict.Warn, MessageState.Delivered => Verdict.Good, _ => Verdict.Bad };

    /// <summary>What the last attempt brought, in words, with what to do where it failed.</summary>
    public static Text Why(Message message) => message switch
    {
        { Attempts: 0 } => new("Not tried yet.", "Aún sin intentar."),
        { LastStatus: >= 200 and < 300 } => new($"Answered {message.LastStatus}.", $"Respondió {message.LastStatus}."),
        { LastStatus: >= 300 and < 400 } => new(
            $"Answered {message.LastStatus}: redirects are not followed. Give the address that it leads to.",
            $"Respondió {message.LastStatus}: no se siguen redirecciones. Da la dirección a la que lleva."),
        { LastStatus: 410 } => new(
            "Answered 410, which turns the webhook off. Turn it on again when the receiver wants messages.",
            "Respondió 410, que apaga el webhook. Enciéndelo de nuevo cuando el receptor quiera mensajes."),
        { LastStatus: > 0 } => new($"Answered {message.LastStatus}. The receiver's log says why.", $"Respondió {message.LastStatus}. El registro del receptor dice por qué."),
        { LastAnswer: NoAnswer.Private } => new(
            "The address is a private one. Start the server with --private-webhooks to allow that.",
            "La dirección es privada. Inicia el servidor con --private-webhooks para permitirlo."),
        { LastAnswer: NoAnswer.Timeout } => new(
            "No answer within 20 seconds. Let the receiver answer first and work afterwards.",
            "Sin respuesta en 20 segundos. Haz que el receptor responda primero y trabaje después."),
        { LastAnswer: NoAnswer.Tls } => new("The certificate could not be trusted. Renew it or correct the name.", "No se pudo confiar en el certificado. Renuévalo o corrige el nombre."),
        { LastAnswer: NoAnswer.Name } => new("The name leads to no address. Check how it is written.", "El nombre no lleva a ninguna dirección. Revisa cómo está escrito."),
        _ => new("The connection was refused or broke off. Check that the receiver runs.", "La conexión fue rechazada o se cortó. Revisa que el receptor esté en marcha."),
    };
}
