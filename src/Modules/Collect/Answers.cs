using Ciclo.Core;
using Ciclo.Engine.Collect;
using Ciclo.Engine.Hosting;
using Ciclo.Modules.Collect.Contracts;
using Microsoft.AspNetCore.Http;

namespace Ciclo.Modules.Collect;

/// <summary>The answers of the collecting API; refusals are RFC 9457 problem details that say what to do, in the caller's language.</summary>
internal static class Answers
{
    private static readonly byte[] Success = """{"success":true}"""u8.ToArray();

    public static Task SuccessAsync(HttpContext http)
    {
        http.Response.StatusCode = StatusCodes.Status200OK;
        http.Response.ContentType = "application/json";
        http.Response.ContentLength = Success.Length;
        return http.Response.Body.WriteAsync(Success, 0, Success.Length, http.RequestAborted);
    }

    public static Task UnknownKeyAsync(HttpContext http)
    {
        // The scheme is one that browsers do not know: for Basic they would show a login window on the pages of our users' sites.
        http.Response.Headers.WWWAuthenticate = "WriteKey realm=\"ciclo\"";
        return ProblemAsync(http, StatusCodes.Status401Unauthorized, "invalid_write_key", new(
            "The write key is missing, unknown or revoked. Send it as Basic user name with an empty password, or as `writeKey` in the body; `ciclo keys add --kind write --name NAME` makes one.",
            "La clave de escritura falta, es desconocida o está revocada. Envíala como usuario Basic sin contraseña o como `writeKey` en el cuerpo; `ciclo keys add --kind write --name NOMBRE` crea una."));
    }

    public static Task BadBodyAsync(HttpContext http, BodyError error) =>
        ProblemAsync(http, StatusCodes.Status400BadRequest, BodyErrors.Code(error), BodyErrors.Explain(error));

    public static Task UnreadAsync(HttpContext http, BodyOutcome outcome)
    {
        switch (outcome)
        {
            case BodyOutcome.NotGzip:
                return ProblemAsync(http, StatusCodes.Status400BadRequest, "body_not_gzip", new(
                    "`Content-Encoding` says gzip, but the body is not, or is damaged. Send it as it is, without that header.",
                    "`Content-Encoding` dice gzip, pero el cuerpo no lo es o está dañado. Envíalo tal cual, sin esa cabecera."));
            case BodyOutcome.UnknownEncoding:
                http.Response.Headers.AcceptEncoding = "gzip";
                return ProblemAsync(http, StatusCodes.Status415UnsupportedMediaType, "unknown_content_encoding", new(
                    "Bodies may be compressed with gzip, or not at all.",
                    "El cuerpo puede ir comprimido con gzip o sin comprimir."));
            default:
                return BadBodyAsync(http, BodyError.TooLarge);
        }
    }

    public static Task UnavailableAsync(HttpContext http, CollectUnavailableException refusal)
    {
        // Whole seconds, rounded up: a client that came back a moment early would be refused again.
        var seconds = Math.Max(1, (long)Math.Ceiling(refusal.RetryAfter.TotalSeconds)).ToString();
        http.Response.Headers.RetryAfter = seconds;
        http.Response.Headers["X-RateLimit-Reset"] = seconds;
        return refusal.Refusal == CollectRefusal.Busy
            ? ProblemAsync(http, StatusCodes.Status429TooManyRequests, "busy", new(
                $"More events arrive than can be taken now. Send the same request again in {seconds} s.",
                $"Llegan más eventos de los que se pueden tomar ahora. Repite la misma petición en {seconds} s."))
            : ProblemAsync(http, StatusCodes.Status503ServiceUnavailable, "cannot_write", new(
                $"Events cannot be stored now; nothing that was confirmed is lost. Send the same request again in {seconds} s. If it stays, look at `ciclo doctor`: the disk may be full.",
                $"Ahora no se pueden guardar eventos; nada confirmado se ha perdido. Repite la misma petición en {seconds} s. Si persiste, consulta `ciclo doctor`: el disco puede estar lleno."));
    }

    public static Task NoSettingsAsync(HttpContext http) =>
        ProblemAsync(http, StatusCodes.Status404NotFound, "invalid_write_key", new(
            "There is no write key of this text. Check the key given to the browser library.",
            "No hay ninguna clave de escritura con este texto. Revisa la clave dada a la biblioteca del navegador."));

    private static Task ProblemAsync(HttpContext http, int status, string code, Text detail) =>
        Results.Problem(
            detail.In(Problems.LanguageOf(http)),
            statusCode: status,
            type: "urn:ciclo:problem:" + code,
            extensions: [new KeyValuePair<string, object?>("code", code)]).ExecuteAsync(http);
}
