using System.Globalization;
using Ciclo.Modules.Profiles.Contracts;
using Microsoft.AspNetCore.Http;

namespace Ciclo.Modules.Customers.List;

/// <summary>The order of the list. Without one: whoever was seen first last; with a search: the best finds.</summary>
public enum ListOrder
{
    Usual,
    Oldest,
    Name,
    LastSeen,
}

/// <summary>
/// What the list is asked for, all of which stands in its address. <see cref="Stage"/> is `LIFECYCLE:STAGE`; empty texts count as not asked.
/// <see cref="Shown"/>: rows on the pages before; <see cref="Top"/>: identifiers known when the first page was shown, so that newcomers move nobody.
/// </summary>
public sealed record CustomersAsked
{
    public const int LongestQuery = 200;
    public const int LongestRule = 4_000;
    public const int MostTraits = 5;

    public string? Query { get; init; }

    public string? Stage { get; init; }

    public string? Segment { get; init; }

    /// <summary>Only who made such a move.</summary>
    public MoveFilter? Moved { get; init; }

    public IReadOnlyList<TraitTest> Traits { get; init; } = [];

    public string? Rule { get; init; }

    public string? Tag { get; init; }

    public string? List { get; init; }

    /// <summary>Only who is known by more than what a browser or device made up; false: only the others.</summary>
    public bool? Known { get; init; }

    public ListOrder Order { get; init; }

    public int Shown { get; init; }

    public int? Top { get; init; }

    /// <summary>Reads a query string, or a form with the same fields.</summary>
    public static CustomersAsked From(IEnumerable<KeyValuePair<string, Microsoft.Extensions.Primitives.StringValues>> fields)
    {
        var by = fields.ToDictionary(field => field.Key, field => field.Value, StringComparer.Ordinal);
        string? Text(string name, int longest) =>
            by.TryGetValue(name, out var value) && value.ToString().Trim() is { Length: > 0 } text ? text[..Math.Min(text.Length, longest)] : null;
        int? Number(string name) => int.TryParse(Text(name, 12), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
        return new CustomersAsked
        {
            Query = Text("query", LongestQuery), Stage = Text("stage", 200), Segment = Text("segment", 200), Moved = MoveFilter.Parse(Text("moved", 400)),
            // One longer than is read would be another rule: the page says that it is too long.
            Rule = Text("rule", LongestRule + 1), Tag = Text("tag", 60), List = Text("list", 60),
            Traits = [.. by.GetValueOrDefault("trait").Concat([Added(Text("trait_name", 200), Text("trait_op", 20), Text("trait_value", 200))]).Select(TraitTest.Parse).OfType<TraitTest>().Distinct().Take(MostTraits)],
            Known = Text("known", 3) switch { "yes" => true, "no" => false, _ => null },
            Order = Enum.TryParse<ListOrder>(Text("order", 20), ignoreCase: true, out var order) && Enum.IsDefined(order) ? order : ListOrder.Usual,
            Shown = Number("shown") ?? 0, Top = Number("top"),
        };
    }

    /// <summary>The conditions that need the histories: the rule and the traits, as one rule; null where there are none.</summary>
    public string? Condition => (Rule, Traits) switch
    {
        (null, []) => null,
        (null, _) => string.Join(" and ", Traits.Select(test => test.ToRule())),
        (var rule, []) => rule,
        // The rule stands first, so that places in it stay what they are; the line feed ends a comment in it.
        var (rule, traits) => $"({rule}\n) and {string.Join(" and ", traits.Select(test => test.ToRule()))}",
    };

    public bool IsFiltered => Query is not null || Stage is not null || Segment is not null || Moved is not null || Condition is not null || Tag is not null || List is not null || Known is not null;

    /// <summary>The address of this list, of its first page.</summary>
    public string Path => "/customers" + QueryString.Create(Fields());

    public string PathOfPage(int shown, int top) => "/customers" + QueryString.Create(Fields().Concat(Place(shown, top)));

    /// <summary>Where the rows are fetched that take longer.</summary>
    public string RowsPath => "/customers-rows" + QueryString.Create(Shown == 0 ? Fields() : Fields().Concat(Place(Shown, Top ?? int.MaxValue)));

    /// <summary>Everything but the page, as fields of an address or a form.</summary>
    public IEnumerable<KeyValuePair<string, string?>> Fields() => new KeyValuePair<string, string?>[]
    {
        new("query", Query), new("stage", Stage), new("segment", Segment), new("moved", Moved?.ToString()), new("rule", Rule), new("tag", Tag), new("list", List), new("known", Known switch { true => "yes", false => "no", null => null }),
#pragma warning disable CA1308 // Addresses are written in lower case.
        new("order", Order == ListOrder.Usual ? null : Order.ToString().ToLowerInvariant()),
#pragma warning restore CA1308
    }.Where(field => field.Value is not null).Concat(Traits.Select(test => new KeyValuePair<string, string?>("trait", test.ToString())));

    private static KeyValuePair<string, string?>[] Place(int shown, int top) =>
        [new("shown", shown.ToString(CultureInfo.InvariantCulture)), new("top", top.ToString(CultureInfo.InvariantCulture))];

    private static string? Added(string? name, string? op, string? value) => name is null || op is null ? null : $"{name}:{op}:{value}";
}
