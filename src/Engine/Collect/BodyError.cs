using Ciclo.Core;

namespace Ciclo.Engine.Collect;

/// <summary>Why a whole body was refused: 400, and nothing of it is kept.</summary>
public enum BodyError
{
    None = 0,
    TooLarge,
    NotJson,
    NotAnObject,
    NoBatch,
    TooManyItems,
    TooLargeMerged,
}

public static class BodyErrors
{
    /// <summary>A stable, machine-readable name of the error.</summary>
    public static string Code(BodyError error) => error switch
    {
        BodyError.TooLarge => "body_too_large",
        BodyError.NotJson => "body_not_json",
        BodyError.NotAnObject => "body_not_an_object",
        BodyError.NoBatch => "no_batch",
        BodyError.TooManyItems => "too_many_items",
        BodyError.TooLargeMerged => "batch_context_too_large",
        _ => "none",
    };

    public static Text Explain(BodyError error) => error switch
    {
        BodyError.TooLarge => new(
            "The body is over 512,000 bytes (after gunzip). Send smaller batches.",
            "El cuerpo pasa de 512 000 bytes (descomprimido). Envía lotes más pequeños."),
        BodyError.NotJson => new(
            "The body is not JSON: cut off, empty, or with a value that JSON does not have, such as NaN. Serialize it with a JSON library.",
            "El cuerpo no es JSON: está cortado, vacío o lleva un valor que JSON no tiene, como NaN. Serialízalo con una biblioteca de JSON."),
        BodyError.NotAnObject => new(
            "The body is not a JSON object. Send one call in braces, or several to /v1/batch as {\"batch\":[…]}.",
            "El cuerpo no es un objeto JSON. Envía una llamada entre llaves, o varias a /v1/batch como {\"batch\":[…]}."),
        BodyError.NoBatch => new(
            "`batch` is missing or not a list. Send {\"batch\":[…]}, or one call to /v1/track, /v1/identify and so on.",
            "Falta `batch` o no es una lista. Envía {\"batch\":[…]}, o una sola llamada a /v1/track, /v1/identify, etc."),
        BodyError.TooManyItems => new(
            "More than 2,500 items in one batch. Send smaller batches.",
            "Más de 2 500 elementos en un lote. Envía lotes más pequeños."),
        BodyError.TooLargeMerged => new(
            "With the batch's `context` and `integrations` given to each item, the batch is over 8 MB. Send a smaller context or smaller batches.",
            "Con `context` e `integrations` del lote en cada elemento, el lote pasa de 8 MB. Envía un contexto o lotes más pequeños."),
        _ => Text.Same(""),
    };
}
