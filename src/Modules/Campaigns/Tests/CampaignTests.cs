using System.Text;
using System.Text.Json;
using Ciclo.Core.Access;
using Ciclo.Core.Time;
using Ciclo.Engine.Runtime;
using Ciclo.Modules.Access.Contracts;
using Ciclo.Modules.Access.Tests;
using Ciclo.Modules.Experiments.Contracts;
using Ciclo.Modules.Keys;

namespace Ciclo.Modules.Campaigns.Tests;

/// <summary>Campaigns of a real server into an outbox in its records.</summary>
public sealed class CampaignTests : IAsyncLifetime
{
    private const int People = 2_500;

    private readonly TableOutbox outbox = new();
    private AccessServer server = null!;
    private string key = "";

    private WorkspaceEngine Engine => server.Host.FindWorkspace("default")!;

    private CampaignDesk Desk => CampaignDesk.Of(server.Host);

    private CampaignSteps Steps => CampaignSteps.Of(server.Host);

    public async Task InitializeAsync()
    {
        server = await AccessServer.StartAsync();
        (_, key) = await server.AddKeyAsync(KeyKind.Write);
        await server.Host.Database.WriteAsync(TableOutbox.Make, default);
        // Who may be written to has tests of its own: here it is whoever has an address.
        (Steps.Outbox, Steps.Policy) = (outbox, null);
    }

    public Task DisposeAsync() => server.DisposeAsync().AsTask();

    [Fact]
    public async Task Everybody_of_the_audience_is_drawn_once_and_gets_one_message_though_steps_break()
    {
        await PeopleAsync(People);
        outbox.BreaksEvery = 2;
        var campaign = await MadeAsync(CampaignPlan.New with { Include = ["everybody"], Arms = [new("A", "hello", 1), new("B", "hola", 1)], Holdout = 0.2 });
        await Desk.StartAsync("default", campaign.Id, Actor.CommandLine, default);
        for (var i = 0; i < 50 && Desk.Find("default", campaign.Id)!.IsUnderWay; i++)
        {
            try
            {
                await Steps.RunAsync(Engine, default);
            }
            catch (IOException)
            {
                // As after a crash: what is not committed is not there, and the next run goes on from the cursor.
            }
        }
        var done = Desk.Find("default", campaign.Id)!;
        Assert.Equal((CampaignState.Done, People), (done.State, done.Audience));
        var arms = Desk.Arms(done);
        Assert.Equal(People, arms.Values.Sum());
        var sent = Sent();
        Assert.Equal(arms["A"] + arms["B"], sent.Count);
        Assert.Equal(sent.Count, sent.Select(one => one.Person).Distinct(StringComparer.Ordinal).Count());
        // A fifth is kept back, and the global holdout of a twentieth beside it.
        Assert.InRange(arms["control"], 500, 700);
        Assert.All(sent, one => Assert.Equal(one.Source.EndsWith('A') ? "hello" : "hola", one.Template));
    }

    [Fact]
    public async Task The_winner_goes_to_the_rest_and_those_who_did_not_open_get_it_again()
    {
        await PeopleAsync(2_000);
        outbox.Opens = draft => draft.TemplateId == "hola" ? draft.Person[^1] is < '8' : draft.Person[^1] is < '2';
        var campaign = await MadeAsync(CampaignPlan.New with
        {
            Include = ["everybody"],
            Arms = [new("A", "hello", 1), new("B", "hola", 1)],
            Choice = CampaignChoice.Winner,
            Measure = CampaignMeasure.Opened,
            TestShare = 0.3,
            Holdout = 0.1,
            ResendAfterDays = 2,
        });
        await Desk.StartAsync("default", campaign.Id, Actor.CommandLine, default);
        var next = await Steps.RunAsync(Engine, default);
        var trying = Desk.Find("default", campaign.Id)!;
        Assert.Equal((CampaignState.Deciding, trying.NextAt), (trying.State, next));
        Assert.DoesNotContain(Sent(), one => one.Source.EndsWith("rest", StringComparison.Ordinal));
        await DueAsync(trying);
        await Steps.RunAsync(Engine, default);
        var resending = Desk.Find("default", campaign.Id)!;
        Assert.Equal((CampaignState.Resending, "B"), (resending.State, resending.Winner));
        var (sent, arms) = (Sent(), Desk.Arms(resending));
        Assert.Equal(arms["rest"], sent.Count(one => one.Source.EndsWith("rest", StringComparison.Ordinal)));
        Assert.All(sent.Where(one => one.Source.EndsWith("rest", StringComparison.Ordinal)), one => Assert.Equal("hola", one.Template));
        await DueAsync(resending);
        await Steps.RunAsync(Engine, default);
        Assert.Equal(CampaignState.Done, Desk.Find("default", campaign.Id)!.State);
        var again = Sent().Where(one => one.Key.EndsWith("/again", StringComparison.Ordinal)).ToList();
        Assert.InRange(again.Count, 1, sent.Count - 1);
        Assert.All(again.Where(one => one.Template == "hola"), one => Assert.True(one.Person[^1] is '8' or '9'));
    }

    [Fact]
    public async Task Two_of_the_audience_who_turn_out_to_be_one_get_one_message()
    {
        await SendAsync("""{"type":"identify","userId":"ana","traits":{"email":"ana@example.com"}}""", """{"type":"identify","anonymousId":"browser-7","traits":{"email":"ana.lopez@example.com"}}""");
        var campaign = await MadeAsync(CampaignPlan.New with { Include = ["everybody"], Arms = [new("A", "hello", 1)], Holdout = 0, Timing = CampaignTiming.At, AtMs = server.Host.NowMs + Durations.Day });
        await NoHoldoutAsync();
        await Desk.StartAsync("default", campaign.Id, Actor.CommandLine, default);
        // Written down as two.
        await server.Host.Database.WriteAsync((connection, transaction) =>
        {
            CampaignStore.AddPeople(connection, transaction, campaign.Id, [
                new(1, "user_id:ana", ["user_id:ana", "email:ana@example.com"], null, null), new(2, "email:ana.lopez@example.com", ["email:ana.lopez@example.com", "anonymous_id:browser-7"], null, null)]);
            CampaignStore.Put(connection, transaction, Desk.Find("default", campaign.Id)! with { State = CampaignState.Sending, Audience = 2, NextAt = server.Host.NowMs, IsPaused = true });
            return 0;
        }, default);
        await SendAsync("""{"type":"identify","userId":"ana","anonymousId":"browser-7"}""");
        await Desk.PauseAsync("default", campaign.Id, pauses: false, Actor.CommandLine, default);
        await Steps.RunAsync(Engine, default);
        Assert.Equal("user_id:ana", Assert.Single(Sent()).Person);
        Assert.Equal(1, Desk.Arms(campaign)[Campaign.SkippedArm]);
    }

    [Fact]
    public async Task Each_gets_it_at_the_hour_of_their_own_zone_and_a_stop_calls_it_back()
    {
        await SendAsync(
            """{"type":"identify","userId":"mx","traits":{"email":"mx@example.com","timezone":"America/Mexico_City"}}""", """{"type":"identify","userId":"es","traits":{"email":"es@example.com","timezone":"Europe/Madrid"}}""",
            """{"type":"identify","userId":"no-address","traits":{"name":"X"}}""");
        await NoHoldoutAsync();
        var day = Instants.Format(server.Host.NowMs + (3 * Durations.Day))[..10];
        var campaign = await MadeAsync(CampaignPlan.New with { Include = ["everybody"], Arms = [new("A", "hello", 1)], Holdout = 0, Timing = CampaignTiming.Local, Day = day, Hour = 9 });
        await Desk.StartAsync("default", campaign.Id, Actor.CommandLine, default);
        await Steps.RunAsync(Engine, default);
        var sent = Sent().ToDictionary(one => one.Person, one => one.DueAt);
        Assert.Equal(2, sent.Count);
        foreach (var (person, id) in new[] { ("user_id:mx", "America/Mexico_City"), ("user_id:es", "Europe/Madrid") })
        {
            Assert.True(Zone.TryGet(id, out var zone));
            Assert.StartsWith(day + "T09:00", zone.Format(sent[person]), StringComparison.Ordinal);
        }
        var stopped = await Desk.StopAsync("default", campaign.Id, Actor.CommandLine, default);
        Assert.Equal((2, CampaignState.Stopped), (stopped.CalledBack, stopped.Campaign!.State));
        Assert.Empty(Sent());
    }

    [Fact]
    public async Task A_campaign_is_written_started_and_told_on_pages_by_the_API_and_by_commands()
    {
        await PeopleAsync(60);
        using var marketer = await server.AsAsync(Role.Marketer);
        using var analyst = await server.AsAsync(Role.Analyst);
        Assert.Contains(" of 60 can be reached", (await marketer.GetAsync("/campaigns/reach?include=everybody&template_A=hello")).Text, StringComparison.Ordinal);
        Assert.Contains("Choose who gets it", (await marketer.GetAsync("/campaigns/reach?template_A=hello")).Text, StringComparison.Ordinal);
        Assert.Equal(400, (await marketer.SubmitAsync("/campaigns/new", "/campaigns", ("name", "Spring"), ("include", "everybody"))).Code);
        var made = await marketer.SubmitAsync("/campaigns/new", "/campaigns", ("name", "Spring <sale>"), ("include", "everybody"), ("template_A", "hello"), ("template_B", "hola"), ("holdout", "25"));
        Assert.Equal("/campaigns/1", made.Location);
        Assert.Contains("Spring <sale>", (await analyst.GetAsync("/campaigns")).Text, StringComparison.Ordinal);
        Assert.Equal(403, (await analyst.SubmitAsync("/account", "/campaigns/1/start")).Code);
        Assert.Equal(302, (await marketer.SubmitAsync("/campaigns/1", "/campaigns/1/start")).Code);
        await Steps.RunAsync(Engine, default);
        var page = (await analyst.GetAsync("/campaigns/1")).Text;
        Assert.Contains("25.0% kept back", page, StringComparison.Ordinal);
        Assert.Contains("/experiments/campaign%3A1/result", page, StringComparison.Ordinal);
        Assert.Contains("people were drawn. They are counted when their 7 days are over", (await analyst.GetAsync("/experiments/campaign%3A1/result")).Text, StringComparison.Ordinal);
        Assert.Equal(400, (await marketer.SubmitAsync("/campaigns/1", "/campaigns/1/start")).Code);

        var (_, secret) = await server.AddKeyAsync(KeyKind.Secret, ["read", "write"]);
        using var client = new HttpClient { BaseAddress = new Uri(server.Url) };
        client.DefaultRequestHeaders.Authorization = new("Bearer", secret);
        using var answer = JsonDocument.Parse(await client.GetStringAsync(new Uri("/api/v1/campaigns/1", UriKind.Relative)));
        Assert.Equal(("done", 60), (answer.RootElement.GetProperty("state").GetString(), answer.RootElement.GetProperty("audience").GetInt32()));
        using var stop = await client.PostAsync(new Uri("/api/v1/campaigns/1/stop", UriKind.Relative), null);
        Assert.Equal(200, (int)stop.StatusCode);
        using var again = await client.PostAsync(new Uri("/api/v1/campaigns/1/stop", UriKind.Relative), null);
        Assert.Equal(409, (int)again.StatusCode);
        Assert.Contains("stopped", (await server.RunAsync("campaigns", "list")).Out, StringComparison.Ordinal);
        Assert.Contains("control", (await server.RunAsync("campaigns", "show", "1")).Out, StringComparison.Ordinal);
        Assert.Equal(1, (await server.RunAsync("campaigns", "start", "9")).Code);
    }

    [Fact]
    public async Task What_the_real_outbox_took_is_what_was_drawn()
    {
        await PeopleAsync(300);
        Steps.Outbox = new MessagesOutbox();
        var campaign = await MadeAsync(CampaignPlan.New with { Include = ["everybody"], Arms = [new("A", "no-such-template", 1)], Holdout = 0.5 });
        await Desk.StartAsync("default", campaign.Id, Actor.CommandLine, default);
        await Steps.RunAsync(Engine, default);
        var (arms, counts) = (Desk.Arms(campaign), Desk.Counts(campaign)["campaign:1:A"]);
        Assert.Equal(300, arms.Values.Sum());
        Assert.InRange(arms["A"], 90, 190);
        var stopped = await Desk.StopAsync("default", campaign.Id, Actor.CommandLine, default);
        Assert.Equal(CampaignState.Stopped, stopped.Campaign!.State);
        Assert.Equal(arms["A"], counts.Waiting + counts.Sent + counts.NotSent);
        Assert.Equal(0, Desk.Counts(campaign)["campaign:1:A"].Waiting);
    }

    [Fact]
    public void A_limit_an_hour_is_kept_by_batches_of_five_minutes()
    {
        var campaign = new Campaign(1, "default", "x", CampaignPlan.New with { PerHour = 1_200 }, CampaignState.Sending, false, 10_000, 0, 0, "", [], 0, "", 0, null);
        Assert.Equal((100, 300_000), campaign.Batch());
        Assert.Equal((1, 1_800_000), (campaign with { Plan = campaign.Plan with { PerHour = 2 } }).Batch());
        Assert.Equal((1_000, 0), (campaign with { Plan = campaign.Plan with { PerHour = null } }).Batch());
    }

    private List<(string Key, string Person, string Source, string Template, long DueAt)> Sent() => server.Host.Database.Read(TableOutbox.All);

    private async Task<Campaign> MadeAsync(CampaignPlan plan)
    {
        var (campaign, refusal, _) = await Desk.PutAsync("default", 0, "Spring", plan, Actor.CommandLine, default);
        Assert.Null(refusal);
        return campaign!;
    }

    private async Task NoHoldoutAsync() => Assert.Equal(0, (await server.RunAsync("experiments", "holdout", "--share", "0")).Code);

    /// <summary>Lets the hours pass until a campaign's next step.</summary>
    private Task<long> DueAsync(Campaign campaign) => server.Host.Database.WriteAsync((connection, transaction) => CampaignStore.Put(connection, transaction, campaign with { NextAt = server.Host.NowMs }), default);

    private Task PeopleAsync(int count) => SendAsync([.. Enumerable.Range(0, count).Select(i => $$"""{"type":"identify","userId":"p{{i}}","traits":{"email":"p{{i}}@example.com"} }""")]);

    private async Task SendAsync(params string[] events)
    {
        using var client = new HttpClient { BaseAddress = new Uri(server.Url) };
        client.DefaultRequestHeaders.Authorization = new("Basic", Convert.ToBase64String(Encoding.ASCII.GetBytes(key + ":")));
        foreach (var some in events.Chunk(1_000))
        {
            using var content = new StringContent($$"""{"batch":[{{string.Join(',', some)}}]}""", Encoding.UTF8, "application/json");
            using var answer = await client.PostAsync(new Uri("/v1/batch", UriKind.Relative), content);
            answer.EnsureSuccessStatusCode();
        }
        await Engine.RestAsync(default);
    }
}
