using Ciclo.Core;
using Ciclo.Engine.Hosting;
using Ciclo.Modules.Access.Contracts;
using Ciclo.Modules.Keys.Contracts;

namespace Ciclo.Server;

/// <summary>What a server prints when it listens: where; on a first start a write key to begin with, and until somebody has an account the link that makes the first one.</summary>
public static class StartGreeting
{
    public static async Task PrintAsync(DataHost host, string address, ServerOptions options, CommandEnvironment environment, CancellationToken cancellation)
    {
        var language = environment.Language;
        await environment.Out.WriteLineAsync(new Text($"Ciclo listens on {address}", $"Ciclo escucha en {address}").In(language));
        if (await FirstKeys.MakeAsync(host, "default", language == Language.Es ? "primer arranque" : "first start", cancellation) is { } key)
        {
            await environment.Out.WriteLineAsync(new Text($"Write key (shown once): {key}", $"Clave de escritura (se muestra una vez): {key}").In(language));
            await environment.Out.WriteLineAsync(new Text("Send an event:", "Envía un evento:").In(language));
            await environment.Out.WriteLineAsync($$"""  curl -u {{key}}: -H 'Content-Type: application/json' -d '{"userId":"ana","event":"Signed Up"}' {{address}}/v1/track""");
        }
        if (!options.IsDemo && await FirstUser.SetupPathAsync(host, cancellation) is { } setup)
        {
            await environment.Out.WriteLineAsync(new Text(
                "Make your account with this link (it works once, for 72 hours):", "Crea tu cuenta con este enlace (funciona una vez, durante 72 horas):").In(language));
            await environment.Out.WriteLineAsync($"  {address}{setup}");
        }
        if (options.IsOpenWithoutTls)
        {
            await environment.Error.WriteLineAsync("ciclo: " + new Text(
                "This address can be reached from other machines without https: passwords travel readable. Put a proxy with https in front, and name it with --proxy.",
                "A esta dirección se llega desde otras máquinas sin https: las contraseñas viajan legibles. Pon delante un proxy con https, e indícalo con --proxy.").In(language));
        }
        await environment.Out.FlushAsync(cancellation);
    }
}
