using System.CommandLine;
using Ciclo.Engine.Hosting;
using Ciclo.Modules.Access.Contracts;
using Ciclo.Modules.Collect.Contracts;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Ciclo.Modules.Keys;

/// <summary>Keys of the APIs: made, listed, revoked; and what each opens.</summary>
public sealed class KeysModule : IModule
{
    public string Name => "keys";

    public void AddServices(IServiceCollection services)
    {
        services.AddSingleton(provider => KeyService.Of(provider.GetRequiredService<DataHost>()));
        services.AddSingleton<IWriteKeys, WriteKeys>();
        services.AddSingleton<KeyEndpoints>();
        services.AddHostedService<KeyUseKeeper>();
    }

    public void MapEndpoints(IEndpointRouteBuilder routes) => routes.ServiceProvider.GetRequiredService<KeyEndpoints>().Map(routes);

    public IEnumerable<Command> Commands(CommandRunner runner)
    {
        var kind = new Option<string>("--kind") { Description = "write: may only send events. secret: for servers.", Required = true };
        kind.AcceptOnlyFromAmong("write", "secret");
        var name = new Option<string>("--name") { Description = "What the key is for, such as where it is used.", Required = true };
        var scopes = new Option<string[]>("--scope") { Description = "What a secret key may do; may be given again. Default: collect, read and write.", AllowMultipleArgumentsPerToken = true };
        scopes.AcceptOnlyFromAmong([.. KeyScopes.All.Keys]);
        var id = new Argument<string>("ID") { Description = "The key's id, as `keys list` shows it." };
        yield return new Command("keys", "Keys of the APIs.")
        {
            runner.Bind(new Command("add", "Make a key; its text is printed once.") { kind, name, scopes }, async (arguments, context, cancellation) =>
            {
                var made = await KeyService.Of(context.Host).AddAsync(
                    context.Engine.Id, arguments.GetValue(kind) == "write" ? KeyKind.Write : KeyKind.Secret, arguments.GetValue(name)!,
                    arguments.GetValue(scopes) is { Length: > 0 } given ? [.. given.Distinct(StringComparer.Ordinal)] : null, Actor.CommandLine, context.Host.NowMs, cancellation);
                if (made.Error is { } error)
                {
                    return context.Fail(error.Message);
                }
                using var rows = context.Rows("id", "kind", "name", "key");
                rows.Write(made.Key!.Id, Store.KindName(made.Key.Kind), made.Key.Name, made.Text);
                return 0;
            }),
            runner.Bind(new Command("list", "The keys of the workspace, without their texts."), (_, context, _) =>
            {
                using var rows = context.Rows("id", "kind", "name", "ending", "scopes", "created_at", "revoked_at");
                foreach (var key in KeyService.Of(context.Host).List(context.Engine.Id))
                {
                    rows.Write(key.Id, Store.KindName(key.Kind), key.Name, key.Ending, string.Join(' ', key.Scopes),
                        new InstantCell(key.CreatedAt), key.RevokedAt is { } revoked ? new InstantCell(revoked) : null);
                }
                return Task.FromResult(0);
            }),
            runner.Bind(new Command("revoke", "End a key: requests with it are refused from now on.") { id }, async (arguments, context, cancellation) =>
            {
                var error = await KeyService.Of(context.Host).RevokeAsync(context.Engine.Id, arguments.GetValue(id)!, context.Host.NowMs, cancellation);
                return error is null ? 0 : context.Fail(error.Message);
            }),
        };
    }
}
