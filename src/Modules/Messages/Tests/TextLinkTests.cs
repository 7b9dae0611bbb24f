using Ciclo.Core.Access;
using Ciclo.Core.Mail;
using Ciclo.Modules.Access.Tests;
using Ciclo.Modules.Messages.Contracts;

namespace Ciclo.Modules.Messages.Tests;

/// <summary>Links in the text part, and what messages cost.</summary>
public sealed class TextLinkTests
{
    [Theory]
    [InlineData("See https://a.example/x?y=1&z=2.", "See [https://a.example/x?y=1&z=2].")]
    [InlineData("(https://a.example/x)", "([https://a.example/x])")]
    [InlineData("https://a.example/w_(x) end", "[https://a.example/w_(x)] end")]
    [InlineData("Cart:\nhttp://a.example\r\nnext", "Cart:\n[http://a.example]\r\nnext")]
    [InlineData("¿https://a.example/ñ?", "¿[https://a.example/ñ]?")]
    [InlineData("<https://a.example>, xhttps://b.example httpsx http:// mailto:a@b.example", "<[https://a.example]>, xhttps://b.example httpsx http:// mailto:a@b.example")]
    [InlineData("", "")]
    public void Addresses_are_found_where_people_see_them_end(string text, string expected) => Assert.Equal(expected, TrackedText.Put(text, url => $"[{url}]"));

    [Fact]
    public async Task One_address_is_one_link_in_both_parts_and_a_click_in_the_text_counts()
    {
        await using var world = await MessageWorld.StartAsync();
        await world.PersonAsync("ana");
        await world.AddAsync(world.Draft("ana"));
        var message = await world.InAsync("test/ana", MessageState.Sent);
        var body = world.Host.Database.Read(connection => BodyStore.Read(connection, "default", message.Id))!;
        var link = System.Text.RegularExpressions.Regex.Match(body.Text, "/c/[A-Za-z0-9_-]+").Value;
        Assert.NotEqual("", link);
        Assert.DoesNotContain("shop.example.com", body.Text, StringComparison.Ordinal);
        using var reader = world.Server.NewBrowser();
        // The text names the cart without what the HTML has behind it: another link, after those of the HTML.
        Assert.Equal("https://shop.example.com/cart", (await reader.GetAsync(link)).Location);
        Assert.Equal(2, message.Links);
    }

    [Fact]
    public async Task What_a_message_costs_is_set_in_settings_and_a_mistake_is_refused()
    {
        await using var server = await AccessServer.StartAsync();
        using var owner = await server.AsAsync(Role.Owner);
        const string Page = "/settings/costs";
        Assert.False(MessageCosts.Read(server.Host, "default").AreSet);
        Assert.Equal(302, (await owner.SubmitAsync(Page, Page, ("email", "0,0008"), ("onsite", ""))).Code);
        var costs = MessageCosts.Read(server.Host, "default");
        Assert.Equal((0.8m, null), (costs.Of("email", 1_000), costs.Of("onsite", 5)));
        Assert.Equal(0.8m, costs.Of([KeyValuePair.Create("email", 1_000L), KeyValuePair.Create("onsite", 9L)]));
        Assert.Null(costs.Of([KeyValuePair.Create("onsite", 9L)]));
        Assert.Contains("0.0008", (await owner.GetAsync(Page)).Text, StringComparison.Ordinal);
        foreach (var wrong in new[] { "-1", "much", "1001", "0.00000001", "1.2.3" })
        {
            Assert.Equal(400, (await owner.SubmitAsync(Page, Page, ("email", wrong))).Code);
        }
        Assert.Equal(302, (await owner.SubmitAsync(Page, Page, ("email", ""))).Code);
        Assert.False(MessageCosts.Read(server.Host, "default").AreSet);
    }
}
