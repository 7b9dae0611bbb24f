using Ciclo.Tests.Collect;
using Ciclo.Tests.Home;

namespace Ciclo.Tests.Screens;

/// <summary>The pages in a real browser; what is looked at stands in tests/clients/screens.mjs.</summary>
public sealed class ScreenTests(HomeServer server) : IClassFixture<HomeServer>
{
    [ClientFact("screens.mjs", NeedsChromium = true)]
    public async Task Every_page_is_sound_in_both_languages_and_themes_wide_and_narrow_and_by_keyboard()
    {
        var ana = await server.PathOfAsync("ana");
        await ClientRun.NodeAsync("screens.mjs", server.Client.BaseAddress!.ToString().TrimEnd('/'), "/", "/?lifecycle=short&period=7d", "/customers", "/customers?query=nobody-at-all", ana, "/kit",
            "/numbers", "/numbers/growth_accounting?by=week&breakdown=state", "/funnels?step=page&step=Order+Completed&days=365", "/cohorts?by=quarter");
    }

    [ClientFact("screens.mjs", NeedsChromium = true)]
    public async Task The_pages_of_customers_are_sound_in_both_languages_and_themes()
    {
        var ana = await server.PathOfAsync("ana");
        await server.PostAsync("/lists/add", ("name", "Wholesale"));
        await server.PostAsync(ana + "/notes", ("text", "Called about the last order"));
        await server.PostAsync(ana + "/tags", ("tag", "vip"));
        await ClientRun.NodeAsync("screens.mjs", server.Client.BaseAddress!.ToString().TrimEnd('/'), ana + "?kind=notes", ana + "?lifecycle=shop&at=2026-01-01T10:00", ana + "?find=order", "/customers?rule=ever(%22Order%20Completed%22)", "/customers?rule=ever(",
            ana + "/traits", ana + "/merge?query=visitor", ana + "/separate", ana + "/erase", "/lists", "/customers?tag=vip&order=name&known=yes");
    }

    [ClientFact("customers.mjs", NeedsChromium = true)]
    public async Task A_customer_is_found_followed_live_joined_edited_and_filtered_in_a_browser()
    {
        await server.SendAsync(
            new { type = "identify", userId = "rosa-1", traits = new { name = "Rosa Núñez", email = "rosa@correo.example", phone = "+52 55 4417 0926", city = "Puebla" } },
            new { type = "identify", userId = "rosa-2", traits = new { name = "Rosa N.", email = "rosa.n@otro.example" } },
            new { type = "track", userId = "rosa-1", @event = "Order Completed", properties = new { order_id = "R-1", total = 300, currency = "MXN" } });
        await ClientRun.NodeAsync("customers.mjs", server.Client.BaseAddress!.ToString().TrimEnd('/'), server.Key);
    }
}
