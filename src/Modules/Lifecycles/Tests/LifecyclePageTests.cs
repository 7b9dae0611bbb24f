using System.Net;
using System.Text.Json;
using Ciclo.Engine.Definitions;
using Ciclo.Modules.Lifecycles;
using Ciclo.Modules.Lifecycles.Contracts;
using Ciclo.Tests.Home;

namespace Ciclo.Tests.Modules.Lifecycles;

/// <summary>The pages of lifecycles over the small shop; a draft belongs to one test, so each has its own server.</summary>
public sealed class LifecyclePageTests : IAsyncLifetime
{
    private readonly HomeServer server = new();

    public Task InitializeAsync() => server.InitializeAsync();

    public Task DisposeAsync() => server.DisposeAsync();

    [Fact]
    public async Task Who_would_move_is_kept_as_a_list_of_whom_the_page_shows()
    {
        await DraftAsync(yaml => yaml.Replace("when: count(\"Order Completed\") >= 1\n", "when: count(\"Order Completed\") >= 2\n", StringComparison.Ordinal));
        var (_, html, _) = await server.GetAsync("/lifecycles/shop/movers?from=buyer");
        Assert.Contains("Ana &lt;b&gt;L&#xF3;pez&lt;/b&gt;", html, StringComparison.Ordinal);
        var (status, _, location) = await server.PostAsync("/lifecycles/shop/movers/list", ("from", "buyer"), ("to", ""), ("name", "No longer buyers"));
        Assert.Equal(HttpStatusCode.Redirect, status);
        var (_, list, _) = await server.GetAsync(location!);
        Assert.Contains("1 person on the list No longer buyers", WebUtility.HtmlDecode(list), StringComparison.Ordinal);
        Assert.Contains("Ana &lt;b&gt;L", list, StringComparison.Ordinal);

        var (again, text, _) = await server.PostAsync("/lifecycles/shop/movers/list", ("from", "buyer"), ("to", ""), ("name", "No longer buyers"));
        Assert.Equal(HttpStatusCode.BadRequest, again);
        Assert.Contains("There is a list", WebUtility.HtmlDecode(text), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_way_back_over_more_than_one_stage_is_drawn_in_a_lane_beside_them()
    {
        await DraftAsync(yaml => yaml.Replace("returns_to: [buyer]", "returns_to: [buyer, visitor]", StringComparison.Ordinal));
        var (_, html, _) = await server.GetAsync("/lifecycles/shop/picture");
        Assert.Contains("class=\"c-arc\" data-from=\"3\" data-to=\"1\" data-lane=\"1\"", html, StringComparison.Ordinal);
        Assert.Single(html.Split("class=\"c-back\"").Skip(1));
    }

    [Fact]
    public async Task The_editor_is_told_type_frequency_and_newest_value_of_properties()
    {
        var (_, json, _) = await server.GetAsync("/lifecycles/shop/values");
        using var values = JsonDocument.Parse(json);
        Assert.Equal("number · 1 · 1240.5", values.RootElement.GetProperty("events").GetProperty("Order Completed").GetProperty("total").GetString());
        Assert.Equal("text · 1 · ana@correo.example", values.RootElement.GetProperty("traits").GetProperty("email").GetString());
    }

    [Fact]
    public async Task A_person_is_explained_with_the_values_that_each_rule_read()
    {
        var (_, html, _) = await server.GetAsync("/lifecycles/shop/explain?who=ana");
        var text = WebUtility.HtmlDecode(html);
        Assert.Contains("is in Buyer", text, StringComparison.Ordinal);
        Assert.Contains("count(\"Order Completed\")", text, StringComparison.Ordinal);
        Assert.Contains("Asleep comes next", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_segment_that_reads_as_what_is_in_force_leaves_no_draft()
    {
        var yaml = new DefinitionService(server.Host, server.Engine).Find(DefinitionKind.Segment, "first-order", null)!.Yaml!;
        await server.PostAsync("/segments/first-order/draft", ("text", yaml + "# more"));
        Assert.Contains("first-order", (await server.GetAsync("/segments")).Html, StringComparison.Ordinal);
        var (_, with, _) = await server.GetAsync("/segments/first-order");
        Assert.DoesNotContain("data-lc-discard hidden", with, StringComparison.Ordinal);
        await server.PostAsync("/segments/first-order/draft", ("text", yaml));
        Assert.Contains("data-lc-discard hidden", (await server.GetAsync("/segments/first-order")).Html, StringComparison.Ordinal);
        var (status, refused, _) = await server.PostAsync("/segments/first-order/apply", ("reason", "none"));
        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Contains("no draft of yours", WebUtility.HtmlDecode(refused), StringComparison.Ordinal);
    }

    private async Task DraftAsync(Func<string, string> change)
    {
        var yaml = new DefinitionService(server.Host, server.Engine).Find(DefinitionKind.Lifecycle, "shop", null)!.Yaml!.ReplaceLineEndings("\n");
        Assert.NotEqual(yaml, change(yaml));
        Assert.Equal(HttpStatusCode.Redirect, (await server.PostAsync("/lifecycles/shop/draft", ("text", change(yaml)))).Status);
    }
}
