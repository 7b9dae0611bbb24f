using System.Text.Json;
using Ciclo.Modules.Access.Tests;
using Ciclo.Modules.Demo;
using Ciclo.Tests.Collect;

namespace Ciclo.Tests.Screens;

/// <summary>The demo shop, served as `ciclo demo` serves it.</summary>
public class DemoServer : IAsyncLifetime
{
    private AccessServer server = null!;

    public string Url => server.Url;

    protected virtual int Customers => 20_000;

    /// <summary>The planted campaign that costs more than it brings.</summary>
    public string Campaign { get; private set; } = "";

    public async Task InitializeAsync()
    {
        server = await AccessServer.StartAsync(options => options with { DemoWorkspace = "default" });
        var setup = new DemoSetup(server.Host, server.Host.FindWorkspace("default")!);
        await setup.MakeAsync(new DemoOptions(server.Host.NowMs) { Customers = Customers }, new Progress<(long, double)>(), default);
        using var truth = JsonDocument.Parse(await File.ReadAllBytesAsync(Path.Combine(setup.TruthFolder, "ground-truth.json")));
        Campaign = truth.RootElement.GetProperty("planted").GetProperty("bad_campaign").GetProperty("campaign").GetString()!;
    }

    public async Task DisposeAsync() => await server.DisposeAsync();
}

/// <summary>A smaller one, for tests that ask much of it and look for nothing that is planted.</summary>
public sealed class SmallDemoServer : DemoServer
{
    protected override int Customers => 5_000;
}

/// <summary>The demo shop in a real browser.</summary>
public sealed class DemoScreenTests(DemoServer shop, SmallDemoServer small) : IClassFixture<DemoServer>, IClassFixture<SmallDemoServer>
{
    [ClientFact("story.mjs", NeedsChromium = true)]
    public Task The_weak_step_and_the_bad_campaign_are_found_within_minutes() =>
        ClientRun.NodeAsync("story.mjs", shop.Url, "Subscription Setup Started", "Grind Selected", shop.Campaign, "ndroid", shop.Campaign);

    [ClientFact("numbers.mjs", NeedsChromium = true)]
    public Task Every_number_opens_into_rows_that_add_up_to_it() => ClientRun.NodeAsync(
        "numbers.mjs", small.Url, "/", "/stages/customer/onboarding", "/numbers", "/funnels?step=Checkout+Started&step=Order+Completed", "/cohorts", "/revenue", "/acquisition", "/campaigns/1", "/experiments/campaign%3A1");

    [ClientFact("screens.mjs", NeedsChromium = true)]
    public Task Its_pages_are_sound_wide_and_narrow() => ClientRun.NodeAsync(
        "screens.mjs", shop.Url, "/acquisition", "/acquisition?by=month&attribution=linear", "/acquisition/costs", "/stages/customer/engagement", "/stages/aarrr/revenue?period=90d", "/numbers/definitions",
        "/campaigns/1", "/experiments/campaign%3A1", "/models/lift/campaign%3A1/people?tenth=0");

    [ClientFact("acquisition.mjs", NeedsChromium = true)]
    public Task Channels_answer_under_other_models_and_costs_come_in_from_the_browser() => ClientRun.NodeAsync("acquisition.mjs", shop.Url, shop.Campaign);
}
