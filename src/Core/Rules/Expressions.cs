using Ciclo.Core.Rules.Patterns;
using Ciclo.Core.Values;

namespace Ciclo.Core.Rules;

/// <summary>A stretch of an expression's text, in UTF-16 characters from its start.</summary>
public readonly record struct Extent(int Start, int Length)
{
    public int End => Start + Length;

    public static Extent Between(Extent from, Extent to) => new(from.Start, to.End - from.Start);
}

/// <summary>What is known of an expression before it runs. <see cref="Any"/>: a property, trait or score, whose type only the data knows.</summary>
public enum StaticType
{
    Any = 0,
    Boolean = 1,
    Number = 2,
    Text = 3,
    Instant = 4,
    Duration = 5,
    List = 6,
    Null = 7,
}

/// <summary>
/// A parsed expression of the rule language. <see cref="Type"/> and <see cref="Rate"/> are set by the checker: a temporal expression
/// changes by <see cref="Rate"/> milliseconds a millisecond between change points.
/// </summary>
public abstract class Expression(Extent extent)
{
    public Extent Extent { get; } = extent;

    public StaticType Type { get; internal set; }

    public Number Rate { get; internal set; }
}

public sealed class Literal(Extent extent, Value value) : Expression(extent)
{
    public Value Value { get; } = value;
}

public enum PathRoot
{
    /// <summary>A property of the event (in `where`) or a column (in an import map).</summary>
    Bare = 0,
    Traits = 1,
    Group = 2,
    Scores = 3,
    Consent = 4,
}

/// <summary>A dotted name. <see cref="Path"/> is its segments joined by dots, reserved traits in snake_case.</summary>
public sealed class PathExpression(Extent extent, PathRoot root, string path) : Expression(extent)
{
    public PathRoot Root { get; } = root;

    public string Path { get; } = path;

    /// <summary>A number for the path that whoever evaluates it may set once: a path id, a column's index.</summary>
    public int Binding { get; set; } = -1;
}

public enum SelectorKind
{
    Named = 0,
    Page = 1,
    Screen = 2,
    Identify = 3,
    Any = 4,
}

/// <summary>Which events a function reads: a track event by name, a type of call, or any of origin customer; and a condition over properties.</summary>
public sealed record EventSelector(Extent Extent, SelectorKind Kind, string Name, Expression? Where);

public enum AggregateFunction
{
    Count = 0,
    Sum = 1,
    Min = 2,
    Max = 3,
    Avg = 4,
    Money = 5,
    Distinct = 6,
    Days = 7,
    Ever = 8,
    First = 9,
    Last = 10,
    Since = 11,
}

/// <summary>A function over the events of a profile. <see cref="WindowMs"/>: null for the whole past.</summary>
public sealed class AggregateExpression(Extent extent, AggregateFunction function, EventSelector selector, string? property, Expression? window)
    : Expression(extent)
{
    public AggregateFunction Function { get; } = function;

    public EventSelector Selector { get; } = selector;

    public string? Property { get; } = property;

    public Expression? Window { get; } = window;

    public long? WindowMs { get; internal set; }
}

/// <summary>`stage` (own lifecycle: <see cref="Lifecycle"/> is null) or `stage("id")`.</summary>
public sealed class StageExpression(Extent extent, string? lifecycle) : Expression(extent)
{
    public string? Lifecycle { get; } = lifecycle;
}

public sealed class TimeInStageExpression(Extent extent, string? lifecycle) : Expression(extent)
{
    public string? Lifecycle { get; } = lifecycle;
}

public sealed class MembershipExpression(Extent extent, string segment) : Expression(extent)
{
    public string Segment { get; } = segment;
}

public sealed class AgeExpression(Extent extent) : Expression(extent);

public sealed class NowExpression(Extent extent) : Expression(extent);

/// <summary>`instant(x)`: an instant read from text, in the file's zone where it has no offset.</summary>
public sealed class InstantExpression(Extent extent, Expression operand) : Expression(extent)
{
    public Expression Operand { get; } = operand;
}

public sealed class AnniversaryExpression(Extent extent, Expression operand) : Expression(extent)
{
    public Expression Operand { get; } = operand;
}

public sealed class NotExpression(Extent extent, Expression operand) : Expression(extent)
{
    public Expression Operand { get; } = operand;
}

public sealed class NegateExpression(Extent extent, Expression operand) : Expression(extent)
{
    public Expression Operand { get; } = operand;
}

public enum LogicalOperator
{
    And = 0,
    Or = 1,
}

public sealed class LogicalExpression(Extent extent, LogicalOperator op, Expression left, Expression right) : Expression(extent)
{
    public LogicalOperator Operator { get; } = op;

    public Expression Left { get; } = left;

    public Expression Right { get; } = right;
}

public enum ComparisonOperator
{
    Equal = 0,
    NotEqual = 1,
    Less = 2,
    LessOrEqual = 3,
    Greater = 4,
    GreaterOrEqual = 5,
}

public sealed class ComparisonExpression(Extent extent, ComparisonOperator op, Expression left, Expression right) : Expression(extent)
{
    public ComparisonOperator Operator { get; } = op;

    public Expression Left { get; } = left;

    public Expression Right { get; } = right;
}

public enum TextOperator
{
    Contains = 0,
    StartsWith = 1,
    EndsWith = 2,
    Matches = 3,
}

public sealed class TextExpression(Extent extent, TextOperator op, Expression left, Expression right) : Expression(extent)
{
    public TextOperator Operator { get; } = op;

    public Expression Left { get; } = left;

    public Expression Right { get; } = right;

    /// <summary>The pattern of `matches`, whose steps and memory are bounded.</summary>
    public Pattern? Pattern { get; internal set; }
}

public sealed class InListExpression(Extent extent, Expression operand, IReadOnlyList<Expression> items) : Expression(extent)
{
    public Expression Operand { get; } = operand;

    public IReadOnlyList<Expression> Items { get; } = items;
}

public enum ArithmeticOperator
{
    Add = 0,
    Subtract = 1,
    Multiply = 2,
    Divide = 3,
}

public sealed class ArithmeticExpression(Extent extent, ArithmeticOperator op, Expression left, Expression right) : Expression(extent)
{
    public ArithmeticOperator Operator { get; } = op;

    public Expression Left { get; } = left;

    public Expression Right { get; } = right;
}

/// <summary>In an import map with `group_by`: `sum`, `min`, `max`, `count`, `first` or `last` over the group's rows.</summary>
public sealed class RowAggregateExpression(Extent extent, AggregateFunction function, Expression? operand) : Expression(extent)
{
    public AggregateFunction Function { get; } = function;

    public Expression? Operand { get; } = operand;

    /// <summary>The name by which an evaluation asks for the function's value; whoever evaluates it sets its binding.</summary>
    public PathExpression Result { get; } = new(extent, PathRoot.Bare, "");
}

/// <summary>One thing wrong with an expression, by its place in the expression's text.</summary>
public sealed record RuleError(string Code, Extent Extent, Text Found, Text Expected, Text? Hint = null);
