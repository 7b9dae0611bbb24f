using Ciclo.Core;

namespace Ciclo.Engine.Collect;

/// <summary>Why an item was refused. The closed list; persisted by <see cref="RejectReasons.Code"/>, so names only ever grow.</summary>
public enum RejectReason
{
    None = 0,
    TooLarge,
    NotAnObject,
    InvalidText,
    TooDeep,
    TooManyProperties,
    UnknownType,
    WrongType,
    NoId,
    BlockedId,
    IdTooLong,
    NoGroupId,
    NoPreviousId,
    NoEvent,
    NameTooLong,
    MessageIdTooLong,
    /// <summary>Of a person who was erased; refused on the way into the journal, and kept without what was sent.</summary>
    Erased,
}

/// <summary>The persisted code of each reason, and what a person reads: what is wrong, and what to do about it.</summary>
public static class RejectReasons
{
    public static IReadOnlyList<RejectReason> All { get; } = [.. Enum.GetValues<RejectReason>().Where(reason => reason != RejectReason.None)];

    /// <summary>The reason's snake_case name, as stored with the item and shown by `ciclo rejected`.</summary>
    public static string Code(RejectReason reason) => reason switch
    {
        RejectReason.TooLarge => "too_large",
        RejectReason.NotAnObject => "not_an_object",
        RejectReason.InvalidText => "invalid_text",
        RejectReason.TooDeep => "too_deep",
        RejectReason.TooManyProperties => "too_many_properties",
        RejectReason.UnknownType => "unknown_type",
        RejectReason.WrongType => "wrong_type",
        RejectReason.NoId => "no_id",
        RejectReason.BlockedId => "blocked_id",
        RejectReason.IdTooLong => "id_too_long",
        RejectReason.NoGroupId => "no_group_id",
        RejectReason.NoPreviousId => "no_previous_id",
        RejectReason.NoEvent => "no_event",
        RejectReason.NameTooLong => "name_too_long",
        RejectReason.MessageIdTooLong => "message_id_too_long",
        RejectReason.Erased => "erased",
        _ => "none",
    };

    /// <summary>The reason of a stored code; null for a code that no version of the program wrote.</summary>
    public static RejectReason? Find(string code)
    {
        foreach (var reason in All)
        {
            if (string.Equals(Code(reason), code, StringComparison.Ordinal))
            {
                return reason;
            }
        }
        return null;
    }

    public static Text Explain(RejectReason reason) => reason switch
    {
        RejectReason.TooLarge => new(
            "The event is over 32,768 bytes, counting the context it takes from its batch. Send less in properties, traits or context.",
            "El evento pasa de 32 768 bytes, contando el contexto que toma de su lote. Envía menos en properties, traits o context."),
        RejectReason.NotAnObject => new(
            "The item is not a JSON object. Each item of `batch` is one call in braces.",
            "El elemento no es un objeto JSON. Cada elemento de `batch` es una llamada entre llaves."),
        RejectReason.InvalidText => new(
            "A text is not valid Unicode: broken UTF-8, or half of a surrogate pair. It is often cut in the middle of an emoji; cut by characters, not by bytes.",
            "Un texto no es Unicode válido: UTF-8 roto o medio par sustituto. Suele cortarse a mitad de un emoji; corta por caracteres, no por bytes."),
        RejectReason.TooDeep => new(
            "Objects and lists are nested more than 32 deep. Send flatter properties.",
            "Hay objetos y listas anidados a más de 32 niveles. Envía propiedades más planas."),
        RejectReason.TooManyProperties => new(
            "More than 2,000 names in one event. Values used as names (an id as a key) belong into a list.",
            "Más de 2 000 nombres en un evento. Los valores usados como nombres (un id como clave) van en una lista."),
        RejectReason.UnknownType => new(
            "`type` is missing or none of track, identify, page, screen, group, alias.",
            "Falta `type`, o no es track, identify, page, screen, group ni alias."),
        RejectReason.WrongType => new(
            "A field has the wrong JSON type: ids, `event` and `messageId` are texts, properties, traits and context are objects.",
            "Un campo tiene otro tipo JSON: los ids, `event` y `messageId` son textos; properties, traits y context son objetos."),
        RejectReason.NoId => new(
            "Nobody to give the event to: send `userId` or `anonymousId` (or an e-mail or an external id).",
            "El evento no es de nadie: envía `userId` o `anonymousId` (o un correo o un id externo)."),
        RejectReason.BlockedId => new(
            "Each identifier sent stands for nobody (such as 0, -1, null, anonymous). Leave an unknown id out and send an `anonymousId`.",
            "Cada identificador enviado significa nadie (como 0, -1, null, anonymous). Omite el id desconocido y envía un `anonymousId`."),
        RejectReason.IdTooLong => new(
            "An identifier is over 512 characters. Send the id itself, not a token or a document.",
            "Un identificador pasa de 512 caracteres. Envía el id, no un token ni un documento."),
        RejectReason.NoGroupId => new(
            "A group call needs `groupId`.",
            "Una llamada group necesita `groupId`."),
        RejectReason.NoPreviousId => new(
            "An alias call needs `previousId`.",
            "Una llamada alias necesita `previousId`."),
        RejectReason.NoEvent => new(
            "A track call needs `event`, the name of what happened.",
            "Una llamada track necesita `event`, el nombre de lo que pasó."),
        RejectReason.NameTooLong => new(
            "The name of the event or page is over 512 characters. What varies belongs into properties.",
            "El nombre del evento o de la página pasa de 512 caracteres. Lo que varía va en properties."),
        RejectReason.MessageIdTooLong => new(
            "`messageId` has 100 characters or more. Use a UUID, or a hash of what makes the event unique.",
            "`messageId` tiene 100 caracteres o más. Usa un UUID o un hash de lo que hace único al evento."),
        RejectReason.Erased => new(
            "The person was erased, so nothing about them is taken in again, and what was sent was not kept. `ciclo erase --lift` allows it again.",
            "La persona fue borrada, así que no se vuelve a admitir nada de ella, y lo enviado no se guardó. `ciclo erase --lift` lo permite de nuevo."),
        _ => Text.Same(""),
    };
}
