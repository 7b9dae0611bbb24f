using Ciclo.Tests.Collect;
using Ciclo.Tests.Home;

namespace Ciclo.Tests.Screens;

/// <summary>The pages of lifecycles and segments in a real browser.</summary>
public sealed class LifecycleScreenTests(HomeServer server) : IClassFixture<HomeServer>
{
    private string Url => server.Client.BaseAddress!.ToString().TrimEnd('/');

    [ClientFact("screens.mjs", NeedsChromium = true)]
    public Task Lifecycles_and_segments_are_sound_in_both_languages_and_themes_wide_and_narrow() => ClientRun.NodeAsync("screens.mjs", Url,
        "/lifecycles", "/lifecycles/shop", "/lifecycles/shop/explain?who=ana", "/lifecycles/shop/history?version=1",
        "/segments", "/segments/first-order", "/segments/first-order?as=text", "/segments/first-order/history");

    [ClientFact("lifecycle.mjs", NeedsChromium = true)]
    public async Task A_rule_is_written_simulated_applied_and_taken_back_and_a_segment_made_by_form_and_text()
    {
        await using var own = new OwnServer();
        await own.Server.InitializeAsync();
        await ClientRun.NodeAsync("lifecycle.mjs", own.Server.Client.BaseAddress!.ToString().TrimEnd('/'), "shop");
    }

    /// <summary>The script changes definitions, which nobody else may see.</summary>
    private sealed class OwnServer : IAsyncDisposable
    {
        public HomeServer Server { get; } = new();

        public async ValueTask DisposeAsync() => await Server.DisposeAsync();
    }
}
