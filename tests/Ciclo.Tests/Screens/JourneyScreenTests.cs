using Ciclo.Engine.Definitions;
using Ciclo.Modules.Lifecycles.Contracts;
using Ciclo.Tests.Collect;
using Ciclo.Tests.Home;

namespace Ciclo.Tests.Screens;

/// <summary>The pages of journeys in a real browser: drawn, written, published, followed, and sound in both languages and themes.</summary>
public sealed class JourneyScreenTests(HomeServer server) : IClassFixture<HomeServer>
{
    private string Url => server.Client.BaseAddress!.ToString().TrimEnd('/');

    [ClientFact("journey.mjs", NeedsChromium = true)]
    public async Task A_journey_is_drawn_published_and_followed()
    {
        await ClientRun.NodeAsync("journey.mjs", Url, server.Key);
        Assert.Equal("cart-of-the-day", Assert.Single(new DefinitionService(server.Host, server.Engine).Current(DefinitionKind.Journey)).Id);
        await ClientRun.NodeAsync("screens.mjs", Url, "/journeys/new?from=win-back", "/journeys/cart-of-the-day", "/journeys/cart-of-the-day/people");
    }
}
