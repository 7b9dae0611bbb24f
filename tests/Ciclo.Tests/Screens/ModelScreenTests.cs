using Ciclo.Core;
using Ciclo.Modules.Access.Contracts;
using Ciclo.Modules.Access.Tests;
using Ciclo.Modules.Consent.Contracts;
using Ciclo.Modules.Demo;
using Ciclo.Modules.Predict.Models;
using Ciclo.Modules.Predict.Recommending;
using Ciclo.Modules.Templates;
using Ciclo.Modules.Templates.Designs;
using Ciclo.Tests.Collect;

namespace Ciclo.Tests.Screens;

/// <summary>A small demo shop with a goal, a value and recommendations in use, and a template.</summary>
public sealed class ModelServer : IAsyncLifetime
{
    private AccessServer server = null!;

    public string Url => server.Url;

    /// <summary>Where somebody decides what they get, and where somebody leaves; without the server's address.</summary>
    public string Preferences { get; private set; } = "";

    public string Unsubscribe { get; private set; } = "";

    public string Template { get; private set; } = "";

    public async Task InitializeAsync()
    {
        server = await AccessServer.StartAsync(options => options with { DemoWorkspace = "default" });
        var (host, engine) = (server.Host, server.Host.FindWorkspace("default")!);
        await new DemoSetup(host, engine).MakeAsync(new DemoOptions(host.NowMs) { Customers = 1_500 }, new Progress<(long, double)>(), default);
        var desk = ModelDesk.Of(host);
        var question = PredictModel.New("default", host.NowMs, "test");
        await desk.PutAsync(question with { Name = "Orders again", Who = "ever(\"Order Completed\")", Days = 30, Score = "again" }, Actor.CommandLine, default);
        await desk.PutAsync(question with { Name = "Worth", Kind = ModelKind.Value, Goal = "", Days = 90, Score = "worth" }, Actor.CommandLine, default);
        var offers = OfferDesk.Of(host);
        await offers.TrainAsync("default", Actor.CommandLine, default);
        await desk.LookAsync(engine, default);
        foreach (var version in desk.Versions("default"))
        {
            await desk.DecideAsync(desk.Find("default", version.ModelId)!, version, true, Actor.CommandLine, default);
        }
        await desk.LookAsync(engine, default);
        await offers.LookAsync(engine, default);
        await offers.DecideAsync("default", true, Actor.CommandLine, default);
        await engine.RestAsync(default);
        Assert.Equal(2, desk.Versions("default").Count(version => version.ScoredAt is not null));
        var links = ConsentLinks.Of(host);
        var person = engine.Read(state => state.Staged.Identity.PublicId(Enumerable.Range(0, state.Staged.Identity.NodeCount).First(state.Staged.Identity.IsProfile)));
        Preferences = new Uri(links.PreferencesUrl("default", person, "es-MX")).AbsolutePath;
        Unsubscribe = new Uri(links.UnsubscribeUrl("default", person, "email", "marketing", "msg_1")).AbsolutePath;
        var (id, error) = await TemplateService.Of(host).AddAsync("default", ReadyDesigns.All[0].In(Language.Es), ReadyDesigns.All[0].Id, Actor.CommandLine, default);
        Assert.Null(error);
        Template = id!;
    }

    public async Task DisposeAsync() => await server.DisposeAsync();
}

/// <summary>Models, offers and the pages of acting in a real browser; what is looked at stands in tests/clients/screens.mjs.</summary>
public sealed class ModelScreenTests(ModelServer shop) : IClassFixture<ModelServer>
{
    [ClientFact("screens.mjs", NeedsChromium = true)]
    public Task Models_and_offers_are_sound_wide_and_narrow() => ClientRun.NodeAsync(
        "screens.mjs", shop.Url, "/models", "/models/1", "/models/2", "/models/new", "/models/new?from=value", "/models/1/edit", "/models/recommendations");

    [ClientFact("screens.mjs", NeedsChromium = true)]
    public Task What_acts_is_sound_wide_and_narrow() => ClientRun.NodeAsync(
        "screens.mjs", shop.Url, "/tasks", "/settings/costs", "/dashboards/overview/share", "/templates", "/templates/" + shop.Template, "/messages", shop.Preferences, shop.Unsubscribe, "/campaigns", "/campaigns/new", "/experiments");
}
