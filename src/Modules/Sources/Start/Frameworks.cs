using Ciclo.Core;
using Ciclo.Core.Rules;
using Ciclo.Engine.Definitions;
using Ciclo.Engine.Runtime;
using Ciclo.Modules.Lifecycles.Contracts;

namespace Ciclo.Modules.Sources;

/// <summary>A name that a lifecycle's rules read, and whether the data has it already. A trait is written `traits.NAME`.</summary>
public sealed record NeededName(string Name, bool IsSeen);

/// <summary>A lifecycle that ships with the program, as somebody chooses among them.</summary>
public sealed record FrameworkCard(string Id, Text Label, Text About, IReadOnlyList<StageInfo> Stages, IReadOnlyList<NeededName> Needs, bool IsInUse);

/// <summary>The lifecycles to choose from on a first run.</summary>
internal static class Frameworks
{
    private static readonly Dictionary<string, Text> Abouts = new(StringComparer.Ordinal)
    {
        ["customer"] = new("For a shop: from the first visit to the second order, and back from silence.", "Para una tienda: de la primera visita al segundo pedido, y de vuelta tras el silencio."),
        ["aarrr"] = new("The “pirate metrics”: who arrives, gets value, comes back, invites and pays.", "Las «métricas pirata»: quién llega, recibe valor, regresa, invita y paga."),
        ["growth"] = new("For growing by repeat purchase: after the first order each stage has to be kept up.", "Para crecer con la recompra: tras el primer pedido, cada etapa se tiene que mantener."),
    };

    public static DefinitionFile? Find(string? id) => ShippedDefinitions.Lifecycles.FirstOrDefault(file => file.Id == id);

    public static IReadOnlyList<FrameworkCard> Of(EngineState state) => [.. ShippedDefinitions.Lifecycles.Select(file => Of(file.Lifecycle!, state))];

    /// <summary>The file with the zone in which its days are to be counted.</summary>
    public static DefinitionFile In(DefinitionFile file, string zone) =>
        DefinitionFile.Read(file.Yaml.Replace("timezone: " + file.Lifecycle!.Zone.Id, "timezone: " + zone, StringComparison.Ordinal), file.Name);

    private static FrameworkCard Of(LifecycleDefinition lifecycle, EngineState state)
    {
        var info = LifecycleInfo.Of(lifecycle);
        return new FrameworkCard(
            lifecycle.Id, lifecycle.Label, Abouts.GetValueOrDefault(lifecycle.Id, Text.Same("")), info.Stages, [.. NamesIn(lifecycle).Select(name => new NeededName(name, IsSeen(state, name)))],
            state.Placement.Plan.LifecycleIndex(lifecycle.Id) >= 0);
    }

    private static IEnumerable<string> NamesIn(LifecycleDefinition lifecycle) => lifecycle.Stages
        .Where(stage => stage.When is not null).SelectMany(stage => References.Walk(stage.When!.Expression)).Select(NameOf).OfType<string>().Distinct(StringComparer.Ordinal);

    private static string? NameOf(Expression part) => part switch
    {
        AggregateExpression { Selector: { Kind: SelectorKind.Named } selector } => selector.Name,
        PathExpression { Root: PathRoot.Traits } path => "traits." + path.Path,
        _ => null,
    };

    private static bool IsSeen(EngineState state, string name)
    {
        var schema = state.Staged.Schema;
        if (name.StartsWith("traits.", StringComparison.Ordinal))
        {
            return state.Staged.Paths.Find(name[7..]) is >= 0 and var path && schema.Traits.Contains(path);
        }
        return state.Staged.EventNames.Find(name) is >= 0 and var number && schema.Events.ContainsKey(number);
    }
}
