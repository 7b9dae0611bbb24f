namespace Ciclo.Modules.Templates.Mail;

/// <summary>What the program itself says in a message, in the message's language.</summary>
internal sealed record MailWords(string Unsubscribe, string Preferences, string View, string Quantity)
{
    private static readonly MailWords English = new("Unsubscribe", "Preferences", "View in browser", "Quantity:");
    private static readonly MailWords Spanish = new("Cancelar suscripción", "Preferencias", "Ver en el navegador", "Cantidad:");

    /// <summary>Spanish for Spanish, English for all others.</summary>
    public static MailWords Of(string locale) => locale.StartsWith("es", StringComparison.OrdinalIgnoreCase) ? Spanish : English;

    /// <summary>Where the currency of a list of products lies: beside the list.</summary>
    public static string CurrencyOf(string list) => list.LastIndexOf('.') is > 0 and var dot ? list[..dot] + ".currency" : "event.currency";
}
