using System.Globalization;
using System.Text;
using System.Text.Json;
using Ciclo.Core.Access;
using Ciclo.Core.Time;
using Ciclo.Modules.Access.Tests;
using Ciclo.Modules.Experiments.Contracts;
using Ciclo.Modules.Keys;

namespace Ciclo.Modules.Experiments.Tests;

/// <summary>A world whose truth is known, through the collecting API and the draws of a real server: pages, API and commands say it.</summary>
public sealed class KnownTruthTests
{
    private const int People = 2_400;
    private const long Window = 7 * Durations.Day;

    [Fact]
    public async Task A_planted_lift_is_told_with_its_people_and_money()
    {
        await using var server = await AccessServer.StartAsync();
        var engine = server.Host.FindWorkspace("default")!;
        var begun = server.Host.NowMs - (40 * Durations.Day);
        var arms = await DrawAsync(server, begun);
        var expected = new Dictionary<string, (int People, int Converted, decimal Money)>(StringComparer.Ordinal);
        var (random, events) = (new Random(5), new List<string>());
        foreach (var (i, arm) in arms)
        {
            var at = begun + (i * 600_000L);
            var (people, converted, money) = expected.GetValueOrDefault(arm);
            var converts = random.NextDouble() < (arm == "mail" ? 0.2 : 0.1);
            events.Add(Order(i, at - Durations.Day, 50, "before"));
            if (converts)
            {
                events.Add(Order(i, at + (random.NextInt64(1, Window)), 30, "within"));
            }
            // What comes after the window is nobody's doing.
            events.Add(Order(i, at + Window + Durations.Hour, 70, "after"));
            expected[arm] = (people + 1, converted + (converts ? 1 : 0), money + (converts ? 30 : 0));
        }
        await SendAsync(server, events);
        await engine.RestAsync(default);

        var desk = ExperimentDesk.Of(server.Host);
        var result = desk.Result(engine, desk.Find("default", "campaign:7")!);
        Assert.Equal(0, result.Waiting);
        Assert.Equal(People - expected["control"].People - expected["mail"].People, result.HeldOut);
        foreach (var arm in result.Trial.Arms)
        {
            Assert.Equal(expected[arm.Arm], ((int)arm.People, (int)arm.Converted, (decimal)arm.Money));
        }
        Assert.False(result.Trial.Ratio.IsBroken);
        var lift = result.Trial.Arms[1].Lift!;
        Assert.IsType<Core.Experiments.LiftVerdict.Better>(lift.Verdict);
        Assert.True(lift.ByPeople!.Value.Between.Has(0.1), lift.ByPeople.ToString());
        Assert.True(lift.ByMoney!.Value.Between.Has(3), lift.ByMoney.ToString());
        Assert.All(result.Groups.Where(group => group.Least != 1), group => Assert.Equal(0, group.Arms.Sum(arm => arm.People)));

        using var analyst = await server.AsAsync(Role.Analyst);
        using var marketer = await server.AsAsync(Role.Marketer);
        Assert.Contains("/experiments/campaign%3A7/result", (await analyst.GetAsync("/experiments/campaign%3A7")).Html, StringComparison.Ordinal);
        var part = (await marketer.GetAsync("/experiments/campaign%3A7/result")).Html;
        Assert.Contains("Better, beyond what chance does", part, StringComparison.Ordinal);
        Assert.True(part.IndexOf("Sample ratio", StringComparison.Ordinal) < part.IndexOf("Better, beyond", StringComparison.Ordinal));
        Assert.Contains("data-chart", part, StringComparison.Ordinal);
        var rows = (await marketer.GetAsync("/experiments/campaign%3A7/people?arm=mail&converted=yes")).Html;
        Assert.Contains($"data-total=\"{expected["mail"].Converted.ToString(CultureInfo.InvariantCulture)}\"", rows, StringComparison.Ordinal);
        Assert.Contains("Spring: Better", (await analyst.GetAsync("/experiments/attention")).Text, StringComparison.Ordinal);
        Assert.Contains("Better", (await analyst.GetAsync("/experiments/list")).Text, StringComparison.Ordinal);

        var (_, secret) = await server.AddKeyAsync(KeyKind.Secret, ["read"]);
        using var client = new HttpClient { BaseAddress = new Uri(server.Url) };
        client.DefaultRequestHeaders.Authorization = new("Bearer", secret);
        using var answer = JsonDocument.Parse(await client.GetStringAsync(new Uri("/api/v1/experiments/campaign%3A7", UriKind.Relative)));
        Assert.Equal("better", answer.RootElement.GetProperty("verdict").GetString());
        Assert.Equal(expected["mail"].Converted, answer.RootElement.GetProperty("arms")[1].GetProperty("converted").GetInt32());
        Assert.Contains("better", (await server.RunAsync("experiments", "list")).Out, StringComparison.Ordinal);
        Assert.Contains("better", (await server.RunAsync("experiments", "show", "campaign:7")).Out, StringComparison.Ordinal);
        Assert.Equal(1, (await server.RunAsync("experiments", "show", "campaign:8")).Code);
        Assert.Equal(1, (await server.RunAsync("experiments", "holdout", "--share", "60")).Code);
        Assert.Equal(0, (await server.RunAsync("experiments", "holdout", "--share", "10")).Code);

        using var foreign = await server.AsAsync(Role.Owner, "other");
        Assert.Equal(404, (await foreign.GetAsync("/experiments/campaign%3A7")).Code);
    }

    private static Task<List<(int Person, string Arm)>> DrawAsync(AccessServer server, long begun) => server.Host.Database.WriteAsync((connection, transaction) =>
    {
        ArmShare[] arms = [new("mail", 0.5), new("control", 0.5)];
        Assert.Null(ExperimentBook.Define(connection, transaction, "default", new ExperimentDraft("campaign:7", "Spring", arms), begun));
        var drawn = new List<(int, string)>();
        for (var i = 0; i < People; i++)
        {
            var arm = ExperimentBook.Assignments.Assign(connection, transaction, "default", "campaign:7", [$"user_id:p{i}", $"email:p{i}@example.com"], arms, begun + (i * 600_000L));
            var isHeld = ExperimentStore.Assigned(connection, transaction, "default", "campaign:7", $"[\"user_id:p{i}\"]")[0].IsHeldOut;
            drawn.Add((i, isHeld ? "held" : arm));
        }
        return drawn;
    }, default);

    private static string Order(int person, long at, int revenue, string when) =>
        $$"""{"type":"track","event":"Order Completed","userId":"p{{person}}","messageId":"{{when}}-{{person}}","timestamp":"{{Instants.Format(at)}}","properties":{"order_id":"{{when}}-{{person}}","revenue":{{revenue}} } }""";

    private static async Task SendAsync(AccessServer server, List<string> events)
    {
        var (_, key) = await server.AddKeyAsync(KeyKind.Write);
        using var client = new HttpClient { BaseAddress = new Uri(server.Url) };
        client.DefaultRequestHeaders.Authorization = new("Basic", Convert.ToBase64String(Encoding.ASCII.GetBytes(key + ":")));
        foreach (var some in events.Chunk(1_000))
        {
            using var content = new StringContent($$"""{"batch":[{{string.Join(',', some)}}]}""", Encoding.UTF8, "application/json");
            using var answer = await client.PostAsync(new Uri("/v1/batch", UriKind.Relative), content);
            answer.EnsureSuccessStatusCode();
        }
    }
}
