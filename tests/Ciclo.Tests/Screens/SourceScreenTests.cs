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

    [ClientFact("importing.mjs", NeedsChromium = true)]
    public async Task A_file_is_imported_by_pointing_at_its_columns_and_undone()
    {
        var server = new HomeServer();
        await server.InitializeAsync();
        try
        {
            await ClientRun.NodeAsync("importing.mjs", server.Client.BaseAddress!.ToString().TrimEnd('/'));
        }
        finally
        {
            await server.DisposeAsync();
        }
    }
}
