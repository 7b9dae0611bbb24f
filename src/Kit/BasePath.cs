using System.Text;

namespace Ciclo.Kit;

/// <summary>
/// Pages, forms and redirects name addresses from the program's own root (`/customers`). Where a proxy serves the program under a path,
/// that path is put before them here, at the edge, so that no page has to remember it.
/// </summary>
public static class BasePath
{
    private static readonly string[] Attributes =
        ["href", "action", "formaction", "src", "hx-get", "hx-post", "hx-put", "hx-patch", "hx-delete", "hx-push-url", "hx-replace-url", "data-charts", "data-base", "data-live", "data-upload"];

    /// <summary>A local address (`/…`, not `//…`) under the base; any other as it is.</summary>
    public static string Of(string basePath, string address) =>
        basePath.Length > 0 && IsLocal(address, 0) ? basePath + address : address;

    /// <summary>A rendered page whose links and forms lie under the base. Texts are encoded, so `href="/` stands only where a page wrote it.</summary>
    public static string In(string html, string basePath)
    {
        if (basePath.Length == 0)
        {
            return html;
        }
        var result = new StringBuilder(html.Length + 1_024);
        var copied = 0;
        for (var at = html.IndexOf("=\"/", StringComparison.Ordinal); at >= 0; at = html.IndexOf("=\"/", at + 3, StringComparison.Ordinal))
        {
            if (IsLocal(html, at + 2) && Attributes.Any(name => IsNamed(html, at, name)))
            {
                result.Append(html, copied, at + 2 - copied).Append(basePath);
                copied = at + 2;
            }
        }
        return result.Append(html, copied, html.Length - copied).ToString();
    }

    private static bool IsLocal(string text, int at) =>
        at < text.Length && text[at] == '/' && (at + 1 == text.Length || text[at + 1] is not ('/' or '\\'));

    private static bool IsNamed(string html, int end, string name) =>
        end > name.Length && html[end - name.Length - 1] is ' ' or '\n' && string.CompareOrdinal(html, end - name.Length, name, 0, name.Length) == 0;
}
