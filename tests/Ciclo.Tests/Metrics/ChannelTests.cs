using Ciclo.Core.Metrics;

namespace Ciclo.Tests.Metrics;

public sealed class ChannelTests
{
    [Theory]
    [InlineData("", "", "", "", "", Channel.Direct)]
    [InlineData("(direct)", "(none)", "", "", "", Channel.Direct)]
    [InlineData("google", "cpc", "Marca", "", "https", Channel.PaidSearch)]
    [InlineData("google", "cpc", "PMax cross-network MX", "", "", Channel.CrossNetwork)]
    [InlineData("google", "cpc", "Shopping verano", "", "", Channel.PaidShopping)]
    [InlineData("google", "cpc", "Talleres y workshops", "", "", Channel.PaidSearch)]
    [InlineData("facebook", "paid_social", "Descubre", "", "", Channel.PaidSocial)]
    [InlineData("IG", "PPC", "", "", "", Channel.PaidSocial)]
    [InlineData("tiktok", "paid_social", "Barista en casa", "", "", Channel.PaidSocial)]
    [InlineData("youtube", "trueview video", "", "", "", Channel.OrganicVideo)]
    [InlineData("youtube", "cpm", "", "", "", Channel.PaidVideo)]
    [InlineData("elpais.com", "cpm", "", "", "", Channel.Display)]
    [InlineData("elpais.com", "banner", "", "", "", Channel.Display)]
    [InlineData("elpais.com", "cpc", "", "", "", Channel.PaidOther)]
    [InlineData("mercadolibre", "cpc", "", "", "", Channel.PaidShopping)]
    [InlineData("mercadolibre.com.mx", "referral", "", "", "", Channel.OrganicShopping)]
    [InlineData("whatsapp", "social", "Comparte", "", "", Channel.OrganicSocial)]
    [InlineData("blog", "social", "", "", "", Channel.OrganicSocial)]
    [InlineData("ciclo", "email", "Boletín", "", "", Channel.Email)]
    [InlineData("referidos", "referral", "Trae a un amigo", "", "", Channel.Referral)]
    [InlineData("feria", "qr", "Café de la sierra", "", "", Channel.Unassigned)]
    [InlineData("awin", "affiliate", "", "", "", Channel.Affiliates)]
    [InlineData("spotify", "audio", "", "", "", Channel.Audio)]
    [InlineData("twilio", "sms", "", "", "", Channel.Sms)]
    [InlineData("app", "web-push", "", "", "", Channel.MobilePush)]
    [InlineData("", "", "", "google", "www.google.com", Channel.PaidSearch)]
    [InlineData("google", "", "", "google", "", Channel.PaidSearch)]
    [InlineData("", "", "", "bing", "", Channel.PaidSearch)]
    [InlineData("", "", "", "facebook", "l.facebook.com", Channel.OrganicSocial)]
    [InlineData("", "", "", "tiktok", "", Channel.PaidSocial)]
    [InlineData("", "", "", "", "www.google.com.mx", Channel.OrganicSearch)]
    [InlineData("", "", "", "", "mx.search.yahoo.com", Channel.OrganicSearch)]
    [InlineData("", "", "", "", "docs.google.com", Channel.Referral)]
    [InlineData("", "", "", "", "l.facebook.com", Channel.OrganicSocial)]
    [InlineData("", "", "", "", "t.co", Channel.OrganicSocial)]
    [InlineData("", "", "", "", "www.youtube.com", Channel.OrganicVideo)]
    [InlineData("", "", "", "", "cafeteros.example", Channel.Referral)]
    public void A_visit_is_of_the_channel_that_Googles_default_group_gives_it(string source, string medium, string campaign, string click, string host, Channel channel) =>
        Assert.Equal(channel, ChannelSource.Of(source, medium, campaign, click, host).Channel);

    [Fact]
    public void Where_a_visit_came_from_is_named_as_reports_name_it()
    {
        Assert.Equal(new ChannelSource("google", "organic", ""), ChannelSource.Of("", "", "", "", "www.google.com"));
        Assert.Equal(new ChannelSource("google", "cpc", ChannelSource.NotSet), ChannelSource.Of("", "", "", "google", ""));
        Assert.Equal(new ChannelSource("facebook", "cpc", "Sorteo Buen Fin"), ChannelSource.Of("Facebook", "CPC", " Sorteo Buen Fin ", "facebook", "l.facebook.com"));
        Assert.Equal(new ChannelSource("blog.example", "referral", ""), ChannelSource.Of("", "", "", "", "www.blog.example"));
        Assert.Same(ChannelSource.Direct, ChannelSource.Of("", "", "", "", ""));
    }

    [Fact]
    public void Every_channel_has_a_name_of_its_own_in_both_languages_and_is_found_by_it()
    {
        var names = Enum.GetValues<Channel>().Select(ChannelNames.Of).ToList();
        Assert.Equal(names.Count, names.Select(name => name.En).Distinct(StringComparer.OrdinalIgnoreCase).Count());
        Assert.Equal(names.Count, names.Select(name => name.Es).Distinct(StringComparer.OrdinalIgnoreCase).Count());
        Assert.All(names, name => Assert.Equal(name, ChannelNames.OfValue(name.En)));
        Assert.Equal("Otra cosa", ChannelNames.OfValue("Otra cosa").Es);
    }
}
