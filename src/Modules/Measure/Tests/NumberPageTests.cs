using System.Net;
using Ciclo.Core.Access;
using Ciclo.Core.Time;
using Ciclo.Modules.Access.Tests;
using Ciclo.Modules.Keys;

namespace Ciclo.Modules.Measure.Tests;

public sealed class NumberPageTests
{
    [Fact]
    public async Task Numbers_open_into_pages_of_rows_and_funnels_into_people()
    {
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();
        var begun = ((now / Durations.Day) - 20) * Durations.Day + Durations.Hour;
        List<Deed> deeds = [];
        for (var i = 0; i < 200; i++)
        {
            // Of those who came by phone nearly nobody goes on: the page must find that by itself.
            var at = begun + (i * 60_000);
            deeds.Add(new Deed($"p{i}", i % 2 == 0 ? "Guide Read" : "Video Seen", at - 1_000));
            deeds.Add(new Deed($"p{i}", "Setup Started", at));
            if (i % 2 == 0 ? i % 10 != 0 : i % 10 == 1)
            {
                deeds.Add(new Deed($"p{i}", "Setup Done", at + 5_000));
            }
        }
        await using var world = await MeasureWorld.StartAsync(deeds);
        using var analyst = await world.Server.AsAsync(Role.Analyst);
        using var marketer = await world.Server.AsAsync(Role.Marketer);

        Assert.Contains("part=Retention", await HtmlAsync(analyst, "/numbers"), StringComparison.Ordinal);
        Assert.Contains("/numbers/active_people/rows?by=month", await HtmlAsync(analyst, "/numbers/part?part=Retention&by=month"), StringComparison.Ordinal);
        Assert.Contains("data-chart", await HtmlAsync(analyst, "/numbers/active_people?by=week"), StringComparison.Ordinal);
        var month = Instants.Format(begun)[..7] + "-01";
        Assert.Contains("data-total=\"200\"", await HtmlAsync(marketer, $"/numbers/active_people/rows?by=month&period={month}"), StringComparison.Ordinal);

        const string Asked = "step=Setup%20Started&step=Setup%20Done&window=1d&days=30";
        Assert.Contains("/funnels/steps?step=Setup%20Started", await HtmlAsync(analyst, "/funnels?" + Asked), StringComparison.Ordinal);
        var steps = await HtmlAsync(analyst, "/funnels/steps?" + Asked);
        Assert.Contains("100 leave, 50.0%", steps, StringComparison.Ordinal);
        var drivers = await HtmlAsync(analyst, $"/funnels/drivers?{Asked}&after=1");
        Assert.All(new[] { "Did Video Seen", "Did Guide Read" }, trait => Assert.Contains(trait, drivers, StringComparison.Ordinal));
        Assert.Contains("100 people left", await HtmlAsync(marketer, $"/funnels/dropped?{Asked}&after=1"), StringComparison.Ordinal);
        Assert.Contains("/cohorts/matrix?first=", await HtmlAsync(analyst, "/cohorts?first=Setup%20Started"), StringComparison.Ordinal);
        Assert.Contains(">200</a>", await HtmlAsync(analyst, "/cohorts/matrix?first=Setup%20Started&return=any&by=year"), StringComparison.Ordinal);

        Assert.Equal(HttpStatusCode.NotFound, (await analyst.GetAsync("/numbers/nothing")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await analyst.GetAsync($"/funnels/drivers?{Asked}&after=9")).Status);
    }

    private static async Task<string> HtmlAsync(Browser browser, string path)
    {
        var seen = await browser.GetAsync(path);
        Assert.Equal(HttpStatusCode.OK, seen.Status);
        return seen.Html;
    }

    [Fact]
    public async Task A_step_that_fewer_people_take_than_before_is_found_without_being_asked_for()
    {
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();
        List<Deed> deeds = [];
        for (var i = 0; i < 400; i++)
        {
            var isRecent = i >= 200;
            var at = now - ((isRecent ? 15 : 60) * Durations.Day) + (i * 1_000);
            deeds.Add(new Deed($"p{i}", "Form Opened", at));
            if (i % 10 < (isRecent ? 3 : 7))
            {
                deeds.Add(new Deed($"p{i}", "Form Sent", at + 60_000));
            }
        }
        await using var world = await MeasureWorld.StartAsync(deeds);
        using var analyst = await world.Server.AsAsync(Role.Analyst);
        var page = await HtmlAsync(analyst, "/numbers/attention");
        Assert.Contains("Fewer people go from “Form Opened” to “Form Sent”: 30.0%, before 70.0%", WebUtility.HtmlDecode(page), StringComparison.Ordinal);
        Assert.Contains("/funnels?step=Form%20Opened&amp;step=Form%20Sent", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_api_lists_the_catalogue_and_answers_or_refuses_numbers()
    {
        await using var world = await MeasureWorld.StartAsync([new("ana", "NPS Answered", MeasureWorld.Start, 10)]);
        var (_, secret) = await world.Server.AddKeyAsync(KeyKind.Secret);
        using var client = new HttpClient { BaseAddress = new Uri(world.Server.Url) };
        client.DefaultRequestHeaders.Authorization = new("Bearer", secret);
        Assert.Contains("\"id\":\"stickiness\"", await client.GetStringAsync(new Uri("/api/v1/metrics", UriKind.Relative)), StringComparison.Ordinal);
        var nps = await client.GetStringAsync(new Uri("/api/v1/metrics/nps?from=2026-01-01&to=2026-03-01&by=month", UriKind.Relative));
        Assert.Contains("""{"period":"2026-01-01","metric":"nps","breakdown":"","value":100""", nps, StringComparison.Ordinal);
        Assert.Contains("""{"period":"2026-02-01","metric":"nps","breakdown":"","value":null""", nps, StringComparison.Ordinal);
        foreach (var (path, status) in new[] { ("/api/v1/metrics/none?from=2026-01-01&to=2026-02-01", 404), ("/api/v1/metrics/nps?from=2026-02-01&to=2026-01-01", 400), ("/api/v1/metrics/nps?from=2026-01-01&to=2026-02-01&breakdown=x", 400) })
        {
            using var answer = await client.GetAsync(new Uri(path, UriKind.Relative));
            Assert.Equal(status, (int)answer.StatusCode);
        }
    }
}
