using Ciclo.Modules.Revenue.Tests;
using Ciclo.Tests.Collect;

namespace Ciclo.Tests.Screens;

/// <summary>Dashboards in a real browser.</summary>
public sealed class BoardScreenTests(RevenueServer fixture) : IClassFixture<RevenueServer>
{
    private string Url => fixture.Server.Client.BaseAddress!.ToString().TrimEnd('/');

    [ClientFact("screens.mjs", NeedsChromium = true)]
    public Task Dashboards_are_sound_in_both_languages_and_themes_wide_and_narrow() => ClientRun.NodeAsync(
        "screens.mjs", Url, "/dashboards", "/dashboards/overview", "/dashboards/retention?by=week&at=now", "/dashboards/revenue/share");

    [ClientFact("boards.mjs", NeedsChromium = true)]
    public Task A_dashboard_is_made_filled_arranged_and_shared_and_every_number_opens_into_its_rows() => ClientRun.NodeAsync("boards.mjs", Url);
}
