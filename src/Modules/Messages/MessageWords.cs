using Ciclo.Core;
using Ciclo.Core.Mail;
using Ciclo.Kit;
using Ciclo.Modules.Messages.Tracking;

namespace Ciclo.Modules.Messages;

/// <summary>How messages and what came of them read.</summary>
internal static class MessageWords
{
    public static Text State(MessageState state) => state switch
    {
        MessageState.Due => new("Waits", "En espera"),
        MessageState.Sending => new("On its way", "Saliendo"),
        MessageState.Sent => new("Sent", "Enviado"),
        MessageState.HeldBack => new("Held back", "Retenido"),
        MessageState.Missed => new("Missed", "Perdido"),
        MessageState.Failed => new("Failed", "Fallido"),
        MessageState.Unknown => new("In doubt", "En duda"),
        MessageState.Cancelled => new("Called back", "Cancelado"),
        _ => new("Caught", "Capturado"),
    };

    public static Verdict VerdictOf(MessageState state) => state switch
    {
        MessageState.Sent => Verdict.Good,
        MessageState.Failed => Verdict.Bad,
        MessageState.Unknown or MessageState.Missed or MessageState.HeldBack => Verdict.Warn,
        _ => Verdict.None,
    };

    /// <summary>What the state means, and what a person can do.</summary>
    public static Text Meaning(MessageState state) => state switch
    {
        MessageState.Due => new("It leaves at its time.", "Sale a su hora."),
        MessageState.Sending => new("It is being handed over now.", "Se está entregando ahora."),
        MessageState.Sent => new("Whoever carries it took it: the mail service, or the page that showed it.", "Lo aceptó quien lo lleva: el servicio de correo, o la página que lo mostró."),
        MessageState.HeldBack => new("It was not sent.", "No se envió."),
        MessageState.Missed => new("Its time passed before it could leave.", "Se le pasó el tiempo antes de poder salir."),
        MessageState.Failed => new("It could not be sent.", "No se pudo enviar."),
        MessageState.Unknown => new(
            "It may have arrived or not. It is not sent again by itself, so that nobody gets it twice. Look in the log of the mail service, then choose.",
            "Puede que haya llegado o no. No se reenvía solo, para que nadie lo reciba dos veces. Mira el registro del servicio de correo y elige."),
        MessageState.Cancelled => new("It was called back before it left.", "Se canceló antes de salir."),
        _ => new("It was written and kept here: no mail service is set up, so nothing goes out.", "Se escribió y se guardó aquí: no hay servicio de correo configurado, así que nada sale."),
    };

    /// <summary>The page of what a message follows from, by its source: `campaign:42:A`, `journey:welcome:first`; null for any other.</summary>
    public static string? PlaceOf(string source) => source.Split(':') switch
    {
        ["campaign", { Length: > 0 } id, ..] => "/campaigns/" + Uri.EscapeDataString(id),
        ["journey", { Length: > 0 } id, ..] => "/journeys/" + Uri.EscapeDataString(id),
        _ => null,
    };

    /// <summary>What came of messages, by one of <see cref="MessagesAsked.Signs"/>; anything, for none.</summary>
    public static Text Came(string sign) => sign switch
    {
        "" => new("Anything", "Lo que sea"),
        "left" => new("Went out", "Salió"),
        "delivered" => new("Delivered", "Entregado"),
        "opened" => new("Opened", "Abierto"),
        "clicked" => new("Clicked", "Con clic"),
        "unsubscribed" => new("Left the list", "Baja"),
        _ => new("Came back", "Rebotado"),
    };

    public static Text Of(MessageSign sign) => (sign.Kind, sign.Reader) switch
    {
        (SignKind.Opened, Reader.Person) => new("Opened", "Abierto"),
        (SignKind.Opened, Reader.ApplePrivacy) => new("Picture loaded by Apple’s privacy protection", "Imagen cargada por la protección de privacidad de Apple"),
        (SignKind.Opened, _) => new("Picture loaded by a machine", "Imagen cargada por una máquina"),
        (SignKind.Clicked, Reader.Person) when sign.Link != TrackingToken.Trap => new("Link followed", "Enlace seguido"),
        (SignKind.Clicked, _) => new("Link followed by a machine", "Enlace seguido por una máquina"),
        (SignKind.Delivered, _) => new("Delivered", "Entregado"),
        (SignKind.Deferred, _) => new("Put off by the receiver", "Aplazado por el receptor"),
        (SignKind.Bounced, _) => new("Came back", "Rebotado"),
        (SignKind.Complained, _) => new("Reported as unwanted", "Marcado como no deseado"),
        _ => new("Unsubscribed", "Baja"),
    };

    public static Text Security(Email.SmtpSecurity security) => security switch
    {
        Email.SmtpSecurity.StartTls => new("STARTTLS, required", "STARTTLS, obligatorio"),
        Email.SmtpSecurity.Tls => new("TLS from the start", "TLS desde el inicio"),
        _ => new("STARTTLS where it is offered", "STARTTLS si lo ofrece"),
    };
}
