namespace Ciclo.Core.Metrics;

/// <summary>
/// Where a visit came from, as reports name it: source and medium in small letters, the campaign as it was written. A visit that says nothing is
/// <see cref="Direct"/>.
/// </summary>
public sealed record ChannelSource(string Source, string Medium, string Campaign)
{
    public const string NotSet = "(not set)";

    public static ChannelSource Direct { get; } = new("(direct)", "(none)", "");

    /// <summary>
    /// From what the first event of a visit that says something says: the campaign's tags; else the advertiser whose click id the address carries; else
    /// the host that it was referred from. All may be empty.
    /// </summary>
    /// <param name="click">The network of a click id: `google`, `bing`, `facebook`, `tiktok` …</param>
    /// <param name="referrerHost">Empty where the visit was referred from the site's own pages.</param>
    public static ChannelSource Of(string source, string medium, string campaign, string click, string referrerHost)
    {
        (source, medium, campaign, referrerHost) = (Small(source), Small(medium), campaign.Trim(), Small(referrerHost));
        if (source.Length > 0 || medium.Length > 0 || campaign.Length > 0)
        {
            var (named, how) = click.Length > 0 ? OfClick(click) : (NotSet, NotSet);
            return new ChannelSource(source.Length > 0 ? source : named, medium.Length > 0 ? medium : how, campaign.Length > 0 ? campaign : NotSet);
        }
        if (click.Length > 0)
        {
            var (named, how) = OfClick(click);
            return new ChannelSource(named, how, NotSet);
        }
        if (referrerHost.Length == 0)
        {
            return Direct;
        }
        var (name, kind) = ChannelSites.Of(referrerHost.StartsWith("www.", StringComparison.Ordinal) ? referrerHost[4..] : referrerHost);
        return new ChannelSource(name, kind == SiteKind.Search ? "organic" : "referral", "");
    }

    public bool IsDirect => ReferenceEquals(this, Direct) || (Source == Direct.Source && Medium is "(none)" or NotSet);

    /// <summary>Facebook puts its click id on every link, posts of friends included; the other networks only on advertisements.</summary>
    private static (string Source, string Medium) OfClick(string click) => (Small(click), click is "facebook" or "instagram" ? "referral" : "cpc");

#pragma warning disable CA1308 // Reports write sources and mediums in small letters; people read them.
    private static string Small(string text) => text.Trim().ToLowerInvariant();
#pragma warning restore CA1308

    /// <summary>The channel, by the rules for manual tags of Google's default channel group, asked one after the other.</summary>
    public Channel Channel
    {
        get
        {
            if (IsDirect)
            {
                return Channel.Direct;
            }
            var campaign = Small(Campaign);
            var site = ChannelSites.Of(Source).Kind;
            var isShop = site == SiteKind.Shopping || NamesShop(campaign);
            return campaign.Contains("cross-network", StringComparison.Ordinal) ? Channel.CrossNetwork
                : IsPaid(Medium) && (isShop || site != SiteKind.Other) ? PaidBy(site, isShop)
                : Medium is "display" or "banner" or "expandable" or "interstitial" or "cpm" ? Channel.Display
                : IsPaid(Medium) ? Channel.PaidOther
                : Unpaid(site, isShop);
        }
    }

    private static Channel PaidBy(SiteKind site, bool isShop) => isShop ? Channel.PaidShopping : site switch
    {
        SiteKind.Search => Channel.PaidSearch,
        SiteKind.Social => Channel.PaidSocial,
        _ => Channel.PaidVideo,
    };

    private Channel Unpaid(SiteKind site, bool isShop) => isShop ? Channel.OrganicShopping
        : site == SiteKind.Social || Medium is "social" or "social-network" or "social-media" or "sm" or "social network" or "social media" ? Channel.OrganicSocial
        : site == SiteKind.Video || Medium.Contains("video", StringComparison.Ordinal) ? Channel.OrganicVideo
        : site == SiteKind.Search || Medium == "organic" ? Channel.OrganicSearch
        : Medium is "referral" or "app" or "link" ? Channel.Referral
        : IsMail(Source) || IsMail(Medium) ? Channel.Email
        : Medium is "affiliate" or "affiliates" ? Channel.Affiliates
        : Medium == "audio" ? Channel.Audio
        : Source == "sms" || Medium == "sms" ? Channel.Sms
        : Source == "firebase" || Medium.EndsWith("push", StringComparison.Ordinal) || Medium.Contains("mobile", StringComparison.Ordinal) || Medium.Contains("notification", StringComparison.Ordinal) ? Channel.MobilePush
        : Channel.Unassigned;

    private static bool IsMail(string text) => text is "email" or "e-mail" or "e_mail" or "e mail";

    /// <summary>Google writes `^(.*cp.*|ppc|retargeting|paid.*)$`.</summary>
    private static bool IsPaid(string medium) =>
        medium.Contains("cp", StringComparison.Ordinal) || medium is "ppc" or "retargeting" || medium.StartsWith("paid", StringComparison.Ordinal);

    /// <summary>`shop` at the beginning of a word or after an e (e-shop, eshop), or `shopping` anywhere.</summary>
    private static bool NamesShop(string campaign)
    {
        for (var at = campaign.IndexOf("shop", StringComparison.Ordinal); at >= 0; at = campaign.IndexOf("shop", at + 1, StringComparison.Ordinal))
        {
            if (at == 0 || campaign[at - 1] is < 'a' or > 'z' or 'e' || campaign.AsSpan(at).StartsWith("shopping", StringComparison.Ordinal))
            {
                return true;
            }
        }
        return false;
    }
}
