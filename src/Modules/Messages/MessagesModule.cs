using System.CommandLine;
using Ciclo.Core;
using Ciclo.Engine.Hosting;
using Ciclo.Modules.Consent.Contracts;
using Ciclo.Modules.Messages.Contracts;
using Ciclo.Modules.Messages.Email;
using Ciclo.Modules.Messages.Reports;
using Ciclo.Modules.Messages.Sending;
using Ciclo.Modules.Messages.Tracking;
using Ciclo.Modules.Templates.Contracts;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Ciclo.Modules.Messages;

/// <summary>Messages to people: the outbox of all channels, e-mail, and what people do with messages.</summary>
public sealed class MessagesModule : IModule
{
    public string Name => "messages";

    public void AddServices(IServiceCollection services)
    {
        services.AddSingleton(provider => new EmailChannel(provider.GetRequiredService<DataHost>(), SmtpPatience.Usual));
        services.AddSingleton<IChannel>(provider => provider.GetRequiredService<EmailChannel>());
        services.AddSingleton(provider => MessageDesk.Of(provider.GetRequiredService<DataHost>()).With(
            provider.GetServices<IChannel>(), provider.GetService<ITemplates>(), provider.GetService<ISendPolicy>()));
        services.AddSingleton<IPersonMessages, PersonMessages>().AddSingleton<ITestSend, TestSend>().AddSingleton<ITeamMail, TeamMail>();
        services.AddSingleton<MessageEndpoints>().AddSingleton<EmailEndpoints>().AddSingleton<CostEndpoints>().AddSingleton<TrackingEndpoints>().AddSingleton<HookEndpoint>();
        services.AddHostedService<Courier>();
    }

    public void MapEndpoints(IEndpointRouteBuilder routes)
    {
        MessageApi.Map(routes);
        routes.ServiceProvider.GetRequiredService<MessageEndpoints>().Map(routes);
        routes.ServiceProvider.GetRequiredService<EmailEndpoints>().Map(routes);
        routes.ServiceProvider.GetRequiredService<CostEndpoints>().Map(routes);
        routes.ServiceProvider.GetRequiredService<TrackingEndpoints>().Map(routes);
        routes.ServiceProvider.GetRequiredService<HookEndpoint>().Map(routes);
    }

    public IEnumerable<Command> Commands(CommandRunner runner)
    {
        var user = new Option<string>("--user") { Description = "Of one person: a user id, or email:V, prf_…" };
        var state = new Option<string>("--status") { Description = "Of one state." };
        state.AcceptOnlyFromAmong([.. MessageStates.All.Select(one => one.Name())]);
        var most = new Option<int>("--limit") { Description = "Rows at most.", DefaultValueFactory = _ => 100 };
        yield return runner.Bind(new Command("messages", "Messages to people and what came of them, the newest first.") { user, state, most }, (arguments, context, _) =>
        {
            using var rows = context.Rows("id", "person", "channel", "template", "source", "state", "reason", "due_at", "sent_at", "subject");
            foreach (var (one, _, _) in MessageService.Of(context.Host).List(
                context.Engine, new MessagesAsked(State: arguments.GetValue(state) ?? "", Person: arguments.GetValue(user) ?? ""), Math.Clamp(arguments.GetValue(most), 1, 100_000)))
            {
                rows.Write(one.Id, one.Person, one.Channel, one.TemplateId, one.Source, one.State.Name(), one.Reason, new InstantCell(one.DueAt), one.SentAt is { } at ? new InstantCell(at) : null, one.Subject);
            }
            return Task.FromResult(0);
        });
        var template = new Option<string>("--template") { Description = "The template’s id.", Required = true };
        var to = new Option<string>("--to") { Description = "The person: a user id, or email:V, prf_…", Required = true };
        var dryRun = new Option<bool>("--dry-run") { Description = "Show what would be sent; send nothing." };
        var purpose = new Option<string>("--purpose") { Description = "What it is for, such as marketing.", DefaultValueFactory = _ => "marketing" };
        yield return runner.Bind(new Command("send", "What a template would be for a person, and whether it may be sent.") { template, to, dryRun, purpose }, (arguments, context, cancellation) =>
            SendCommand.RunAsync(context, arguments.GetValue(template)!, arguments.GetValue(to)!, arguments.GetValue(purpose)!, arguments.GetValue(dryRun), cancellation));
    }
}
