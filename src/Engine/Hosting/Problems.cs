using Ciclo.Core;
using Microsoft.AspNetCore.Http;

namespace Ciclo.Engine.Hosting;

/// <summary>A refusal over HTTP as problem details (RFC 9457), in the reader's language. `type` is `urn:ciclo:problem:CODE`; codes are stable.</summary>
public static class Problems
{
    private static readonly Dictionary<int, Text> Titles = new()
    {
        [400] = new("The request cannot be understood", "No se entiende la petición"),
        [401] = new("A key is needed", "Hace falta una clave"),
        [403] = new("This key may not do that", "Esta clave no puede hacer eso"),
        [404] = new("There is no such thing", "No existe"),
        [405] = new("This is not done that way", "Esto no se hace así"),
        [409] = new("That does not fit what is there", "No encaja con lo que hay"),
        [413] = new("The request is too large", "La petición es demasiado grande"),
        [415] = new("The body is of a kind that is not read here", "El cuerpo es de un tipo que aquí no se lee"),
        [429] = new("Too much at once", "Demasiado a la vez"),
        [500] = new("Something broke on our side", "Algo falló de nuestro lado"),
        [503] = new("Not possible now", "Ahora no es posible"),
    };

    public static IResult Of(HttpContext http, int status, string code, Text detail)
    {
        var language = LanguageOf(http);
        return Results.Problem(
            detail.In(language), statusCode: status, title: Titles.GetValueOrDefault(status, Titles[400]).In(language), type: "urn:ciclo:problem:" + code,
            extensions: new Dictionary<string, object?> { ["code"] = code });
    }

    public static IResult NotFound(HttpContext http, Text detail) => Of(http, 404, "not_found", detail);

    public static IResult BadRequest(HttpContext http, string code, Text detail) => Of(http, 400, code, detail);

    /// <summary>Spanish where the reader prefers it to English; English else.</summary>
    public static Language LanguageOf(HttpContext http)
    {
        foreach (var wanted in http.Request.GetTypedHeaders().AcceptLanguage.OrderByDescending(language => language.Quality ?? 1))
        {
            if (wanted.Value.StartsWith("es", StringComparison.OrdinalIgnoreCase))
            {
                return Language.Es;
            }
            if (wanted.Value.StartsWith("en", StringComparison.OrdinalIgnoreCase))
            {
                return Language.En;
            }
        }
        return Language.En;
    }
}
