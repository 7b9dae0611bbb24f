using Ciclo.Core;

namespace Ciclo.Modules.Keys;

/// <summary>An expected refusal of this module: a stable code, and what a person reads.</summary>
public sealed record KeyError(string Code, Text Message)
{
    public static readonly KeyError BadName = new("bad_key_name", new(
        $"A key needs a name of 1 to {ApiKey.LongestName} characters, such as where it is used.",
        $"Una clave necesita un nombre de 1 a {ApiKey.LongestName} caracteres, por ejemplo dónde se usa."));

    public static readonly KeyError WriteKeyOnlyCollects = new("write_key_only_collects", new(
        "A write key is public and can only send events. Make a secret key for other scopes.",
        "Una clave de escritura es pública y solo puede enviar eventos. Crea una clave secreta para otros permisos."));

    public static readonly KeyError UnknownScope = new("unknown_scope", new(
        $"Scopes are: {string.Join(", ", KeyScopes.All.Keys)}; at least one.",
        $"Los permisos son: {string.Join(", ", KeyScopes.All.Keys)}; al menos uno."));

    public static readonly KeyError BadText = new("bad_key_text", new(
        $"A key's text has {ApiKey.ShortestText} to {ApiKey.LongestText} printable ASCII characters without blanks and colons.",
        $"El texto de una clave tiene de {ApiKey.ShortestText} a {ApiKey.LongestText} caracteres ASCII imprimibles, sin espacios ni dos puntos."));

    public static readonly KeyError TextTaken = new("key_text_taken", new(
        "A key of this text exists already, live or revoked. Use another text.",
        "Ya existe una clave con este texto, activa o revocada. Usa otro texto."));

    public static readonly KeyError BeyondMaker = new("beyond_maker", new(
        "A key does at most what your role may. Choose fewer scopes, or ask an owner to make it.",
        "Una clave hace como máximo lo que puede tu rol. Elige menos permisos, o pide a un propietario que la cree."));

    public static readonly KeyError NotFound = new("key_not_found", new(
        "There is no live key of this id. `ciclo keys list` shows them.",
        "No hay ninguna clave activa con este id. `ciclo keys list` las muestra."));
}
