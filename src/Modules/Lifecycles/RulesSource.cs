using Ciclo.Core.Time;
using Ciclo.Data.Records;
using Ciclo.Engine.Definitions;
using Ciclo.Engine.Hosting;
using Ciclo.Engine.Runtime;

namespace Ciclo.Modules.Lifecycles;

/// <summary>Reads from the records what a workspace's histories depend on.</summary>
public sealed class RulesSource : IRulesSource
{
    public WorkspaceRules Load(Database database, string workspace) => database.Read(connection =>
    {
        var definitions = new DefinitionStore(workspace);
        var settings = new SettingsStore(workspace);
        var values = settings.Settings(connection);
        var versions = definitions.Current(connection).ToDictionary(
            version => (version.Kind == DefinitionKind.Lifecycle ? "lifecycle:" : "segment:") + version.Id, version => version.Version);
        return new WorkspaceRules(
            definitions.CurrentCatalog(connection).Set,
            versions,
            values.GetValueOrDefault(SettingsStore.Currency),
            values.TryGetValue(SettingsStore.Timezone, out var id) && Zone.TryGet(id, out var zone) ? zone : Zone.Utc,
            settings.Rates(connection),
            settings.Aliases(connection));
    });
}
