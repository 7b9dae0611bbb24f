using Ciclo.Core.Events;
using Ciclo.Core.Explain;
using Ciclo.Core.Identity;
using Ciclo.Core.Values;
using Ciclo.Engine.Runtime;
using Ciclo.Modules.Customers.List;
using Ciclo.Modules.Lifecycles.Contracts;

namespace Ciclo.Modules.Customers.Changes;

/// <summary>A customer as some identifiers would make one: what they are known by, how much has happened, and the stage that their events lead to.</summary>
public sealed record Sketch(string Name, IReadOnlyList<Identifier> Identifiers, int Events, IReadOnlyList<(LifecycleInfo Lifecycle, string? Stage)> Stages)
{
    public static Sketch Of(EngineState state, IReadOnlyList<int> nodes)
    {
        int[] members = [.. nodes];
        var events = state.Staged.History.Read(members);
        var explainer = new Explainer(state.Placement.Plan);
        var lifecycles = LifecycleInfo.AllOf(state);
        return new Sketch(
            NameOf(state, events) ?? state.Staged.Identity.IdentifierOf(members[0]).Value, [.. members.Select(state.Staged.Identity.IdentifierOf).OrderBy(one => one.Kind)], events.Count,
            [.. lifecycles.Select((one, i) => (one, explainer.ExplainStage(i, state.Rules.VersionOf(one.Id), events, state.Now).Stay?.Id))]);
    }

    private static string? NameOf(EngineState state, List<TimedEvent> events)
    {
        var (name, first, last) = (state.Staged.Paths.Find("name"), state.Staged.Paths.Find("first_name"), state.Staged.Paths.Find("last_name"));
        var (whole, given, family) = ("", "", "");
        foreach (var timed in events)
        {
            var e = timed.Read();
            if (e.Type == CallType.Identify)
            {
                (whole, given, family) = (TextOr(e, name, whole), TextOr(e, first, given), TextOr(e, last, family));
            }
        }
        return whole.Length > 0 ? whole : $"{given} {family}".Trim() is { Length: > 0 } parts ? parts : null;
    }

    private static string TextOr(in PackedEvent e, int path, string before) =>
        path < 0 || !e.TryGet(path, out var value) ? before : value.Kind == ValueKind.Text ? value.AsText.Trim() : "";
}
