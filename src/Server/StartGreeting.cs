using Ciclo.Core;
using Ciclo.Engine.Hosting;
using Ciclo.Modules.Keys.Contracts;

namespace Ciclo.Server;

/// <summary>What a server prints when it listens: where, and on a first start a write key to begin with.</summary>
public static class StartGreeting
{
    public static async Task PrintAsync(DataHost host, string address, CommandEnvironment environment, CancellationToken cancellation)
    {
        var language = environment.Language;
        await environment.Out.WriteLineAsync(new Text($"Ciclo listens on {address}", $"Ciclo escucha en {address}").In(language));
        if (await FirstKeys.MakeAsync(host, "default", language == Language.Es ? "primer arranque" : "first start", cancellation) is { } key)
        {
            await environment.Out.WriteLineAsync(new Text($"Write key (shown once): {key}", $"Clave de escritura (se muestra una vez): {key}").In(language));
            await environment.Out.WriteLineAsync(new Text("Send an event:", "Envía un evento:").In(language));
            await environment.Out.WriteLineAsync($$"""  curl -u {{key}}: -H 'Content-Type: application/json' -d '{"userId":"ana","event":"Signed Up"}' {{address}}/v1/track""");
        }
        await environment.Out.FlushAsync(cancellation);
    }
}
