using Ciclo.Core.Values;

namespace Ciclo.Core.Rules;

/// <summary>Writes an expression as rule text with full parentheses: equal text means equal meaning (in one zone). Parsing it gives the same expression.</summary>
public static class Printer
{
    public static string Print(Expression expression) => expression switch
    {
        Literal { Value.Kind: ValueKind.Instant } literal => "@" + literal.Value,
        Literal { Value.Kind: ValueKind.Duration } literal => PrintDuration(literal.Value),
        Literal literal => literal.Value.ToString(),
        PathExpression path => PrintPath(path),
        AggregateExpression aggregate => PrintAggregate(aggregate),
        StageExpression stage => stage.Lifecycle is { } id ? $"stage({Quote(id)})" : "stage",
        TimeInStageExpression time => time.Lifecycle is { } id ? $"time_in_stage({Quote(id)})" : "time_in_stage",
        MembershipExpression membership => $"in({Quote(membership.Segment)})",
        AgeExpression => "age",
        NowExpression => "now",
        InstantExpression instant => $"instant({Print(instant.Operand)})",
        AnniversaryExpression anniversary => $"anniversary({Print(anniversary.Operand)})",
        NotExpression not => $"(not {Print(not.Operand)})",
        NegateExpression negate => $"(-{Print(negate.Operand)})",
        LogicalExpression logical => $"({Print(logical.Left)} {(logical.Operator == LogicalOperator.And ? "and" : "or")} {Print(logical.Right)})",
        ComparisonExpression comparison => $"({Print(comparison.Left)} {Symbol(comparison.Operator)} {Print(comparison.Right)})",
        TextExpression text => $"({Print(text.Left)} {Word(text.Operator)} {Print(text.Right)})",
        InListExpression list => $"({Print(list.Operand)} in [{string.Join(", ", list.Items.Select(Print))}])",
        ArithmeticExpression arithmetic => $"({Print(arithmetic.Left)} {Symbol(arithmetic.Operator)} {Print(arithmetic.Right)})",
        RowAggregateExpression row => $"{Functions.NameOf(row.Function)}({(row.Operand is { } operand ? Print(operand) : "")})",
        _ => throw new InvalidOperationException($"An expression of unknown kind {expression.GetType().Name}."),
    };

    public static string PrintSelector(EventSelector selector, string? property) =>
        (selector.Kind == SelectorKind.Named ? Quote(selector.Name) : selector.Name)
        + (property is null ? "" : "." + PrintSegments(property))
        + (selector.Where is { } where ? " where " + Print(where) : "");

    public static string Symbol(ComparisonOperator op) => op switch
    {
        ComparisonOperator.Equal => "==",
        ComparisonOperator.NotEqual => "!=",
        ComparisonOperator.Less => "<",
        ComparisonOperator.LessOrEqual => "<=",
        ComparisonOperator.Greater => ">",
        _ => ">=",
    };

    private static string PrintAggregate(AggregateExpression aggregate) =>
        $"{Functions.NameOf(aggregate.Function)}({PrintSelector(aggregate.Selector, aggregate.Property)}"
        + (aggregate.Window is { } window ? ", " + Print(window) : "") + ")";

    private static string PrintPath(PathExpression path) => path.Root switch
    {
        PathRoot.Traits => "traits." + PrintSegments(path.Path),
        PathRoot.Group => "group." + PrintSegments(path.Path),
        PathRoot.Scores => "scores." + PrintSegments(path.Path),
        PathRoot.Consent => "consent." + PrintSegments(path.Path),
        _ => PrintSegments(path.Path),
    };

    /// <summary>A segment is quoted only where it must be (a property may be called `true`): dots inside backticks and between segments mean the same.</summary>
    private static string PrintSegments(string path) => string.Join('.', path.Split('.').Select(segment =>
        segment.Length > 0 && Lexer.IsNameStart(segment[0]) && segment.All(Lexer.IsNamePart) && !Parser.Keywords.Contains(segment) ? segment : "`" + segment + "`"));

    private static string PrintDuration(in Value value) => value.AsMs % 1_000 == 0 ? value.ToString() : value.AsMs + "ms";

    private static string Quote(string text) => Value.Of(text).ToString();

    private static string Symbol(ArithmeticOperator op) => op switch
    {
        ArithmeticOperator.Add => "+",
        ArithmeticOperator.Subtract => "-",
        ArithmeticOperator.Multiply => "*",
        _ => "/",
    };

    private static string Word(TextOperator op) => op switch
    {
        TextOperator.Contains => "contains",
        TextOperator.StartsWith => "starts_with",
        TextOperator.EndsWith => "ends_with",
        _ => "matches",
    };
}
