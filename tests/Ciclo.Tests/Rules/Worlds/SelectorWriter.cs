namespace Ciclo.Tests.Rules.Worlds;

/// <summary>Writes event selectors, with and without conditions on the event's properties.</summary>
public sealed class SelectorWriter(Dice dice)
{
    private static readonly string[] Kinds = ["\"A\"", "\"A\"", "\"B\"", "\"Order Completed\"", "\"Email Sent\"", "\"Never Seen\"", "page", "screen", "identify", "any"];

    public string Events() => dice.Of(Kinds) + Where();

    public string Property(params string[] names) => dice.Of(Kinds) + "." + dice.Of(names) + Where();

    private string Where() => dice.OneIn(3) ? " where " + Condition(2) : "";

    private string Condition(int depth) => depth == 0 || !dice.OneIn(3)
        ? Atom()
        : dice.Write(
            () => $"{Condition(depth - 1)} and {Condition(depth - 1)}",
            () => $"({Condition(depth - 1)} or {Condition(depth - 1)})",
            () => $"not ({Condition(depth - 1)})",
            () => $"not {Name()}");

    private string Atom() => dice.Write(
        () => $"{dice.Of("revenue", "qty", "`total`", "products.price")} {dice.Of("==", "!=", "<", "<=", ">", ">=")} {dice.Of("0", "1", "2.5", "10", "-3", "qty", "total")}",
        () => $"{dice.Of("plan", "address.country", "name", "category", "due")} {dice.Of("==", "!=", "<", ">")} {dice.Of("\"pro\"", "\"MX\"", "\"free\"", "plan")}",
        () => $"{dice.Of("tags", "products.category", "plan", "name")} contains {dice.Of("\"coffee\"", "\"p\"", "1", "true")}",
        () => $"{Name()} {dice.Of("==", "!=")} null",
        () => $"{Name()} in [\"pro\", 1, true, 2.5]",
        () => $"{dice.Of("plan", "name")} {dice.Of("starts_with", "ends_with", "matches")} \"p\"",
        () => $"instant(due) {dice.Of("<", ">=", "==")} {dice.Of("@2026-03-01", "@2018-11-04", "instant(due)", "@2024-02-29T12:00:00Z")}",
        () => dice.Of("flag", "true", "`true`", "null", "not null"),
        () => $"qty * 2 + 1 {dice.Of(">", "<=")} total / qty");

    private string Name() => dice.Of("revenue", "qty", "total", "plan", "flag", "tags", "address", "address.country", "products", "products.category", "due", "missing", "name", "`true`");
}
