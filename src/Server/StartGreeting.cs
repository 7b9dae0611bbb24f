using Ciclo.Engine.Hosting;

namespace Ciclo.Server;

/// <summary>What a server prints when it listens.</summary>
public static class StartGreeting
{
    public static async Task PrintAsync(DataHost host, string address, TextWriter output, CancellationToken cancellation)
    {
        await output.WriteLineAsync($"Ciclo listens on {address}".AsMemory(), cancellation);
    }
}
