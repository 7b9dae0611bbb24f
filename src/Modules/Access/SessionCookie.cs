using Microsoft.AspNetCore.Http;

namespace Ciclo.Modules.Access;

/// <summary>
/// The cookie that holds a session's token. Over https its name begins with `__Host-`, so that a browser takes it only from this very host,
/// over https; and then no other name is read.
/// </summary>
public static class SessionCookie
{
    private const string Plain = "ciclo_session";
    private const string Guarded = "__Host-ciclo_session";

    public static string Read(HttpRequest request) => request.Cookies[NameFor(request)] ?? "";

    /// <summary>The browser drops it when it is closed; how long it is good for is the server's to say.</summary>
    public static void Give(HttpContext http, string token) => http.Response.Cookies.Append(NameFor(http.Request), token, OptionsFor(http.Request));

    public static void TakeBack(HttpContext http) => http.Response.Cookies.Delete(NameFor(http.Request), OptionsFor(http.Request));

    private static string NameFor(HttpRequest request) => request.IsHttps ? Guarded : Plain;

    private static CookieOptions OptionsFor(HttpRequest request) =>
        new() { HttpOnly = true, SameSite = SameSiteMode.Lax, Secure = request.IsHttps, Path = "/", IsEssential = true };
}
