using Ciclo.Core.Rules;
using Ciclo.Core.Time;

namespace Ciclo.Tests.Rules.Twin;

/// <summary>Gathers what happens.</summary>
public sealed class TwinRecorder
{
    private readonly List<TwinTransition> transitions = [];
    private readonly List<TwinMembership> memberships = [];
    private readonly List<TwinWarning> warnings = [];

    public void Moved(string lifecycle, string from, string to, long at) => transitions.Add(new TwinTransition(lifecycle, from, to, at));

    public void Changed(string segment, bool entered, long at) => memberships.Add(new TwinMembership(segment, entered, at));

    public void Looped(string lifecycle, long at) => warnings.Add(new TwinWarning(lifecycle, at));

    public TwinHistory History() => new(transitions, memberships, warnings);
}

/// <summary>One thing that places profiles: a lifecycle, a sub-segment of one, or a segment.</summary>
public abstract class TwinNode
{
    /// <summary>`stage:ID` or `in:ID`.</summary>
    public required string Id { get; init; }

    public required Zone Zone { get; init; }

    /// <summary>The lifecycle whose stage a bare `stage` means.</summary>
    public string? LifecycleId { get; init; }

    public required IReadOnlyList<Expression> Rules { get; init; }

    /// <summary>Brings what it places to its rest at an instant. <paramref name="at"/> answers rules under the state of the moment it is called.</summary>
    public abstract void Settle(TwinState state, long now, TwinRecorder recorder, Func<string?, TwinEvaluator> at);

    /// <summary>What else than the truth of its rules calls for settling.</summary>
    public virtual string Stage(TwinState state) => "";

    /// <summary>Nodes after those that they read.</summary>
    public static List<TwinNode> InOrder(DefinitionSet definitions)
    {
        var nodes = definitions.Lifecycles.SelectMany(TwinLifecycle.Nodes).Concat(definitions.Segments.Select(TwinSegment.Of)).ToList();
        var ordered = new List<TwinNode>();
        while (nodes.Count > 0)
        {
            var next = nodes.Find(node => !node.Reads().Any(read => nodes.Exists(other => other.Id == read)))
                ?? throw new InvalidOperationException("The definitions read each other in a circle.");
            nodes.Remove(next);
            ordered.Add(next);
        }
        return ordered;
    }

    protected virtual IEnumerable<string> Reads() => Rules.SelectMany(TwinRules.Reads);
}

public sealed class TwinSegment : TwinNode
{
    public static TwinNode Of(SegmentDefinition segment) => new TwinSegment { Id = "in:" + segment.Id, Zone = segment.Zone, Rules = [segment.When.Expression] };

    public override void Settle(TwinState state, long now, TwinRecorder recorder, Func<string?, TwinEvaluator> at) =>
        Set(Id[3..], at(null).Holds(Rules[0]), state, now, recorder);

    public static void Set(string segment, bool isIn, TwinState state, long now, TwinRecorder recorder)
    {
        if (isIn ? state.Memberships.Add(segment) : state.Memberships.Remove(segment))
        {
            recorder.Changed(segment, isIn, now);
        }
    }
}

/// <summary>Holds while the profile is in the stage and `when` holds, as the persona that applies has it.</summary>
public sealed class TwinSubSegment(LifecycleDefinition lifecycle, string stage, string id) : TwinNode
{
    public override void Settle(TwinState state, long now, TwinRecorder recorder, Func<string?, TwinEvaluator> at)
    {
        var stay = state.Stays[lifecycle.Id];
        var stages = TwinLifecycle.StagesFor(lifecycle, at(lifecycle.Id));
        var when = stages[stay.Index].Segments.FirstOrDefault(segment => segment.Id == id)?.When.Expression;
        TwinSegment.Set(Id[3..], stay.Stage == stage && when is not null && at(lifecycle.Id).Holds(when), state, now, recorder);
    }

    public override string Stage(TwinState state) => state.Stays.GetValueOrDefault(lifecycle.Id)?.Stage ?? "";

    protected override IEnumerable<string> Reads() => base.Reads().Append("stage:" + lifecycle.Id);
}

public sealed class TwinLifecycle(LifecycleDefinition lifecycle) : TwinNode
{
    public static IEnumerable<TwinNode> Nodes(LifecycleDefinition lifecycle)
    {
        var personas = lifecycle.Personas.Select(persona => persona.When.Expression).ToList();
        yield return new TwinLifecycle(lifecycle)
        {
            Id = "stage:" + lifecycle.Id,
            Zone = lifecycle.Zone,
            LifecycleId = lifecycle.Id,
            Rules = [.. TwinRules.Movers(lifecycle)],
        };
        foreach (var group in TwinRules.SubSegments(lifecycle).GroupBy(sub => sub.Id))
        {
            var parts = group.Key.Split('/');
            yield return new TwinSubSegment(lifecycle, parts[1], parts[2])
            {
                Id = "in:" + group.Key,
                Zone = lifecycle.Zone,
                LifecycleId = lifecycle.Id,
                Rules = [.. personas.Concat(group.Select(sub => sub.When)).Distinct()],
            };
        }
    }

    /// <summary>The stages under the first persona whose `when` holds; under none, the base's.</summary>
    public static IReadOnlyList<StageDefinition> StagesFor(LifecycleDefinition lifecycle, TwinEvaluator evaluator) =>
        lifecycle.Personas.FirstOrDefault(persona => evaluator.Holds(persona.When.Expression))?.Stages ?? lifecycle.Stages;

    public override void Settle(TwinState state, long now, TwinRecorder recorder, Func<string?, TwinEvaluator> at)
    {
        if (!state.Stays.ContainsKey(lifecycle.Id))
        {
            Move(0, state, now, recorder);
        }
        var held = new HashSet<int> { state.Stays[lifecycle.Id].Index };
        while (true)
        {
            var current = state.Stays[lifecycle.Id].Index;
            var evaluator = at(lifecycle.Id);
            var next = Choose(StagesFor(lifecycle, evaluator), current, evaluator);
            if (next == current)
            {
                return;
            }
            if (!held.Add(next))
            {
                recorder.Looped(lifecycle.Id, now);
                return;
            }
            Move(next, state, now, recorder);
        }
    }

    private int Choose(IReadOnlyList<StageDefinition> stages, int current, TwinEvaluator evaluator)
    {
        var isFree = lifecycle.Movement == Movement.Free;
        var candidates = Enumerable.Range(0, stages.Count)
            .Where(i => stages[i].When is not { } when || evaluator.Holds(when.Expression))
            .Where(i => isFree || i >= current || stages[current].ReturnsTo.Contains(i))
            .ToList();
        return candidates.Count > 0 ? candidates.Max() : isFree ? 0 : current;
    }

    private void Move(int to, TwinState state, long now, TwinRecorder recorder)
    {
        recorder.Moved(lifecycle.Id, state.Stays.GetValueOrDefault(lifecycle.Id)?.Stage ?? "", lifecycle.Stages[to].Id, now);
        state.Stays[lifecycle.Id] = new TwinStay(lifecycle.Stages[to].Id, to, now);
    }
}
