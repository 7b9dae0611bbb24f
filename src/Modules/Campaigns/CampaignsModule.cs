using System.CommandLine;
using Ciclo.Engine.Hosting;
using Ciclo.Modules.Access.Contracts;
using Ciclo.Modules.Consent.Contracts;
using Ciclo.Modules.Experiments.Contracts;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Ciclo.Modules.Campaigns;

/// <summary>One message to many: audience, versions, schedule, and what it changed.</summary>
public sealed class CampaignsModule : IModule
{
    public string Name => "campaigns";

    public void AddServices(IServiceCollection services)
    {
        services.AddSingleton<CampaignEndpoints>();
        services.AddHostedService<CampaignRunner>();
        services.AddSingleton(new ExperimentSlot("/campaigns/won/{id}"));
    }

    public void MapEndpoints(IEndpointRouteBuilder routes)
    {
        CampaignSteps.Of(routes.ServiceProvider.GetRequiredService<DataHost>()).Policy = routes.ServiceProvider.GetService<ISendPolicy>();
        CampaignsApi.Map(routes);
        routes.ServiceProvider.GetRequiredService<CampaignEndpoints>().Map(routes);
    }

    public IEnumerable<Command> Commands(CommandRunner runner)
    {
        var id = new Argument<long>("ID") { Description = "The campaign’s number, as `campaigns list` shows it." };
        yield return new Command("campaigns", "One message to many.")
        {
            runner.Bind(new Command("list", "All campaigns, the newest first."), (_, context, _) =>
            {
                var desk = CampaignDesk.Of(context.Host);
                using var rows = context.Rows("id", "name", "state", "audience", "sent", "opened", "clicked", "winner", "started_at");
                foreach (var campaign in desk.List(context.Engine.Id))
                {
                    var counts = desk.Counts(campaign).Values.Aggregate(ArmCounts.None, (sum, one) => sum + one);
                    rows.Write(
                        campaign.Id, campaign.Name, StateOf(campaign), campaign.Audience, counts.Sent, counts.Opened, counts.Clicked, campaign.Winner,
                        campaign.StartedAt is { } started ? new InstantCell(started) : null);
                }
                return Task.FromResult(0);
            }),
            runner.Bind(new Command("show", "One campaign by arm: people drawn and what became of their messages.") { id }, (arguments, context, _) =>
            {
                var desk = CampaignDesk.Of(context.Host);
                if (desk.Find(context.Engine.Id, arguments.GetValue(id)) is not { } campaign)
                {
                    return Task.FromResult(context.Fail(CampaignDesk.Unknown));
                }
                var counts = desk.Counts(campaign);
                using var rows = context.Rows("arm", "people", "waiting", "sent", "delivered", "opened", "clicked", "unsubscribed", "not_sent");
                foreach (var (arm, people) in desk.Arms(campaign).OrderBy(pair => pair.Key, StringComparer.Ordinal))
                {
                    var one = counts.GetValueOrDefault(campaign.SourcePrefix + arm) ?? ArmCounts.None;
                    rows.Write(arm, people, one.Waiting, one.Sent, one.Delivered, one.Opened, one.Clicked, one.Unsubscribed, one.NotSent);
                }
                return Task.FromResult(0);
            }),
            Change(runner, id, "start", "Starts a draft, now or at its time.", (desk, workspace, number, cancellation) => desk.StartAsync(workspace, number, Actor.CommandLine, cancellation)),
            Change(runner, id, "stop", "Stops a campaign and calls back what has not left.", (desk, workspace, number, cancellation) => desk.StopAsync(workspace, number, Actor.CommandLine, cancellation)),
        };
    }

    private static Command Change(
        CommandRunner runner, Argument<long> id, string name, string description, Func<CampaignDesk, string, long, CancellationToken, Task<CampaignAnswer>> change) =>
        runner.Bind(new Command(name, description) { id }, async (arguments, context, cancellation) =>
        {
            var answer = await change(CampaignDesk.Of(context.Host), context.Engine.Id, arguments.GetValue(id), cancellation);
            if (answer.Refusal is { } refusal)
            {
                return context.Fail(refusal);
            }
            using var rows = context.Rows("id", "state", "called_back");
            rows.Write(answer.Campaign!.Id, StateOf(answer.Campaign), answer.CalledBack);
            return 0;
        });

    private static string StateOf(Campaign campaign) => campaign.IsPaused ? "paused" : Campaign.StateName(campaign.State);
}
