using Microsoft.AspNetCore.Http;

namespace Ciclo.Modules.Messages;

/// <summary>
/// What was written to a person, as a document of its own. It is other people's HTML: no script runs in it, it has no origin, and only pictures and styles load. Our pages show it in a
/// frame; nobody else may.
/// </summary>
internal static class MessageFrame
{
    private const string Policy = "sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'; img-src * data:; style-src 'unsafe-inline'; font-src *; frame-ancestors 'self'; form-action 'none'; base-uri 'none'";

    public static IResult Of(HttpContext http, Written written)
    {
        http.Response.Headers.ContentSecurityPolicy = Policy;
        http.Response.Headers.CacheControl = "private, no-store";
        http.Response.Headers["X-Robots-Tag"] = "noindex, nofollow, noarchive";
        var html = written.Html.Length > 0 ? written.Html : $"<!doctype html><meta charset=\"utf-8\"><pre style=\"white-space:pre-wrap;font:inherit\">{System.Net.WebUtility.HtmlEncode(written.Text)}</pre>";
        return Results.Content(html, "text/html; charset=utf-8");
    }
}
