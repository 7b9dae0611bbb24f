namespace Ciclo.Core.Rules;

/// <summary>The functions of the language: their names, and which arguments each takes.</summary>
public static class Functions
{
    private static readonly Dictionary<string, AggregateFunction> Aggregates = new(StringComparer.Ordinal)
    {
        ["count"] = AggregateFunction.Count,
        ["sum"] = AggregateFunction.Sum,
        ["min"] = AggregateFunction.Min,
        ["max"] = AggregateFunction.Max,
        ["avg"] = AggregateFunction.Avg,
        ["money"] = AggregateFunction.Money,
        ["distinct"] = AggregateFunction.Distinct,
        ["days"] = AggregateFunction.Days,
        ["ever"] = AggregateFunction.Ever,
        ["first"] = AggregateFunction.First,
        ["last"] = AggregateFunction.Last,
        ["since"] = AggregateFunction.Since,
    };

    private static readonly string[] OtherNames =
        ["stage", "time_in_stage", "in", "age", "now", "instant", "anniversary", "traits", "group", "scores", "consent"];

    /// <summary>All names that mean something in a rule.</summary>
    public static IEnumerable<string> Names => Aggregates.Keys.Concat(OtherNames);

    public static bool TryGet(string name, out AggregateFunction function) => Aggregates.TryGetValue(name, out function);

    public static bool IsRowFunction(AggregateFunction function) => function is AggregateFunction.Count or AggregateFunction.Sum
        or AggregateFunction.Min or AggregateFunction.Max or AggregateFunction.First or AggregateFunction.Last;

    public static bool TakesWindow(AggregateFunction function) => function is not (AggregateFunction.Ever or AggregateFunction.First
        or AggregateFunction.Last or AggregateFunction.Since);

    public static string NameOf(AggregateFunction function) => Aggregates.First(pair => pair.Value == function).Key;

    internal static RuleException Unknown(Token token, bool isCall)
    {
        // In backticks nothing is a function.
        var isKnown = token.Kind == TokenKind.Name && Names.Contains(token.Value);
        if (isKnown && !isCall)
        {
            return token.Value is "traits" or "group" or "scores" or "consent"
                ? RuleException.At("expected_name", token.Extent, Text.Same(token.Value), new Text($"{token.Value}.NAME", $"{token.Value}.NOMBRE"))
                : RuleException.At("missing_argument", token.Extent, Text.Same(token.Value), new Text($"{token.Value}(...)", $"{token.Value}(...)"));
        }
        return isCall
            ? RuleException.At("unknown_function", token.Extent, new Text($"the function {token.Value}", $"la función {token.Value}"),
                new Text("a function of the rule language", "una función del lenguaje de reglas"), Nearest.DidYouMean(token.Value, Names))
            : RuleException.At("unknown_name", token.Extent, new Text($"the name {token.Value}", $"el nombre {token.Value}"),
                new Text("a function, traits.NAME or an event in quotes", "una función, traits.NOMBRE o un evento entre comillas"),
                Nearest.DidYouMean(token.Value, Names) ?? new Text($"For a trait write traits.{token.Value}.", $"Para un atributo escribe traits.{token.Value}."));
    }

    internal static RuleException UnknownRowFunction(Token token) =>
        RuleException.At("unknown_function", token.Extent, new Text($"the function {token.Value}", $"la función {token.Value}"),
            new Text("sum, min, max, count, first or last", "sum, min, max, count, first o last"),
            Nearest.DidYouMean(token.Value, ["sum", "min", "max", "count", "first", "last"]));

    internal static void CheckShape(Token token, AggregateFunction function, string? property, Expression? window, Extent selector)
    {
        var needsProperty = function is AggregateFunction.Sum or AggregateFunction.Min or AggregateFunction.Max or AggregateFunction.Avg
            or AggregateFunction.Money or AggregateFunction.Distinct;
        var mayHaveProperty = needsProperty || function is AggregateFunction.First or AggregateFunction.Last;
        if (needsProperty && property is null)
        {
            throw RuleException.At("missing_property", selector, new Text("an event without a property", "un evento sin propiedad"),
                new Text($"a property, such as {token.Value}(\"Order Completed\".revenue)", $"una propiedad, como {token.Value}(\"Order Completed\".revenue)"));
        }
        if (!mayHaveProperty && property is not null)
        {
            throw RuleException.At("unexpected_property", selector, new Text($"a property, {property}", $"una propiedad, {property}"),
                new Text($"an event: {token.Value} counts events", $"un evento: {token.Value} cuenta eventos"));
        }
        if (window is not null && !TakesWindow(function))
        {
            throw RuleException.At("unexpected_window", window.Extent, new Text("a window", "una ventana"),
                new Text($"{token.Value}(event) without one", $"{token.Value}(evento) sin ella"),
                function == AggregateFunction.Ever ? new Text("Write count(E, 90d) > 0.", "Escribe count(E, 90d) > 0.") : null);
        }
    }
}
