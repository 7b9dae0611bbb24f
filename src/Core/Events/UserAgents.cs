using System.Text;

namespace Ciclo.Core.Events;

/// <summary>What a browser's name tells: the system, the kind of device and the browser, as UTF-8; empty where it cannot be told.</summary>
internal sealed record UserAgent(byte[] Os, byte[] Device, byte[] Browser, bool IsBot)
{
    public static UserAgent None { get; } = new([], [], [], false);
}

/// <summary>
/// Reads user agents, each once. Rough on purpose: names of systems and browsers that people ask by, in the order in which they shadow one another
/// (an Android names Linux, an Edge names Chrome). One thread at a time.
/// </summary>
internal sealed class UserAgents
{
    private const int MostKnown = 16_384;

    private static readonly (string Sign, string Name)[] Systems =
    [
        ("Android", "Android"), ("iPhone", "iOS"), ("iPad", "iOS"), ("iPod", "iOS"), ("Windows", "Windows"), ("CrOS", "ChromeOS"), ("Mac OS X", "macOS"),
        ("Macintosh", "macOS"), ("Linux", "Linux"),
    ];

    private static readonly (string Sign, string Name)[] Browsers =
    [
        ("Edg", "Edge"), ("OPR/", "Opera"), ("SamsungBrowser", "Samsung Internet"), ("FxiOS", "Firefox"), ("Firefox/", "Firefox"), ("CriOS", "Chrome"),
        ("Chrome/", "Chrome"), ("Safari/", "Safari"),
    ];

    /// <summary>Parts of names of programs that are nobody's visit.</summary>
    private static readonly string[] Bots =
    [
        "bot/", "bot;", "bot)", "bot ", "-bot", "crawl", "spider", "slurp", "facebookexternalhit", "lighthouse", "phantomjs", "curl/", "wget/", "python-requests", "pingdom",
        "uptimerobot", "bingpreview", "google-inspectiontool", "statuscake", "ahrefs", "semrush",
    ];

    private readonly Dictionary<UInt128, UserAgent> known = [];

    public UserAgent Of(ReadOnlySpan<byte> userAgent)
    {
        if (userAgent.IsEmpty)
        {
            return UserAgent.None;
        }
        var key = Hash.Of(userAgent);
        if (!known.TryGetValue(key, out var agent))
        {
            if (known.Count >= MostKnown)
            {
                known.Clear();
            }
            known.Add(key, agent = Parse(Encoding.UTF8.GetString(userAgent)));
        }
        return agent;
    }

    private static UserAgent Parse(string text)
    {
        // A maker of telephones.
        var name = text.Replace("cubot", "", StringComparison.OrdinalIgnoreCase);
        var isBot = Array.Exists(Bots, sign => name.Contains(sign, StringComparison.OrdinalIgnoreCase)) || name.EndsWith("bot", StringComparison.OrdinalIgnoreCase);
        return new UserAgent(NameOf(Systems, text), Encoding.UTF8.GetBytes(DeviceOf(text)), NameOf(Browsers, text), isBot);
    }

    private static byte[] NameOf((string Sign, string Name)[] signs, string text) =>
        Encoding.UTF8.GetBytes(signs.FirstOrDefault(sign => text.Contains(sign.Sign, StringComparison.Ordinal)).Name ?? "");

    private static string DeviceOf(string text)
    {
        if (text.Contains("iPad", StringComparison.Ordinal) || text.Contains("Tablet", StringComparison.Ordinal))
        {
            return "tablet";
        }
        if (text.Contains("Mobi", StringComparison.Ordinal) || text.Contains("iPhone", StringComparison.Ordinal))
        {
            return "mobile";
        }
        return text.Contains("Android", StringComparison.Ordinal) ? "tablet" : text.StartsWith("Mozilla/", StringComparison.Ordinal) ? "desktop" : "";
    }
}

/// <summary>The libraries that speak for servers, by the names that they give themselves. Asked mostly for one and the same. One thread at a time.</summary>
internal sealed class Libraries
{
    private static readonly string[] OfServers =
    [
        "analytics-node", "analytics-python", "analytics-ruby", "analytics-go", "analytics-php", "analytics.net", "analytics-csharp", "analytics-rust",
        "analytics-clojure", "analytics-elixir", "rudder-sdk-node", "rudder-sdk-java", "rudderstack-python", "rudderanalytics",
    ];

    private byte[] latest = [];
    private bool isLatestOfServer;

    public bool IsOfServer(ReadOnlySpan<byte> name)
    {
        if (!name.SequenceEqual(latest))
        {
            latest = name.ToArray();
            var text = Encoding.UTF8.GetString(name);
            isLatestOfServer = text == "analytics-java" || Array.Exists(OfServers, sign => text.Contains(sign, StringComparison.OrdinalIgnoreCase));
        }
        return isLatestOfServer;
    }
}
