using Ciclo.Modules.Access.Tests;
using Ciclo.Tests.Collect;
using Ciclo.Tests.Home;

namespace Ciclo.Tests.Screens;

/// <summary>The ways in, in a real browser: the first run, and importing by pointing. What is done stands in tests/clients.</summary>
public sealed class SourceScreenTests
{
    [ClientFact("firstrun.mjs", NeedsChromium = true)]
    public async Task From_the_setup_link_an_event_is_seen_arriving_and_the_first_stage_fills()
    {
        await using var server = await AccessServer.StartAsync();
        await ClientRun.NodeAsync("firstrun.mjs", server.Url, await server.SetupPathAsync());
    }

    [ClientFact("screens.mjs", NeedsChromium = true)]
    public Task The_pages_of_sources_and_the_map_are_sound_in_both_languages_and_themes_wide_and_narrow() => WithShopAsync(url => ClientRun.NodeAsync(
        "screens.mjs", url, "/start", "/sources", "/sources/schema", "/sources/aliases?sent=Order+Completed&name=Purchase", "/sources/rejected", "/sources/identities", "/sources/imports", "/sources/imports/new",
        "/map", "/map?direction=after&anchor=page&days=365", "/map?direction=before&anchor=stage%3Abuyer&lifecycle=shop", "/map/people?direction=before&anchor=stage%3Abuyer&lifecycle=shop&step=1&to=Order+Completed"));

    [ClientFact("importing.mjs", NeedsChromium = true)]
    public Task A_file_is_imported_by_pointing_at_its_columns_and_undone() => WithShopAsync(url => ClientRun.NodeAsync("importing.mjs", url));

    private static async Task WithShopAsync(Func<string, Task> look)
    {
        var server = new HomeServer();
        await server.InitializeAsync();
        try
        {
            await look(server.Client.BaseAddress!.ToString().TrimEnd('/'));
        }
        finally
        {
            await server.DisposeAsync();
        }
    }
}
