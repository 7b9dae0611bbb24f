using Ciclo.Core.Time;
using Ciclo.Engine.Hosting;
using Ciclo.Modules.Access.Contracts;
using Ciclo.Modules.Keys.Contracts;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Ciclo.Modules.Campaigns;

/// <summary>An arm: people drawn, and messages by what became of them. `control` gets nothing.</summary>
public sealed record CampaignArmAnswer(string Arm, long People, long Waiting, long Sent, long Delivered, long Opened, long Clicked, long Unsubscribed, long NotSent);

/// <summary>A campaign. `state`: draft, scheduled, freezing, sending, deciding, rest, resending, done or stopped; `experiment`: the id under which its lift is told.</summary>
public sealed record CampaignApiAnswer(
    long Id, string Name, string State, bool Paused, int Audience, string Winner, string? StartedAt, string? EndedAt, string Experiment, IReadOnlyList<CampaignArmAnswer> Arms, int CalledBack = 0);

/// <summary>Campaigns over HTTP.</summary>
internal static class CampaignsApi
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        var read = routes.MapGroup("/api/v1").RequireScope("read").WithTags("Campaigns");
        read.MapGet("/campaigns", All).Produces<Page<CampaignApiAnswer>>().WithSummary("All campaigns, the newest first.");
        read.MapGet("/campaigns/{id}", One).Produces<CampaignApiAnswer>().ProducesProblem(404).WithSummary("One campaign with what became of its messages.");
        var write = routes.MapGroup("/api/v1").RequireScope("write").WithTags("Campaigns");
        write.MapPost("/campaigns/{id}/start", (HttpContext http, string id, DataHost host) => ChangeAsync(http, host, id, CampaignDesk.Of(host).StartAsync))
            .Produces<CampaignApiAnswer>().ProducesProblem(404).ProducesProblem(409).WithSummary("Starts a draft, now or at its time.");
        write.MapPost("/campaigns/{id}/stop", (HttpContext http, string id, DataHost host) => ChangeAsync(http, host, id, CampaignDesk.Of(host).StopAsync))
            .Produces<CampaignApiAnswer>().ProducesProblem(404).ProducesProblem(409).WithSummary("Stops a campaign and calls back what has not left.");
    }

    private static IResult All(HttpContext http, DataHost host) =>
        Results.Json(new Page<CampaignApiAnswer>([.. CampaignDesk.Of(host).List(http.Caller().Engine.Id).Select(one => AnswerOf(host, one))], null), ApiJson.Options);

    private static IResult One(HttpContext http, DataHost host, string id) =>
        Find(http, host, id) is { } found ? Results.Json(AnswerOf(host, found), ApiJson.Options) : Problems.NotFound(http, CampaignDesk.Unknown);

    private static async Task<IResult> ChangeAsync(HttpContext http, DataHost host, string id, Func<string, long, Actor, CancellationToken, Task<CampaignAnswer>> change)
    {
        if (Find(http, host, id) is not { } found)
        {
            return Problems.NotFound(http, CampaignDesk.Unknown);
        }
        var answer = await change(found.WorkspaceId, found.Id, Actor.Of(http), http.RequestAborted);
        return answer.Refusal is { } refusal ? Problems.Of(http, 409, "not_possible", refusal) : Results.Json(AnswerOf(host, answer.Campaign!) with { CalledBack = answer.CalledBack }, ApiJson.Options);
    }

    private static Campaign? Find(HttpContext http, DataHost host, string id) =>
        long.TryParse(id, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var number) ? CampaignDesk.Of(host).Find(http.Caller().Engine.Id, number) : null;

    private static CampaignApiAnswer AnswerOf(DataHost host, Campaign campaign)
    {
        var desk = CampaignDesk.Of(host);
        var counts = desk.Counts(campaign);
        return new CampaignApiAnswer(
            campaign.Id, campaign.Name, Campaign.StateName(campaign.State), campaign.IsPaused, campaign.Audience, campaign.Winner, Instant(campaign.StartedAt), Instant(campaign.EndedAt), campaign.Experiment,
            [
                .. desk.Arms(campaign).OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => (pair.Key, pair.Value, Counts: counts.GetValueOrDefault(campaign.SourcePrefix + pair.Key) ?? ArmCounts.None))
                    .Select(arm => new CampaignArmAnswer(
                        arm.Key, arm.Value, arm.Counts.Waiting, arm.Counts.Sent, arm.Counts.Delivered, arm.Counts.Opened, arm.Counts.Clicked, arm.Counts.Unsubscribed, arm.Counts.NotSent)),
            ]);
    }

    private static string? Instant(long? at) => at is { } known ? Instants.Format(known) : null;
}
