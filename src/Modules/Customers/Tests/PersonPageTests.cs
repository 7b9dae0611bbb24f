using System.Net;
using System.Text.RegularExpressions;
using Ciclo.Modules.Customers.List;
using Ciclo.Modules.Customers.Search;
using Ciclo.Tests.Home;

namespace Ciclo.Tests.Customers;

public sealed class PersonPageTests(HomeServer server) : IClassFixture<HomeServer>
{
    [Fact]
    public async Task Why_a_person_was_where_they_were_is_told_for_any_instant_and_stays_asked_while_lines_are_filtered()
    {
        await server.SendAsync(
            new { type = "page", userId = "w-1", timestamp = "2026-01-05T12:00:00Z", properties = new { title = "Shop" } },
            new { type = "track", userId = "w-1", @event = "Order Completed", timestamp = "2026-03-01T12:00:00Z", properties = new { total = 5 } });
        var path = await server.PathOfAsync("w-1") + "?lifecycle=shop";
        Assert.Contains("Why in Asleep, and what next", await TextAsync(path), StringComparison.Ordinal);
        var then = await TextAsync(path + "&at=2026-02-01T10:00");
        Assert.Contains("Why they were in Visitor then", then, StringComparison.Ordinal);
        Assert.Contains("read Feb 1, 2026, 10:00", then.Replace('\u202f', ' '), StringComparison.Ordinal);
        Assert.Contains("kind=orders&at=2026-02-01T10%3A00", then, StringComparison.Ordinal);
        Assert.Contains("Why they were in Buyer then", await TextAsync(path + "&at=2026-03-02"), StringComparison.Ordinal);
        Assert.Contains("By then they had done nothing themselves yet.", await TextAsync(path + "&at=2026-01-01"), StringComparison.Ordinal);
        var bad = await TextAsync(path + "&at=tomorrow");
        Assert.Contains("“tomorrow” is no instant", bad, StringComparison.Ordinal);
        Assert.Contains("Why in Asleep, and what next", bad, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_a_person_said_of_us_stands_as_a_score_with_what_it_was_before()
    {
        await server.SendAsync(new { type = "track", userId = "n-1", @event = "NPS Answered", timestamp = "2026-01-05T12:00:00Z", properties = new { score = 9 } });
        Assert.Contains("9, promoter", await TextAsync(await server.PathOfAsync("n-1")), StringComparison.Ordinal);
        await server.SendAsync(
            new { type = "track", userId = "n-1", @event = "NPS Answered", timestamp = "2026-02-05T12:00:00Z", properties = new { score = 6 } },
            new { type = "track", userId = "n-1", @event = "NPS Answered", timestamp = "2026-03-05T12:00:00Z", properties = new { score = 400 } });
        var text = await TextAsync(await server.PathOfAsync("n-1"));
        Assert.Contains("6, detractor", text, StringComparison.Ordinal);
        Assert.Contains("It was 9 the time before.", text, StringComparison.Ordinal);
        Assert.DoesNotContain("id=\"t-scores\"", await TextAsync(await server.PathOfAsync("busy")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_line_opens_by_itself_and_its_times_are_named_once()
    {
        var text = await TextAsync(await server.PathOfAsync("busy"));
        Assert.Equal(50, Regex.Count(text, "<details class=\"c-opens-row", RegexOptions.NonBacktracking));
        Assert.Single(text.Split("Times of").Skip(1));
    }

    [Fact]
    public async Task Traits_within_traits_and_lists_are_edited_and_what_stands_beside_them_stays()
    {
        await server.SendAsync(new { type = "identify", userId = "d-1", traits = new { address = new { city = "Puebla", zip = "72000", geo = new { lat = 19.04 } }, likes = new[] { "coffee", "tea" }, items = new[] { new { sku = 1 } } } });
        var path = await server.PathOfAsync("d-1");
        var form = await TextAsync(path + "/traits");
        Assert.Contains("value=\"address.geo.lat\"", form, StringComparison.Ordinal);
        Assert.Contains("coffee\ntea</textarea>", form, StringComparison.Ordinal);
        Assert.Contains("value=\"items.sku\"", form, StringComparison.Ordinal);
        (string, string)[] fields =
        [
            ("name", "address.city"), ("value", "Oaxaca"), ("name", "address.zip"), ("value", ""), ("name", "address.geo.lat"), ("value", "17.06"),
            ("name", "likes"), ("value", "coffee\r\nmezcal"), ("name", "address.street"), ("value", "Reforma 1"),
        ];
        Assert.Contains("5 traits change", (await server.PostAsync(path + "/traits", fields)).Text, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Redirect, (await server.PostAsync(path + "/traits/apply", fields)).Status);
        var known = await server.GetAsync("/customers-rows?rule=" + Uri.EscapeDataString(
            "traits.address.city == \"Oaxaca\" and traits.address.zip == null and traits.address.geo.lat == 17.06 and traits.address.street == \"Reforma 1\" and traits.likes contains \"mezcal\""));
        Assert.Contains("d-1", known.Html, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("address", "x", "'address' has parts")]
    [InlineData("name.first", "x", "'name' is a value and cannot have parts")]
    [InlineData("a..b", "x", "cannot name a trait")]
    [InlineData("items", "x", "'items' has parts")]
    public async Task A_trait_that_cannot_be_edited_so_is_refused_with_why(string name, string value, string why)
    {
        await server.SendAsync(new { type = "identify", userId = "d-2", traits = new { name = "Dos", address = new { city = "Puebla" }, items = new[] { new { sku = 1 } } } });
        var (status, text, _) = await server.PostAsync(await server.PathOfAsync("d-2") + "/traits", ("name", name), ("value", value));
        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Contains(why, WebUtility.HtmlDecode(text), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Name")]
    [InlineData("LastSeen")]
    public async Task The_order_of_many_is_that_of_few_and_newcomers_stand_at_its_end(string by)
    {
        await server.SendAsync(new { type = "identify", userId = "s-1", traits = new { name = "Álvaro" } }, new { type = "identify", userId = "s-2", traits = new { firstName = "Zoe", lastName = "B" } });
        var order = Enum.Parse<ListOrder>(by);
        var few = await new ListFinder(server.Host, server.Engine).FindAsync(new CustomersAsked { Order = order }, default);
        var many = await SortedOrders.Of(server.Host).MakeAsync(server.Engine, order, default);
        object KeyOf(int profile) => server.Engine.Read<object>(state => order == ListOrder.Name ? Folded.Of(PersonLook.NameOf(state, profile)) : PersonLook.LastSeenOf(state, profile));
        // People of the same key may stand in either order.
        Assert.Equal(few.Profiles.Select(KeyOf), many.Of([.. few.Profiles]).Select(KeyOf));
        Assert.Equal([few.Profiles[3], few.Profiles[9], int.MaxValue], many.Of([int.MaxValue, few.Profiles[9], few.Profiles[3]]));
    }

    [Fact]
    public async Task Identified_people_and_anonymous_ones_are_listed_apart_and_nobody_is_in_both()
    {
        await server.SendAsync(new { type = "page", anonymousId = "k-only-browser" }, new { type = "identify", anonymousId = "k-both", userId = "k-1" });
        async Task<HashSet<int>> Found(bool? known) => [.. (await new ListFinder(server.Host, server.Engine).FindAsync(new CustomersAsked { Known = known }, default)).Profiles];
        var (all, known, anonymous) = (await Found(null), await Found(true), await Found(false));
        Assert.Equal(all.Order(), known.Concat(anonymous).Order());
        int Of(string reference) => server.Engine.Read(state => state.Staged.Identity.ProfileOf(state.Staged.Identity.Find(reference)));
        Assert.Contains(Of("anonymous_id:k-only-browser"), anonymous);
        Assert.Contains(Of("user_id:k-1"), known);
        Assert.Contains("aria-current=\"true\">Identified", await TextAsync("/customers?known=yes"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_index_of_people_is_there_before_anybody_searches()
    {
        await server.SendAsync(new { type = "identify", userId = "warm-1", traits = new { name = "Wilhelmina Warm" } });
        using var warmth = new IndexWarmth(server.Host, Microsoft.Extensions.Logging.Abstractions.NullLogger<IndexWarmth>.Instance);
        await warmth.StartAsync(default);
        await warmth.ExecuteTask!;
        var index = new ListFinder(server.Host, server.Engine).Index;
        Assert.Equal(1, index.Progress);
        Assert.True(index.Bytes > 0);
    }

    private async Task<string> TextAsync(string path) => WebUtility.HtmlDecode((await server.GetAsync(path)).Html);
}
