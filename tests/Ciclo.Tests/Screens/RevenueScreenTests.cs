using Ciclo.Modules.Revenue.Tests;
using Ciclo.Tests.Collect;

namespace Ciclo.Tests.Screens;

/// <summary>The pages of revenue in a real browser.</summary>
public sealed class RevenueScreenTests(RevenueServer fixture) : IClassFixture<RevenueServer>
{
    [ClientFact("screens.mjs", NeedsChromium = true)]
    public Task Revenue_is_sound_in_both_languages_and_themes_wide_and_narrow() => ClientRun.NodeAsync(
        "screens.mjs", fixture.Server.Client.BaseAddress!.ToString().TrimEnd('/'), "/revenue", "/revenue/rfm", "/revenue?by=quarter");
}
