using System.Net;
using Ciclo.Tests.Home;

namespace Ciclo.Modules.Map.Tests;

/// <summary>Paths from a stage, and who went them, over the small shop.</summary>
public sealed class PathPeopleTests(HomeServer server) : IClassFixture<HomeServer>
{
    private const string ToBuyer = "lifecycle=shop&days=365&anchor=stage%3Abuyer&direction=before&steps=4";

    [Fact]
    public async Task Paths_begin_at_a_stage_and_a_step_and_a_way_open_their_people_who_can_be_kept_as_a_list()
    {
        await server.SendAsync(
            new { type = "page", userId = "p-1", properties = new { name = "Cart" } }, new { type = "track", userId = "p-1", @event = "Checkout Started" }, new { type = "track", userId = "p-1", @event = "Order Completed", properties = new { total = 9 } },
            new { type = "page", userId = "p-2", properties = new { name = "Cart" } });
        var (_, html, _) = await server.GetAsync("/map/survey?" + ToBuyer);
        var text = WebUtility.HtmlDecode(html);
        Assert.Contains("What came before coming into Buyer", text, StringComparison.Ordinal);
        Assert.Contains("Page “Cart” → Checkout Started → Order Completed → coming into Buyer", text, StringComparison.Ordinal);
        Assert.Contains("/map/people?", text, StringComparison.Ordinal);

        // Two people came in with an order; one of them by the cart, two steps before it.
        Assert.Equal(["Ana <b>López</b>", "p-1"], await PeopleAsync("&step=1&from=stage%3Abuyer&to=Order+Completed"));
        Assert.Equal(["p-1"], await PeopleAsync("&step=3&to=page%3A+Cart"));
        Assert.Equal(["p-1"], await PeopleAsync("&step=2&from=Order+Completed&to=Checkout+Started"));
        Assert.Equal([], await PeopleAsync("&step=2&to=page%3A+Cart"));
        Assert.Equal(HttpStatusCode.NotFound, (await server.GetAsync("/map/people?" + ToBuyer + "&step=9&to=x")).Status);

        var (status, _, location) = await server.PostAsync("/map/people?" + ToBuyer + "&step=3&to=page%3A+Cart", ("name", "By the cart"));
        Assert.Equal(HttpStatusCode.Redirect, status);
        Assert.Contains("1 person on the list By the cart", WebUtility.HtmlDecode((await server.GetAsync(location!)).Html), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.BadRequest, (await server.PostAsync("/map/people?" + ToBuyer + "&step=3&to=page%3A+Cart", ("name", " "))).Status);
    }

    [Fact]
    public async Task What_comes_after_a_stage_begins_with_the_first_visit_however_late_it_is()
    {
        await server.SendAsync(
            new { type = "track", userId = "q-1", @event = "Order Completed", timestamp = server.Host.Clock.GetUtcNow().AddDays(-10).ToString("O"), properties = new { total = 9 } },
            new { type = "page", userId = "q-1", timestamp = server.Host.Clock.GetUtcNow().AddDays(-3).ToString("O"), properties = new { name = "Back again" } },
            new { type = "page", userId = "q-1", timestamp = server.Host.Clock.GetUtcNow().AddDays(-1).ToString("O"), properties = new { name = "Another visit" } });
        var (_, html, _) = await server.GetAsync("/map/survey?" + ToBuyer.Replace("before", "after", StringComparison.Ordinal));
        var text = WebUtility.HtmlDecode(html);
        Assert.Contains("coming into Buyer → Page “Back again”", text, StringComparison.Ordinal);
        Assert.DoesNotContain("“Back again” → Page “Another visit”", text, StringComparison.Ordinal);
    }

    private async Task<IReadOnlyList<string>> PeopleAsync(string place)
    {
        var (status, html, _) = await server.GetAsync("/map/people?" + ToBuyer + place);
        Assert.Equal(HttpStatusCode.OK, status);
        return [.. html.Split("class=\"c-who-cell\"><a href=\"").Skip(1).Select(part => WebUtility.HtmlDecode(part.Split('>', 2)[1].Split("</a>")[0])).Order(StringComparer.Ordinal)];
    }
}
