using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Ciclo.Core.Analytics;
using Ciclo.Core.Metrics;
using Ciclo.Core.Time;
using Ciclo.Engine.Runtime;
using Ciclo.Modules.Access.Tests;
using Ciclo.Modules.Acquisition.Contracts;
using Ciclo.Modules.Ask.Views;
using Ciclo.Modules.Demo;
using Ciclo.Modules.Measure.Contracts;
using Ciclo.Modules.Profiles.Contracts;

namespace Ciclo.Modules.Ask.Tests;

/// <summary>A demo shop, made once for all tests of a class.</summary>
public sealed class ShopFixture : IAsyncLifetime
{
    public AccessServer Server { get; private set; } = null!;

    public WorkspaceEngine Engine => Server.Host.FindWorkspace("default")!;

    public async Task InitializeAsync()
    {
        Server = await AccessServer.StartAsync(options => options with { DemoWorkspace = "default" });
        await new DemoSetup(Server.Host, Engine).MakeAsync(new DemoOptions(Server.Host.NowMs) { Customers = 300 }, new Progress<(long, double)>(), default);
        if (AskDesk.Library is not null)
        {
            AskDesk.AddPart(Server.Host);
        }
    }

    public async Task DisposeAsync() => await Server.DisposeAsync();
}

/// <summary>Each view against what the program says otherwise, over the demo shop.</summary>
public sealed class ViewTests(ShopFixture shop) : IClassFixture<ShopFixture>
{
    private static readonly JsonSerializerOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    [DuckFact]
    public async Task Events_are_those_of_the_journal()
    {
        var rows = shop.Engine.Read(EventFilter.All.Addresses).Select(address => EventRow.Read(shop.Engine.Journal, address)).ToList();
        var expected = rows.GroupBy(row => $"{row.Type}|{row.Event ?? "null"}").Select(group => $"{group.Key}|{group.Count()}|{Instants.Format(group.Max(row => row.Timestamp))}").Order(StringComparer.Ordinal);
        Assert.Equal(expected, (await RowsAsync("SELECT type, CASE type WHEN 'track' THEN name END AS name, count(*), max(time) FROM events GROUP BY ALL")).Order(StringComparer.Ordinal));
        var sample = rows.Where((_, i) => i % 97 == 0).ToList();
        var seen = (await RowsAsync($"SELECT id, message_id, properties FROM events WHERE id IN ({string.Join(',', sample.Select(row => $"'{row.Id}'"))})")).Order(StringComparer.Ordinal);
        Assert.Equal(sample.Select(row => $"{row.Id}|{row.MessageId}|{(row.Properties == "{}" ? "null" : row.Properties)}").Order(StringComparer.Ordinal), seen.Select(row => row.EndsWith("|{}", StringComparison.Ordinal) ? row[..^2] + "null" : row));
    }

    [DuckFact]
    public async Task A_span_and_properties_as_columns_are_what_a_filter_and_the_sent_json_say()
    {
        var (since, until) = (Instants.Format(shop.Server.Host.NowMs - (90 * Durations.Day)), Instants.Format(shop.Server.Host.NowMs - (30 * Durations.Day)));
        Assert.Equal(
            await RowsAsync($"SELECT count(*), min(time), max(time) FROM events WHERE time >= TIMESTAMPTZ '{since}' AND time < TIMESTAMPTZ '{until}'"),
            await RowsAsync($"SELECT count(*), min(time), max(time) FROM events(since := '{since}', until := '{until}')"));
        var sums = (await RowsAsync("SELECT sum(revenue), sum((properties->>'$.revenue')::DECIMAL(21,6)), count(order_id) FROM events(properties := ['revenue number', 'order_id']) WHERE name = 'Order Completed'")).Single().Split('|');
        Assert.Equal(sums[1], sums[0]);
        Assert.NotEqual("0", sums[2]);
        var wrong = await AskDesk.TryAsync(shop.Server.Host, shop.Engine, "SELECT * FROM events(properties := [''])");
        Assert.Contains("properties takes names", wrong.Error!.Says.En, StringComparison.Ordinal);
    }

    [DuckFact]
    public async Task People_and_identifiers_are_those_of_the_identity_graph()
    {
        var (people, identifiers, card) = shop.Engine.Read(state =>
        {
            var all = Queries.AllProfiles(state).ToList();
            return (all.Count, all.Sum(one => state.Staged.Identity.IdentifiersOf(one).Count), ProfileCard.Of(state, all.First(one => ProfileCard.Of(state, one).Traits.Count > 0)));
        });
        Assert.Equal([$"{people}|{people}"], await RowsAsync("SELECT count(*), count(DISTINCT id) FROM profiles"));
        Assert.Equal([identifiers.ToString(CultureInfo.InvariantCulture)], await RowsAsync("SELECT count(*) FROM identifiers"));
        Assert.Equal(
            [$"{card.UserId}|{PersonName.Of(card)}|{Instants.Format(card.FirstSeenAt!.Value)}|{Instants.Format(card.LastSeenAt!.Value)}|{card.Events}|{card.Traits.ToJsonString(Readable)}"],
            await RowsAsync($"SELECT user_id, name, first_seen, last_seen, events, traits FROM profiles WHERE id = '{card.Id}'"));
    }

    [DuckFact]
    public async Task Stages_moves_and_segments_are_those_of_the_engine()
    {
        var (stages, moves, members) = shop.Engine.Read(state =>
        {
            var plan = state.Placement.Plan;
            var lifecycles = Enumerable.Range(0, plan.Lifecycles.Length).ToList();
            return (lifecycles.SelectMany(i => Queries.Stages(state, i, null).Select(row => $"{state.PlaceNames[state.Placement.LifecycleNames[i]]}|{row.Stage}|{Instants.Format(row.Since)}")).Order(StringComparer.Ordinal).ToList(),
                lifecycles.SelectMany(i => Queries.Transitions(state, i, null).Select(row => $"{state.PlaceNames[state.Placement.LifecycleNames[i]]}|{(row.From.Length == 0 ? "null" : row.From)}|{row.To}|{Instants.Format(row.At)}")).Order(StringComparer.Ordinal).ToList(),
                Enumerable.Range(0, state.Placement.SegmentNames.Length).SelectMany(i => Queries.Members(state, i, null).Select(row => $"{state.PlaceNames[state.Placement.SegmentNames[i]]}|{Instants.Format(row.Since)}")).Order(StringComparer.Ordinal).ToList());
        });
        Assert.NotEmpty(members);
        Assert.Equal(stages, (await RowsAsync("SELECT lifecycle, stage, since FROM stages")).Order(StringComparer.Ordinal));
        Assert.Equal(moves, (await RowsAsync("SELECT lifecycle, from_stage, to_stage, time FROM moves")).Order(StringComparer.Ordinal));
        Assert.Equal(members, (await RowsAsync("SELECT segment, since FROM segments")).Order(StringComparer.Ordinal));
    }

    [DuckFact]
    public async Task Orders_sessions_and_costs_add_up_to_the_catalogue()
    {
        var months = AskedPeriods.Latest(PeriodKind.Month, shop.Engine.Rules.Zone, 20, shop.Server.Host.NowMs);
        var catalogue = MetricCatalogue.Of(shop.Server.Host);
        async Task SameAsync(string metric, string sql)
        {
            var series = catalogue.Answer(shop.Engine, new MetricQuestion([catalogue.Find(metric)!], months, "", new Dictionary<string, string>()), default).Single();
            var expected = series.Cells.Select((cell, i) => (Month: PeriodOptions.NameOf(months, i), Value: cell?.Value ?? 0)).Where(one => one.Value != 0).Select(one => $"{one.Month} {one.Value.ToString("0.######", CultureInfo.InvariantCulture)}");
            Assert.Equal(expected, (await RowsAsync(sql)).Select(row => row.Replace('|', ' ')));
        }
        await SameAsync("revenue", "SELECT date_trunc('month', time)::DATE AS month, sum(amount) FROM orders GROUP BY 1 ORDER BY 1");
        await SameAsync("orders", "SELECT date_trunc('month', time)::DATE AS month, count(*) FROM orders WHERE kind = 'order' GROUP BY 1 ORDER BY 1");
        await SameAsync("visits", "SELECT date_trunc('month', time)::DATE AS month, count(*) FROM sessions GROUP BY 1 ORDER BY 1");
        var costs = CostTable.Of(shop.Server.Host, "default");
        Assert.Equal([$"{costs.Count}|{costs.Sum(row => row.Clicks)}"], await RowsAsync("SELECT count(*), sum(clicks) FROM costs"));
    }

    [DuckFact]
    public async Task Order_lines_are_the_products_that_were_sent() => Assert.Equal(
        await RowsAsync("SELECT sum(json_array_length(properties, '$.products')) FROM events WHERE name = 'Order Completed'"), await RowsAsync("SELECT count(*) FROM order_lines"));

    [DuckFact]
    public async Task Every_example_of_every_view_is_answered_and_every_column_is_described()
    {
        foreach (var view in AllViews.List)
        {
            Assert.Equal(view.Columns.Select(column => $"{column.Name}|{column.Type}"), (await RowsAsync("DESCRIBE " + view.Name)).Select(row => string.Join('|', row.Split('|')[..2]).Replace("TIMESTAMP WITH TIME ZONE", "TIMESTAMPTZ", StringComparison.Ordinal)));
            foreach (var example in view.Examples)
            {
                Assert.NotEmpty(await RowsAsync(example.Sql));
            }
        }
    }

    [DuckFact]
    public async Task Who_may_not_read_people_finds_null_where_a_person_would_stand()
    {
        var personal = string.Join(", ", AllViews.List.SelectMany(view => view.Columns.Where(column => column.IsPersonal).Select(column => $"(SELECT count({column.Name}) FROM {view.Name})")));
        Assert.Equal(["0"], (await RowsAsync($"SELECT {personal}", maySeePeople: false)).SelectMany(row => row.Split('|')).Distinct());
        Assert.DoesNotContain("0", (await RowsAsync($"SELECT {personal}")).SelectMany(row => row.Split('|')));
        Assert.Equal(["0"], await RowsAsync("SELECT count(email) FROM events(properties := ['email', 'order_id'])", maySeePeople: false));
        Assert.NotEqual(["0"], await RowsAsync("SELECT count(profile) FROM events", maySeePeople: false));
    }

    [DuckFact]
    public async Task A_question_is_in_the_audit_log_with_the_views_it_read_and_without_its_text()
    {
        await AskDesk.RowsAsync(shop.Server.Host, shop.Engine, "SELECT count(*) FROM orders WHERE user_id = 'secret@example.com'");
        var row = shop.Server.AuditRows()[^1];
        Assert.Equal(("data.asked", "orders", "rows=1"), (row.Action, row.Object, row.Detail));
        Assert.DoesNotContain("secret", JsonSerializer.Serialize(shop.Server.AuditRows()), StringComparison.Ordinal);
    }

    private Task<List<string>> RowsAsync(string sql, bool maySeePeople = true) => AskDesk.RowsAsync(shop.Server.Host, shop.Engine, sql, maySeePeople);
}
