using Ciclo.Core.Folds;
using Ciclo.Core.Rules;
using Ciclo.Core.Time;
using Ciclo.Data.Records;
using Ciclo.Engine.Hosting;
using Ciclo.Engine.Runtime;
using Ciclo.Modules.Lifecycles.Contracts;

namespace Ciclo.Modules.Lifecycles;

/// <summary>Reads from the records what a workspace's histories depend on.</summary>
public sealed class RulesSource(params IReadOnlyList<IWatchSource> watchSources) : IRulesSource
{
    public WorkspaceRules Load(Database database, string workspace) => database.Read(connection =>
    {
        var definitions = new DefinitionStore(workspace);
        var settings = new SettingsStore(workspace);
        var values = settings.Settings(connection);
        var set = definitions.CurrentCatalog(connection).Set;
        var known = DefinitionOrder.NodesOf(set);
        // What refers to something that is gone watches nothing: its module says so on its pages.
        IReadOnlyList<SegmentDefinition> watches = [.. watchSources.SelectMany(source => source.Watches(connection, workspace)).Where(watch =>
            References.Of(watch.When.Expression).All(reference => known.ContainsKey(reference.Node)))];
        var versions = definitions.Current(connection).ToDictionary(version => $"{DefinitionStore.KindName(version.Kind)}:{version.Id}", version => version.Version);
        foreach (var watch in watches)
        {
            versions.Add("watch:" + watch.Id, 1);
        }
        return new WorkspaceRules(
            set with { Watches = watches },
            versions,
            values.GetValueOrDefault(SettingsStore.Currency),
            values.TryGetValue(SettingsStore.Timezone, out var id) && Zone.TryGet(id, out var zone) ? zone : Zone.Utc,
            settings.Rates(connection),
            settings.Aliases(connection));
    });
}
