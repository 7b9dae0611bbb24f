using Ciclo.Engine.Definitions;
using Ciclo.Engine.Hosting;
using Ciclo.Engine.Runtime;
using Ciclo.Modules.Access.Contracts;

namespace Ciclo.Modules.Lifecycles.Contracts;

/// <summary>For modules that set a workspace up: its definitions, currency and zone in one go.</summary>
public static class WorkspaceSetup
{
    /// <summary>Puts files and settings in force and recomputes histories once. Answers what is wrong with the files; an error means nothing was done.</summary>
    public static async Task<IReadOnlyList<FileFinding>> ApplyAsync(
        DataHost host, WorkspaceEngine engine, IReadOnlyCollection<DefinitionFile> files, string currency, string timezone, Actor by, CancellationToken cancellation)
    {
        var service = new DefinitionService(host, engine);
        var findings = service.Check(files);
        if (findings.Any(found => found.IsError))
        {
            return findings;
        }
        var store = new SettingsStore(engine.Id);
        await host.Database.WriteAsync((connection, transaction) =>
        {
            store.Set(connection, transaction, SettingsStore.Currency, currency);
            store.Set(connection, transaction, SettingsStore.Timezone, timezone);
            return 0;
        }, cancellation);
        return (await service.ApplyAsync(files, by, cancellation)).Findings;
    }
}
