namespace Ciclo.Core.Rules;

/// <summary>Walks expressions for what they refer to.</summary>
public static class References
{
    /// <summary>The expression and everything below it, conditions after `where` included, in reading order.</summary>
    public static IEnumerable<Expression> Walk(Expression expression)
    {
        yield return expression;
        foreach (var child in ChildrenOf(expression))
        {
            foreach (var inner in Walk(child))
            {
                yield return inner;
            }
        }
    }

    /// <summary>
    /// What must be known before this expression: `lifecycle:ID` for stage("ID"), `segment:ID` for in("ID"). A sub-segment
    /// `lifecycle/stage/id` is a segment.
    /// </summary>
    public static IEnumerable<(string Node, Extent Extent)> Of(Expression expression)
    {
        foreach (var part in Walk(expression))
        {
            switch (part)
            {
                case StageExpression { Lifecycle: { } id }:
                    yield return ("lifecycle:" + id, part.Extent);
                    break;
                case TimeInStageExpression { Lifecycle: { } id }:
                    yield return ("lifecycle:" + id, part.Extent);
                    break;
                case MembershipExpression membership:
                    yield return ("segment:" + membership.Segment, part.Extent);
                    break;
            }
        }
    }

    private static IEnumerable<Expression> ChildrenOf(Expression expression) => expression switch
    {
        AggregateExpression aggregate => new[] { aggregate.Selector.Where, aggregate.Window }.OfType<Expression>(),
        InstantExpression instant => [instant.Operand],
        AnniversaryExpression anniversary => [anniversary.Operand],
        NotExpression not => [not.Operand],
        NegateExpression negate => [negate.Operand],
        LogicalExpression logical => [logical.Left, logical.Right],
        ComparisonExpression comparison => [comparison.Left, comparison.Right],
        TextExpression text => [text.Left, text.Right],
        InListExpression list => [list.Operand, .. list.Items],
        ArithmeticExpression arithmetic => [arithmetic.Left, arithmetic.Right],
        RowAggregateExpression { Operand: { } operand } => [operand],
        _ => [],
    };
}
