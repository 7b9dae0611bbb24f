using System.Globalization;
using System.Text.Json.Nodes;

namespace Ciclo.Tests.Integration;

/// <summary>A small shop: a lifecycle with a persona and a sub-segment, a segment, and the calls of two dozen people in early 2024.</summary>
internal static class ShopData
{
    public const string Lifecycle = """
        lifecycle: customer
        label: { en: Customer lifecycle, es: Ciclo de vida del cliente }
        stages:
          - id: visitor
          - id: buyer
            when: count("Order Completed") >= 1
          - id: regular
            when: count("Order Completed") >= 2
            segments:
              - id: vip
                when: sum("Order Completed".revenue, 365d) >= 100
          - id: lapsed
            when: count("Order Completed") >= 1 and since("Order Completed") > 60d
            returns_to: [regular]
        personas:
          - id: company
            when: traits.company != null
            stages:
              buyer: { when: 'ever("Contract Signed")' }
        """;

    public const string Segment = """
        segment: big-spenders
        label: { en: Big spenders, es: Grandes compradores }
        when: sum("Order Completed".revenue) >= 150
        """;

    /// <summary>One body of `/v1/batch`. Four items of it are refused: no name, nobody, no such type, a blocked id.</summary>
    public static string Batch()
    {
        var items = new JsonArray();
        for (var person = 1; person <= 24; person++)
        {
            AddPerson(items, person);
        }
        items.Add(Track("u01", "Pedido", "2024-03-03T08:00:00.000Z", 40));
        items.Add(new JsonObject { ["type"] = "identify", ["userId"] = "u02", ["messageId"] = "i-u02", ["timestamp"] = "2024-01-01T00:00:00.000Z", ["traits"] = new JsonObject { ["company"] = "Café Ñandú, \"S.A.\"", ["email"] = "Dos@Example.com" } });
        items.Add(new JsonObject { ["type"] = "page", ["anonymousId"] = "anon-1", ["messageId"] = "p-anon-1", ["timestamp"] = "2024-01-04T00:00:00.000Z", ["name"] = "=cmd()" });
        items.Add(new JsonObject { ["type"] = "identify", ["anonymousId"] = "anon-1", ["userId"] = "u05", ["messageId"] = "i-anon-1", ["timestamp"] = "2024-02-01T00:00:00.000Z" });
        items.Add(new JsonObject { ["type"] = "alias", ["previousId"] = "u07", ["userId"] = "u08", ["messageId"] = "a-u08", ["timestamp"] = "2024-02-02T00:00:00.000Z" });
        items.Add(new JsonObject { ["type"] = "page", ["anonymousId"] = "anon-2", ["messageId"] = "p-anon-2", ["timestamp"] = "2024-01-05T00:00:00.000Z" });
        items.Add(new JsonObject { ["type"] = "track", ["userId"] = "u01", ["messageId"] = "bad-1" });
        items.Add(new JsonObject { ["type"] = "track", ["event"] = "Nobody", ["messageId"] = "bad-2" });
        items.Add(new JsonObject { ["type"] = "dance", ["userId"] = "u01", ["messageId"] = "bad-3" });
        items.Add(new JsonObject { ["type"] = "track", ["event"] = "X", ["userId"] = "null", ["messageId"] = "bad-4" });
        return new JsonObject { ["batch"] = items }.ToJsonString();
    }

    public static JsonObject Track(string user, string name, string timestamp, int revenue = 0) => new()
    {
        ["type"] = "track", ["event"] = name, ["userId"] = user, ["messageId"] = $"{name}-{user}-{timestamp}", ["timestamp"] = timestamp,
        ["properties"] = new JsonObject { ["revenue"] = revenue, ["currency"] = "EUR" },
    };

    private static void AddPerson(JsonArray items, int person)
    {
        var user = string.Create(CultureInfo.InvariantCulture, $"u{person:00}");
        items.Add(new JsonObject { ["type"] = "page", ["userId"] = user, ["messageId"] = "p-" + user, ["timestamp"] = Day(person), ["name"] = "Home" });
        for (var order = 1; order <= person % 4; order++)
        {
            items.Add(Track(user, "Order Completed", Day(person + (order * 11)), 30 * order));
        }
    }

    private static string Day(int day) => DateTime.UnixEpoch.AddDays(19_723 + day).ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
}
