using Ciclo.Core.Rules;

namespace Ciclo.Tests.Rules.Twin;

/// <summary>Takes expressions apart, `where` conditions left out: those speak of one event and do not change with time.</summary>
public static class TwinRules
{
    public static IEnumerable<Expression> Parts(Expression expression)
    {
        Expression[] children = expression switch
        {
            AnniversaryExpression anniversary => [anniversary.Operand],
            InstantExpression instant => [instant.Operand],
            NotExpression not => [not.Operand],
            NegateExpression negate => [negate.Operand],
            LogicalExpression logical => [logical.Left, logical.Right],
            ComparisonExpression comparison => [comparison.Left, comparison.Right],
            TextExpression text => [text.Left, text.Right],
            InListExpression list => [list.Operand, .. list.Items],
            ArithmeticExpression arithmetic => [arithmetic.Left, arithmetic.Right],
            _ => [],
        };
        return children.SelectMany(Parts).Prepend(expression);
    }

    /// <summary>The parts of a rule that are true or false by themselves.</summary>
    public static IEnumerable<Expression> Atoms(Expression rule) => Parts(rule).Where(part => part
        is ComparisonExpression or TextExpression or InListExpression or MembershipExpression or PathExpression
        or AggregateExpression { Function: AggregateFunction.Ever });

    /// <summary>All rules that move profiles through a lifecycle: of its stages, its personas, and the stages as each persona has them.</summary>
    public static IEnumerable<Expression> Movers(LifecycleDefinition lifecycle) =>
        lifecycle.Personas.Select(persona => persona.When.Expression)
            .Concat(Variants(lifecycle).SelectMany(stages => stages).Select(stage => stage.When?.Expression).OfType<Expression>())
            .Distinct();

    /// <summary>The rules of the sub-segments of a lifecycle, as each persona has them, by whole id.</summary>
    public static IEnumerable<(string Id, Expression When)> SubSegments(LifecycleDefinition lifecycle) =>
        from stages in Variants(lifecycle)
        from stage in stages
        from segment in stage.Segments
        select ($"{lifecycle.Id}/{stage.Id}/{segment.Id}", segment.When.Expression);

    /// <summary>The lifecycles (`stage:ID`) and segments (`in:ID`) that a rule reads.</summary>
    public static IEnumerable<string> Reads(Expression rule) => Parts(rule).Select(part => part switch
    {
        StageExpression { Lifecycle: { } id } => "stage:" + id,
        TimeInStageExpression { Lifecycle: { } id } => "stage:" + id,
        MembershipExpression membership => "in:" + membership.Segment,
        _ => null,
    }).OfType<string>();

    private static IEnumerable<IReadOnlyList<StageDefinition>> Variants(LifecycleDefinition lifecycle) =>
        lifecycle.Personas.Select(persona => persona.Stages).Prepend(lifecycle.Stages);
}
