using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Ciclo.Engine.Hosting;

/// <summary>Values in a request's path.</summary>
public static class PathValues
{
    /// <summary>
    /// A segment of the path as the caller meant it, counted from 0. The router leaves `%2F` as it stands, so that a slash in a value is told
    /// from one between segments; a user id may hold one, so the segment is read from the address as it was sent.
    /// </summary>
    public static string Segment(HttpContext http, int index, string routed)
    {
        var target = http.Features.Get<IHttpRequestFeature>()?.RawTarget ?? "";
        if (!target.StartsWith('/'))
        {
            return routed;
        }
        var root = http.Request.PathBase.ToUriComponent();
        if (root.Length > 0 && target.StartsWith(root + "/", StringComparison.Ordinal))
        {
            // A proxy may leave the path it serves under on the address, or take it off.
            target = target[root.Length..];
        }
        var path = target.AsSpan(1);
        path = path.IndexOf('?') is >= 0 and var query ? path[..query] : path;
        foreach (var part in path.Split('/'))
        {
            if (index-- == 0)
            {
                return Uri.UnescapeDataString(path[part]);
            }
        }
        return routed;
    }
}
