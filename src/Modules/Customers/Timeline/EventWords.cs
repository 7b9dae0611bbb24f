using System.Text.Json;
using Ciclo.Core;
using Ciclo.Kit;
using Ciclo.Modules.Profiles.Contracts;

namespace Ciclo.Modules.Customers.Timeline;

/// <summary>An event as a line of the timeline: what happened, with what, and its sign.</summary>
public sealed record EventLine(string Title, string? Detail, string Icon, string Tone);

/// <summary>Words for the events that the conventions name. An event of any other name is shown by its name.</summary>
internal static class EventWords
{
    private static readonly Dictionary<string, (Text Title, string Icon, string Tone)> Known = new(StringComparer.Ordinal)
    {
        ["Order Completed"] = (new("Ordered", "Compró"), "bag", "money"),
        ["Order Refunded"] = (new("Got a refund", "Recibió un reembolso"), "bag", "bad"),
        ["Product Viewed"] = (new("Looked at", "Vio"), "eye", ""),
        ["Product List Viewed"] = (new("Looked through a list", "Vio una lista"), "eye", ""),
        ["Products Searched"] = (new("Searched for", "Buscó"), "search", ""),
        ["Product Added"] = (new("Added to the cart", "Agregó al carrito"), "cart", "in"),
        ["Product Removed"] = (new("Took out of the cart", "Quitó del carrito"), "cart", ""),
        ["Cart Viewed"] = (new("Looked at the cart", "Vio el carrito"), "cart", ""),
        ["Checkout Started"] = (new("Went to checkout", "Empezó a pagar"), "cart", "in"),
        ["Payment Info Entered"] = (new("Entered payment details", "Puso sus datos de pago"), "cart", ""),
        ["Signed Up"] = (new("Signed up", "Se registró"), "id", "in"),
        ["Signed In"] = (new("Signed in", "Inició sesión"), "id", ""),
        ["Subscription Viewed"] = (new("Looked at the subscription", "Vio la suscripción"), "eye", ""),
        ["Subscription Started"] = (new("Subscribed", "Se suscribió"), "repeat", "money"),
        ["Subscription Updated"] = (new("Changed the subscription", "Cambió su suscripción"), "repeat", ""),
        ["Scores Updated"] = (new("A prediction was made", "Se hizo una predicción"), "rocket", ""),
        ["Subscription Renewed"] = (new("The subscription renewed", "Se renovó su suscripción"), "repeat", ""),
        ["Subscription Paused"] = (new("Paused the subscription", "Pausó su suscripción"), "repeat", ""),
        ["Subscription Resumed"] = (new("Resumed the subscription", "Reanudó su suscripción"), "repeat", ""),
        ["Subscription Cancelled"] = (new("Cancelled the subscription", "Canceló su suscripción"), "repeat", "bad"),
        ["Grind Selected"] = (new("Chose a grind", "Eligió la molienda"), "dot", ""),
        ["Delivery Scheduled"] = (new("Chose a delivery date", "Programó su entrega"), "dot", ""),
        ["Invite Sent"] = (new("Sent an invitation", "Mandó una invitación"), "share", "in"),
        ["Referral Made"] = (new("Brought somebody", "Trajo a alguien"), "share", "in"),
        ["NPS Answered"] = (new("Answered the NPS survey", "Respondió la encuesta NPS"), "survey", ""),
        ["Survey Answered"] = (new("Answered a survey", "Respondió una encuesta"), "survey", ""),
        ["Points Earned"] = (new("Earned points", "Ganó puntos"), "medal", ""),
        ["Points Redeemed"] = (new("Used points", "Usó puntos"), "medal", ""),
        ["Ticket Opened"] = (new("Opened a ticket", "Abrió un ticket"), "help", "bad"),
        ["Ticket Solved"] = (new("The ticket was solved", "Se resolvió su ticket"), "help", ""),
        ["Brand Mentioned"] = (new("Mentioned the brand", "Mencionó la marca"), "share", ""),
        ["Email Sent"] = (new("An e-mail was sent", "Se le envió un correo"), "mail", ""),
        ["Email Delivered"] = (new("The e-mail arrived", "Llegó el correo"), "mail", ""),
        ["Email Opened"] = (new("Opened the e-mail", "Abrió el correo"), "mail", ""),
        ["Email Link Clicked"] = (new("Followed a link in the e-mail", "Siguió un enlace del correo"), "mail", "in"),
        ["WhatsApp Message Sent"] = (new("A WhatsApp message was sent", "Se le envió un WhatsApp"), "mail", ""),
        ["WhatsApp Message Opened"] = (new("Read the WhatsApp message", "Leyó el WhatsApp"), "mail", ""),
        ["WhatsApp Message Link Clicked"] = (new("Followed a link in the WhatsApp message", "Siguió un enlace del WhatsApp"), "mail", "in"),
        ["In-App Message Sent"] = (new("A message on the site was sent", "Se le envió un mensaje en el sitio"), "mail", ""),
        ["In-App Message Delivered"] = (new("Saw the message on the site", "Vio el mensaje en el sitio"), "mail", ""),
        ["In-App Message Opened"] = (new("Opened the message on the site", "Abrió el mensaje en el sitio"), "mail", ""),
        ["In-App Message Link Clicked"] = (new("Followed the message on the site", "Siguió el mensaje en el sitio"), "mail", "in"),
        ["Email Bounced"] = (new("The e-mail bounced", "Rebotó el correo"), "mail", "bad"),
        ["Unsubscribed"] = (new("Unsubscribed from e-mail", "Se dio de baja del correo"), "mail", "bad"),
        ["Quote Sent"] = (new("A quote was sent", "Se le envió una cotización"), "file", ""),
        ["Quote Accepted"] = (new("Accepted the quote", "Aceptó la cotización"), "file", "in"),
        ["Contract Signed"] = (new("Signed the contract", "Firmó el contrato"), "file", "money"),
        ["Invoice Issued"] = (new("An invoice was issued", "Se emitió una factura"), "file", ""),
        ["Invoice Paid"] = (new("Paid the invoice", "Pagó la factura"), "file", "money"),
        ["Segment Consent Preference Updated"] = (new("Changed their consent", "Cambió sus permisos"), "check", ""),
    };

    private static readonly Dictionary<string, (Text Title, string Icon)> Calls = new(StringComparer.Ordinal)
    {
        ["page"] = (new("Visited a page", "Visitó una página"), "eye"),
        ["screen"] = (new("Saw a screen", "Vio una pantalla"), "eye"),
        ["identify"] = (new("Was identified", "Se identificó"), "id"),
        ["group"] = (new("Joined a group", "Se unió a un grupo"), "people"),
        ["alias"] = (new("Got another id", "Recibió otro id"), "id"),
    };

    /// <summary>Every text of the two lists, for the test that holds both languages to it.</summary>
    internal static IEnumerable<Text> All => Known.Values.Select(known => known.Title).Concat(Calls.Values.Select(call => call.Title));

    /// <summary>What the event is called in the reader's language.</summary>
    public static string TitleOf(EventRow row, Locale locale) => row.Event is { } name
        ? Known.TryGetValue(name, out var known) ? locale.Say(known.Title) : name
        : Calls.TryGetValue(row.Type, out var call) ? locale.Say(call.Title) : row.Type;

    public static EventLine Of(EventRow row, JsonElement properties, Locale locale)
    {
        var detail = DetailOf(properties, locale);
        if (row.Event is { } name)
        {
            return Known.TryGetValue(name, out var known)
                ? new EventLine(locale.Say(known.Title), detail, known.Icon, known.Tone)
                : new EventLine(name, detail, "dot", "");
        }
        return Calls.TryGetValue(row.Type, out var call) ? new EventLine(locale.Say(call.Title), detail, call.Icon, "") : new EventLine(row.Type, detail, "dot", "");
    }

    /// <summary>The id of the message that the program itself sent and tells of; null for any other event.</summary>
    public static string? MessageOf(JsonElement properties) =>
        TextOf(properties, "message_id") is { Length: 36 } id && id.StartsWith("msg_", StringComparison.Ordinal) && id[4..].All(char.IsAsciiHexDigit) && TextOf(properties, "source") is not null ? id : null;

    /// <summary>The few properties that say what it was about: the thing by name, the amount, the answer.</summary>
    private static string? DetailOf(JsonElement properties, Locale locale)
    {
        var parts = new List<string?>
        {
            TextOf(properties, "name") is { } name ? string.Join(", ", new[] { name, TextOf(properties, "variant") }.OfType<string>()) : TextOf(properties, "title") ?? TextOf(properties, "path"),
            TextOf(properties, "email_subject") ?? TextOf(properties, "query") ?? TextOf(properties, "plan") ?? TextOf(properties, "grind"),
            AmountOf(properties, locale),
            NumberOf(properties, "score") is { } score ? locale.Number(score) : null,
            NumberOf(properties, "points") is { } points ? locale.Number(points) : null,
            TextOf(properties, "reward") ?? TextOf(properties, "reason") ?? TextOf(properties, "topic") ?? TextOf(properties, "answer") ?? TextOf(properties, "order_id"),
        };
        var said = parts.Where(part => !string.IsNullOrWhiteSpace(part)).Distinct(StringComparer.Ordinal).ToList();
        return said.Count == 0 ? null : string.Join(" · ", said);
    }

    private static string? AmountOf(JsonElement properties, Locale locale) =>
        (NumberOf(properties, "total") ?? NumberOf(properties, "revenue") ?? NumberOf(properties, "amount") ?? NumberOf(properties, "price")) is { } amount
            ? locale.Money(amount, TextOf(properties, "currency") ?? "")
            : null;

    private static string? TextOf(JsonElement properties, string name) =>
        properties.ValueKind == JsonValueKind.Object && properties.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static decimal? NumberOf(JsonElement properties, string name) =>
        properties.ValueKind == JsonValueKind.Object && properties.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetDecimal(out var number)
            ? number
            : null;
}
