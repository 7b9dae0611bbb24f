using System.Text;
using System.Text.Json;
using Ciclo.Core.Access;
using Ciclo.Modules.Access.Contracts;
using Ciclo.Modules.Access.Tests;
using Ciclo.Modules.Keys;
using Ciclo.Modules.Lifecycles.Contracts;
using Ciclo.Modules.Profiles.Contracts;
using Ciclo.Modules.Sources.Contracts;

namespace Ciclo.Modules.Sources.Tests;

/// <summary>What comes in, as people see it: over the whole server, with events that came through the collecting API.</summary>
public sealed class SourcePageTests : IAsyncLifetime
{
    private AccessServer server = null!;
    private Browser owner = null!;
    private string key = "";

    public async Task InitializeAsync()
    {
        server = await AccessServer.StartAsync();
        owner = await server.AsAsync(Role.Owner);
        (_, key) = await server.AddKeyAsync(KeyKind.Write);
    }

    public async Task DisposeAsync()
    {
        owner.Dispose();
        await server.DisposeAsync();
    }

    [Fact]
    public async Task The_first_page_leads_to_the_first_steps_until_something_has_come()
    {
        Assert.Contains("href=\"/start\"", (await owner.GetAsync("/")).Html, StringComparison.Ordinal);
        Assert.Contains("Waiting for your first event", (await owner.GetAsync("/start")).Text, StringComparison.Ordinal);
        await SendAsync(new { type = "track", userId = "ana", @event = "Signed Up" });
        Assert.DoesNotContain("href=\"/start\"", (await owner.GetAsync("/")).Html, StringComparison.Ordinal);
        Assert.Contains("Signed Up", (await owner.GetAsync("/start/arrived")).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_stream_tells_of_an_event_without_being_asked_again()
    {
        using var client = new HttpClient { Timeout = TimeSpan.FromSeconds(30) };
        using var request = new HttpRequestMessage(HttpMethod.Get, server.Url + "/start/live");
        request.Headers.TryAddWithoutValidation("Accept", "text/event-stream");
        request.Headers.TryAddWithoutValidation("Cookie", string.Join("; ", owner.Cookies.Select(pair => $"{pair.Key}={pair.Value}")));
        using var answer = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        using var lines = new StreamReader(await answer.Content.ReadAsStreamAsync());
        // The first word is of what may have come between the page and the stream.
        await MoreAsync(lines);
        var next = MoreAsync(lines);
        await SendAsync(new { type = "track", userId = "ana", @event = "Signed Up" });
        await next;
        Assert.Contains("Signed Up", (await owner.GetAsync("/start/arrived")).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_framework_is_put_in_force_with_the_readers_zone_and_fills()
    {
        await SendAsync(new { type = "track", userId = "ana", @event = "Order Completed", properties = new { total = 10, currency = "EUR" } });
        var bad = await owner.SubmitAsync("/start", "/start/framework", ("framework", "customer"), ("zone", "Nowhere/Town"), ("currency", "EUR"));
        Assert.Equal(400, bad.Code);
        Assert.Contains("Nowhere/Town", bad.Text, StringComparison.Ordinal);
        Assert.Equal(302, (await owner.SubmitAsync("/start", "/start/framework", ("framework", "customer"), ("zone", "Europe/Madrid"), ("currency", "EUR"))).Code);
        var stages = await owner.GetAsync("/start/stages");
        Assert.Equal([0, 0, 1, 0, 0, 0], stages.Html.Split("data-people=\"").Skip(1).Select(part => int.Parse(part.Split('"')[0])));
        Assert.Equal("Europe/Madrid", server.Host.FindWorkspace("default")!.Rules.Definitions.Lifecycles.Single().Zone.Id);
    }

    [Fact]
    public async Task A_refused_item_comes_in_once_when_it_is_corrected_and_at_the_time_it_came_first()
    {
        await SendAsync(new { type = "trak", userId = "eva", @event = "Signed Up", password = "hunter2" });
        var engine = server.Host.FindWorkspace("default")!;
        var address = Assert.Single(engine.Read(state => state.Staged.Rejected.ToList()));
        var first = RejectedRow.Read(engine.Journal, address).ReceivedAt;
        var page = $"/sources/rejected/{address:x}";
        var shown = await owner.GetAsync(page);
        Assert.DoesNotContain("hunter2", shown.Html, StringComparison.Ordinal);
        Assert.Contains("trak", shown.Text, StringComparison.Ordinal);

        server.Clock.Advance(3_600_000);
        var again = await owner.SubmitAsync(page, page + "/retry", ("item", """{ "type": "nonsense", "userId": "eva" }"""));
        Assert.Equal(400, again.Code);
        Assert.Single(engine.Read(state => state.Staged.Rejected.ToList()));
        Assert.Equal(302, (await owner.SubmitAsync(page, page + "/retry", ("item", $$"""{ "type": "track", "userId": "eva", "event": "Signed Up", "password": "{{KeptItem.Cover}}" }"""))).Code);
        var row = Assert.Single(EventRowsOf(engine));
        Assert.Equal(first, row.Timestamp);
        Assert.Equal("Signed Up", row.Event);
        Assert.Contains(server.AuditRows(), entry => entry.Action == AuditActions.ItemRetried);

        // The form of before is sent once more: nothing comes twice.
        Assert.Equal(400, (await owner.PostAsync(page + "/retry", ("item", "{}"), ("_form", await owner.TokenAsync("/account")))).Code);
        Assert.Single(EventRowsOf(engine));
        Assert.Contains("came in when it was sent again", (await owner.GetAsync(page)).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_set_of_refused_items_comes_in_with_what_was_missing()
    {
        for (var i = 0; i < 5; i++)
        {
            await SendAsync(new { type = "track", userId = "user-" + i, properties = new { number = i } });
        }
        await SendAsync(new { type = "track", @event = "Signed Up" });
        var sent = await owner.SubmitAsync("/sources/rejected", "/sources/rejected/retry", ("reason", "no_event"), ("field", "event"), ("value", "Counted"));
        Assert.Equal("/sources/rejected?came=5&stayed=0&reason=no_event", sent.Location);
        var engine = server.Host.FindWorkspace("default")!;
        Assert.All(EventRowsOf(engine), row => Assert.Equal("Counted", row.Event));
        Assert.Equal(5, EventRowsOf(engine).Count);
        // Nothing is left of that reason: the same again sends nothing.
        sent = await owner.PostAsync("/sources/rejected/retry", ("reason", "no_event"), ("field", "event"), ("value", "Counted"), ("_form", await owner.TokenAsync("/account")));
        Assert.Equal("/sources/rejected?came=0&stayed=0&reason=no_event", sent.Location);
        Assert.Contains("no_id", (await owner.GetAsync("/sources/rejected")).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_a_record_that_was_not_refused_holds_cannot_be_looked_at_by_its_address()
    {
        await SendAsync(new { type = "track", userId = "ana", @event = "Signed Up" });
        var address = server.Host.FindWorkspace("default")!.Read(state => EventFilter.All.Addresses(state).Single());
        Assert.Equal(404, (await owner.GetAsync($"/sources/rejected/{address:x}")).Code);
    }

    [Fact]
    public async Task Properties_of_mixed_types_are_found_with_their_share_and_samples()
    {
        for (var i = 0; i < 10; i++)
        {
            await SendAsync(new { type = "track", userId = "user-" + i, @event = "Measured", properties = new { size = i < 3 ? (object)("size " + i) : i, always = true } });
        }
        var engine = server.Host.FindWorkspace("default")!;
        var survey = new SchemaSurveys(server.Host).Of(engine, default);
        var model = engine.Read(state => SchemaReading.Of(state, "", survey));
        Assert.True(model.Survey!.IsWhole);
        var measured = Assert.Single(model.Events, one => one.Name == "Measured");
        var size = Assert.Single(measured.Properties, property => property.Name == "size").Shape;
        Assert.Equal((10L, 3L, ShapeKind.Number), (size.Filled, size.Mismatched, size.Usual));
        Assert.Contains("30%", (await owner.GetAsync("/sources/schema/survey?q=size")).Text.Replace(".0", "", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Each_key_shows_what_it_brought_in_the_last_minute_and_when_the_newest_came()
    {
        var (silent, second) = (key, (await server.AddKeyAsync(KeyKind.Write)).Text);
        (_, key) = await server.AddKeyAsync(KeyKind.Write);
        await SendAsync(new { type = "track", userId = "ana", @event = "Signed Up" });
        await SendAsync(new { type = "track", userId = "ana", @event = "Signed In" });
        await SendAsync(new { type = "track", userId = "ana" });
        key = second;
        await SendAsync(new { type = "track", userId = "eva", @event = "Signed Up" });
        var engine = server.Host.FindWorkspace("default")!;
        var sent = server.Host.NowMs;
        var rows = HealthReading.Of(server.Host, engine, true).Sources;
        Assert.Equal([2L, 1L, 0L], rows.Select(row => row.PerMinute));
        Assert.All(rows.Take(2), row => Assert.InRange(row.LastAt!.Value, sent - 60_000, sent));
        Assert.Equal((silent[^4..], null), (rows[2].Ending, rows[2].LastAt));
        Assert.Contains($"…{second[^4..]}", (await owner.GetAsync("/sources")).Text, StringComparison.Ordinal);

        server.Clock.Advance(61_000);
        rows = HealthReading.Of(server.Host, engine, true).Sources;
        Assert.All(rows, row => Assert.Equal(0, row.PerMinute));
        Assert.Contains(rows, row => row.Ending == second[^4..] && row.LastAt <= sent);
    }

    [Fact]
    public async Task What_values_look_like_is_told_by_event_and_trait_to_who_may_see_people()
    {
        await SendAsync(new { type = "track", userId = "ana", @event = "Order Completed", timestamp = "2026-01-02T00:00:00Z", properties = new { total = 612.5, coupon = "" } });
        await SendAsync(new { type = "track", userId = "ana", @event = "Order Completed", timestamp = "2026-01-01T00:00:00Z", properties = new { total = 20 } });
        await SendAsync(new { type = "identify", userId = "ana", traits = new { city = "Puebla" } });
        var values = SeenValues.Of(server.Host, server.Host.FindWorkspace("default")!, new Kit.Locale(Core.Language.En, Core.Time.Zone.Utc), default);
        Assert.Equal("number · 2 · 612.5", values.Events["Order Completed"]["total"]);
        Assert.Equal("text · 1 · Puebla", values.Traits["city"]);
    }

    [Fact]
    public async Task An_alias_says_what_it_would_change_then_changes_it_and_is_taken_back()
    {
        await SendAsync(new { type = "track", userId = "ana", @event = "Purchase" });
        await SendAsync(new { type = "track", userId = "eva", @event = "Purchase" });
        Assert.Contains("2 events called “Purchase” will be called “Order Completed”", (await owner.GetAsync("/sources/aliases?sent=Purchase&name=Order+Completed")).Text, StringComparison.Ordinal);
        Assert.Equal(302, (await owner.SubmitAsync("/sources/aliases?sent=Purchase&name=Order+Completed", "/sources/aliases", ("sent", "Purchase"), ("name", "Order Completed"))).Code);
        var engine = server.Host.FindWorkspace("default")!;
        Assert.Equal(["Order Completed"], NamesOf(engine));
        Assert.Equal("Order Completed", EventAliases.Of(server.Host, engine)["Purchase"]);
        Assert.Equal(302, (await owner.SubmitAsync("/sources/aliases", "/sources/aliases", ("sent", "Purchase"), ("remove", "1"))).Code);
        Assert.Equal(["Purchase"], NamesOf(engine));
    }

    [Fact]
    public async Task Two_identifiers_are_separated_and_the_separation_is_lifted_on_the_page()
    {
        await SendAsync(new { type = "identify", userId = "ana", traits = new { email = "ana@example.com" } });
        var engine = server.Host.FindWorkspace("default")!;
        int People() => engine.Read(state => Engine.Runtime.Queries.AllProfiles(state).Count());
        Assert.Equal(1, People());
        Assert.Equal(302, (await owner.SubmitAsync("/sources/identities", "/sources/identities", ("kind", "separate"), ("a", "user_id:ana"), ("b", "email:ana@example.com"))).Code);
        Assert.Equal(2, People());
        Assert.Contains("email:ana@example.com", (await owner.GetAsync("/sources/identities")).Text, StringComparison.Ordinal);
        Assert.Equal(302, (await owner.SubmitAsync("/sources/identities", "/sources/identities", ("kind", "lift"), ("a", "user_id:ana"), ("b", "email:ana@example.com"))).Code);
        Assert.Equal(1, People());
        Assert.Equal(400, (await owner.SubmitAsync("/sources/identities", "/sources/identities", ("kind", "join"), ("a", "nobody"), ("b", "email:ana@example.com"))).Code);
    }

    private static async Task MoreAsync(StreamReader lines)
    {
        for (var line = await lines.ReadLineAsync(); line != "event: more"; line = await lines.ReadLineAsync())
        {
            Assert.NotNull(line);
        }
    }

    private static IReadOnlyList<EventRow> EventRowsOf(Engine.Runtime.WorkspaceEngine engine) =>
        [.. engine.Read(state => EventFilter.All.Addresses(state)).Select(address => EventRow.Read(engine.Journal, address))];

    private static IEnumerable<string> NamesOf(Engine.Runtime.WorkspaceEngine engine) => engine.Read(state => state.Staged.Schema.Events.Keys.Select(name => state.Staged.EventNames[name]).ToList());

    private async Task SendAsync(object item)
    {
        using var client = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, server.Url + "/v1/batch")
        {
            Content = new StringContent(JsonSerializer.Serialize(new { batch = new[] { item } }), Encoding.UTF8, "application/json"),
        };
        request.Headers.TryAddWithoutValidation("Authorization", "Basic " + Convert.ToBase64String(Encoding.ASCII.GetBytes(key + ":")));
        using var response = await client.SendAsync(request);
        Assert.Equal(200, (int)response.StatusCode);
        var engine = server.Host.FindWorkspace("default")!;
        await engine.FoldedAsync(engine.Journal.End - 1, default);
    }
}
