using System.Text.RegularExpressions;
using Ciclo.Core.Time;
using Ciclo.Modules.Access.Tests;
using Ciclo.Modules.Boards.Links;

namespace Ciclo.Modules.Boards.Tests;

public sealed class SharedLinkTests
{
    [Fact]
    public async Task A_stranger_reads_numbers_by_a_link_and_nothing_behind_them()
    {
        await using var world = await BoardWorld.StartAsync();
        using var owner = await world.OwnerAsync();
        using var stranger = world.Server.NewBrowser();
        var link = await LinkAsync(owner, "/dashboards/revenue");
        var page = await stranger.GetAsync(link);
        Assert.Equal(200, page.Code);
        Assert.Contains("noindex", page.Headers["X-Robots-Tag"], StringComparison.Ordinal);
        Assert.Contains("noindex", page.Html, StringComparison.Ordinal);
        var all = page.Html;
        foreach (Match card in Regex.Matches(page.Html, "hx-get=\"(?<at>[^\"]+)\"", RegexOptions.ExplicitCapture))
        {
            var seen = await stranger.GetAsync(System.Net.WebUtility.HtmlDecode(card.Groups["at"].Value));
            Assert.Equal(200, seen.Code);
            all += seen.Html;
        }
        Assert.Contains("c-fig-v", all, StringComparison.Ordinal);
        Assert.All(new[] { BoardWorld.Customer, "ximena", "class=\"opens\"", "/numbers/", "/rows", "/customers", "/funnels", "/dashboards/" }, hidden => Assert.DoesNotContain(hidden, all, StringComparison.Ordinal));
        // The secret opens this dashboard and no page of the program.
        Assert.All(new[] { "/dashboards/revenue", "/numbers/orders/rows?by=month&period=2026-01-01", "/customers" }, path => Assert.Equal(302, stranger.GetAsync(path).Result.Code));
    }

    [Fact]
    public async Task A_link_ends_when_it_is_revoked_when_its_time_is_over_and_with_its_dashboard()
    {
        await using var world = await BoardWorld.StartAsync();
        using var owner = await world.OwnerAsync();
        using var stranger = world.Server.NewBrowser();
        var path = await BoardWorld.MakeAsync(owner, [("kind", "number"), ("metric", "orders")]);
        var (revoked, over, gone) = (await LinkAsync(owner, path), await LinkAsync(owner, "/dashboards/overview", 1), await LinkAsync(owner, path, 90));
        Assert.All(new[] { revoked, over, gone }, link => Assert.Equal(200, stranger.GetAsync(link).Result.Code));
        var ids = Regex.Matches((await owner.GetAsync(path + "/share")).Html, "/links/(?<id>lnk_[a-z0-9]+)/revoke", RegexOptions.ExplicitCapture).Select(match => match.Groups["id"].Value).ToList();
        Assert.Equal(2, ids.Count);
        var hashes = world.Server.Host.Database.Read(connection => ids.Where(id => LinkStore.BySecret(connection, revoked["/shared/".Length..])!.Id == id).ToList());
        Assert.Equal(302, (await owner.SubmitAsync(path + "/share", $"{path}/links/{hashes.Single()}/revoke")).Code);
        world.Server.Clock.Advance(Durations.Day + 1);
        Assert.Equal((404, 404, 200), ((await stranger.GetAsync(revoked)).Code, (await stranger.GetAsync(over)).Code, (await stranger.GetAsync(gone)).Code));
        // The session was over by then, too.
        using var later = await world.OwnerAsync();
        Assert.Equal(302, (await later.SubmitAsync(path + "/delete", path + "/delete")).Code);
        Assert.Equal(404, (await stranger.GetAsync(gone)).Code);
        Assert.Equal((await stranger.GetAsync(gone)).Text.Length, (await stranger.GetAsync("/shared/" + BoardLink.NewSecret())).Text.Length);
        Assert.Equal(["dashboard.link_made", "dashboard.link_revoked"], world.Server.AuditRows().Select(row => row.Action).Where(action => action.StartsWith("dashboard.link", StringComparison.Ordinal)).Distinct());
    }

    [Fact]
    public async Task Secrets_are_not_kept_are_long_and_cannot_be_guessed_at_for_long()
    {
        await using var world = await BoardWorld.StartAsync();
        using var owner = await world.OwnerAsync();
        using var stranger = world.Server.NewBrowser();
        var secret = (await LinkAsync(owner, "/dashboards/overview"))["/shared/".Length..];
        Assert.True(secret.Length * 6 >= 256, secret);
        Assert.DoesNotContain(secret, (await owner.GetAsync("/dashboards/overview/share")).Html, StringComparison.Ordinal);
        var codes = new List<int>();
        for (var i = 0; i <= ShareThrottle.MostWrong; i++)
        {
            codes.Add((await stranger.GetAsync("/shared/" + BoardLink.NewSecret())).Code);
        }
        Assert.Equal((404, 429), (codes[0], codes[^1]));
        Assert.Equal(429, (await stranger.GetAsync("/shared/" + secret)).Code);
        world.Server.Clock.Advance(ShareThrottle.WindowMs);
        Assert.Equal(200, (await stranger.GetAsync("/shared/" + secret)).Code);
    }

    /// <summary>Makes a link on the page of sharing; answers its path.</summary>
    private static async Task<string> LinkAsync(Browser browser, string path, int days = 30)
    {
        var seen = await browser.SubmitAsync(path + "/share", path + "/links", ("days", days.ToString(System.Globalization.CultureInfo.InvariantCulture)));
        Assert.Equal(200, seen.Code);
        return new Uri(Regex.Match(seen.Html, "id=\"new-link\">(?<at>[^<]+)<", RegexOptions.ExplicitCapture).Groups["at"].Value).AbsolutePath;
    }
}
