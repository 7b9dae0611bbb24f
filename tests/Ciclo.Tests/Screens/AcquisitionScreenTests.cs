using System.Text.Json;
using Ciclo.Modules.Access.Tests;
using Ciclo.Modules.Demo;
using Ciclo.Tests.Collect;

namespace Ciclo.Tests.Screens;

/// <summary>The page of acquisition on the demo shop, in a real browser.</summary>
public sealed class AcquisitionScreenTests
{
    [ClientFact("acquisition.mjs", NeedsChromium = true)]
    public async Task The_planted_campaign_is_seen_at_once_every_number_opens_and_costs_come_in_from_the_browser()
    {
        await using var server = await AccessServer.StartAsync(options => options with { DemoWorkspace = "default" });
        var setup = new DemoSetup(server.Host, server.Host.FindWorkspace("default")!);
        await setup.MakeAsync(new DemoOptions(server.Host.NowMs) { Customers = 3_000 }, new Progress<(long, double)>(), default);
        using var truth = JsonDocument.Parse(await File.ReadAllBytesAsync(Path.Combine(setup.TruthFolder, "ground-truth.json")));
        var campaign = truth.RootElement.GetProperty("planted").GetProperty("bad_campaign").GetProperty("campaign").GetString()!;
        await ClientRun.NodeAsync("screens.mjs", server.Url, "/acquisition", "/acquisition?by=month&attribution=linear", "/acquisition/costs");
        await ClientRun.NodeAsync("acquisition.mjs", server.Url, campaign);
    }
}
