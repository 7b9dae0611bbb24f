namespace Ciclo.Core.Mail;

/// <summary>Who loads the picture of a message or follows its links, as far as a request tells.</summary>
public enum Reader
{
    Person = 0,

    /// <summary>Apple's privacy protection, which loads every picture of every message, opened or not.</summary>
    ApplePrivacy = 1,

    /// <summary>A mail service that looks at messages before people do, or a filter that follows links to see where they lead.</summary>
    Scanner = 2,
}

/// <summary>Tells people from machines among those who load pictures and follow links.</summary>
public static class Readers
{
    /// <summary>Nobody opens a message and follows a link within so long after it was handed over.</summary>
    public const long TooSoonMs = 2_000;

    /// <summary>Links that are followed within so long of one another are one look.</summary>
    public const long BurstMs = 10_000;

    /// <summary>As many links in one look are a machine's, or all of a message that has at least two.</summary>
    public const int MostInBurst = 3;

    private static readonly string[] Scanners =
    [
        "barracuda", "proofpoint", "mimecast", "mailscanner", "safelinks", "urlscan", "trendmicro", "symantec", "messagelabs", "forcepoint", "fireeye", "sophos", "avira", "bitdefender",
        "zscaler", "cloudmark", "ironport", "mailmarshal", "vadesecure", "bot", "crawl", "spider", "preview", "slurp", "facebookexternalhit", "whatsapp", "skypeuripreview",
        "curl/", "wget/", "python-", "go-http-client", "java/", "okhttp", "libwww", "axios/", "node-fetch", "headlesschrome", "phantomjs", "scrapy", "httpclient",
    ];

    /// <summary>
    /// Judges one request. <paramref name="sinceSentMs"/>: since the message was handed over. A picture through Gmail's proxy is a person's unless it comes at once: Gmail fetches
    /// when the message is opened. The bare `Mozilla/5.0` is Apple's.
    /// </summary>
    public static Reader Of(string method, string userAgent, long sinceSentMs, bool isOpen)
    {
        if (method != "GET" || userAgent.Length == 0)
        {
            return Reader.Scanner;
        }
        if (isOpen && userAgent.Trim() == "Mozilla/5.0")
        {
            return Reader.ApplePrivacy;
        }
        if (userAgent.Contains("GoogleImageProxy", StringComparison.OrdinalIgnoreCase) || userAgent.Contains("YahooMailProxy", StringComparison.OrdinalIgnoreCase))
        {
            return sinceSentMs < BurstMs ? Reader.Scanner : Reader.Person;
        }
        return sinceSentMs < TooSoonMs || Array.Exists(Scanners, name => userAgent.Contains(name, StringComparison.OrdinalIgnoreCase)) ? Reader.Scanner : Reader.Person;
    }

    /// <summary>
    /// Whether clicks on a message are one look of a machine: <paramref name="clicks"/> are its (link, instant) so far, <paramref name="at"/> the one that is judged,
    /// <paramref name="links"/> how many links the message has.
    /// </summary>
    public static bool IsBurst(IEnumerable<(int Link, long At)> clicks, long at, int links)
    {
        var near = clicks.Where(click => Math.Abs(click.At - at) <= BurstMs).Select(click => click.Link).ToHashSet();
        var inside = near.Count(link => link != TrackingToken.Trap);
        return near.Contains(TrackingToken.Trap) || inside >= MostInBurst || (links >= 2 && inside >= links);
    }
}
