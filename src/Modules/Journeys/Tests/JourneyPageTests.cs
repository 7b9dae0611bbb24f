using System.Net;
using System.Text.Json.Nodes;
using Ciclo.Core;
using Ciclo.Core.Time;
using Ciclo.Engine.Definitions;
using Ciclo.Engine.Yaml;
using Ciclo.Kit;
using Ciclo.Modules.Journeys.Contracts;
using Ciclo.Modules.Lifecycles.Contracts;
using Ciclo.Tests.Home;

namespace Ciclo.Modules.Journeys.Tests;

/// <summary>The pages of journeys over HTTP: drafts by JSON and text, findings at their steps, publishing, pausing, ending; the library.</summary>
public sealed class JourneyPageTests(HomeServer server) : IClassFixture<HomeServer>
{
    private const string Cart = """
        journey: cart
        label: { en: Cart, es: Carrito }
        trigger: { event: '"Product Added"' }
        steps:
          - { id: pause, wait: 4h }
          - id: known
            if: traits.email != null
            then: [{ id: mail, tag: mailable }]
        """;

    [Fact]
    public async Task A_draft_is_kept_checked_published_paused_and_ended()
    {
        var (status, text, _) = await server.PostAsync("/journeys/cart/draft", ("text", Cart));
        Assert.Equal(HttpStatusCode.Redirect, status);
        (status, text, _) = await server.PostAsync("/journeys/cart/publish", ("reason", "First"));
        Assert.Equal(HttpStatusCode.Redirect, status);
        Assert.Equal("First", new DefinitionService(server.Host, server.Engine).Find(DefinitionKind.Journey, "cart", null)!.Reason);

        var (shown, html, _) = await server.GetAsync("/journeys/cart", "es");
        Assert.Equal(HttpStatusCode.OK, shown);
        Assert.Contains("Espera 4 h", html, StringComparison.Ordinal);
        Assert.Contains("Carrito", (await server.GetAsync("/journeys", "es")).Html, StringComparison.Ordinal);
        Assert.Contains("No journey is called", (await server.GetAsync("/journeys?query=nothing-like-it")).Html, StringComparison.Ordinal);

        await server.PostAsync("/journeys/cart/pause");
        Assert.Contains("Paused", (await server.GetAsync("/journeys/cart")).Html, StringComparison.Ordinal);
        await server.PostAsync("/journeys/cart/resume");
        Assert.DoesNotContain("Paused", (await server.GetAsync("/journeys/cart")).Html, StringComparison.Ordinal);

        // Without a draft there is nothing to publish.
        (status, text, _) = await server.PostAsync("/journeys/cart/publish", ("reason", ""));
        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Contains("no draft of yours", text, StringComparison.Ordinal);

        await server.PostAsync("/journeys/cart/end", ("people", "out"));
        Assert.Equal(HttpStatusCode.NotFound, (await server.GetAsync("/journeys/cart")).Status);
    }

    [Fact]
    public async Task What_is_wrong_is_not_published_and_an_empty_text_not_kept()
    {
        await server.PostAsync("/journeys/wrong/draft", ("text", "journey: wrong\ntrigger: { event: '\"A\"' }\nsteps:\n  - wait: soon\n"));
        var (status, text, _) = await server.PostAsync("/journeys/wrong/publish", ("reason", "x"));
        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Contains("duration", text, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.BadRequest, (await server.PostAsync("/journeys/wrong/draft", ("text", " "))).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await server.PostAsync("/journeys/Not%20an%20id/draft", ("text", Cart))).Status);
    }

    [Fact]
    public void A_finding_stands_at_its_step()
    {
        const string Yaml = "journey: a\ntrigger: { event: '\"A\"' }\nsteps:\n  - wait: 1d\n  - if: ever(\"A\")\n    then:\n      - { id: deep, wait: soon }\n";
        var found = Assert.Single(JourneyFile.Read(Yaml).Diagnostics);
        Assert.Equal(["steps", "1", "then", "0", "wait"], YamlPaths.PathOf(YamlReader.Read(Yaml, new List<Diagnostic>()), found.Line, found.Column));
    }

    [Fact]
    public void Steps_have_the_ids_that_they_are_counted_under()
    {
        const string Yaml = "journey: a\ntrigger: { api: true }\nsteps:\n  - wait: 1d\n  - if: ever(\"A\")\n    then: [{ wait: 2d }]\n    else: [{ id: mine, stop: true }]\n  - wait_for_hour: '09:00'\n";
        var program = new Core.Journeys.JourneyProgram(JourneyFile.Read(Yaml).Journey!);
        Assert.Equal(program.Nodes.Select(node => node.Step.Id).Order(StringComparer.Ordinal), JourneyOutline.Of(Yaml)!.All.Select(step => step.Id).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void A_journey_that_a_page_offers_comes_filled_in_with_its_start_and_its_goal()
    {
        var root = JourneyLibrary.Find(JourneyPaths.Onboarding)!.Root();
        JourneyLibrary.Fill(root, "from-home", "UTC", "", "shop/buyer", "regular,loyal", "");
        var file = JourneyFile.Read(YamlJson.ToYaml(root));
        Assert.Equal([], file.Diagnostics.Select(found => found.Say(Language.En)));
        Assert.Equal("shop/buyer", (string)root["trigger"]!["enters_stage"]!);
        Assert.Equal("stage(\"shop\") in [\"regular\", \"loyal\"]", (string)root["goal"]!["when"]!);
        // What would end the text of the rule is not taken in.
        JourneyLibrary.Fill(root, "from-home", "UTC", "", "shop/buyer", "x\"] or [\"y", "");
        Assert.Equal("stage(\"shop\") in [\"regular\", \"loyal\"]", (string)root["goal"]!["when"]!);
        Assert.All(new[] { JourneyPaths.Welcome, JourneyPaths.Onboarding, JourneyPaths.SecondOrder, JourneyPaths.WinBack }, id => Assert.NotNull(JourneyLibrary.Find(id)));
    }

    [Fact]
    public void Every_journey_of_the_library_is_valid_and_told_in_words_and_the_same_as_JSON_and_YAML()
    {
        foreach (var one in JourneyLibrary.All)
        {
            var root = one.Root();
            JourneyLibrary.Fill(root, one.Id, "America/Mexico_City", "", "", "", "");
            var yaml = YamlJson.ToYaml(root);
            var file = JourneyFile.Read(yaml);
            Assert.Equal([], file.Diagnostics.Select(found => $"{one.Id}: {found.Say(Language.En)}"));
            Assert.Equal(one.Id, file.Journey!.Id);
            Assert.NotEqual(file.Journey.Label.En, file.Journey.Label.Es);
            Assert.True(JsonNode.DeepEquals(root, YamlJson.ToJson(YamlReader.Read(yaml, new List<Diagnostic>())!)), one.Id);
            foreach (var language in new[] { Language.En, Language.Es })
            {
                Assert.All(new JourneyWords(new Locale(language, Zone.Utc)).All(JourneyOutline.Of(root)), said => Assert.DoesNotContain("…", said.Value.Title, StringComparison.Ordinal));
            }
        }
    }

    [Theory]
    [InlineData("Carrito abandonado", "carrito-abandonado")]
    [InlineData("  Año nuevo / 2026!", "ano-nuevo-2026")]
    [InlineData("¡¿?!", "journey")]
    public void A_name_becomes_an_id(string name, string id) => Assert.Equal(id, JourneyLibrary.IdOf(name));
}
