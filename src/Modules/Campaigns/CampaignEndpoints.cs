using System.Globalization;
using Ciclo.Core;
using Ciclo.Core.Access;
using Ciclo.Engine.Hosting;
using Ciclo.Kit;
using Ciclo.Modules.Access.Contracts;
using Ciclo.Modules.Campaigns.Pages;
using Ciclo.Modules.Consent.Contracts;
using Ciclo.Modules.Customers.Contracts;
using Ciclo.Modules.Lifecycles.Contracts;
using Ciclo.Modules.Templates.Contracts;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Ciclo.Modules.Campaigns;

/// <summary>All campaigns with what became of their messages.</summary>
public sealed record CampaignListModel(IReadOnlyList<(Campaign Campaign, ArmCounts Counts)> Campaigns, bool MaySend);

/// <summary>Who can be chosen: a segment or a list, by its name.</summary>
public sealed record SourceChoice(string Id, string Name);

/// <summary>The form of a draft.</summary>
public sealed record CampaignFormModel(long Id, string Name, CampaignPlan Plan, IReadOnlyList<SourceChoice> Sources, IReadOnlyList<TemplateInfo> Templates, Text? Refusal);

/// <summary>How many a form means.</summary>
public sealed record ReachModel(Reach Reach, IReadOnlyDictionary<string, Text> Reasons, Text? Refusal);

/// <summary>One campaign: by arm the people drawn and their messages.</summary>
public sealed record CampaignModel(
    Campaign Campaign, IReadOnlyList<(string Arm, long People, ArmCounts Counts)> Arms, IReadOnlyList<string> Sources, IReadOnlyDictionary<string, Text> Reasons, IReadOnlyList<TemplateInfo> Templates, bool MaySend,
    Text? Refusal);

/// <summary>`/campaigns`.</summary>
internal sealed class CampaignEndpoints(DataHost host, IServiceProvider services)
{
    private readonly CampaignDesk desk = CampaignDesk.Of(host);

    private ISendPolicy? Policy => services.GetService<ISendPolicy>();

    private IReadOnlyDictionary<string, Text> Reasons => Policy?.Reasons ?? new Dictionary<string, Text>(StringComparer.Ordinal)
    {
        [Audience.NoAddress] = new("No e-mail address", "Sin dirección de correo"),
    };

    public void Map(IEndpointRouteBuilder routes)
    {
        var read = routes.MapGroup("/campaigns").RequirePermission(Permission.ReadNumbers);
        read.MapReads("", (HttpContext http) => http.Page<CampaignsPage>(ListOf(http)));
        read.MapReads("/{id}", (Delegate)((HttpContext http, string id) => Show(http, id, null)));
        read.MapReads("/{id}/now", (HttpContext http, string id) => Own(http, id) is { } found ? http.Part<CampaignPart>(ModelOf(http, found, null)) : Results.NotFound());
        var send = routes.MapGroup("/campaigns").RequirePermission(Permission.Send);
        send.MapReads("/new", (HttpContext http) => Form(http, 0, "", CampaignPlan.New, null));
        send.MapReads("/reach", ReachOf);
        send.MapReads("/{id}/edit", (HttpContext http, string id) => Own(http, id) is { State: CampaignState.Draft } found ? Form(http, found.Id, found.Name, found.Plan, null) : Results.NotFound());
        send.MapPost("", (Func<HttpContext, Task<IResult>>)(http => PutAsync(http, 0)));
        send.MapPost("/{id}", (HttpContext http, string id) => Own(http, id) is { } found ? PutAsync(http, found.Id) : Task.FromResult(Results.NotFound()));
        Change(send, "start", (workspace, id, by, cancellation) => desk.StartAsync(workspace, id, by, cancellation));
        Change(send, "pause", (workspace, id, by, cancellation) => desk.PauseAsync(workspace, id, pauses: true, by, cancellation));
        Change(send, "resume", (workspace, id, by, cancellation) => desk.PauseAsync(workspace, id, pauses: false, by, cancellation));
        Change(send, "stop", (workspace, id, by, cancellation) => desk.StopAsync(workspace, id, by, cancellation));
        Change(send, "delete", (workspace, id, by, cancellation) => desk.DeleteAsync(workspace, id, by, cancellation), "/campaigns");
        send.MapPost("/{id}/test", TestAsync);
    }

    private void Change(RouteGroupBuilder routes, string what, Func<string, long, Actor, CancellationToken, Task<CampaignAnswer>> change, string? then = null) => routes.MapPost($"/{{id}}/{what}", async (HttpContext http, string id) =>
    {
        if (Own(http, id) is not { } found)
        {
            return Results.NotFound();
        }
        var answer = await change(found.WorkspaceId, found.Id, Actor.Of(http), http.RequestAborted);
        return answer.Refusal is { } refusal ? Show(http, id, refusal) : Results.Redirect(then ?? CampaignPaths.Of(found.Id));
    });

    private Campaign? Own(HttpContext http, string id) =>
        long.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? desk.Find(http.Visitor().WorkspaceId, number) : null;

    private CampaignListModel ListOf(HttpContext http) => new(
        [.. desk.List(http.Visitor().WorkspaceId).Select(one => (one, desk.Counts(one).Values.Aggregate(ArmCounts.None, (sum, counts) => sum + counts)))], http.Visitor().May(Permission.Send));

    private IResult Show(HttpContext http, string id, Text? refusal) =>
        Own(http, id) is { } found ? http.Page<CampaignPage>(ModelOf(http, found, refusal), PageAnswers.StatusOf(refusal)) : Results.NotFound();

    private CampaignModel ModelOf(HttpContext http, Campaign campaign, Text? refusal)
    {
        var (people, counts) = (desk.Arms(campaign), desk.Counts(campaign));
        var names = SourcesOf(http).ToDictionary(source => source.Id, source => source.Name, StringComparer.Ordinal);
        return new CampaignModel(
            campaign, [.. people.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => (pair.Key, pair.Value, counts.GetValueOrDefault(campaign.SourcePrefix + pair.Key) ?? ArmCounts.None))],
            [.. campaign.Plan.Include.Select(source => names.GetValueOrDefault(source, source))], Reasons, TemplatesOf(http), http.Visitor().May(Permission.Send), refusal);
    }

    private IResult Form(HttpContext http, long id, string name, CampaignPlan plan, Text? refusal) =>
        http.Page<CampaignFormPage>(new CampaignFormModel(id, name, plan, SourcesOf(http), TemplatesOf(http), refusal), PageAnswers.StatusOf(refusal));

    private IReadOnlyList<TemplateInfo> TemplatesOf(HttpContext http) =>
        [.. (services.GetService<ITemplates>()?.All(http.Visitor().WorkspaceId) ?? []).Where(template => template.Channel == "email")];

    private IReadOnlyList<SourceChoice> SourcesOf(HttpContext http)
    {
        var (engine, l) = (http.Visitor().Engine, http.Locale());
        return
        [
            new SourceChoice(CampaignPlan.Everybody, l.Say("Everybody", "Todas las personas")),
            .. engine.Read(state => SegmentInfo.AllOf(state).Select(segment => new SourceChoice("segment:" + segment.Id, l.Say(segment.Label))).ToList()),
            .. CustomerLists.All(host, engine.Id).Select(list => new SourceChoice("list:" + list.Id, $"{list.Name} ({l.Say("list", "lista")})")),
        ];
    }

    private IResult ReachOf(HttpContext http)
    {
        var engine = http.Visitor().Engine;
        var plan = CampaignForms.PlanOf(http, engine.Rules.Zone);
        var reach = plan.Include.Count == 0 ? new Reach(0, 0, []) : new Audience(host, engine, Policy).Count(plan, http.RequestAborted);
        return http.Part<ReachPart>(new ReachModel(reach, Reasons, plan.Include.Count == 0 ? plan.Refusal() : null));
    }

    private async Task<IResult> PutAsync(HttpContext http, long id)
    {
        var visitor = http.Visitor();
        var plan = CampaignForms.PlanOf(http, visitor.Engine.Rules.Zone);
        var name = http.Request.Form["name"].ToString();
        var answer = await desk.PutAsync(visitor.WorkspaceId, id, name, plan, Actor.Of(http), http.RequestAborted);
        return answer.Refusal is { } refusal ? Form(http, id, name, plan, refusal) : Results.Redirect(CampaignPaths.Of(answer.Campaign!.Id));
    }

    private async Task<IResult> TestAsync(HttpContext http, string id)
    {
        if (Own(http, id) is not { } found)
        {
            return Results.NotFound();
        }
        var refusal = await desk.TestAsync(http.Visitor().Engine, found, http.Request.Form["to"].ToString().Trim(), http.RequestAborted);
        return refusal is { } wrong ? Show(http, id, wrong) : Results.Redirect(CampaignPaths.Of(found.Id));
    }
}
