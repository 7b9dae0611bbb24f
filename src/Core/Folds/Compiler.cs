using Ciclo.Core.Events;
using Ciclo.Core.Rules;
using Ciclo.Core.Time;
using Ciclo.Core.Values;

namespace Ciclo.Core.Folds;

/// <summary>What feeds an input: events of a name, of a type, any of origin customer, or consent answers.</summary>
public readonly record struct Feed(FeedKind Kind, int Name);

public enum FeedKind
{
    Named = 0,
    Page = 1,
    Screen = 2,
    Identify = 3,
    Any = 4,
    Group = 5,
    Consent = 6,
}

internal static class FeedKinds
{
    /// <summary>The feed of a type of call; null for track calls, which go by name, and for alias, which feeds nothing.</summary>
    internal static FeedKind? Of(CallType type) => type switch
    {
        CallType.Page => FeedKind.Page,
        CallType.Screen => FeedKind.Screen,
        CallType.Identify => FeedKind.Identify,
        CallType.Group => FeedKind.Group,
        _ => null,
    };
}

/// <summary>
/// Compiles rules to atoms over shared inputs. Two rules that ask the same thing share the input and the atom, however often it is asked.
/// </summary>
internal sealed class Compiler(Names eventNames, Names paths, FoldSettings settings, Func<string, int> lifecycleIndex, Func<string, int> segmentIndex)
{
    /// <summary>What one atom reads, collected while its nodes are made.</summary>
    private sealed class Reads
    {
        public readonly HashSet<int> Inputs = [];
        public readonly HashSet<int> Atoms = [];
        public readonly HashSet<int> Stages = [];
        public readonly HashSet<int> Segments = [];
        public bool Clock;
    }

    public sealed record CompiledAtom(Atom Atom, int[] Inputs, int[] Atoms, int[] Stages, int[] Segments, bool ReadsClock);

    private readonly Dictionary<string, Input> inputsByKey = [];
    private readonly Dictionary<string, int> atomsByKey = [];
    private Reads reads = new();
    private Zone zone = Zone.Utc;
    private int lifecycle = -1;

    public List<Input> Inputs { get; } = [];

    public List<Feed> Feeds { get; } = [];

    public List<CompiledAtom> Atoms { get; } = [];

    /// <summary>Compiles a condition of a file with its zone; <paramref name="ownLifecycle"/>: what bare `stage` means, -1 in a segment.</summary>
    public Condition Compile(Rule? rule, Zone fileZone, int ownLifecycle)
    {
        if (rule is null)
        {
            return Condition.Always;
        }
        zone = fileZone;
        lifecycle = ownLifecycle;
        return CompileCondition(rule.Expression);
    }

    /// <summary>Nodes by <see cref="KeyOf"/>, so that an explanation can read the value of each call in a rule.</summary>
    public Dictionary<string, Node> Nodes { get; } = [];

    public static string KeyOf(Expression expression, Zone zone, int lifecycle) => $"{zone.Id}|{lifecycle}|{Printer.Print(expression)}";

    private Condition CompileCondition(Expression expression)
    {
        switch (expression)
        {
            case LogicalExpression logical:
                return new LogicalCondition(logical.Operator, CompileCondition(logical.Left), CompileCondition(logical.Right));
            case NotExpression not:
                return new NotCondition(CompileCondition(not.Operand));
            case Literal literal:
                return literal.Value.AsBoolean ? Condition.Always : Condition.Never;
            case InListExpression list:
                return CompileInList(list);
        }
        return new AtomCondition(AtomFor(expression));
    }

    private Condition CompileInList(InListExpression list)
    {
        var condition = Condition.Never;
        foreach (var item in list.Items)
        {
            var equality = new ComparisonExpression(list.Extent, ComparisonOperator.Equal, list.Operand, item);
            var one = new AtomCondition(AtomFor(equality));
            condition = condition == Condition.Never ? one : new LogicalCondition(LogicalOperator.Or, condition, one);
        }
        return condition;
    }

    private int AtomFor(Expression expression)
    {
        var key = KeyOf(expression, zone, lifecycle);
        if (atomsByKey.TryGetValue(key, out var known))
        {
            reads.Atoms.Add(known);
            return known;
        }
        var outer = reads;
        reads = new Reads();
        var atom = MakeAtom(expression);
        var index = Atoms.Count;
        Atoms.Add(new CompiledAtom(atom, [.. reads.Inputs], [.. reads.Atoms], [.. reads.Stages], [.. reads.Segments], reads.Clock));
        atomsByKey.Add(key, index);
        reads = outer;
        reads.Atoms.Add(index);
        return index;
    }

    private Atom MakeAtom(Expression expression)
    {
        switch (expression)
        {
            case ComparisonExpression comparison:
                return MakeComparison(comparison);
            case TextExpression text:
                return new TextAtom(text, CompileNode(text.Left), CompileNode(text.Right));
            default:
                return new FlagAtom(CompileNode(expression));
        }
    }

    private Atom MakeComparison(ComparisonExpression comparison)
    {
        var (left, right) = (comparison.Left, comparison.Right);
        if (left.Type == StaticType.Null || right.Type == StaticType.Null)
        {
            var operand = left.Type == StaticType.Null ? right : left;
            return new NullAtom(CompileNode(operand), comparison.Operator == ComparisonOperator.Equal);
        }
        if (left.Type is StaticType.Instant or StaticType.Duration)
        {
            var rate = (int)(Number.Subtract(left.Rate, right.Rate)!.Value.Micros / Number.Scale);
            return new TimeAtom(comparison.Operator, CompileNode(left), CompileNode(right), rate);
        }
        return left.Type == StaticType.Number || right.Type == StaticType.Number
            ? new NumberAtom(comparison.Operator, CompileNode(left), CompileNode(right))
            : new ValueAtom(comparison.Operator, CompileNode(left), CompileNode(right));
    }

    private Node CompileNode(Expression expression)
    {
        var node = MakeNode(expression);
        Nodes[KeyOf(expression, zone, lifecycle)] = node;
        return node;
    }

    private Node MakeNode(Expression expression)
    {
        switch (expression)
        {
            case Literal literal:
                return new ConstantNode(literal.Value);
            case PathExpression path:
                return CompilePath(path);
            case AggregateExpression aggregate:
                return CompileAggregate(aggregate);
            case StageExpression stage:
                return new StageNode(UseStage(stage.Lifecycle));
            case TimeInStageExpression time:
                reads.Clock = true;
                return new TimeInStageNode(UseStage(time.Lifecycle));
            case MembershipExpression membership:
                var segment = segmentIndex(membership.Segment);
                reads.Segments.Add(segment);
                return new MembershipNode(segment);
            case AgeExpression:
                reads.Clock = true;
                return new AgeNode();
            case NowExpression:
                reads.Clock = true;
                return new NowNode();
            case InstantExpression instant:
                return new ReadInstantNode(CompileNode(instant.Operand), zone);
            case AnniversaryExpression anniversary:
                reads.Clock = true;
                return new AnniversaryNode(CompileNode(anniversary.Operand), zone);
            case NegateExpression negate:
                return new NegateNode(CompileNode(negate.Operand));
            case ArithmeticExpression arithmetic:
                return new ArithmeticNode(arithmetic, CompileNode(arithmetic.Left), CompileNode(arithmetic.Right));
            default:
                return new ConditionNode(CompileCondition(expression));
        }
    }

    private int UseStage(string? id)
    {
        var index = id is null ? lifecycle : lifecycleIndex(id);
        reads.Stages.Add(index);
        return index;
    }

    private Node CompilePath(PathExpression path)
    {
        switch (path.Root)
        {
            case PathRoot.Traits:
                var top = path.Path.Split('.')[0];
                return InputNodeFor($"trait|{path.Path}", new Feed(FeedKind.Identify, 0),
                    index => new TraitInput(index, paths.Add(path.Path), paths.Add(top)));
            case PathRoot.Scores:
                return InputNodeFor($"score|{path.Path}", new Feed(FeedKind.Named, eventNames.Add(SystemEventNames.ScoresUpdated)),
                    index => new PropertyInput(index, new EventCondition(null, zone), paths.Add(path.Path), false));
            case PathRoot.Consent:
                return CompileConsent(path);
            case PathRoot.Group:
                var group = InputFor("group", new Feed(FeedKind.Group, 0), index => new GroupInput(index, paths.Add(FieldPaths.Group)));
                return new GroupTraitNode(group, path.Path, settings.Groups);
            default:
                throw new InvalidOperationException("A bare name stands outside `where`.");
        }
    }

    private InputNode CompileConsent(PathExpression path)
    {
        var parts = path.Path.Split('.');
        var purpose = paths.Add(FieldPaths.Consent + parts[0]);
        var channel = parts.Length > 1 ? paths.Add(FieldPaths.Consent + path.Path) : Names.None;
        return InputNodeFor($"consent|{path.Path}", new Feed(FeedKind.Consent, 0), index => new ConsentInput(index, purpose, channel));
    }

    private InputNode InputNodeFor(string key, Feed feed, Func<int, Input> make) => new(InputFor(key, feed, make));

    private Input InputFor(string key, Feed feed, Func<int, Input> make)
    {
        if (!inputsByKey.TryGetValue(key, out var input))
        {
            input = make(Inputs.Count);
            Inputs.Add(input);
            Feeds.Add(feed);
            inputsByKey.Add(key, input);
        }
        reads.Inputs.Add(input.Index);
        return input;
    }

    private Node CompileAggregate(AggregateExpression aggregate)
    {
        var input = InputOf(aggregate);
        switch (aggregate.Function)
        {
            case AggregateFunction.Count:
                return new CountNode(input);
            case AggregateFunction.Ever:
                return new EverNode(input);
            case AggregateFunction.Since:
                return new SinceNode(input);
            default:
                return new InputNode(input);
        }
    }

    private Input InputOf(AggregateExpression aggregate)
    {
        var selector = aggregate.Selector;
        Bind(selector.Where);
        var condition = new EventCondition(selector.Where, zone);
        var path = aggregate.Property is { } property ? paths.Add(property) : Names.None;
        var (window, average) = (aggregate.WindowMs, aggregate.Function == AggregateFunction.Avg);
        var shape = ShapeOf(aggregate);
        var key = $"{shape}|{zone.Id}|{Printer.PrintSelector(selector, aggregate.Property)}|{window}";
        return InputFor(key, FeedOf(selector), index => aggregate.Function switch
        {
            AggregateFunction.Count when window is { } ms => new WindowCountInput(index, condition, ms),
            AggregateFunction.Count or AggregateFunction.Ever or AggregateFunction.Since => new OccurrenceInput(index, condition, false),
            AggregateFunction.First or AggregateFunction.Last when path == Names.None =>
                new OccurrenceInput(index, condition, aggregate.Function == AggregateFunction.First),
            AggregateFunction.First or AggregateFunction.Last => new PropertyInput(index, condition, path, aggregate.Function == AggregateFunction.First),
            AggregateFunction.Sum or AggregateFunction.Avg => new SumInput(index, condition, path, window, average, null),
            AggregateFunction.Money => new SumInput(index, condition, path, window, false, new MoneyReader(paths.Add("currency"), settings.Rates)),
            AggregateFunction.Min or AggregateFunction.Max => new ExtremeInput(index, condition, path, window, aggregate.Function == AggregateFunction.Max),
            AggregateFunction.Distinct => new DistinctInput(index, condition, path, window),
            _ => new DaysInput(index, condition, zone, window),
        });
    }

    /// <summary>Functions that one input answers together get one shape.</summary>
    private static string ShapeOf(AggregateExpression aggregate) => aggregate.Function switch
    {
        AggregateFunction.Count when aggregate.WindowMs is null => "occurrence",
        AggregateFunction.Ever or AggregateFunction.Since => "occurrence",
        AggregateFunction.Last when aggregate.Property is null => "occurrence",
        _ => aggregate.Function.ToString(),
    };

    private void Bind(Expression? where)
    {
        if (where is null)
        {
            return;
        }
        foreach (var path in References.Walk(where).OfType<PathExpression>())
        {
            path.Binding = paths.Add(path.Path);
        }
    }

    private Feed FeedOf(EventSelector selector) => selector.Kind switch
    {
        SelectorKind.Named => new Feed(FeedKind.Named, eventNames.Add(selector.Name)),
        SelectorKind.Page => new Feed(FeedKind.Page, 0),
        SelectorKind.Screen => new Feed(FeedKind.Screen, 0),
        SelectorKind.Identify => new Feed(FeedKind.Identify, 0),
        _ => new Feed(FeedKind.Any, 0),
    };
}

/// <summary>Names of events that the program itself writes.</summary>
public static class SystemEventNames
{
    /// <summary>Its properties are the scores by name; its timestamp is when they were written.</summary>
    public const string ScoresUpdated = "Scores Updated";
}
