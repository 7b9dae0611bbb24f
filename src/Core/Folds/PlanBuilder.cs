using Ciclo.Core.Events;
using Ciclo.Core.Rules;

namespace Ciclo.Core.Folds;

/// <summary>Puts definitions in order and compiles them; thrown away afterwards.</summary>
internal sealed class PlanBuilder
{
    private readonly Dictionary<string, int> segmentIndex = new(StringComparer.Ordinal);
    private readonly Dictionary<int, HashSet<int>> definitionsOfAtom = [];
    private readonly Dictionary<int, int> positions = [];

    public PlanBuilder(DefinitionSet definitions, Names eventNames, Names paths, FoldSettings settings)
    {
        Definitions = definitions;
        foreach (var id in definitions.Segments.Select(segment => segment.Id).Concat(SubSegmentIds()).Concat(definitions.Watches.Select(watch => watch.Id)))
        {
            segmentIndex.TryAdd(id, segmentIndex.Count);
        }
        Compiler = new Compiler(eventNames, paths, settings, definitions.Lifecycles, IndexOfLifecycle, id => segmentIndex[id]);
        Segments = new CompiledSegment[segmentIndex.Count];
        Order = DefinitionOrder.Sort(definitions, IndexOfLifecycle, id => segmentIndex[id]);
        for (var position = 0; position < Order.Count; position++)
        {
            positions.Add(Order[position], position);
        }
        foreach (var segment in definitions.Segments.Concat(definitions.Watches))
        {
            var index = segmentIndex[segment.Id];
            Segments[index] = CompileSegment(segment, positions[~index]);
        }
        for (var i = 0; i < definitions.Lifecycles.Count; i++)
        {
            Lifecycles.Add(CompileLifecycle(definitions.Lifecycles[i], i));
        }
    }

    public DefinitionSet Definitions { get; }

    public Compiler Compiler { get; }

    public List<CompiledLifecycle> Lifecycles { get; } = [];

    public CompiledSegment[] Segments { get; }

    public List<int> Order { get; }

    /// <summary>Makes the compiled parts final and finds who reads what.</summary>
    public PlanLinks Link()
    {
        Compiler.Book.Seal();
        var atoms = Compiler.Atoms;
        var ladders = Compiler.Ladders.All;
        var ranges = new LadderRange[atoms.Count];
        Array.Fill(ranges, LadderRange.None);
        ladders.ForEach(ladder => ladder.Seal(ranges));
        var inputs = Compiler.Book.Inputs;
        var links = new PlanLinks
        {
            Ranges = ranges,
            AtomsOfInput = Invert(inputs.Count, atoms.Select(atom => atom.IsOnLadder ? [] : atom.Inputs)),
            LaddersOfInput = Invert(inputs.Count, ladders.Select(ladder => ladder.Input is { } input ? new[] { input.Index } : [])),
            AtomsOfAtom = Invert(atoms.Count, atoms.Select(atom => atom.Atoms)),
            AtomsOfStage = Invert(Lifecycles.Count, atoms.Select(atom => atom.IsOnLadder ? [] : atom.Stages)),
            LaddersOfStage = Invert(Lifecycles.Count, ladders.Select(ladder => ladder.Lifecycle >= 0 ? new[] { ladder.Lifecycle } : [])),
            AtomsOfSegment = Invert(Segments.Length, atoms.Select(atom => atom.Segments)),
            OrderOfAtom = [.. Enumerable.Range(0, atoms.Count).Select(atom => definitionsOfAtom.GetValueOrDefault(atom, []).Order().ToArray())],
            OrderOfLifecycle = [.. Enumerable.Range(0, Lifecycles.Count).Select(lifecycle => positions[lifecycle])],
            OrderOfSegment = [.. Enumerable.Range(0, Segments.Length).Select(segment => positions[~segment])],
            AtomsOfEntry = [.. Enumerable.Range(0, atoms.Count).Where(index => !atoms[index].IsOnLadder && DependsOnEntry(atoms, index))],
            LaddersOfEntry = [.. ladders.Where(ladder => ladder.Kind is LadderKind.Age or LadderKind.TimeInStage or LadderKind.Stage).Select(ladder => ladder.Index)],
        };
        foreach (var input in inputs)
        {
            input.IsLazy = input.IsWindowed && links.AtomsOfInput[input.Index].Length == 0 && links.LaddersOfInput[input.Index].Length == 1;
        }
        return links;
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
        for (var i = 0; i < Definitions.Lifecycles.Count; i++)
        {
            if (Definitions.Lifecycles[i].Id == id)
            {
                return i;
            }
        }
        throw new KeyNotFoundException($"No lifecycle '{id}'.");
    }

    private IEnumerable<string> SubSegmentIds() =>
        from lifecycle in Definitions.Lifecycles
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
        var position = positions[index];
        IReadOnlyList<StageDefinition>[] variants = [.. lifecycle.Personas.Select(persona => persona.Stages), lifecycle.Stages];
        var personas = lifecycle.Personas.Select(persona => CompileFor(persona.When, lifecycle.Zone, index, position)).ToArray();
        var stages = variants.Select(variant => variant.Select(stage => CompileFor(stage.When, lifecycle.Zone, index, position)).ToArray()).ToArray();
        var returns = variants.Select(variant => variant.Select(stage => stage.ReturnsTo.ToArray()).ToArray()).ToArray();
        var subSegments = CompileSubSegments(lifecycle, index, variants);
        int[][] ofStage = [.. Enumerable.Range(0, lifecycle.Stages.Count).Select(stage => subSegments.Where(segment => Segments[segment].Stage == stage).ToArray())];
        return new CompiledLifecycle(lifecycle, personas, stages, returns, subSegments) { SubSegmentsOfStage = ofStage };
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
                var position = positions[~segment];
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

/// <summary>Who reads what in a plan. Positions are those of <see cref="FoldPlan.Order"/>.</summary>
internal sealed record PlanLinks
{
    public required LadderRange[] Ranges { get; init; }

    public required int[][] AtomsOfInput { get; init; }

    public required int[][] LaddersOfInput { get; init; }

    public required int[][] AtomsOfAtom { get; init; }

    public required int[][] AtomsOfStage { get; init; }

    public required int[][] LaddersOfStage { get; init; }

    public required int[][] AtomsOfSegment { get; init; }

    public required int[][] OrderOfAtom { get; init; }

    public required int[] OrderOfLifecycle { get; init; }

    public required int[] OrderOfSegment { get; init; }

    public required int[] AtomsOfEntry { get; init; }

    public required int[] LaddersOfEntry { get; init; }
}
