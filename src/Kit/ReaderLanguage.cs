using System.Globalization;
using Ciclo.Core;
using Microsoft.AspNetCore.Http;

namespace Ciclo.Kit;

/// <summary>The reader's language: what they chose (a cookie), else what their browser prefers, else English. And the switch between them.</summary>
public static class ReaderLanguage
{
    public const string Cookie = "ciclo_language";

    public static Language Of(HttpRequest request) => request.Cookies[Cookie] switch
    {
        "es" => Language.Es,
        "en" => Language.En,
        _ => Preferred(request.Headers.AcceptLanguage.ToString()),
    };

    /// <summary>The better liked of the two in an Accept-Language header; the first of equals; English if it names neither.</summary>
    public static Language Preferred(string header)
    {
        var (best, weight) = (Language.En, 0.0);
        foreach (var part in header.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            var fields = part.Split(';', StringSplitOptions.TrimEntries);
            Language? named = fields[0].Split('-')[0].ToLowerInvariant() switch { "es" => Language.Es, "en" => Language.En, _ => null };
            var quality = fields.Length > 1 && fields[1].StartsWith("q=", StringComparison.Ordinal)
                && double.TryParse(fields[1].AsSpan(2), NumberStyles.Float, CultureInfo.InvariantCulture, out var q) ? q : 1;
            if (named is { } language && quality > weight)
            {
                (best, weight) = (language, quality);
            }
        }
        return best;
    }

    /// <summary>`/language?to=es&amp;back=/…`: keeps the choice for a year and returns; only to a path of this server.</summary>
    public static IResult Switch(HttpContext http)
    {
        var to = http.Request.Query["to"].ToString();
        if (to is "es" or "en")
        {
            Remember(http, to == "es" ? Language.Es : Language.En);
        }
        var back = http.Request.Query["back"].ToString();
        return Results.Redirect(IsLocal(back) ? back : "/");
    }

    /// <summary>Keeps the choice in the reader's browser for a year.</summary>
    public static void Remember(HttpContext http, Language language) => http.Response.Cookies.Append(Cookie, language == Language.Es ? "es" : "en", new CookieOptions
    {
        HttpOnly = true, SameSite = SameSiteMode.Lax, Secure = http.Request.IsHttps, MaxAge = TimeSpan.FromDays(365), Path = "/", IsEssential = true,
    });

    /// <summary>The address of the switch that returns to where the reader is.</summary>
    public static string SwitchPath(Language to, string here) =>
        $"/language?to={(to == Language.Es ? "es" : "en")}&back={Uri.EscapeDataString(here)}";

    /// <summary>A path of this server. `//other` and `/\other` name another one to a browser.</summary>
    public static bool IsLocal(string path) =>
        path.Length is > 0 and < 4_096 && path[0] == '/' && (path.Length == 1 || path[1] is not ('/' or '\\')) && !path.Any(char.IsControl);
}
