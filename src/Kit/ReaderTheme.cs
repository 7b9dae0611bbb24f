using Microsoft.AspNetCore.Http;

namespace Ciclo.Kit;

/// <summary>Light or dark as the reader chose it (a cookie that the page's script keeps); null follows the system. One for each request.</summary>
public sealed class ReaderTheme
{
    public const string Cookie = "ciclo_theme";

    public string? Chosen { get; private set; }

    internal void Read(HttpRequest request) => Chosen = request.Cookies[Cookie] is "light" or "dark" ? request.Cookies[Cookie] : null;
}
