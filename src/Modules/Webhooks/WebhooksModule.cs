using System.CommandLine;
using Ciclo.Core;
using Ciclo.Engine.Hosting;
using Ciclo.Modules.Access.Contracts;
using Ciclo.Modules.Webhooks.Contracts;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Ciclo.Modules.Webhooks;

/// <summary>Messages to other programs (Standard Webhooks 1.0): endpoints, an outbox, and what became of each message.</summary>
public sealed class WebhooksModule : IModule
{
    public string Name => "webhooks";

    public void AddServices(IServiceCollection services)
    {
        services.AddSingleton(provider => WebhookService.Of(provider.GetRequiredService<DataHost>()).With(provider.GetRequiredService<WebhookOptions>()));
        services.AddSingleton<WebhookEndpointPages>();
        services.AddHostedService<Courier>();
    }

    public void MapEndpoints(IEndpointRouteBuilder routes) => routes.ServiceProvider.GetRequiredService<WebhookEndpointPages>().Map(routes);

    public IEnumerable<Command> Commands(CommandRunner runner)
    {
        var name = new Option<string>("--name") { Description = "What receives the messages.", Required = true };
        var url = new Option<string>("--url") { Description = "Where to: an https address.", Required = true };
        var types = new Option<string[]>("--type") { Description = "A type of message; may be given again. Default: all.", AllowMultipleArgumentsPerToken = true };
        types.AcceptOnlyFromAmong([.. WebhookTypes.All.Keys]);
        var id = new Argument<long>("ID") { Description = "The webhook's number, as `webhooks list` shows it." };
        yield return new Command("webhooks", "Messages to other programs, signed as Standard Webhooks 1.0 says.")
        {
            runner.Bind(new Command("list", "The webhooks of the workspace, without their secrets."), (_, context, _) =>
            {
                using var rows = context.Rows("id", "name", "url", "types", "state", "created_at");
                foreach (var endpoint in WebhookService.Of(context.Host).List(context.Engine.Id))
                {
                    rows.Write(endpoint.Id, endpoint.Name, endpoint.Url, string.Join(' ', endpoint.Types), Store.StateName(endpoint.State), new InstantCell(endpoint.CreatedAt));
                }
                return Task.FromResult(0);
            }),
            runner.Bind(new Command("add", "Make a webhook; its secret is printed once.") { name, url, types }, async (arguments, context, cancellation) =>
            {
                var made = await WebhookService.Of(context.Host).AddAsync(
                    context.Engine.Id, arguments.GetValue(name)!, arguments.GetValue(url)!, [.. (arguments.GetValue(types) ?? []).Distinct(StringComparer.Ordinal)], Actor.CommandLine, cancellation);
                if (made.Error is { } error)
                {
                    return context.Fail(error.Message);
                }
                using var rows = context.Rows("id", "name", "url", "secret");
                rows.Write(made.Endpoint!.Id, made.Endpoint.Name, made.Endpoint.Url, made.Endpoint.Secret);
                return 0;
            }),
            runner.Bind(new Command("test", "Send a test message and say what was answered.") { id }, async (arguments, context, cancellation) =>
            {
                if (await WebhookService.Of(context.Host).TestAsync(context.Engine.Id, arguments.GetValue(id), cancellation) is not { } message)
                {
                    return context.Fail(new Text(
                        "There is no webhook of this id that is on. `ciclo webhooks list` shows them.", "No hay ningún webhook encendido con este id. `ciclo webhooks list` los muestra."));
                }
                using var rows = context.Rows("id", "state", "status", "answer");
                rows.Write(message.Id, Store.StateName(message.State), message.LastStatus, message.LastAnswer);
                return message.State == MessageState.Delivered ? 0 : context.Fail(WebhookWords.Why(message));
            }),
        };
    }
}
