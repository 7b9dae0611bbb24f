using Ciclo.Engine.Hosting;

namespace Ciclo.Modules.Access.Contracts;

/// <summary>How a new installation gets its first user.</summary>
public static class FirstUser
{
    /// <summary>
    /// The path of a new setup link, for the console of the server that starts; links of earlier starts end. Null where there is a user
    /// already. It works once, for 72 hours.
    /// </summary>
    public static async Task<string?> SetupPathAsync(DataHost host, CancellationToken cancellation) =>
        (await new LinkService(host).SetupAsync("default", cancellation))?.Path;
}
