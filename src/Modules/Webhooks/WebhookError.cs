using Ciclo.Core;
using Ciclo.Modules.Webhooks.Contracts;

namespace Ciclo.Modules.Webhooks;

/// <summary>An expected refusal of this module: a stable code, and what a person reads.</summary>
public sealed record WebhookError(string Code, Text Message)
{
    public static readonly WebhookError BadName = new("bad_webhook_name", new(
        $"A webhook needs a name of 1 to {Endpoint.LongestName} characters, such as what receives it.",
        $"Un webhook necesita un nombre de 1 a {Endpoint.LongestName} caracteres, por ejemplo qué lo recibe."));

    public static readonly WebhookError BadUrl = new("bad_webhook_url", new(
        "Give an address that begins with https://, without a password in it. Plain http is for this machine and private addresses alone.",
        "Da una dirección que empiece por https://, sin contraseña dentro. http sin cifrar es solo para esta máquina y direcciones privadas."));

    public static readonly WebhookError BadType = new("bad_webhook_type", new(
        $"Types of messages are: {string.Join(", ", WebhookTypes.All.Keys)}. Choose none for all.",
        $"Los tipos de mensaje son: {string.Join(", ", WebhookTypes.All.Keys)}. No elijas ninguno para recibirlos todos."));

    public static readonly WebhookError TooMany = new("too_many_webhooks", new(
        $"A workspace has {Endpoint.Most} webhooks at most. Delete one that is no longer used.",
        $"Un espacio de trabajo tiene {Endpoint.Most} webhooks como máximo. Borra uno que ya no se use."));

    public static readonly WebhookError NotFound = new("webhook_not_found", new(
        "There is no webhook of this id. `ciclo webhooks list` shows them.", "No hay ningún webhook con este id. `ciclo webhooks list` los muestra."));
}
