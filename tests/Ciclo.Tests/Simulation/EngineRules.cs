using Ciclo.Core.Time;
using Ciclo.Core.Values;
using Ciclo.Engine.Definitions;
using Ciclo.Engine.Runtime;

namespace Ciclo.Tests.Simulation;

/// <summary>Rules that a simulated workspace changes between: every kind of function, deadlines, groups, personas, aliases, currencies.</summary>
internal static class EngineRules
{
    private const string Forward = """
        lifecycle: customer
        movement: forward
        stages:
          - id: awareness
          - id: acquisition
            when: ever("Signed Up") or traits.email != null
          - id: onboarding
            when: count("Order Completed") >= 1
          - id: engagement
            when: count("Order Completed") >= 2
            segments:
              - id: vip
                when: sum("Order Completed".revenue, 30d) >= 100
          - id: retention
            when: count("Order Completed") >= 1 and since("Order Completed") > 10d
            returns_to: [engagement]
          - id: advocacy
            when: last("NPS Answered".score) >= 9
        personas:
          - id: b2b
            when: group.plan == "pro"
            stages:
              onboarding: { when: 'ever("Signed Up") and time_in_stage > 12h' }
        """;

    private const string Free = """
        lifecycle: customer
        movement: free
        stages:
          - id: quiet
          - id: active
            when: count(any, 7d) >= 1
          - id: buying
            when: count("Order Completed", 14d) >= 1 and days("Order Completed", 60d) >= 1
          - id: loyal
            when: distinct("Order Completed".revenue) >= 2 and group.plan != "free"
        """;

    private const string Spend = """
        segment: spenders
        when: money("Order Completed".revenue, 20d) >= 50
        """;

    private const string Named = """
        segment: named
        when: traits.plan == "pro" or first("Signed Up") < last(identify)
        """;

    private const string Both = """
        segment: both
        when: in("named") and stage("customer") != "awareness" and age > 3d
        """;

    public static IReadOnlyList<WorkspaceRules> All { get; } =
    [
        Of(1, "EUR", [], [], Forward, Named, Both),
        Of(2, null, [], [], Forward, Spend),
        Of(3, null, [], [("Purchased", "Order Completed")], Free, Spend, Named),
        Of(4, "EUR", [("MXN", Number.FromInteger(2))], [], Free, Spend, Named, Both),
        Of(5, "EUR", [], [("Purchased", "Order Completed")], Forward, Spend),
        Of(6, "EUR", [], [], Named),
    ];

    private static WorkspaceRules Of(
        int version, string? currency, (string Code, Number Rate)[] rates, (string From, string To)[] aliases, params string[] files)
    {
        var catalog = Catalog.Of(files.Select((yaml, index) => DefinitionFile.Read(yaml, $"{index}.yaml")));
        Assert.Empty(catalog.Check().Where(found => found.IsError).Select(found => found.Diagnostic.Say(Core.Language.En)));
        var versions = catalog.Files.ToDictionary(file => $"{file.Kind}:{file.Id}".ToLowerInvariant(), _ => version);
        return new WorkspaceRules(
            catalog.Set, versions, currency, Zone.Utc, [.. rates.Select(rate => (rate.Code, 0, rate.Rate))],
            aliases.ToDictionary(pair => pair.From, pair => pair.To));
    }
}
