using System.Text.Json;
using Ciclo.Core.Access;
using Ciclo.Core.Analytics;
using Ciclo.Core.Metrics;
using Ciclo.Core.Time;
using Ciclo.Modules.Access.Contracts;
using Ciclo.Modules.Access.Tests;
using Ciclo.Modules.Keys;
using Ciclo.Modules.Measure.Tests;
using Ciclo.Modules.Webhooks;
using Ciclo.Modules.Webhooks.Tests;

namespace Ciclo.Modules.Goals.Tests;

/// <summary>Goals and alerts of a real server: pages, API, commands.</summary>
public sealed class AlertWorldTests
{
    private const int Days = 100;

    [Fact]
    public async Task An_alert_fires_for_the_last_closed_day_once_and_opens_into_its_page()
    {
        await using var world = await StartAsync(yesterday: 3);
        var desk = AlertDesk.Of(world.Server.Host);
        using var marketer = await world.Server.AsAsync(Role.Marketer);
        Assert.Contains("Often made", (await marketer.GetAsync("/alerts")).Text, StringComparison.Ordinal);
        var preview = (await marketer.GetAsync("/alerts/preview?metric=active_people&kind=anomaly&side=below&spread=3&by=day")).Text;
        Assert.Contains("It would have fired once in the last 90 days", preview, StringComparison.Ordinal);
        var made = await marketer.SubmitAsync("/alerts/new?metric=active_people", "/alerts", ("metric", "active_people"), ("name", "Too few <people>"), ("kind", "anomaly"), ("side", "below"), ("spread", "3"), ("by", "day"));
        Assert.Equal("/alerts/1", made.Location);
        await desk.LookAsync(world.Engine, all: true, default);
        await desk.LookAsync(world.Engine, all: true, default);
        var firing = Assert.Single(desk.FiringsOf(1, 10));
        Assert.Equal((FiringState.Fired, 3.0, 20.0), (firing.State, firing.Value, firing.Expected));
        var page = (await marketer.GetAsync("/alerts/1")).Text;
        Assert.Contains("3; expected at least", page, StringComparison.Ordinal);
        Assert.Contains("Too few <people>", (await marketer.GetAsync("/alerts/attention")).Text, StringComparison.Ordinal);
        Assert.Contains("1 of 1 alerts are firing", (await marketer.GetAsync("/alerts/list")).Text, StringComparison.Ordinal);
        Assert.Equal(302, (await marketer.SubmitAsync("/alerts/1", "/alerts/1/acknowledge", ("note", "the shop was closed"))).Code);
        Assert.Contains("the shop was closed", (await marketer.GetAsync("/alerts/1")).Text, StringComparison.Ordinal);
        Assert.DoesNotContain("Too few", (await marketer.GetAsync("/alerts/attention")).Text, StringComparison.Ordinal);
        Assert.Equal(400, (await marketer.SubmitAsync("/alerts/1", "/alerts/1/acknowledge", ("note", new string('x', 501)))).Code);
        Assert.Contains("Snoozed until", (await marketer.GetAsync((await marketer.SubmitAsync("/alerts/1", "/alerts/1/snooze", ("days", "7"))).Location!)).Text, StringComparison.Ordinal);

        var (_, secret) = await world.Server.AddKeyAsync(KeyKind.Secret, ["read"]);
        using var client = new HttpClient { BaseAddress = new Uri(world.Server.Url) };
        client.DefaultRequestHeaders.Authorization = new("Bearer", secret);
        using var answer = JsonDocument.Parse(await client.GetStringAsync(new Uri("/api/v1/alerts", UriKind.Relative)));
        Assert.Equal(("fired", 3), (answer.RootElement.GetProperty("data")[0].GetProperty("state").GetString(), answer.RootElement.GetProperty("data")[0].GetProperty("last").GetProperty("value").GetInt32()));
        Assert.Contains("fired", (await world.Server.RunAsync("alerts", "list")).Out, StringComparison.Ordinal);
        var test = (await world.Server.RunAsync("alerts", "test", "1", "--format", "csv")).Out.Trim().Split('\n');
        Assert.Equal(2, test.Length);
        Assert.EndsWith("yes", test[1].Trim(), StringComparison.Ordinal);

        using var foreign = await world.Server.AsAsync(Role.Owner, "other");
        Assert.Equal(404, (await foreign.GetAsync("/alerts/1")).Code);
        Assert.Equal(404, (await foreign.SubmitAsync("/account", "/alerts/1/off")).Code);
        Assert.Equal(302, (await marketer.SubmitAsync("/alerts/1/delete", "/alerts/1/delete")).Code);
        Assert.Empty(desk.List("default"));
    }

    [Fact]
    public async Task A_webhook_is_told_once_and_signed_however_often_one_looks()
    {
        await using var receiver = await Receiver.StartAsync();
        await using var world = await StartAsync(yesterday: 3);
        var webhooks = WebhookService.Of(world.Server.Host);
        var hook = (await webhooks.AddAsync("default", "crm", receiver.Url, [], Actor.CommandLine, default)).Endpoint!;
        var desk = AlertDesk.Of(world.Server.Host);
        var (alert, _) = await desk.PutAsync(ReadyMade.Alerts[0].Make("default", Core.Language.En, "cli", world.Server.Host.NowMs) with
        {
            Number = new AskedNumber("active_people", "", "", ""),
            Endpoints = [hook.Id],
        }, Actor.CommandLine, default);
        var received = await receiver.NextAsync();
        Assert.True(received.IsSignedWith(hook.Secret));
        using var body = JsonDocument.Parse(received.Body);
        var data = body.RootElement.GetProperty("data");
        Assert.Equal(("alert.fired", 3, 20), (body.RootElement.GetProperty("type").GetString(), data.GetProperty("value").GetInt32(), data.GetProperty("expected").GetInt32()));
        Assert.Equal($"/alerts/{alert!.Id}", data.GetProperty("link").GetString());
        await desk.LookAsync(world.Engine, all: true, default);
        await desk.LookAsync(world.Engine, all: true, default);
        // What was added before would be there before this one.
        await webhooks.TestAsync("default", hook.Id, default);
        await receiver.NextAsync();
        Assert.Equal(["alert.fired", "webhook.test"], webhooks.Latest("default", 10).Select(message => message.Type).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task What_comes_late_takes_an_alert_back_when_its_import_ends()
    {
        await using var world = await StartAsync(yesterday: 3);
        var desk = AlertDesk.Of(world.Server.Host);
        var (alert, _) = await desk.PutAsync(ReadyMade.Alerts[0].Make("default", Core.Language.En, "cli", world.Server.Host.NowMs) with
        {
            Number = new AskedNumber("active_people", "", "", ""),
        }, Actor.CommandLine, default);
        // The watch is woken by the new alert.
        await UntilAsync(world, () => desk.FiringsOf(alert!.Id, 1) is [{ State: FiringState.Fired }]);
        var yesterday = Midnight(world) - Durations.Day;
        await File.WriteAllTextAsync(Path.Combine(world.Server.Host.Folder, "late.csv"), "id,at\n" + string.Join('\n', Enumerable.Range(0, 17).Select(i => $"late{i},{Instants.Format(yesterday + i)}")));
        await File.WriteAllTextAsync(Path.Combine(world.Server.Host.Folder, "map.yaml"), "source: s\nemit:\n  - type: track\n    event: A\n    user_id: id\n    timestamp: at\n    key: id\n");
        var import = await world.Server.RunAsync("import", Path.Combine(world.Server.Host.Folder, "late.csv"), "--map", Path.Combine(world.Server.Host.Folder, "map.yaml"));
        Assert.True(import.Code == 0, import.Error);
        await UntilAsync(world, () => desk.FiringsOf(alert!.Id, 1) is [{ State: FiringState.Withdrawn }]);
    }

    [Fact]
    public async Task A_goal_says_how_it_stands_and_keeps_its_result_when_it_is_archived()
    {
        await using var world = await StartAsync(yesterday: 20);
        using var marketer = await world.Server.AsAsync(Role.Marketer);
        const string New = "/goals/new?metric=active_people";
        Assert.Contains("Reached in", (await marketer.GetAsync("/goals/preview?metric=active_people&kind=at_least&amount=5&period=month")).Text, StringComparison.Ordinal);
        var untargeted = (await marketer.GetAsync("/goals/preview?metric=active_people&kind=at_least&amount=&period=month")).Text;
        Assert.DoesNotContain("Reached in", untargeted, StringComparison.Ordinal);
        Assert.Contains("Give a number", untargeted, StringComparison.Ordinal);
        Assert.Equal(400, (await marketer.SubmitAsync(New, "/goals", ("metric", "active_people"), ("name", "Reach"), ("kind", "at_least"), ("amount", "many"), ("period", "month"))).Code);
        Assert.Equal(400, (await marketer.SubmitAsync(New, "/goals", ("metric", "stage_size"), ("name", "Reach"), ("kind", "at_least"), ("amount", "3"), ("period", "month"))).Code);
        Assert.Equal(302, (await marketer.SubmitAsync(New, "/goals", ("metric", "active_people"), ("name", "Reach"), ("kind", "at_least"), ("amount", "5"), ("period", "year"))).Code);
        var card = (await marketer.GetAsync("/goals/1/card")).Text;
        Assert.Contains("Reached", card, StringComparison.Ordinal);
        Assert.Contains("of 5 or more", card, StringComparison.Ordinal);
        Assert.Contains("reached", (await world.Server.RunAsync("goals", "--format", "csv")).Out, StringComparison.Ordinal);
        var (_, secret) = await world.Server.AddKeyAsync(KeyKind.Secret, ["read"]);
        using var client = new HttpClient { BaseAddress = new Uri(world.Server.Url) };
        client.DefaultRequestHeaders.Authorization = new("Bearer", secret);
        Assert.Contains("\"status\":\"reached\"", await client.GetStringAsync(new Uri("/api/v1/goals", UriKind.Relative)), StringComparison.Ordinal);
        var line = Assert.Single(world.Server.Host.Database.Read(connection => Contracts.GoalLines.Of(connection, "default", ["active_people"])));
        Assert.Equal((5.0, PeriodKind.Year), (line.Target, line.Period));
        Assert.Equal(302, (await marketer.SubmitAsync("/goals/1/edit", "/goals/1/archive")).Code);
        Assert.Contains("Archived", (await marketer.GetAsync("/goals")).Text, StringComparison.Ordinal);
        Assert.Equal(GoalStatus.Reached, new GoalDesk(world.Server.Host).Find("default", 1)!.ResultStatus);
        Assert.Equal(404, (await marketer.GetAsync("/goals/1/edit")).Code);
        using var analyst = await world.Server.AsAsync(Role.Agent);
        Assert.Equal(403, (await analyst.GetAsync("/goals/new")).Code);
    }

    [Theory]
    [InlineData("America/Mexico_City")]
    [InlineData("Asia/Kolkata")]
    [InlineData("Pacific/Auckland")]
    public void An_alert_is_due_after_each_local_midnight_and_never_twice(string zoneId)
    {
        Assert.True(Zone.TryGet(zoneId, out var zone));
        var alert = ReadyMade.Alerts[0].Make("default", Core.Language.En, "cli", 0);
        var random = new Random(4);
        for (var round = 0; round < 500; round++)
        {
            var now = 1_700_000_000_000 + random.NextInt64(3 * 365 * Durations.Day);
            var (due, next) = (alert.DueBy(zone, now), alert.NextDue(zone, now));
            Assert.True(due <= now && now < next, $"{due} {now} {next}");
            Assert.Equal((zone.DayOf(due), due - Alert.Grace), (zone.DayOf(due - Alert.Grace), zone.StartOfDay(zone.DayOf(due))));
            Assert.Equal(next, alert.DueBy(zone, next));
            Assert.Equal(due, alert.DueBy(zone, next - 1));
        }
    }

    private static async Task UntilAsync(MeasureWorld world, Func<bool> holds)
    {
        var database = world.Server.Host.Database;
        for (var seen = database.Commits; !holds(); seen = database.Commits)
        {
            await database.CommittedAsync(seen, default).WaitAsync(TimeSpan.FromMinutes(2));
        }
    }

    private static long Midnight(MeasureWorld world) => world.Engine.Rules.Zone.StartOfDay(world.Engine.Rules.Zone.DayOf(world.Server.Host.NowMs));

    /// <summary>20 people every day up to the day before yesterday, and so many then.</summary>
    private static Task<MeasureWorld> StartAsync(int yesterday)
    {
        var midnight = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds() / Durations.Day * Durations.Day;
        return MeasureWorld.StartAsync(Enumerable.Range(1, Days).SelectMany(back => Enumerable.Range(0, back == 1 ? yesterday : 20).Select(person => new Deed($"p{person}", "A", midnight - (back * Durations.Day) + (person * 60_000)))), options => options with { AllowsPrivateWebhooks = true });
    }
}
