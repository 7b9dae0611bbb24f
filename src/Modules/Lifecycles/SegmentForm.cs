using System.Globalization;
using Ciclo.Core.Rules;
using Ciclo.Core.Time;
using Ciclo.Core.Values;

namespace Ciclo.Modules.Lifecycles;

/// <summary>
/// One line of the form. <see cref="Kind"/>: `ever` (an event at least once), `did` (count of an event), `sum` (total of its property), `since` (how long ago), `trait`, `stage`, `segment`.
/// <see cref="Name"/>: the event, trait, lifecycle or segment; <see cref="Property"/>: that of `sum`; <see cref="Operator"/> and <see cref="Value"/>: what it is compared with;
/// <see cref="Days"/>: the window, empty for ever; the three of `Where`: a filter of the event's properties, empty for none. The values of a list
/// (<see cref="ListOperators"/>) stand in one text with commas between them.
/// </summary>
public sealed record FormCondition(string Kind, string Name, string Property, string Operator, string Value, string Days, string WhereName, string WhereOperator, string WhereValue)
{
    public static FormCondition New { get; } = new("did", "Order Completed", "", ">=", "1", "", "", "==", "");

    public static IReadOnlyList<string> Kinds { get; } = ["ever", "did", "sum", "since", "trait", "stage", "segment"];

    public static IReadOnlyList<string> Comparisons { get; } = [">=", "<=", "==", "!=", ">", "<"];

    public static IReadOnlyList<string> TextOperators { get; } = ["contains", "starts_with", "ends_with"];

    public static IReadOnlyList<string> ListOperators { get; } = ["in", "not in"];

    /// <summary>The values of a list as the form holds them.</summary>
    public static string Joined(IEnumerable<string> values) => string.Join(", ", values);

    public static string[] Split(string values) => values.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
}

/// <summary>
/// A segment's rule as a form has it: groups joined by all (or any), the conditions of each group by the other. Every rule of that shape can be
/// read into it and written from it again with the same meaning; <see cref="Read"/> answers null for any other rule, which stays text.
/// </summary>
public sealed record SegmentForm(bool IsAll, IReadOnlyList<IReadOnlyList<FormCondition>> Groups)
{
    public const int MostGroups = 20;
    public const int MostConditions = 10;

    public string Write() => string.Join(IsAll ? " and " : " or ", Groups.Select(group => group.Count == 1
        ? FormWriter.Write(group[0])
        : "(" + string.Join(IsAll ? " or " : " and ", group.Select(FormWriter.Write)) + ")"));

    public static SegmentForm? Read(Rule rule, Zone zone)
    {
        var (isAll, groups) = rule.Expression is LogicalExpression { Operator: LogicalOperator.Or } any && Flat(any, LogicalOperator.Or).Any(part => part is LogicalExpression)
            ? (false, Flat(rule.Expression, LogicalOperator.Or).Select(part => Flat(part, LogicalOperator.And)))
            : (true, Flat(rule.Expression, LogicalOperator.And).Select(part => Flat(part, LogicalOperator.Or)));
        var read = groups.Select(group => group.Select(FormReader.Read).ToList()).ToList();
        if (read.Count > MostGroups || read.Any(group => group.Count > MostConditions || group.Contains(null)))
        {
            return null;
        }
        var form = new SegmentForm(isAll, [.. read.Select(group => (IReadOnlyList<FormCondition>)[.. group.OfType<FormCondition>()])]);
        return form.Says(rule.Expression, zone) ? form : null;
    }

    /// <summary>Whether the text written from the form is the rule again, so that nothing of it was lost.</summary>
    private bool Says(Expression expression, Zone zone)
    {
        try
        {
            return Printer.Print(Parser.Parse(Write(), RuleContext.Segment, zone)) == Printer.Print(expression);
        }
        catch (RuleException)
        {
            return false;
        }
    }

    private static IReadOnlyList<Expression> Flat(Expression expression, LogicalOperator op) => expression is LogicalExpression logical && logical.Operator == op
        ? [.. Flat(logical.Left, op), .. Flat(logical.Right, op)]
        : [expression];
}

internal static class FormWriter
{
    public static string Write(FormCondition one) => one.Kind switch
    {
        "ever" => (one.Operator == "!=" ? "not " : "") + $"ever({Event(one)})",
        "did" => $"count({Event(one)}{Window(one)}) {Comparison(one.Operator)} {Number(one.Value)}",
        "sum" => $"sum({Quoted(one.Name)}.{Path(one.Property)}{Where(one)}{Window(one)}) {Comparison(one.Operator)} {Number(one.Value)}",
        "since" => $"since({Event(one)}) {Comparison(one.Operator)} {Number(one.Value)}d",
        "stage" when FormCondition.ListOperators.Contains(one.Operator) => Listed($"stage({Quoted(one.Name)})", one.Operator, one.Value, isText: true),
        "stage" => $"stage({Quoted(one.Name)}) {(one.Operator == "!=" ? "!=" : "==")} {Quoted(one.Value)}",
        "segment" => (one.Operator == "!=" ? "not " : "") + $"in({Quoted(one.Name)})",
        _ => one.Operator switch
        {
            "known" => $"traits.{Path(one.Name)} != null",
            "unknown" => $"traits.{Path(one.Name)} == null",
            "in" or "not in" => Listed($"traits.{Path(one.Name)}", one.Operator, one.Value, isText: false),
            _ => $"traits.{Path(one.Name)} {(FormCondition.TextOperators.Contains(one.Operator) ? one.Operator : Comparison(one.Operator))} {Literal(one.Value, FormCondition.TextOperators.Contains(one.Operator))}",
        },
    };

    private static string Event(FormCondition one) => (one.Name is "page" or "screen" or "identify" or "any" ? one.Name : Quoted(one.Name)) + Where(one);

    private static string Listed(string operand, string op, string values, bool isText)
    {
        var items = FormCondition.Split(values);
        var said = $"{operand} in [{string.Join(", ", (items.Length == 0 ? [""] : items).Select(item => Literal(item, isText)))}]";
        return op == "not in" ? $"not ({said})" : said;
    }

    private static string Where(FormCondition one) => one.WhereName.Length == 0 ? "" : FormCondition.ListOperators.Contains(one.WhereOperator) ? $" where {Listed(Path(one.WhereName), one.WhereOperator, one.WhereValue, isText: false)}" :
        $" where {Path(one.WhereName)} {(FormCondition.TextOperators.Contains(one.WhereOperator) ? one.WhereOperator : Comparison(one.WhereOperator))} {Literal(one.WhereValue, FormCondition.TextOperators.Contains(one.WhereOperator))}";

    private static string Window(FormCondition one) => one.Days.Length == 0 ? "" : $", {Number(one.Days)}d";

    private static string Comparison(string op) => FormCondition.Comparisons.Contains(op) ? op : ">=";

    private static string Quoted(string text) => "\"" + text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal) + "\"";

    private static string Number(string text) => decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) ? number.ToString(CultureInfo.InvariantCulture) : "1";

    private static string Literal(string text, bool isText) => !isText && text is "true" or "false" ? text
        : !isText && decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) ? number.ToString(CultureInfo.InvariantCulture)
        : Quoted(text);

    private static string Path(string path) => string.Join('.', path.Split('.').Select(part =>
        part.Length > 0 && Lexer.IsNameStart(part[0]) && part.All(Lexer.IsNamePart) ? part : "`" + part.Replace("`", "", StringComparison.Ordinal) + "`"));
}

internal static class FormReader
{
    public static FormCondition? Read(Expression expression) => expression switch
    {
        MembershipExpression membership => Blank("segment", membership.Segment) with { Operator = "==" },
        NotExpression { Operand: MembershipExpression membership } => Blank("segment", membership.Segment) with { Operator = "!=" },
        AggregateExpression { Function: AggregateFunction.Ever } ever => OfEver(ever, "=="),
        NotExpression { Operand: AggregateExpression { Function: AggregateFunction.Ever } never } => OfEver(never, "!="),
        ComparisonExpression { Left: AggregateExpression aggregate } comparison => OfAggregate(aggregate, Sign(comparison.Operator), comparison.Right),
        ComparisonExpression { Left: StageExpression { Lifecycle: { } lifecycle }, Right: Literal { Value.Kind: ValueKind.Text } literal } comparison
            when comparison.Operator is ComparisonOperator.Equal or ComparisonOperator.NotEqual => Blank("stage", lifecycle) with { Operator = Sign(comparison.Operator), Value = literal.Value.AsText },
        ComparisonExpression { Left: PathExpression { Root: PathRoot.Traits } path, Right: Literal { Value.IsNull: true } } comparison => comparison.Operator switch
        {
            ComparisonOperator.Equal => Blank("trait", path.Path) with { Operator = "unknown" },
            ComparisonOperator.NotEqual => Blank("trait", path.Path) with { Operator = "known" },
            _ => null,
        },
        ComparisonExpression { Left: PathExpression { Root: PathRoot.Traits } path, Right: Literal literal } comparison =>
            Text(literal) is { } value ? Blank("trait", path.Path) with { Operator = Sign(comparison.Operator), Value = value } : null,
        TextExpression { Left: PathExpression { Root: PathRoot.Traits } path, Right: Literal { Value.Kind: ValueKind.Text } literal } text =>
            Word(text.Operator) is { } word ? Blank("trait", path.Path) with { Operator = word, Value = literal.Value.AsText } : null,
        InListExpression list => OfList(list, "in"),
        NotExpression { Operand: InListExpression list } => OfList(list, "not in"),
        _ => null,
    };

    private static FormCondition? OfList(InListExpression list, string op) => Texts(list) is not { } values ? null : list.Operand switch
    {
        PathExpression { Root: PathRoot.Traits } path => Blank("trait", path.Path) with { Operator = op, Value = values },
        StageExpression { Lifecycle: { } lifecycle } => Blank("stage", lifecycle) with { Operator = op, Value = values },
        _ => null,
    };

    private static string? Texts(InListExpression list)
    {
        var texts = list.Items.Select(item => item is Literal literal ? Text(literal) : null).ToList();
        return texts.Contains(null) ? null : FormCondition.Joined(texts.OfType<string>());
    }

    private static FormCondition Blank(string kind, string name) => FormCondition.New with { Kind = kind, Name = name, Value = "" };

    private static FormCondition? OfEver(AggregateExpression ever, string op) =>
        Filtered(Blank("ever", NameOf(ever.Selector)) with { Operator = op }, ever.Selector.Where);

    private static string NameOf(EventSelector selector) => selector.Kind == SelectorKind.Named ? selector.Name : selector.Kind.ToString().ToLowerInvariant();

    private static FormCondition? OfAggregate(AggregateExpression aggregate, string op, Expression right)
    {
        var kind = aggregate.Function switch { AggregateFunction.Count => "did", AggregateFunction.Sum => "sum", AggregateFunction.Since => "since", _ => null };
        if (kind is null || right is not Literal { Value: var value } || Days(aggregate.Window) is not { } days)
        {
            return null;
        }
        var said = value.Kind == ValueKind.Number && kind != "since" ? value.AsNumber.ToString()
            : value.Kind == ValueKind.Duration && kind == "since" && value.AsMs % Durations.Day == 0 ? (value.AsMs / Durations.Day).ToString(CultureInfo.InvariantCulture) : null;
        return said is null ? null : Filtered(Blank(kind, NameOf(aggregate.Selector)) with { Property = aggregate.Property ?? "", Operator = op, Value = said, Days = days }, aggregate.Selector.Where);
    }

    private static FormCondition? Filtered(FormCondition condition, Expression? where) => where switch
    {
        null => condition,
        ComparisonExpression { Left: PathExpression path, Right: Literal literal } comparison when Text(literal) is { } value =>
            condition with { WhereName = path.Path, WhereOperator = Sign(comparison.Operator), WhereValue = value },
        TextExpression { Left: PathExpression path, Right: Literal { Value.Kind: ValueKind.Text } literal } text when Word(text.Operator) is { } word =>
            condition with { WhereName = path.Path, WhereOperator = word, WhereValue = literal.Value.AsText },
        InListExpression { Operand: PathExpression path } list when Texts(list) is { } values => condition with { WhereName = path.Path, WhereOperator = "in", WhereValue = values },
        NotExpression { Operand: InListExpression { Operand: PathExpression path } list } when Texts(list) is { } values => condition with { WhereName = path.Path, WhereOperator = "not in", WhereValue = values },
        _ => null,
    };

    /// <summary>The window in days; empty for none, null for one that is not whole days.</summary>
    private static string? Days(Expression? window) => window switch
    {
        null => "",
        Literal { Value: { Kind: ValueKind.Duration } value } when value.AsMs % Durations.Day == 0 => (value.AsMs / Durations.Day).ToString(CultureInfo.InvariantCulture),
        _ => null,
    };

    private static string? Text(Literal literal) => literal.Value.Kind switch
    {
        ValueKind.Text => literal.Value.AsText,
        ValueKind.Number => literal.Value.AsNumber.ToString(),
        ValueKind.Boolean => literal.Value.AsBoolean ? "true" : "false",
        _ => null,
    };

    private static string? Word(TextOperator op) => op switch { TextOperator.Contains => "contains", TextOperator.StartsWith => "starts_with", TextOperator.EndsWith => "ends_with", _ => null };

    private static string Sign(ComparisonOperator op) => op switch
    {
        ComparisonOperator.Equal => "==",
        ComparisonOperator.NotEqual => "!=",
        ComparisonOperator.Less => "<",
        ComparisonOperator.LessOrEqual => "<=",
        ComparisonOperator.Greater => ">",
        _ => ">=",
    };
}
