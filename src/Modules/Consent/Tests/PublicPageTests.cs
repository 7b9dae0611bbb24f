using System.Text.Json.Nodes;
using Ciclo.Core.Time;
using Ciclo.Modules.Consent.Contracts;

namespace Ciclo.Modules.Consent.Tests;

/// <summary>The pages that links in messages open, as a reader, a mail provider and a program that looks at mail see them.</summary>
public sealed class PublicPageTests
{
    private const string Ana = "ana@example.com";

    [Fact]
    public async Task One_click_unsubscribes_by_post_alone_and_leaves_a_proof()
    {
        await using var world = await ConsentWorld.StartAsync();
        await AddAnaAsync(world);
        await world.SetAsync(ConsentSettings.Initial with { Quiet = null, BaseUrl = "https://mail.example.com/" });
        Assert.Null(world.Ask("ana").Reason);
        var url = ConsentLinks.Of(world.Server.Host).UnsubscribeUrl("default", "user_id:ana", "email", "marketing", "msg_1");
        Assert.StartsWith("https://mail.example.com/u/", url, StringComparison.Ordinal);
        var path = new Uri(url).AbsolutePath;
        foreach (var method in new[] { HttpMethod.Get, HttpMethod.Head })
        {
            var seen = await SendAsync(world, method, path);
            Assert.Equal((200, "noindex, nofollow, noarchive"), (seen.Code, seen.Robots));
        }
        Assert.Null(world.Ask("ana").Reason);
        var events = world.Server.Engine.Read(state => state.Staged.History.Count);
        var posted = await SendAsync(world, HttpMethod.Post, path, ("List-Unsubscribe", "One-Click"));
        Assert.Equal((200, ""), (posted.Code, posted.Text));
        Assert.Equal(("withdrawn", (string?)null), (world.Ask("ana").Reason, world.Ask("ana", "transactional").Reason));
        // The same link opened again leaves nothing more.
        await SendAsync(world, HttpMethod.Post, path, ("List-Unsubscribe", "One-Click"));
        Assert.Equal(events + 2, world.Server.Engine.Read(state => state.Staged.History.Count));
        var rows = await world.Server.AllAsync("/api/v1/events?user=user_id:ana", 100);
        var proof = rows.Last(row => (string?)row["event"] == "Segment Consent Preference Updated");
        var sent = proof.ToJsonString();
        Assert.All(new[] { "one_click", "msg_1", "wording_version", "News and offers" }, part => Assert.Contains(part, sent, StringComparison.Ordinal));
        Assert.Contains(rows, row => (string?)row["event"] == "Unsubscribed" && row.ToJsonString().Contains("msg_1", StringComparison.Ordinal));
        Assert.DoesNotContain("127.0.0.1", sent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_preference_page_shows_what_holds_and_keeps_what_is_chosen()
    {
        await using var world = await ConsentWorld.StartAsync();
        await AddAnaAsync(world);
        await world.SetAsync(ConsentSettings.Initial with { Quiet = null, Channels = ["email", "sms"], Name = "Café Sol", Color = "#c98a1b" });
        var path = new Uri(ConsentLinks.Of(world.Server.Host).PreferencesUrl("default", "user_id:ana", "es-MX")).AbsolutePath;
        var page = (await SendAsync(world, HttpMethod.Get, path)).Text;
        Assert.All(new[] { "Qué recibes de nosotros", "Café Sol", "Novedades y ofertas", "value=\"marketing.email\" checked", "value=\"reviews.sms\" checked", "brand.css" }, part => Assert.Contains(part, page, StringComparison.Ordinal));
        Assert.DoesNotContain(Ana, page + path, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("--c-accent:", (await SendAsync(world, HttpMethod.Get, path + "/brand.css")).Text, StringComparison.Ordinal);

        var saved = await SendAsync(world, HttpMethod.Post, path, ("yes", "marketing.email"), ("yes", "marketing.sms"), ("pause", "30"), ("do", "save"));
        Assert.Contains("Guardado", saved.Text, StringComparison.Ordinal);
        Assert.Equal(["paused", "withdrawn"], new[] { world.Ask("ana"), world.Ask("ana", "reviews") }.Select(verdict => verdict.Reason));
        Assert.Null(world.Ask("ana", at: world.Server.Host.NowMs + (31 * Durations.Day)).Reason);

        await SendAsync(world, HttpMethod.Post, path, ("do", "leave"));
        Assert.Equal(["withdrawn", "withdrawn", null], new[] { world.Ask("ana"), world.Ask("ana", "reviews"), world.Ask("ana", "transactional") }.Select(verdict => verdict.Reason));
    }

    [Fact]
    public async Task A_yes_that_needs_confirming_counts_once_the_mailbox_confirmed_it_within_a_month()
    {
        await using var world = await ConsentWorld.StartAsync();
        await AddAnaAsync(world);
        await world.SetAsync(ConsentSettings.Initial with { Quiet = null, Purposes = [ConsentSettings.Initial.Purposes[0] with { NeedsConfirming = true }, .. ConsentSettings.Initial.Purposes.Skip(1)] });
        Assert.Equal("not_confirmed", world.Ask("ana").Reason);
        var (links, now) = (ConsentLinks.Of(world.Server.Host), world.Server.Host.NowMs);
        var late = new Uri(links.ConfirmUrl("default", "user_id:ana", "email", "marketing", now - (31 * Durations.Day))).AbsolutePath;
        Assert.Equal(410, (await SendAsync(world, HttpMethod.Post, late)).Code);
        var path = new Uri(links.ConfirmUrl("default", "email:" + Ana, "email", "marketing", now)).AbsolutePath;
        Assert.Equal(200, (await SendAsync(world, HttpMethod.Get, path)).Code);
        Assert.Equal("not_confirmed", world.Ask("ana").Reason);
        Assert.Equal(200, (await SendAsync(world, HttpMethod.Post, path)).Code);
        Assert.Null(world.Ask("ana").Reason);
    }

    [Fact]
    public async Task A_link_that_was_changed_in_any_letter_opens_nothing_and_guessing_ends()
    {
        await using var world = await ConsentWorld.StartAsync();
        await AddAnaAsync(world);
        var path = new Uri(ConsentLinks.Of(world.Server.Host).UnsubscribeUrl("default", "user_id:ana", "email", "marketing", "m")).AbsolutePath;
        for (var i = "/u/".Length; i < path.Length; i += 9)
        {
            var changed = path[..i] + (path[i] == 'A' ? 'B' : 'A') + path[(i + 1)..];
            Assert.Equal(404, (await SendAsync(world, HttpMethod.Post, changed, ("List-Unsubscribe", "One-Click"))).Code);
        }
        // A link of one use opens no other, and what is no link at all neither.
        Assert.Equal(404, (await SendAsync(world, HttpMethod.Get, "/p/" + path["/u/".Length..])).Code);
        Assert.Null(world.Ask("ana", at: Noon(world)).Reason);
        for (var i = 0; i < PublicThrottle.MostWrong; i++)
        {
            await SendAsync(world, HttpMethod.Get, "/u/guess");
        }
        Assert.Equal(429, (await SendAsync(world, HttpMethod.Get, path)).Code);
    }

    [Theory]
    [InlineData("#ffffff")]
    [InlineData("#000000")]
    [InlineData("#ffd400")]
    [InlineData("#0a5a74")]
    public void Any_colour_can_be_read_on_either_ground(string color)
    {
        int[] light = [244, 246, 247], dark = [21, 31, 39];
        Assert.True(BrandColor.Contrast(BrandColor.Toward(BrandColor.Parse(color), [0, 0, 0], light), light) >= 4.5);
        Assert.True(BrandColor.Contrast(BrandColor.Toward(BrandColor.Parse(color), [255, 255, 255], dark), dark) >= 4.5);
    }

    private static long Noon(ConsentWorld world) => (world.Server.Host.NowMs / Durations.Day * Durations.Day) + Durations.Day + (12 * Durations.Hour);

    private static Task AddAnaAsync(ConsentWorld world) => world.Server.SendAsync(
        world.Server.Identify("ana", 0, new JsonObject { ["email"] = Ana }), world.Call("ana", new Happened(world.Server.Start + 1_000, "consent", "marketing", "", true, "form")));

    private static async Task<(int Code, string Text, string? Robots)> SendAsync(ConsentWorld world, HttpMethod method, string path, params (string Name, string Value)[] fields)
    {
        using var request = new HttpRequestMessage(method, path);
        request.Headers.TryAddWithoutValidation("Accept-Language", "fr");
        if (method == HttpMethod.Post)
        {
            request.Content = new FormUrlEncodedContent(fields.Select(field => KeyValuePair.Create(field.Name, field.Value)));
        }
        using var response = await world.Server.Client.SendAsync(request);
        return ((int)response.StatusCode, System.Net.WebUtility.HtmlDecode(await response.Content.ReadAsStringAsync()), response.Headers.TryGetValues("X-Robots-Tag", out var robots) ? robots.Single() : null);
    }
}
