using Ciclo.Core.Events;
using Ciclo.Core.Rules;

namespace Ciclo.Core.Folds;

/// <summary>A lifecycle as the fold runs it: conditions by persona (the last entry is "no persona") and stage.</summary>
public sealed record CompiledLifecycle(
    LifecycleDefinition Definition, Condition[] PersonaConditions, Condition[][] StageConditions, int[][][] ReturnsTo, int[] SubSegments)
{
    /// <summary>Those of <see cref="SubSegments"/> that stand in a stage, by stage.</summary>
    internal int[][] SubSegmentsOfStage { get; init; } = [];

    internal bool IsFree { get; } = Definition.Movement == Movement.Free;

    /// <summary>By persona and current stage: the stages that may be next, the furthest first.</summary>
    internal int[][][] Candidates { get; } = [.. ReturnsTo.Select((returns, persona) => returns.Select((back, current) =>
        Enumerable.Range(0, StageConditions[persona].Length).Reverse()
            .Where(candidate => Definition.Movement == Movement.Free || candidate >= current || back.Contains(candidate)).ToArray()).ToArray())];
}

/// <summary>A segment, or a sub-segment with its lifecycle, stage and one condition per persona (the last: no persona).</summary>
public sealed record CompiledSegment(string Id, Core.Text Label, SegmentDefinition? Definition, Condition[] Conditions, int Lifecycle, int Stage);

/// <summary>
/// A set of definitions made ready to fold. Definitions are in dependency order; each input knows the atoms that read it, each atom the
/// definitions that it decides: an event costs what it touches, not what is defined. Immutable; any number of folds share it.
/// </summary>
public sealed class FoldPlan
{
    private readonly EventGroup[][] byName;
    private readonly EventGroup[][] byFeed;
    private readonly Dictionary<string, Node> nodes;

    private FoldPlan(PlanBuilder builder, Names eventNames, Names paths)
    {
        Definitions = builder.Definitions;
        EventNames = eventNames;
        Paths = paths;
        Lifecycles = [.. builder.Lifecycles];
        AllSegments = [.. builder.Segments];
        Segments = AllSegments[..^builder.Definitions.Watches.Count];
        Order = [.. builder.Order];
        Links = builder.Link();
        var compiler = builder.Compiler;
        Inputs = [.. compiler.Book.Inputs];
        Groups = [.. compiler.Book.Groups];
        Ladders = [.. compiler.Ladders.All];
        Atoms = [.. compiler.Atoms.Select(atom => atom.Atom)];
        StreamCount = compiler.Book.StreamCount;
        QueueCount = compiler.Book.QueueCount;
        ColumnCount = Groups.Select(group => group.ColumnCount).DefaultIfEmpty(0).Max();
        ReadPaths = [.. compiler.Book.PathsRead];
        nodes = compiler.Nodes;
        foreach (var input in Inputs)
        {
            input.Ladders = Array.ConvertAll(Links.LaddersOfInput[input.Index], ladder => Ladders[ladder]);
            input.Atoms = Links.AtomsOfInput[input.Index];
        }
        byName = ByName(Groups);
        byFeed = [.. Enum.GetValues<FeedKind>().Select(kind => Array.FindAll(Groups, group => group.Feed.Kind == kind && kind != FeedKind.Named))];
        InitialPlaces = new int[Ladders.Length];
        InitialTruth = new bool[Atoms.Length];
        FindTruthOfNothing();
    }

    public DefinitionSet Definitions { get; }

    public Names EventNames { get; }

    public Names Paths { get; }

    public CompiledLifecycle[] Lifecycles { get; }

    /// <summary>Segments, then sub-segments as `lifecycle/stage/id`.</summary>
    public CompiledSegment[] Segments { get; }

    /// <summary><see cref="Segments"/>, then the watches: what <see cref="ProfileFold.IsMember"/> and <see cref="MembershipMove"/> count by.</summary>
    public CompiledSegment[] AllSegments { get; }

    public Input[] Inputs { get; }

    public Atom[] Atoms { get; }

    /// <summary>Definitions in the order in which one instant decides them: ≥ 0 a lifecycle, &lt; 0 the segment ~x.</summary>
    internal int[] Order { get; }

    internal EventGroup[] Groups { get; }

    internal Ladder[] Ladders { get; }

    internal int StreamCount { get; }

    internal int QueueCount { get; }

    /// <summary>The most properties that one selector's functions read.</summary>
    internal int ColumnCount { get; }

    /// <summary>The paths of all properties that a rule reads, as numbers of <see cref="Paths"/>, in ascending order.</summary>
    public IReadOnlyList<int> ReadPaths { get; }

    internal PlanLinks Links { get; }

    internal LadderRange[] Ranges => Links.Ranges;

    internal int[][] AtomsOfAtom => Links.AtomsOfAtom;

    internal int[][] AtomsOfStage => Links.AtomsOfStage;

    internal int[][] LaddersOfStage => Links.LaddersOfStage;

    internal int[][] AtomsOfSegment => Links.AtomsOfSegment;

    /// <summary>Positions in <see cref="Order"/> of the definitions that an atom decides.</summary>
    internal int[][] OrderOfAtom => Links.OrderOfAtom;

    internal int[] OrderOfLifecycle => Links.OrderOfLifecycle;

    internal int[] OrderOfSegment => Links.OrderOfSegment;

    /// <summary>Atoms on no ladder whose truth at entry depends on more than the events before it.</summary>
    internal int[] AtomsOfEntry => Links.AtomsOfEntry;

    internal int[] LaddersOfEntry => Links.LaddersOfEntry;

    /// <summary>Positions of the definitions that an entry decides, whatever the profile did: lifecycles, and segments of those who did nothing.</summary>
    internal int[] OrderOfEntry { get; private set; } = [];

    /// <summary>Truth of the atoms, those on ladders left out, and places on the ladders, for a profile of which nothing is known.</summary>
    internal bool[] InitialTruth { get; }

    internal int[] InitialPlaces { get; }

    public static FoldPlan Compile(DefinitionSet definitions, Names eventNames, Names paths, FoldSettings settings) =>
        new(new PlanBuilder(definitions, eventNames, paths, settings), eventNames, paths);

    public int LifecycleIndex(string id) => Array.FindIndex(Lifecycles, lifecycle => lifecycle.Definition.Id == id);

    public int SegmentIndex(string id) => Array.FindIndex(Segments, segment => segment.Id == id);

    /// <summary>The compiled form of a part of a rule of this plan; null for what has no value of its own.</summary>
    public Node? NodeOf(Expression expression, Time.Zone zone, int lifecycle) => nodes.GetValueOrDefault(Compiler.KeyOf(expression, zone, lifecycle));

    /// <summary>
    /// Whether any rule reads such an event. False: it can change nothing but <see cref="ProfileFold.FirstSeenAt"/> and a move that is held back,
    /// so that it may be left out while <see cref="ProfileFold.HearsAll"/> is false (see <see cref="ProfileFold.TryPass"/>).
    /// </summary>
    public bool Reads(CallType type, PackedFlags flags, int name) =>
        (type == CallType.Track ? GroupsOfName(name).Length > 0 : FeedKinds.Of(type) is { } kind && GroupsOfFeed(kind).Length > 0)
        || ((flags & PackedFlags.System) == 0 && GroupsOfFeed(FeedKind.Any).Length > 0)
        || ((flags & PackedFlags.Consent) != 0 && GroupsOfFeed(FeedKind.Consent).Length > 0);

    internal EventGroup[] GroupsOfName(int name) => (uint)name < (uint)byName.Length ? byName[name] : [];

    internal EventGroup[] GroupsOfFeed(FeedKind kind) => byFeed[(int)kind];

    private static EventGroup[][] ByName(EventGroup[] groups)
    {
        var named = groups.Where(group => group.Feed.Kind == FeedKind.Named && group.Feed.Name >= 0).ToLookup(group => group.Feed.Name);
        var highest = named.Select(one => one.Key).DefaultIfEmpty(-1).Max();
        return [.. Enumerable.Range(0, highest + 1).Select(name => named[name].ToArray())];
    }

    private void FindTruthOfNothing()
    {
        var nobody = new ProfileFold(this);
        nobody.State.Now = 0;
        foreach (var ladder in Ladders)
        {
            InitialPlaces[ladder.Index] = ladder.TryRead(nobody.State, out var value) ? ladder.PlaceOf(value, Ladder.Nowhere) : Ladder.Nowhere;
            nobody.State.Places[ladder.Index] = InitialPlaces[ladder.Index];
        }
        // An atom comes after those that it reads.
        for (var atom = 0; atom < Atoms.Length; atom++)
        {
            InitialTruth[atom] = Ranges[atom].Ladder < 0 && Atoms[atom].Holds(nobody);
        }
        OrderOfEntry = [.. Enumerable.Range(0, Order.Length).Where(position => Order[position] is var definition
            && (definition >= 0 || (AllSegments[~definition].Lifecycle < 0 && AllSegments[~definition].Conditions[0].Holds(nobody))))];
    }
}
