using Ciclo.Core.Events;
using Ciclo.Core.Folds;
using Ciclo.Core.Rules;
using Ciclo.Core.Time;
using Ciclo.Core.Values;

namespace Ciclo.Core.Analytics;

/// <summary>One comparison of a property with a constant: what a scan can ask of a column. <paramref name="Path"/>: the path's number.</summary>
public readonly record struct PropertyCheck(int Path, ComparisonOperator Operator, Value Constant);

/// <summary>
/// Events as an analysis chooses them: `E` or `E where COND` of the rule language, bound to the names of a workspace. Immutable; any number
/// of threads may ask.
/// </summary>
public sealed class EventTest
{
    /// <summary>Selectors are short; a longer one is refused.</summary>
    public const int MaxLength = 2_000;

    private const string Prefix = "ever(";
    private readonly EventSelector selector;
    private readonly EventCondition condition;
    private readonly int name;
    private readonly bool isTrackAlone;

    private EventTest(string text, EventSelector selector, Zone zone, Names eventNames, Names paths)
    {
        Text = text;
        this.selector = selector;
        name = eventNames.Find(selector.Name);
        condition = new EventCondition(selector.Where, zone);
        if (selector.Where is { } where)
        {
            foreach (var path in References.Walk(where).OfType<PathExpression>())
            {
                path.Binding = paths.Find(path.Path);
            }
            Checks = ChecksOf(where) ?? [];
        }
    }

    private EventTest(Zone zone, Names nothing)
        : this("any", new EventSelector(default, SelectorKind.Any, "", null), zone, nothing, nothing) => isTrackAlone = true;

    /// <summary>Track events that customers sent themselves, whatever their names; not those of servers and bots. The rule language has no word for them.</summary>
    public static EventTest AnyTrack { get; } = new(Zone.Utc, new Names());

    public string Text { get; }

    public bool HasCondition => selector.Where is not null;

    /// <summary>The condition as comparisons that must all hold; empty where it is of another form, or there is none.</summary>
    public IReadOnlyList<PropertyCheck> Checks { get; } = [];

    /// <summary>Reads `"Order Completed" where total >= 100`, `page`, `any`. Throws <see cref="RuleException"/> with the place in the text.</summary>
    /// <param name="zone">Where date literals stand.</param>
    public static EventTest Parse(string text, Zone zone, Names eventNames, Names paths)
    {
        if (text.Length > MaxLength)
        {
            throw RuleException.At("too_long", new Extent(0, text.Length), new Text($"{text.Length} characters", $"{text.Length} caracteres"),
                new Text($"at most {MaxLength}", $"{MaxLength} como máximo"));
        }
        try
        {
            var expression = Parser.Parse(Prefix + text + ")", RuleContext.Segment, zone);
            Checker.CheckCondition(expression);
            return expression is AggregateExpression { Function: AggregateFunction.Ever } ever
                ? Of(ever.Selector, zone, eventNames, paths)
                : throw RuleException.At("expected_event", new Extent(0, text.Length + Prefix.Length), new Text("a condition", "una condición"),
                    new Text("one event, such as \"Order Completed\" where total >= 100", "un evento, como \"Order Completed\" where total >= 100"));
        }
        catch (RuleException wrong)
        {
            var error = wrong.Error;
            var start = Math.Clamp(error.Extent.Start - Prefix.Length, 0, text.Length);
            throw new RuleException(error with { Extent = new Extent(start, Math.Clamp(error.Extent.End - Prefix.Length - start, 0, text.Length - start)) });
        }
    }

    /// <summary>Binds a selector that has been checked.</summary>
    public static EventTest Of(EventSelector selector, Zone zone, Names eventNames, Names paths) =>
        new(Printer.PrintSelector(selector, null), selector, zone, eventNames, paths);

    /// <summary>Whether events of a kind are looked at; those also have to meet the condition.</summary>
    public bool Takes(EventKind kind) => selector.Kind switch
    {
        SelectorKind.Named => kind.Type == CallType.Track && name != Names.None && kind.Name == name,
        SelectorKind.Page => kind.Type == CallType.Page,
        SelectorKind.Screen => kind.Type == CallType.Screen,
        SelectorKind.Identify => kind.Type == CallType.Identify,
        _ => (kind.Flags & PackedFlags.System) == 0 && (!isTrackAlone || (kind.Type == CallType.Track && (kind.Flags & (PackedFlags.Server | PackedFlags.Bot)) == 0)),
    };

    /// <summary>Whether an event of a kind that is looked at meets the condition.</summary>
    public bool Holds(in PackedEvent e) => condition.Holds(e);

    private static List<PropertyCheck>? ChecksOf(Expression where)
    {
        switch (where)
        {
            case LogicalExpression { Operator: LogicalOperator.And } both:
                return ChecksOf(both.Left) is { } left && ChecksOf(both.Right) is { } right ? [.. left, .. right] : null;
            case ComparisonExpression { Left: PathExpression path } comparison when ConstantOf(comparison.Right) is { } constant:
                return [new PropertyCheck(path.Binding, comparison.Operator, constant)];
            default:
                return null;
        }
    }

    /// <summary>Numbers whose neighbours fit 64 bits too, and texts that are not empty: an empty one cannot be told from none by its bytes.</summary>
    private static Value? ConstantOf(Expression expression)
    {
        if (Checker.ConstantNumber(expression) is { } number)
        {
            return Int128.Abs(number.Micros) < long.MaxValue ? Value.Of(number) : null;
        }
        return expression is Literal { Value: { Kind: ValueKind.Text } value } && value.AsText.Length > 0 ? value : null;
    }
}
