using Ciclo.Core.Events;
using Ciclo.Core.Rules;
using Ciclo.Core.Time;
using Ciclo.Core.Values;

namespace Ciclo.Core.Folds;

/// <summary>
/// Compiles rules to atoms over shared inputs. Two rules that ask the same thing share the input and the atom, however often it is asked.
/// </summary>
internal sealed class Compiler(
    Names eventNames, Names paths, FoldSettings settings, IReadOnlyList<LifecycleDefinition> lifecycles, Func<string, int> lifecycleIndex, Func<string, int> segmentIndex)
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

    /// <param name="Atom">What is asked.</param>
    /// <param name="IsOnLadder">Its truth is a place on a ladder, and nothing else asks it.</param>
    public sealed record CompiledAtom(Atom Atom, bool IsOnLadder, int[] Inputs, int[] Atoms, int[] Stages, int[] Segments, bool ReadsClock);

    private readonly Dictionary<string, int> atomsByKey = [];
    private Reads reads = new();
    private Zone zone = Zone.Utc;
    private int lifecycle = -1;

    public InputBook Book { get; } = new(eventNames, paths, settings);

    public LadderBook Ladders { get; } = new(lifecycles);

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
        var isOnLadder = TryPutOnLadder(expression, index);
        Atoms.Add(new CompiledAtom(atom, isOnLadder, [.. reads.Inputs], [.. reads.Atoms], [.. reads.Stages], [.. reads.Segments], reads.Clock));
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

    private InputNode Reading(Input input)
    {
        reads.Inputs.Add(input.Index);
        return new InputNode(input);
    }

    private Node CompilePath(PathExpression path)
    {
        var input = Book.Of(path);
        return path.Root == PathRoot.Group ? new GroupTraitNode(Reading(input).Input, path.Path, settings.Groups) : Reading(input);
    }

    private Node CompileAggregate(AggregateExpression aggregate)
    {
        var node = Reading(Book.Of(aggregate, zone));
        return aggregate.Function switch
        {
            AggregateFunction.Count => new CountNode(node.Input),
            AggregateFunction.Ever => new EverNode(node.Input),
            AggregateFunction.Since => new SinceNode(node.Input),
            _ => node,
        };
    }

    private bool TryPutOnLadder(Expression expression, int atom)
    {
        switch (expression)
        {
            case AggregateExpression { Function: AggregateFunction.Ever } ever:
                Ladders.Of(LadderKind.Number, Book.Of(ever, zone), -1).Add(atom, ComparisonOperator.GreaterOrEqual, Number.Scale, true);
                return true;
            case ComparisonExpression comparison:
                return TryPutOnLadder(comparison.Operator, comparison.Left, comparison.Right, atom)
                    || TryPutOnLadder(Mirrored(comparison.Operator), comparison.Right, comparison.Left, atom);
            default:
                return false;
        }
    }

    private bool TryPutOnLadder(ComparisonOperator op, Expression value, Expression constant, int atom) =>
        LadderBook.TryConstant(constant, out var known) && MeasuredBy(value, known.Kind) is { } ladder && Ladders.TryAdd(ladder, atom, op, known);

    /// <summary>The ladder of a value that is compared with a constant of a kind; null where it has none.</summary>
    private Ladder? MeasuredBy(Expression value, ValueKind constant) => (value, constant) switch
    {
        (AggregateExpression { Function: AggregateFunction.Since } since, ValueKind.Duration) => Ladders.Of(LadderKind.Since, Book.Of(since, zone), -1),
        (AggregateExpression { Type: StaticType.Number or StaticType.Any } aggregate, ValueKind.Number) => Ladders.Of(LadderKind.Number, Book.Of(aggregate, zone), -1),
        (PathExpression { Root: PathRoot.Traits or PathRoot.Scores } path, ValueKind.Number) => Ladders.Of(LadderKind.Number, Book.Of(path), -1),
        (AgeExpression, ValueKind.Duration) => Ladders.Of(LadderKind.Age, null, -1),
        (TimeInStageExpression time, ValueKind.Duration) => Ladders.Of(LadderKind.TimeInStage, null, UseStage(time.Lifecycle)),
        (StageExpression stage, ValueKind.Text) => Ladders.Of(LadderKind.Stage, null, UseStage(stage.Lifecycle)),
        _ => null,
    };

    private static ComparisonOperator Mirrored(ComparisonOperator op) => op switch
    {
        ComparisonOperator.Less => ComparisonOperator.Greater,
        ComparisonOperator.LessOrEqual => ComparisonOperator.GreaterOrEqual,
        ComparisonOperator.Greater => ComparisonOperator.Less,
        ComparisonOperator.GreaterOrEqual => ComparisonOperator.LessOrEqual,
        _ => op,
    };
}

/// <summary>Names of events that the program itself writes.</summary>
public static class SystemEventNames
{
    /// <summary>Its properties are the scores by name; its timestamp is when they were written.</summary>
    public const string ScoresUpdated = "Scores Updated";
}
