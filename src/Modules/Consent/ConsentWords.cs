using Ciclo.Core;

namespace Ciclo.Modules.Consent;

/// <summary>What people read of consent.</summary>
public static class ConsentWords
{
    public static readonly Text Title = new("Consent", "Consentimiento");
    public static readonly Text Suppressed = new("Suppressed addresses", "Direcciones bloqueadas");

    /// <summary>The channels that consent is given for.</summary>
    public static IReadOnlyDictionary<string, Text> Channels { get; } = new Dictionary<string, Text>(StringComparer.Ordinal)
    {
        ["email"] = new("E-mail", "Correo"),
        ["sms"] = Text.Same("SMS"),
        ["whatsapp"] = Text.Same("WhatsApp"),
        ["push"] = new("Push notifications", "Notificaciones push"),
        ["onsite"] = new("On the site", "En el sitio"),
    };

    public static Text Channel(string id) => Channels.TryGetValue(id, out var says) ? says : Text.Same(id);

    public static Text Of(Answer answer) => answer switch
    {
        Answer.Given => new("Yes", "Sí"),
        Answer.Refused => new("No", "No"),
        Answer.Unconfirmed => new("Yes, not confirmed yet", "Sí, sin confirmar"),
        _ => new("Never asked", "Sin respuesta"),
    };

    public static Text Of(ConsentDefault holds) => holds switch
    {
        ConsentDefault.OptIn => new("Only after a yes", "Solo después de un sí"),
        ConsentDefault.OptOut => new("Until a no", "Hasta un no"),
        _ => new("Always: receipts, passwords", "Siempre: recibos, contraseñas"),
    };

    /// <summary>How an answer was given, as it stands in the event.</summary>
    public static Text Method(string method) => method switch
    {
        ConsentMethods.PreferencePage => new("On the preference page", "En la página de preferencias"),
        ConsentMethods.OneClick => new("One-click unsubscribe of the mail program", "Baja con un clic del programa de correo"),
        ConsentMethods.UnsubscribePage => new("On the unsubscribe page", "En la página de baja"),
        ConsentMethods.Confirmed => new("Confirmed from the mailbox", "Confirmado desde el correo"),
        ConsentMethods.Form => new("In a form", "En un formulario"),
        ConsentMethods.Api => new("By the API", "Por la API"),
        ConsentMethods.Agent => new("Noted by the team", "Anotado por el equipo"),
        "" => new("Sent by a site or an app", "Enviado por un sitio o una app"),
        _ => Text.Same(method),
    };

    public static Text Reason(string reason) => reason switch
    {
        Contracts.SuppressionReasons.HardBounce => new("Does not exist", "No existe"),
        Contracts.SuppressionReasons.Complaint => new("Reported as spam", "Marcado como spam"),
        Contracts.SuppressionReasons.Unsubscribed => new("Unsubscribed elsewhere", "Se dio de baja en otro lado"),
        Contracts.SuppressionReasons.Erased => new("The person was erased", "La persona fue borrada"),
        _ => new("By hand", "A mano"),
    };
}

/// <summary>How an answer came to us. Stands in events as `method`, so values only grow.</summary>
public static class ConsentMethods
{
    public const string PreferencePage = "preference_page";
    public const string OneClick = "one_click";
    public const string UnsubscribePage = "unsubscribe_page";
    public const string Confirmed = "double_opt_in";
    public const string Form = "form";
    public const string Api = "api";
    public const string Agent = "agent";

    /// <summary>What a caller of the API may say.</summary>
    public static IReadOnlyList<string> OfCallers { get; } = [Api, Form, "phone", "paper", "import"];

    /// <summary>Came by a link that was sent to the person's own address: a yes of these is confirmed.</summary>
    public static bool IsConfirming(ReadOnlySpan<byte> method) => method.SequenceEqual("double_opt_in"u8) || method.SequenceEqual("preference_page"u8);
}
