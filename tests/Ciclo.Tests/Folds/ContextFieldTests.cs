using System.Text;
using Ciclo.Core.Events;

namespace Ciclo.Tests.Folds;

public sealed class ContextFieldTests
{
    private const string Phone = "Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Mobile Safari/537.36";

    [Fact]
    public void A_call_of_a_browser_says_how_its_visitor_came_and_on_what()
    {
        var found = Pack(CallType.Page, $$"""{"campaign":{"source":"facebook","medium":"paid_social","name":"Sorteo"},"page":{"url":"https://x.mx/?fbclid=1","referrer":"https://l.facebook.com/"},"userAgent":"{{Phone}}","locale":"es-MX"}""");
        Assert.Equal(PackedFlags.None, found.Flags);
        Assert.Equal(
            ["facebook", "paid_social", "Sorteo", "facebook", "https://l.facebook.com/", "Android", "mobile", "Chrome", "es-MX"],
            new[] { FieldPaths.CampaignSource, FieldPaths.CampaignMedium, FieldPaths.CampaignName, FieldPaths.Click, FieldPaths.Referrer, FieldPaths.Os, FieldPaths.Device, FieldPaths.Browser, FieldPaths.Locale }
                .Select(found.Text));
    }

    [Fact]
    public void Where_the_context_names_no_campaign_the_address_of_the_page_does()
    {
        var found = Pack(CallType.Page, """{"page":{"url":"https://x.mx/a?utm_source=bolet%C3%ADn&utm_medium=e+mail&utm_campaign=Oto%C3%B1o&gclid=x#utm_term=no"}}""");
        Assert.Equal(["boletín", "e mail", "Otoño", "", "google"], new[] { FieldPaths.CampaignSource, FieldPaths.CampaignMedium, FieldPaths.CampaignName, FieldPaths.CampaignTerm, FieldPaths.Click }.Select(found.Text));
        Assert.Equal("mail", Pack(CallType.Page, """{"campaign":{"source":"mail"},"page":{"url":"https://x.mx/?utm_source=other"}}""").Text(FieldPaths.CampaignSource));
    }

    [Theory]
    [InlineData("""{"library":{"name":"@segment/analytics-node"}}""", 0u, true)]
    [InlineData("""{"library":{"name":"analytics-java"}}""", 0u, true)]
    [InlineData("""{"library":{"name":"analytics.js"}}""", 0u, false)]
    [InlineData("""{"library":{"name":"analytics-javascript"}}""", 0u, false)]
    [InlineData("""{"channel":"server"}""", 0u, true)]
    [InlineData("""{}""", 0u, false)]
    [InlineData("""{}""", 7u, true)]
    [InlineData("""{"page":{"url":"https://x.mx/"}}""", 7u, false)]
    public void A_track_call_of_a_server_or_a_file_is_part_of_no_visit(string context, uint import, bool isServer) =>
        Assert.Equal(isServer, (Pack(CallType.Track, context, import).Flags & PackedFlags.Server) != 0);

    [Theory]
    [InlineData("Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)", true)]
    [InlineData("Mozilla/5.0 (compatible; bingbot/2.0)", true)]
    [InlineData("curl/8.5.0", true)]
    [InlineData("Mozilla/5.0 (Linux; Android 9; CUBOT X19) AppleWebKit/537.36 Chrome/120.0 Mobile Safari/537.36", false)]
    [InlineData(Phone, false)]
    public void Programs_that_say_they_are_one_are_bots(string userAgent, bool isBot) =>
        Assert.Equal(isBot, (Pack(CallType.Page, $$"""{"userAgent":"{{userAgent}}"}""").Flags & PackedFlags.Bot) != 0);

    [Theory]
    [InlineData("""{"campaign":7,"page":[],"userAgent":{},"os":"x","device":1,"library":null,"locale":[1]}""")]
    [InlineData("""{"campaign":{"source":{"a":1},"name":["x"]},"page":{"url":12,"referrer":false}}""")]
    [InlineData("""{"page":{"url":"https://x.mx/?utm_source=%ff%fe&utm_medium=%&="}}""")]
    public void A_context_of_other_shapes_says_nothing(string context)
    {
        var found = Pack(CallType.Page, context);
        Assert.All(new[] { FieldPaths.CampaignSource, FieldPaths.CampaignName, FieldPaths.Click, FieldPaths.Referrer, FieldPaths.Os, FieldPaths.Locale }, path => Assert.Equal("", found.Text(path)));
    }

    private static Packed Pack(CallType type, string context, uint import = 0)
    {
        var (names, paths) = (new Names(), new Names());
        var record = new EventRecord { Type = type, ImportId = import, MessageId = "m"u8, Name = "N"u8, UserId = "u"u8, Json = "{}"u8, Context = Encoding.UTF8.GetBytes(context) };
        return new Packed(new EventPacker(names, paths).Pack(record, 0, out _).ToArray(), paths);
    }

    private sealed class Packed(byte[] bytes, Names paths)
    {
        public PackedFlags Flags => new PackedEvent(0, bytes).Flags;

        public string Text(string path) => Encoding.UTF8.GetString(new PackedEvent(0, bytes).GetText(paths.Find(path)));
    }
}
