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
            "/start", "/sources", "/sources/schema", "/sources/aliases", "/sources/aliases?sent=Order+Completed&name=Purchase", "/sources/rejected", "/sources/identities", "/sources/imports", "/sources/imports/new",
            "/map", "/map?direction=after&anchor=page&days=365");
    }
}
