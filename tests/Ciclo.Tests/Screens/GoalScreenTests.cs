using Ciclo.Tests.Collect;
using Ciclo.Tests.Home;

namespace Ciclo.Tests.Screens;

/// <summary>Goals, alerts and webhooks in a real browser.</summary>
public sealed class GoalScreenTests(HomeServer server) : IClassFixture<HomeServer>
{
    [ClientFact("goals.mjs", NeedsChromium = true)]
    public Task An_alert_and_a_goal_are_made_with_their_past_in_view_and_open_pages_hear_of_changes() =>
        ClientRun.NodeAsync("goals.mjs", server.Client.BaseAddress!.ToString().TrimEnd('/'));
}
