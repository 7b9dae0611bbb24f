using System.Net;

namespace Ciclo.Server;

/// <summary>How a server is reached. <paramref name="Urls"/>: addresses to listen on, separated by `;`.</summary>
public sealed record ServerOptions(string Urls)
{
    private const int LongestBasePath = 100;

    /// <summary>The workspace that whoever sits at this machine looks at without signing in; null for anything but the demo.</summary>
    public string? DemoWorkspace { get; init; }

    public bool IsDemo => DemoWorkspace is not null;

    /// <summary>Whether webhooks may go to private addresses: this machine and its networks.</summary>
    public bool AllowsPrivateWebhooks { get; init; }

    /// <summary>The path under which a proxy serves the program, such as `/ciclo`; empty for none.</summary>
    public string BasePath { get; init; } = "";

    /// <summary>Whose X-Forwarded headers are believed; nobody's if it is empty.</summary>
    public IReadOnlyList<IPNetwork> Proxies { get; init; } = [];

    /// <summary>Whether other machines reach the server by plain http, with no proxy named that would speak https before it.</summary>
    public bool IsOpenWithoutTls => !IsDemo && Proxies.Count == 0 && Urls.Split(';').Any(url =>
        url.StartsWith("http://", StringComparison.OrdinalIgnoreCase)
        && !(Uri.TryCreate(url, UriKind.Absolute, out var uri) && Engine.Hosting.LoopbackOnly.IsLoopbackName(uri.Host)));

    /// <summary>Empty, or segments of letters, digits and `-._~`, each with a slash before it.</summary>
    public static bool IsBasePath(string text) => text.Length == 0
        || (text.Length <= LongestBasePath && text[0] == '/' && text[1..].Split('/').All(segment =>
            segment.Length > 0 && segment is not ("." or "..") && segment.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '.' or '_' or '~')));

    /// <summary>An address as a network of one, or a network in CIDR form; null for neither.</summary>
    public static IPNetwork? ReadProxy(string text) => IPNetwork.TryParse(text, out var network) ? network
        : IPAddress.TryParse(text, out var address) ? new IPNetwork(address, address.GetAddressBytes().Length * 8)
        : null;
}
