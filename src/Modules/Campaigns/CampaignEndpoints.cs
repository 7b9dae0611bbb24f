using System.Globalization;
using Ciclo.Core;
using Ciclo.Core.Access;
using Ciclo.Engine.Hosting;
using Ciclo.Engine.Runtime;
using Ciclo.Kit;
using Ciclo.Modules.Access.Contracts;
using Ciclo.Modules.Campaigns.Pages;
using Ciclo.Modules.Consent.Contracts;
using Ciclo.Modules.Customers.Contracts;
using Ciclo.Modules.Experiments.Contracts;
using Ciclo.Modules.Lifecycles.Contracts;
using Ciclo.Modules.Messages.Contracts;
using Ciclo.Modules.Profiles.Contracts;
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

/// <summary>A segment or a list of a campaign; <paramref name="Href"/>: its page, null where there is none.</summary>
public sealed record NamedSource(string Name, string? Href);

/// <summary>The form of a draft.</summary>
public sealed record CampaignFormModel(long Id, string Name, CampaignPlan Plan, IReadOnlyList<SourceChoice> Sources, IReadOnlyList<TemplateInfo> Templates, Text? Refusal);

/// <summary>How many a form means.</summary>
public sealed record ReachModel(Reach Reach, Func<string, Text> WhyNot, (decimal Amount, string Currency)? Cost, Text? Refusal);

/// <summary>One campaign: by arm the people drawn and their messages.</summary>
public sealed record CampaignModel(
    Campaign Campaign, IReadOnlyList<(string Arm, long People, ArmCounts Counts)> Arms, IReadOnlyList<NamedSource> Sources, Func<string, Text> WhyNot, IReadOnlyList<TemplateInfo> Templates, bool MaySend,
    (decimal Amount, string Currency)? Cost, Text? Refusal)
{
    public bool MayReadPeople { get; init; }
}

/// <summary>What a campaign's messages cost, and whom they won.</summary>
public sealed record WonModel(decimal Cost, string Currency, GainedPeople Won);

/// <summary>People of a frozen audience; <paramref name="Arm"/>: of one arm, null for all.</summary>
public sealed record CampaignPeopleModel(Campaign Campaign, string? Arm, IReadOnlyList<(string Id, string Name, string Arm)> Shown, long Count)
{
    public const int Most = 500;
}

/// <summary>`/campaigns`.</summary>
internal sealed class CampaignEndpoints(DataHost host, IServiceProvider services)
{
    private readonly CampaignDesk desk = CampaignDesk.Of(host);

    private ISendPolicy? Policy => services.GetService<ISendPolicy>();

    public void Map(IEndpointRouteBuilder routes)
    {
        var read = routes.MapGroup("/campaigns").RequirePermission(Permission.ReadNumbers);
        read.MapReads("", (HttpContext http) => http.Page<CampaignsPage>(ListOf(http)));
        read.MapReads("/won/{experiment}", Won);
        read.MapReads("/{id}", (Delegate)((HttpContext http, string id) => Show(http, id, null)));
        read.MapReads("/{id}/now", (HttpContext http, string id) => Own(http, id) is { } found ? http.Part<CampaignPart>(ModelOf(http, found, null)) : Results.NotFound());
        routes.MapGroup("/campaigns").RequirePermission(Permission.ReadPeople).MapReads("/{id}/people", People);
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
            [.. campaign.Plan.Include.Select(source => new NamedSource(names.GetValueOrDefault(source, source), source.StartsWith("segment:", StringComparison.Ordinal) ? "/segments/" + source["segment:".Length..] : null))], reason => MessageOutbox.WhyNot(host, reason), TemplatesOf(http), http.Visitor().May(Permission.Send), CostOf(http, campaign.Plan.Channel, counts.Values.Sum(one => one.Sent)), refusal) { MayReadPeople = http.Visitor().May(Permission.ReadPeople) };
    }

    /// <summary>What each won order cost, on the page of a campaign's experiment; nothing where nobody was won, or nobody said what a message costs.</summary>
    private IResult Won(HttpContext http, string experiment)
    {
        var engine = http.Visitor().Engine;
        return desk.List(engine.Id).FirstOrDefault(one => one.Experiment == experiment) is { } campaign
            && CostOf(http, campaign.Plan.Channel, desk.Counts(campaign).Values.Sum(one => one.Sent)) is { } cost && ExperimentBook.Gained(host, engine, experiment) is { Low: > 0 } won
            ? http.Part<WonPart>(new WonModel(cost.Amount, cost.Currency, won)) : Results.Content("", "text/html");
    }

    private IResult People(HttpContext http, string id)
    {
        if (Own(http, id) is not { } campaign)
        {
            return Results.NotFound();
        }
        var arm = http.Request.Query["arm"].ToString() is { Length: > 0 } asked ? asked : null;
        var (people, count) = host.Database.Read(connection => CampaignStore.Drawn(connection, campaign.Id, arm, CampaignPeopleModel.Most));
        var shown = http.Visitor().Engine.Read(state => people.Select(one => Named(state, one.Person, one.Arm)).ToList());
        return http.Page<CampaignPeoplePage>(new CampaignPeopleModel(campaign, arm, shown, count));
    }

    private static (string Id, string Name, string Arm) Named(EngineState state, string person, string arm)
    {
        var identity = state.Staged.Identity;
        return identity.Find(person) is >= 0 and var node && identity.ProfileOf(node) is >= 0 and var profile ? (identity.PublicId(profile), PersonName.Of(ProfileCard.Of(state, profile)), arm) : (person, person, arm);
    }

    /// <summary>What so many messages cost; null where nobody said what one does.</summary>
    private (decimal Amount, string Currency)? CostOf(HttpContext http, string channel, long messages) =>
        MessageCosts.Read(host, http.Visitor().WorkspaceId).Of(channel, messages) is { } cost ? (cost, http.Visitor().Engine.Read(state => state.Currency) ?? "") : null;

    private IResult Form(HttpContext http, long id, string name, CampaignPlan plan, Text? refusal) =>
        http.Page<CampaignFormPage>(new CampaignFormModel(id, name, plan, SourcesOf(http), TemplatesOf(http), refusal), PageAnswers.StatusOf(refusal));

    private IReadOnlyList<TemplateInfo> TemplatesOf(HttpContext http) =>
        services.GetService<ITemplates>()?.All(http.Visitor().WorkspaceId) ?? [];

    /// <summary>The plan that the form says, on the channel of its templates; refused where they are of several.</summary>
    private (CampaignPlan Plan, Text? Refusal) PlanOf(HttpContext http)
    {
        var plan = CampaignForms.PlanOf(http, http.Visitor().Engine.Rules.Zone);
        var channels = TemplatesOf(http).Where(template => plan.Arms.Any(arm => arm.TemplateId == template.Id)).Select(template => template.Channel).Distinct(StringComparer.Ordinal).ToList();
        return (plan with { Channel = channels is [var one, ..] ? one : plan.Channel }, channels.Count > 1
            ? new Text("Its versions go over different channels. Choose templates of one channel.", "Sus versiones van por canales distintos. Elige plantillas de un mismo canal.") : null);
    }

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
        var (plan, _) = PlanOf(http);
        var reach = plan.Include.Count == 0 ? new Reach(0, 0, []) : new Audience(host, engine, Policy).Count(plan, http.RequestAborted);
        return http.Part<ReachPart>(new ReachModel(reach, reason => MessageOutbox.WhyNot(host, reason), CostOf(http, plan.Channel, (long)Math.Round(reach.Reached * (1 - Math.Clamp(plan.Holdout, 0, 1)))), plan.Include.Count == 0 ? plan.Refusal() : null));
    }

    private async Task<IResult> PutAsync(HttpContext http, long id)
    {
        var visitor = http.Visitor();
        var (plan, mixed) = PlanOf(http);
        var name = http.Request.Form["name"].ToString();
        if (mixed is not null)
        {
            return Form(http, id, name, plan, mixed);
        }
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
