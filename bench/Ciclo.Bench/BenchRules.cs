using Ciclo.Core.Time;
using Ciclo.Engine.Definitions;
using Ciclo.Engine.Runtime;

namespace Ciclo.Bench;

/// <summary>The rules that figures are measured under.</summary>
internal static class BenchRules
{
    private static readonly string[] Names = ["Product Viewed", "Product Added", "Order Completed", "Checkout Started", "Email Opened"];

    /// <summary>50 rules: two lifecycles of six stages, with one rule fewer than stages each, and 40 segments, most over sliding windows.</summary>
    public static IReadOnlyList<string> Fifty { get; } = [SixStages("customer", "forward", 60), SixStages("growth", "free", 90), .. Enumerable.Range(0, 40).Select(Segment)];

    /// <summary>The six-stage framework and three windowed segments, in two versions that differ in every threshold.</summary>
    public static IReadOnlyList<string> Framework(int version) =>
    [
        SixStages("customer", "forward", 55 + (5 * version)),
        $"segment: spenders\nwhen: sum(\"Order Completed\".revenue, 90d) >= {100 + (50 * version)}\n",
        $"segment: browsers\nwhen: count(\"Product Viewed\", 30d) >= {3 + version}\n",
        $"segment: regulars\nwhen: days(\"Order Completed\", 180d) >= {2 + version}\n",
    ];

    /// <summary>The framework and the three segments of P5's question to peers; see <see cref="Questions.Answers.Framework"/>.</summary>
    public static IReadOnlyList<string> Question { get; } =
    [
        """
        lifecycle: customer
        movement: free
        stages:
          - id: awareness
          - id: acquisition
            when: ever("Signed Up")
          - id: onboarding
            when: count("Order Completed") >= 1
          - id: engagement
            when: count("Order Completed") >= 2
          - id: retention
            when: count("Order Completed") >= 1 and since("Order Completed") > 55d
          - id: advocacy
            when: ever("Referral Made")
        """,
        "segment: spenders\nwhen: sum(\"Order Completed\".revenue, 90d) >= 100.005\n",
        "segment: browsers\nwhen: count(\"Product Viewed\", 30d) >= 3\n",
        "segment: regulars\nwhen: days(\"Order Completed\", 180d) >= 2\n",
    ];

    public static WorkspaceRules Compile(IReadOnlyList<string> files, int version)
    {
        var catalog = Catalog.Of(files.Select((yaml, number) => DefinitionFile.Read(yaml, $"{number}.yaml")));
        if (catalog.Check().FirstOrDefault(found => found.IsError) is { } wrong)
        {
            throw new InvalidOperationException(wrong.Diagnostic.Say(Core.Language.En));
        }
        var versions = catalog.Files.ToDictionary(file => (file.Kind == DefinitionKind.Lifecycle ? "lifecycle:" : "segment:") + file.Id, _ => version);
        return new WorkspaceRules(catalog.Set, versions, "EUR", Zone.Utc, [], new Dictionary<string, string>());
    }

    private static string SixStages(string id, string movement, int days) => $"""
        lifecycle: {id}
        movement: {movement}
        stages:
          - id: awareness
          - id: acquisition
            when: ever("Signed Up") or traits.email != null
          - id: onboarding
            when: count("Order Completed") >= 1
          - id: engagement
            when: count("Order Completed") >= 2
          - id: retention
            when: count("Order Completed") >= 1 and since("Order Completed") > {days}d
            {(movement == "forward" ? "returns_to: [engagement]" : "")}
          - id: advocacy
            when: ever("Referral Made") or last("NPS Answered".score) >= 9
        """;

    private static string Segment(int number)
    {
        var name = Names[number % Names.Length];
        var window = 7 + (number * 3);
        var rule = (number / Names.Length % 4) switch
        {
            0 => $"count(\"{name}\", {window}d) >= {2 + (number % 4)}",
            1 => $"sum(\"{name}\".revenue, {window}d) >= {100 * (1 + (number % 5))}",
            2 => $"since(\"{name}\") > {window}d",
            _ => $"max(\"{name}\".revenue, {window}d) >= 150 and days(\"{name}\") >= 2",
        };
        return $"segment: s{number}\nwhen: {rule}\n";
    }
}
