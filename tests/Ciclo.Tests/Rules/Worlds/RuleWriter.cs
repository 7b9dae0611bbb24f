namespace Ciclo.Tests.Rules.Worlds;

/// <summary>What a rule may speak of beside events and traits.</summary>
public sealed record RuleScope(bool InLifecycle, string[] OwnStages, (string Id, string[] Stages)[] Lifecycles, string[] Segments, bool Anniversaries);

/// <summary>Writes conditions at random that the checker accepts by construction.</summary>
public sealed class RuleWriter(Dice dice, Scale scale, RuleScope scope)
{
    private static readonly string[] Comparisons = ["==", "!=", "<", "<=", ">", ">="];
    private static readonly string[] Orders = ["<", "<=", ">", ">="];
    private static readonly string[] Texts = ["\"pro\"", "\"free\"", "\"Pro\"", "\"\"", "\"ñandú \\\"x\\\"\"", "\"p\""];

    private readonly TemporalWriter temporal = new(dice, scale, scope);
    private readonly SelectorWriter selectors = new(dice);

    public string Condition(int depth = 3) => depth == 0 || dice.OneIn(3)
        ? Atom()
        : dice.Write(
            () => $"{Operand(depth)} and {Operand(depth)}",
            () => $"{Operand(depth)} or {Operand(depth)}",
            () => $"not {Operand(depth)}",
            () => $"({Condition(depth - 1)})",
            Atom);

    private string Operand(int depth) => dice.OneIn(3) ? Atom() : $"({Condition(depth - 1)})";

    private string Atom() => dice.Write(
        NumberComparison, NumberComparison, NumberComparison,
        () => temporal.Comparison(), () => temporal.Comparison(), () => temporal.Comparison(),
        Loose, Loose,
        Yes, Yes,
        Placement, Placement);

    private string NumberComparison() => dice.OneIn(8)
        ? $"{Number(1)} in [{Literal()}, {Literal()}, {Number(0)}]"
        : $"{Number(2)} {dice.Of(Comparisons)} {(dice.OneIn(3) ? Number(1) : Literal())}";

    private string Number(int depth) => depth == 0 || !dice.OneIn(3)
        ? dice.Write(() => Function(), () => Function(), () => Function(), Literal, () => Path())
        : dice.Write(
            () => $"({Number(depth - 1)} + {Number(depth - 1)})",
            () => $"({Number(depth - 1)} - {Number(depth - 1)})",
            () => $"({Number(depth - 1)} * {Number(depth - 1)})",
            () => $"({Number(depth - 1)} / {Number(depth - 1)})",
            () => $"-{Number(depth - 1)}");

    private string Function()
    {
        var window = dice.OneIn(3) ? "" : ", " + temporal.Window();
        return dice.Write(
            () => $"count({selectors.Events()}{window})",
            () => $"count({selectors.Events()}{window})",
            () => $"{dice.Of("sum", "min", "max", "avg", "money")}({selectors.Property("revenue", "qty", "total", "plan", "products.price", "address")}{window})",
            () => $"distinct({selectors.Property("plan", "qty", "tags", "products.category", "revenue", "flag", "name")}{window})",
            () => $"days({selectors.Events()}{window})");
    }

    private string Literal() => dice.Of("0", "1", "2", "3", "5", "2.5", "10", "0.000001", "100", "-1", "999999999999999.999999");

    private string Path() => dice.Of(
        "traits.points", "traits.company.size", "scores.health", "scores.churn", "last(\"A\".qty)", "first(\"B\".revenue)", "group.seats", "traits.plan");

    /// <summary>Comparisons of what only the data gives a type.</summary>
    private string Loose() => dice.Write(
        () => $"{Any()} {dice.Of("==", "!=")} null",
        () => $"null {dice.Of("==", "!=")} {Any()}",
        () => $"{Any()} {dice.Of(Comparisons)} {dice.Of(Texts)}",
        () => $"{Any()} {dice.Of("==", "!=")} {dice.Of("true", "false")}",
        () => $"{Any()} {dice.Of(Comparisons)} {Any()}",
        () => $"{Any()} in [{dice.Of(Texts)}, 1, true]",
        () => $"{Any()} {dice.Of("contains", "starts_with", "ends_with")} {dice.Of(Texts)}",
        () => $"{Any()} contains {dice.Of("1", "2.5", "true")}",
        () => $"{Any()} matches \"^p.*o$\"",
        () => $"{Number(1)} {dice.Of("==", "!=")} null",
        () => $"{temporal.Any()} {dice.Of("==", "!=")} null");

    private string Any() => dice.Of(
        "traits.plan", "traits.vip", "traits.points", "traits.tags", "traits.company", "traits.company.name", "traits.first_name", "traits.firstName",
        "traits.missing", "group.plan", "group.seats", "scores.health", "consent.email", "last(\"A\".plan)", "first(\"A\".plan)", "last(page.name)",
        "last(\"Order Completed\".tags)", "last(any.flag)", "first(\"B\".address)", "last(\"A\".address.country)", "last(\"A\".products.category)",
        "last(" + selectors.Property("plan", "qty", "flag", "due") + ")");

    private string Yes() => dice.Write(
        () => $"ever({selectors.Events()})",
        () => dice.Of("traits.vip", "consent.email", "consent.marketing", "consent.marketing.sms", "traits.plan", "true", "false", "null", "last(\"A\".flag)"),
        () => $"ever({selectors.Events()}) {dice.Of("==", "!=")} {dice.Of("traits.vip", "consent.marketing.email", "true")}",
        () => scope.Segments.Length > 0 ? $"in(\"{dice.Of(scope.Segments)}\")" : "ever(any)");

    private string Placement()
    {
        if (scope.InLifecycle && (scope.Lifecycles.Length == 0 || dice.OneIn(3)))
        {
            return dice.Write(
                () => $"stage {dice.Of("==", "!=")} \"{dice.Of(scope.OwnStages)}\"",
                () => $"stage in [\"{dice.Of(scope.OwnStages)}\", \"{dice.Of(scope.OwnStages)}\"]",
                () => temporal.Comparison());
        }
        if (scope.Lifecycles.Length == 0)
        {
            return Yes();
        }
        var (id, stages) = dice.Of(scope.Lifecycles);
        return dice.Write(
            () => $"stage(\"{id}\") {dice.Of("==", "!=")} \"{dice.Of(stages)}\"",
            () => $"stage(\"{id}\") in [\"{dice.Of(stages)}\", \"{dice.Of(stages)}\"]",
            () => $"time_in_stage(\"{id}\") {dice.Of(Orders)} {dice.Of(scale.Durations)}",
            () => $"stage(\"{id}\") {dice.Of("==", "!=")} null");
    }
}
