using Ciclo.Core;

namespace Ciclo.Modules.Messages;

/// <summary>Why a message was not sent, or waits: ids that are stored, with their words. Those of consent and rules come from whoever decides on them.</summary>
public static class Reasons
{
    public const string NoPerson = "no_person";
    public const string NoAddress = "no_address";
    public const string BadAddress = "bad_address";
    public const string Expired = "expired";
    public const string NoTemplate = "no_template";
    public const string Template = "template_error";
    public const string MissingVariable = "missing_variable";
    public const string NoChannel = "no_channel";
    public const string OtherChannel = "other_channel";
    public const string NotFetched = "not_fetched";
    public const string NoService = "no_service";
    public const string NoMember = "no_member";
    public const string NoPolicy = "no_policy";
    public const string DomainPace = "domain_pace";
    public const string Crash = "crash";
    public const string NoAnswer = "no_answer";
    public const string Busy = "provider_busy";
    public const string NoConnection = "no_connection";
    public const string Tls = "tls";
    public const string SignIn = "sign_in";
    public const string Refused = "refused";
    public const string AddressRefused = "address_refused";
    public const string SenderRefused = "sender_refused";
    public const string Settled = "settled_by_person";

    public static IReadOnlyDictionary<string, Text> All { get; } = new Dictionary<string, Text>(StringComparer.Ordinal)
    {
        [NoPerson] = new("Nobody is known by that identifier any more.", "Ya no se conoce a nadie con ese identificador."),
        [NoAddress] = new("No address is known of the person.", "No se conoce ninguna dirección de la persona."),
        [BadAddress] = new("The person’s address is none that can be written to. Correct it on their page.", "La dirección de la persona no sirve para escribirle. Corrígela en su página."),
        [Expired] = new("Its time had passed before it could leave.", "Se le pasó el tiempo antes de poder salir."),
        [NoTemplate] = new("There is no such template. It was deleted or renamed.", "No existe esa plantilla. La borraron o le cambiaron el nombre."),
        [Template] = new("The template could not be filled in.", "No se pudo rellenar la plantilla."),
        [MissingVariable] = new("Something that the template needs is not known of the person.", "Falta algo de la persona que la plantilla necesita."),
        [NoChannel] = new("Nothing sends on that channel.", "Nada envía por ese canal."),
        [OtherChannel] = new("The template is for another channel. Choose one of this channel.", "La plantilla es de otro canal. Elige una de este canal."),
        [NotFetched] = new("The person did not come in its time.", "La persona no vino a tiempo."),
        [NoService] = new("No mail service is set up. Set one up in Settings, E-mail.", "No hay servicio de correo configurado. Configúralo en Ajustes, Correo."),
        [NoMember] = new("The person is no longer of this workspace, or may not see its numbers.", "La persona ya no es de este espacio, o no puede ver sus cifras."),
        [NoPolicy] = new("Nothing says who may be written to.", "Nada dice a quién se puede escribir."),
        [DomainPace] = new("It waits so that its mail service does not get too many at once.", "Espera para no mandar demasiados a la vez a su servicio de correo."),
        [Crash] = new("The server ended while it was being handed over.", "El servidor terminó mientras se entregaba."),
        [NoAnswer] = new("It was handed over, and nobody answered.", "Se entregó y nadie respondió."),
        [Busy] = new("The mail service asked to try later.", "El servicio de correo pidió intentarlo más tarde."),
        [NoConnection] = new("The mail service could not be reached.", "No se pudo llegar al servicio de correo."),
        [Tls] = new("No safe connection to the mail service could be made.", "No se pudo hacer una conexión segura con el servicio de correo."),
        [SignIn] = new("The mail service did not take the user name and password. Correct them in Settings, E-mail.", "El servicio de correo no aceptó el usuario y la contraseña. Corrígelos en Ajustes, Correo."),
        [Refused] = new("The mail service refused the message for good.", "El servicio de correo rechazó el mensaje para siempre."),
        [AddressRefused] = new("The mail service refused the address for good.", "El servicio de correo rechazó la dirección para siempre."),
        [SenderRefused] = new("The mail service refused the sender. Check the sender’s address in Settings, E-mail.", "El servicio de correo rechazó al remitente. Revisa la dirección del remitente en Ajustes, Correo."),
        [Settled] = new("A person said what became of it.", "Una persona dijo qué pasó con él."),
    };
}
