using Microsoft.AspNetCore.Http;

namespace Ciclo.Modules.Collect;

/// <summary>
/// Any page may send events: a write key is public, and no cookie or other credential of the browser counts here.
/// </summary>
internal static class Cors
{
    private const int LongestHeaderList = 1_000;

    /// <summary>Headers that every answer has. Without the exposed ones the browser library cannot obey Retry-After.</summary>
    public static void Allow(HttpResponse response)
    {
        response.Headers.AccessControlAllowOrigin = "*";
        response.Headers.AccessControlExposeHeaders = "Retry-After, X-RateLimit-Reset";
        response.Headers.XContentTypeOptions = "nosniff";
    }

    public static Task PreflightAsync(HttpContext http)
    {
        Allow(http.Response);
        var headers = http.Response.Headers;
        headers.AccessControlAllowMethods = "GET, POST, OPTIONS";
        // Clients may be configured with headers of their own. `*` would not cover Authorization, so what is asked for is answered.
        var asked = http.Request.Headers.AccessControlRequestHeaders.ToString();
        headers.AccessControlAllowHeaders = asked.Length is > 0 and <= LongestHeaderList
            ? asked
            : "Authorization, Content-Type, Content-Encoding, X-Retry-Count";
        headers.AccessControlMaxAge = "7200";
        headers.Vary = "Access-Control-Request-Headers";
        http.Response.StatusCode = StatusCodes.Status204NoContent;
        return Task.CompletedTask;
    }
}
