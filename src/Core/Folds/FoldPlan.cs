using Ciclo.Core.Events;
using Ciclo.Core.Rules;

namespace Ciclo.Core.Folds;

/// <summary>A lifecycle as the fold runs it: conditions by persona (the last entry is "no persona") and stage.</summary>
public sealed record CompiledLifecycle(
    LifecycleDefinition Definition, Condition[] PersonaConditions, Condition[][] StageConditions, int[][][] ReturnsTo, int[] SubSegments);

/// <summary>A segment, or a sub-segment with its lifecycle, stage and one condition per persona (the last: no persona).</summary>
public sealed record CompiledSegment(string Id, Core.Text Label, SegmentDefinition? Definition, Condition[] Conditions, int Lifecycle, int Stage);

/// <summary>
/// A set of definitions made ready to fold. Definitions are in dependency order; each input knows the atoms that read it, each atom the
/// definitions that it decides: an event costs what it touches, not what is defined. Immutable; any number of folds share it.
/// </summary>
public sealed class FoldPlan
{
    private readonly Dictionary<int, int[]> byName;
    private readonly int[][] byFeed;
    private readonly Dictionary<string, Node> nodes;

    private FoldPlan(DefinitionSet definitions, Builder builder, Names eventNames, Names paths)
    {
        Definitions = definitions;
        EventNames = eventNames;
        Paths = paths;
        Lifecycles = [.. builder.Lifecycles];
        Segments = [.. builder.Segments];
        Inputs = [.. builder.Compiler.Inputs];
        Atoms = [.. builder.Compiler.Atoms.Select(atom => atom.Atom)];
        Order = [.. builder.Order];
        nodes = builder.Compiler.Nodes;
        byName = builder.FeedsByName();
        byFeed = [.. Enum.GetValues<FeedKind>().Select(builder.InputsOf)];
        builder.LinkAtoms(this);
        InitialTruth = new ProfileFold(this, null).TruthOfNothing();
    }

    public DefinitionSet Definitions { get; }

    public Names EventNames { get; }

    public Names Paths { get; }

    public CompiledLifecycle[] Lifecycles { get; }

    /// <summary>Segments, then sub-segments as `lifecycle/stage/id`.</summary>
    public CompiledSegment[] Segments { get; }

    public Input[] Inputs { get; }

    public Atom[] Atoms { get; }

    /// <summary>Definitions in the order in which one instant decides them: ≥ 0 a lifecycle, &lt; 0 the segment ~x.</summary>
    internal int[] Order { get; }

    internal int[][] AtomsOfInput { get; private set; } = [];

    internal int[][] AtomsOfAtom { get; private set; } = [];

    internal int[][] AtomsOfStage { get; private set; } = [];

    internal int[][] AtomsOfSegment { get; private set; } = [];

    /// <summary>Positions in <see cref="Order"/> of the definitions that an atom decides.</summary>
    internal int[][] OrderOfAtom { get; private set; } = [];

    internal int[] OrderOfLifecycle { get; private set; } = [];

    internal int[] OrderOfSegment { get; private set; } = [];

    /// <summary>Atoms whose truth at entry depends on more than the events before it.</summary>
    internal int[] AtomsOfEntry { get; private set; } = [];

    internal bool[] InitialTruth { get; }

    public static FoldPlan Compile(DefinitionSet definitions, Names eventNames, Names paths, FoldSettings settings) =>
        new(definitions, new Builder(definitions, eventNames, paths, settings), eventNames, paths);

    public int LifecycleIndex(string id) => Array.FindIndex(Lifecycles, lifecycle => lifecycle.Definition.Id == id);

    public int SegmentIndex(string id) => Array.FindIndex(Segments, segment => segment.Id == id);

    /// <summary>The compiled form of a part of a rule of this plan; null for what has no value of its own.</summary>
    public Node? NodeOf(Expression expression, Time.Zone zone, int lifecycle) => nodes.GetValueOrDefault(Compiler.KeyOf(expression, zone, lifecycle));

    internal int[] InputsOfName(int name) => byName.GetValueOrDefault(name, []);

    internal int[] InputsOfFeed(FeedKind kind) => byFeed[(int)kind];

    /// <summary>Puts definitions in order and compiles them; thrown away afterwards.</summary>
    private sealed class Builder
    {
        private readonly DefinitionSet definitions;
        private readonly Dictionary<string, int> segmentIndex = new(StringComparer.Ordinal);
        private readonly Dictionary<int, HashSet<int>> definitionsOfAtom = [];

        public Builder(DefinitionSet definitions, Names eventNames, Names paths, FoldSettings settings)
        {
            this.definitions = definitions;
            foreach (var id in definitions.Segments.Select(segment => segment.Id).Concat(SubSegmentIds()))
            {
                segmentIndex.TryAdd(id, segmentIndex.Count);
            }
            Compiler = new Compiler(eventNames, paths, settings, IndexOfLifecycle, id => segmentIndex[id]);
            Segments = new CompiledSegment[segmentIndex.Count];
            Order = DefinitionOrder.Sort(definitions, IndexOfLifecycle, id => segmentIndex[id]);
            for (var i = 0; i < definitions.Segments.Count; i++)
            {
                Segments[i] = CompileSegment(definitions.Segments[i], Order.IndexOf(~i));
            }
            for (var i = 0; i < definitions.Lifecycles.Count; i++)
            {
                Lifecycles.Add(CompileLifecycle(definitions.Lifecycles[i], i));
            }
        }

        public Compiler Compiler { get; }

        public List<CompiledLifecycle> Lifecycles { get; } = [];

        public CompiledSegment[] Segments { get; }

        public List<int> Order { get; }

        public Dictionary<int, int[]> FeedsByName() => Compiler.Feeds.Select((feed, input) => (feed, input))
            .Where(pair => pair.feed.Kind == FeedKind.Named)
            .GroupBy(pair => pair.feed.Name)
            .ToDictionary(group => group.Key, group => group.Select(pair => pair.input).ToArray());

        public int[] InputsOf(FeedKind kind) =>
            [.. Enumerable.Range(0, Compiler.Feeds.Count).Where(input => Compiler.Feeds[input].Kind == kind && kind != FeedKind.Named)];

        public void LinkAtoms(FoldPlan plan)
        {
            var atoms = Compiler.Atoms;
            plan.AtomsOfInput = Invert(Compiler.Inputs.Count, atoms.Select(atom => atom.Inputs));
            plan.AtomsOfAtom = Invert(atoms.Count, atoms.Select(atom => atom.Atoms));
            plan.AtomsOfStage = Invert(Lifecycles.Count, atoms.Select(atom => atom.Stages));
            plan.AtomsOfSegment = Invert(Segments.Length, atoms.Select(atom => atom.Segments));
            plan.OrderOfAtom = [.. Enumerable.Range(0, atoms.Count).Select(atom => definitionsOfAtom.GetValueOrDefault(atom, []).Order().ToArray())];
            plan.OrderOfLifecycle = [.. Enumerable.Range(0, Lifecycles.Count).Select(lifecycle => Order.IndexOf(lifecycle))];
            plan.OrderOfSegment = [.. Enumerable.Range(0, Segments.Length).Select(segment => Order.IndexOf(~segment))];
            plan.AtomsOfEntry = [.. Enumerable.Range(0, atoms.Count).Where(index => DependsOnEntry(atoms, index))];
        }

        private static bool DependsOnEntry(List<Compiler.CompiledAtom> atoms, int index)
        {
            var atom = atoms[index];
            return atom.ReadsClock || atom.Stages.Length > 0 || atom.Segments.Length > 0 || Array.Exists(atom.Atoms, inner => DependsOnEntry(atoms, inner));
        }

        private static int[][] Invert(int count, IEnumerable<int[]> readsOfAtom)
        {
            var lists = new List<int>[count];
            var atom = 0;
            foreach (var reads in readsOfAtom)
            {
                foreach (var read in reads)
                {
                    (lists[read] ??= []).Add(atom);
                }
                atom++;
            }
            return [.. lists.Select(list => list is null ? [] : list.ToArray())];
        }

        private int IndexOfLifecycle(string id)
        {
            for (var i = 0; i < definitions.Lifecycles.Count; i++)
            {
                if (definitions.Lifecycles[i].Id == id)
                {
                    return i;
                }
            }
            throw new KeyNotFoundException($"No lifecycle '{id}'.");
        }

        private IEnumerable<string> SubSegmentIds() =>
            from lifecycle in definitions.Lifecycles
            from stages in lifecycle.Personas.Select(persona => persona.Stages).Append(lifecycle.Stages)
            from stage in stages
            from segment in stage.Segments
            select $"{lifecycle.Id}/{stage.Id}/{segment.Id}";

        private CompiledSegment CompileSegment(SegmentDefinition segment, int position)
        {
            var condition = CompileFor(segment.When, segment.Zone, -1, position);
            return new CompiledSegment(segment.Id, segment.Label, segment, [condition], -1, -1);
        }

        private CompiledLifecycle CompileLifecycle(LifecycleDefinition lifecycle, int index)
        {
            var position = Order.IndexOf(index);
            IReadOnlyList<StageDefinition>[] variants = [.. lifecycle.Personas.Select(persona => persona.Stages), lifecycle.Stages];
            var personas = lifecycle.Personas.Select(persona => CompileFor(persona.When, lifecycle.Zone, index, position)).ToArray();
            var stages = variants.Select(variant => variant.Select(stage => CompileFor(stage.When, lifecycle.Zone, index, position)).ToArray()).ToArray();
            var returns = variants.Select(variant => variant.Select(stage => stage.ReturnsTo.ToArray()).ToArray()).ToArray();
            var subSegments = CompileSubSegments(lifecycle, index, variants);
            return new CompiledLifecycle(lifecycle, personas, stages, returns, subSegments);
        }

        private int[] CompileSubSegments(LifecycleDefinition lifecycle, int index, IReadOnlyList<StageDefinition>[] variants)
        {
            var ids = new SortedSet<int>();
            for (var stage = 0; stage < lifecycle.Stages.Count; stage++)
            {
                foreach (var name in variants.SelectMany(variant => variant[stage].Segments).Select(segment => segment.Id).Distinct().ToList())
                {
                    var id = $"{lifecycle.Id}/{lifecycle.Stages[stage].Id}/{name}";
                    var segment = segmentIndex[id];
                    var position = Order.IndexOf(~segment);
                    var found = variants.Select(variant => variant[stage].Segments.FirstOrDefault(candidate => candidate.Id == name)).ToArray();
                    var conditions = found.Select(one => one is null ? Condition.Never : CompileFor(one.When, lifecycle.Zone, index, position)).ToArray();
                    Segments[segment] = new CompiledSegment(id, found.First(one => one is not null)!.Label, null, conditions, index, stage);
                    ids.Add(segment);
                }
            }
            return [.. ids];
        }

        private Condition CompileFor(Rule? rule, Time.Zone zone, int lifecycle, int position)
        {
            var condition = Compiler.Compile(rule, zone, lifecycle);
            NoteAtoms(condition, position);
            return condition;
        }

        private void NoteAtoms(Condition condition, int position)
        {
            switch (condition)
            {
                case AtomCondition atom:
                    if (!definitionsOfAtom.TryGetValue(atom.Atom, out var owners))
                    {
                        definitionsOfAtom.Add(atom.Atom, owners = []);
                    }
                    owners.Add(position);
                    break;
                case NotCondition not:
                    NoteAtoms(not.Operand, position);
                    break;
                case LogicalCondition logical:
                    NoteAtoms(logical.Left, position);
                    NoteAtoms(logical.Right, position);
                    break;
            }
        }
    }
}
