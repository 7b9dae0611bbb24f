using Ciclo.Core.Rules;

namespace Ciclo.Core.Explain;

/// <summary>Parts of rules as a person would write them: without the outer parentheses that exactness needs.</summary>
internal static class RuleText
{
    internal static string Of(Expression expression)
    {
        var text = Printer.Print(expression);
        return expression is NotExpression or NegateExpression or LogicalExpression or ComparisonExpression or TextExpression
            or InListExpression or ArithmeticExpression ? text[1..^1] : text;
    }

    /// <summary>`"Order Completed" where total >= 100`, or the word for a type of call.</summary>
    internal static Text Event(EventSelector selector)
    {
        var name = selector.Kind switch
        {
            SelectorKind.Named => Text.Same("\"" + selector.Name + "\""),
            SelectorKind.Page => new Text("a page view", "una vista de página"),
            SelectorKind.Screen => new Text("a screen view", "una vista de pantalla"),
            SelectorKind.Identify => new Text("an identify call", "una llamada identify"),
            _ => new Text("any event", "cualquier evento"),
        };
        return WithWhere(name, selector);
    }

    /// <summary>The same as it follows a number.</summary>
    internal static Text Events(EventSelector selector, bool isOne = false)
    {
        var name = selector.Kind switch
        {
            SelectorKind.Named => Text.Same("\"" + selector.Name + "\""),
            SelectorKind.Page when isOne => new Text("page view", "vista de página"),
            SelectorKind.Screen when isOne => new Text("screen view", "vista de pantalla"),
            SelectorKind.Identify when isOne => new Text("identify call", "llamada identify"),
            SelectorKind.Any when isOne => new Text("event", "evento"),
            SelectorKind.Page => new Text("page views", "vistas de página"),
            SelectorKind.Screen => new Text("screen views", "vistas de pantalla"),
            SelectorKind.Identify => new Text("identify calls", "llamadas identify"),
            _ => new Text("events", "eventos"),
        };
        return WithWhere(name, selector);
    }

    private static Text WithWhere(Text name, EventSelector selector)
    {
        if (selector.Where is not { } where)
        {
            return name;
        }
        var condition = Of(where);
        return new Text($"{name.En} where {condition}", $"{name.Es} donde {condition}");
    }
}
