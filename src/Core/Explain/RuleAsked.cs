using Ciclo.Core.Folds;
using Ciclo.Core.Rules;
using Ciclo.Core.Time;
using Ciclo.Core.Values;

namespace Ciclo.Core.Explain;

/// <summary>
/// Reads the parts of a rule from a fold, with the same nodes and atoms that the fold itself runs.
/// <paramref name="lifecycle"/>: what bare `stage` means; -1 in a segment.
/// </summary>
internal sealed class RuleAsked(FoldPlan plan, Zone zone, int lifecycle)
{
    // A forecast asks the same conditions at thousands of instants: finding a node by its text each time would be most of its cost.
    private readonly Dictionary<Expression, Atom[]> atoms = new(ReferenceEqualityComparer.Instance);

    internal Zone Zone => zone;

    internal Value ValueOf(Expression expression, ProfileFold fold) => NodeOf(expression) is { } node
        ? node.Read(fold)
        : expression is Literal literal ? literal.Value : Value.Of(Holds(expression, fold));

    internal Node? NodeOf(Expression expression) => plan.NodeOf(expression, zone, lifecycle);

    internal bool Holds(Expression condition, ProfileFold fold) => condition switch
    {
        Literal literal => literal.Value.AsBoolean,
        NotExpression not => !Holds(not.Operand, fold),
        LogicalExpression { Operator: LogicalOperator.And } and => Holds(and.Left, fold) && Holds(and.Right, fold),
        LogicalExpression or => Holds(or.Left, fold) || Holds(or.Right, fold),
        _ => Array.Exists(AtomsOf(condition), atom => atom.Holds(fold)),
    };

    /// <summary>The atom of a condition that `and`, `or`, `not` and `in` do not take apart.</summary>
    internal Atom AtomOf(Expression condition) => AtomsOf(condition)[0];

    /// <summary>One atom, or one for each item of an `in [..]`: it holds if any of them does.</summary>
    private Atom[] AtomsOf(Expression condition)
    {
        if (!atoms.TryGetValue(condition, out var known))
        {
            known = condition is InListExpression list ? [.. list.Items.Select(item => MakeAtom(Equality(list, item)))] : [MakeAtom(condition)];
            atoms.Add(condition, known);
        }
        return known;
    }

    private Atom MakeAtom(Expression condition)
    {
        switch (condition)
        {
            case ComparisonExpression comparison:
                return ComparisonOf(comparison);
            case TextExpression text:
                return new TextAtom(text, Compiled(text.Left), Compiled(text.Right));
            default:
                return new FlagAtom(Compiled(condition));
        }
    }

    internal bool IsTemporal(Expression condition) =>
        condition is ComparisonExpression { Left.Type: StaticType.Instant or StaticType.Duration, Right.Type: StaticType.Instant or StaticType.Duration };

    private Atom ComparisonOf(ComparisonExpression comparison)
    {
        var (left, right) = (comparison.Left, comparison.Right);
        if (left.Type == StaticType.Null || right.Type == StaticType.Null)
        {
            return new NullAtom(Compiled(left.Type == StaticType.Null ? right : left), comparison.Operator == ComparisonOperator.Equal);
        }
        if (left.Type is StaticType.Instant or StaticType.Duration)
        {
            var rate = (int)(Number.Subtract(left.Rate, right.Rate)!.Value.Micros / Number.Scale);
            return new TimeAtom(comparison.Operator, Compiled(left), Compiled(right), rate);
        }
        return left.Type == StaticType.Number || right.Type == StaticType.Number
            ? new NumberAtom(comparison.Operator, Compiled(left), Compiled(right))
            : new ValueAtom(comparison.Operator, Compiled(left), Compiled(right));
    }

    private Node Compiled(Expression expression) =>
        NodeOf(expression) ?? throw new InvalidOperationException($"{Printer.Print(expression)} is no part of the plan's rules.");

    private static ComparisonExpression Equality(InListExpression list, Expression item) =>
        new(list.Extent, ComparisonOperator.Equal, list.Operand, item);
}
