namespace Ciclo.Core.Metrics;

public enum SiteKind
{
    Other = 0,
    Search = 1,
    Social = 2,
    Video = 3,
    Shopping = 4,
}

/// <summary>
/// Well-known sites by the name that stands in `utm_source` and in hosts. Google's own list names several hundred; these are the ones that people
/// come from in practice. A site that is missing counts as a referral, so adding one only moves visits from there.
/// </summary>
public static class ChannelSites
{
    // TikTok is a social site to Google, whatever is shown on it.
    private static readonly Dictionary<string, SiteKind> Kinds = Table(
        (SiteKind.Search, "google bing yahoo duckduckgo ecosia baidu yandex brave startpage qwant ask aol naver seznam sogou so petal kagi"),
        (SiteKind.Social, "facebook instagram tiktok whatsapp messenger threads twitter linkedin pinterest reddit snapchat telegram tumblr discord quora bluesky mastodon vk weibo wechat line kakao meetup nextdoor medium taringa"),
        (SiteKind.Video, "youtube vimeo twitch dailymotion netflix disneyplus hulu"),
        (SiteKind.Shopping, "amazon ebay mercadolibre mercadolivre etsy walmart aliexpress alibaba shopee shein temu shopify liverpool coppel"));

    private static readonly Dictionary<string, string> Aliases = new(StringComparer.Ordinal)
    {
        ["fb"] = "facebook", ["fb.me"] = "facebook", ["fb.com"] = "facebook", ["meta"] = "facebook", ["ig"] = "instagram", ["wa"] = "whatsapp", ["wa.me"] = "whatsapp",
        ["t.co"] = "twitter", ["x"] = "twitter", ["x.com"] = "twitter", ["lnkd.in"] = "linkedin", ["t.me"] = "telegram", ["bsky.app"] = "bluesky", ["pin.it"] = "pinterest",
        ["yt"] = "youtube", ["youtu.be"] = "youtube", ["adwords"] = "google", ["googleads"] = "google", ["msn"] = "bing", ["ddg"] = "duckduckgo",
    };

    /// <summary>First parts of hosts that say nothing of the site: its phone version, its counter of clicks, its country.</summary>
    private static readonly HashSet<string> Prefixes = new(StringComparer.Ordinal)
    {
        "www", "m", "l", "lm", "web", "out", "old", "search", "r", "mx", "es", "ar", "co", "br", "us", "uk", "cl", "pe", "mobile", "click", "away", "amp", "com",
    };

    /// <summary>The site of a source or of a host, in small letters, and its kind; the text itself where it is none of these.</summary>
    public static (string Name, SiteKind Kind) Of(string source)
    {
        if (Aliases.TryGetValue(source, out var known))
        {
            return (known, Kinds[known]);
        }
        if (Kinds.TryGetValue(source, out var kind))
        {
            return (source, kind);
        }
        var name = NameOf(source);
        return name.Length > 0 && Kinds.TryGetValue(name, out kind) ? (name, kind) : (source, SiteKind.Other);
    }

    /// <summary>`l.facebook.com` is facebook; `docs.google.com` is no search, so it is not google. Empty for what is no host.</summary>
    private static string NameOf(string host)
    {
        var parts = host.Split('.');
        var first = 0;
        while (first < parts.Length - 2 && Prefixes.Contains(parts[first]))
        {
            first++;
        }
        return first < parts.Length - 1 ? parts[first] : "";
    }

    private static Dictionary<string, SiteKind> Table(params ReadOnlySpan<(SiteKind Kind, string Names)> rows)
    {
        var kinds = new Dictionary<string, SiteKind>(StringComparer.Ordinal);
        foreach (var (kind, names) in rows)
        {
            foreach (var name in names.Split(' '))
            {
                kinds.Add(name, kind);
            }
        }
        return kinds;
    }
}
