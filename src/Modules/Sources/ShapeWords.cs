using Ciclo.Core;

namespace Ciclo.Modules.Sources;

/// <summary>Kinds of values in words.</summary>
internal static class ShapeWords
{
    public static Text Of(ShapeKind kind) => kind switch
    {
        ShapeKind.Boolean => new("true or false", "sí o no"),
        ShapeKind.Number => new("number", "número"),
        ShapeKind.Text => new("text", "texto"),
        ShapeKind.List => new("list", "lista"),
        ShapeKind.Object => new("object", "objeto"),
        _ => new("always empty", "siempre vacío"),
    };
}
