using Ciclo.Core;
using Ciclo.Data.Journal;
using Ciclo.Engine.Hosting;
using Ciclo.Modules.Measure.Contracts;

namespace Ciclo.Server;

/// <summary>
/// The edge of `/api`: every refusal leaves as problem details with a code and a next step, also what the framework refuses by itself
/// (a number that is none, an unknown path) and what breaks below.
/// </summary>
public sealed partial class ApiEdge(RequestDelegate next, ILogger<ApiEdge> logger)
{
    public async Task InvokeAsync(HttpContext http)
    {
        if (!http.Request.Path.StartsWithSegments("/api", StringComparison.Ordinal))
        {
            await next(http);
            return;
        }
        // Answers are about people: nothing on the way may keep them. What may be kept says so itself.
        http.Response.Headers.CacheControl = "no-store";
        try
        {
            await next(http);
            if (http.Response is { HasStarted: false, StatusCode: >= 400, ContentType: null })
            {
                await Of(http, http.Response.StatusCode).ExecuteAsync(http);
            }
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested)
        {
            // Nobody is there to be answered.
        }
#pragma warning disable CA1031 // The edge: a bug ends its request, is logged once, and the server goes on.
        catch (Exception broken) when (!http.Response.HasStarted)
#pragma warning restore CA1031
        {
            await RefuseAsync(http, broken);
        }
    }

    private Task RefuseAsync(HttpContext http, Exception broken)
    {
        switch (broken)
        {
            case RefusedException refused:
                return Problems.BadRequest(http, "refused", refused.Text).ExecuteAsync(http);
            case BadHttpRequestException bad:
                return Of(http, bad.StatusCode).ExecuteAsync(http);
            case JournalBusyException:
                http.Response.Headers.RetryAfter = "1";
                return Of(http, 429).ExecuteAsync(http);
            case MetricsBusyException:
                http.Response.Headers.RetryAfter = "5";
                return Problems.Of(http, 503, "counting_anew", MetricsBusyException.Says).ExecuteAsync(http);
            case DiskFullException or JournalFailedException or ObjectDisposedException:
                http.Response.Headers.RetryAfter = "5";
                return Of(http, 503).ExecuteAsync(http);
            default:
                LogBroken(broken, http.Request.Method, (http.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText, http.TraceIdentifier);
                return Of(http, 500).ExecuteAsync(http);
        }
    }

    private static IResult Of(HttpContext http, int status) => status switch
    {
        404 => Problems.Of(http, 404, "no_such_path", new Text(
            "The API has no such path. /openapi/v1.json lists them all.", "La API no tiene esa ruta. /openapi/v1.json las enumera todas.")),
        405 => Problems.Of(http, 405, "wrong_method", new Text(
            $"This path takes {http.Response.Headers.Allow}.", $"Esta ruta admite {http.Response.Headers.Allow}.")),
        413 => Problems.Of(http, 413, "too_large", new Text("A request may have 1 MiB. Send less at once.", "Una petición puede tener 1 MiB. Envía menos de una vez.")),
        415 => Problems.Of(http, 415, "not_json", new Text(
            "Send the body as JSON, with `Content-Type: application/json`.", "Envía el cuerpo como JSON, con `Content-Type: application/json`.")),
        429 => Problems.Of(http, 429, "busy", new Text(
            "More arrives than can be taken now. Send the same request again in a second.", "Llega más de lo que se puede tomar ahora. Repite la misma petición en un segundo.")),
        500 => Problems.Of(http, 500, "broken", new Text(
            $"This is our fault. The server's log says more under {http.TraceIdentifier}.", $"Es culpa nuestra. El registro del servidor dice más bajo {http.TraceIdentifier}.")),
        503 => Problems.Of(http, 503, "cannot_write", new Text(
            "Nothing can be stored now; nothing that was confirmed is lost. Try again, and look at `ciclo doctor`: the disk may be full.",
            "Ahora no se puede guardar nada; nada confirmado se ha perdido. Inténtalo de nuevo y consulta `ciclo doctor`: el disco puede estar lleno.")),
        _ => Problems.Of(http, status, "unreadable", new Text(
            "A part of the request cannot be read: a number that is none, or a body that is not JSON. /openapi/v1.json says what each path takes.",
            "Una parte de la petición no se puede leer: un número que no lo es, o un cuerpo que no es JSON. /openapi/v1.json dice qué admite cada ruta.")),
    };

    [LoggerMessage(Level = LogLevel.Error, Message = "{Method} {Route} broke ({Trace})")]
    private partial void LogBroken(Exception broken, string method, string? route, string trace);
}
