using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Ciclo.Core.Time;

namespace Ciclo.Modules.Sources;

/// <summary>The text of a refused item as a person may look at it and change it: what looks like a secret is covered, and put back when it is sent again.</summary>
internal static class KeptItem
{
    public const string Cover = "••••••";

    private static readonly JsonDocumentOptions Reading = new() { MaxDepth = 60 };
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, MaxDepth = 64, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private static readonly string[] Secrets = ["writekey", "password", "passwd", "token", "secret", "authorization", "apikey", "api_key", "cardnumber", "card_number", "cvv", "cvc"];

    /// <summary>The item, indented and with secrets covered; as it is where it is no JSON.</summary>
    public static string Shown(string text)
    {
        if (Parse(text) is not { } node)
        {
            return text;
        }
        Walk(node, null, (name, value, _) => IsSecret(name) ? JsonValue.Create(Cover) : value);
        return node.ToJsonString(Indented);
    }

    /// <summary>
    /// The body of a request that sends the item again: with what was covered, an id of its own where it has none (so that sending it twice is the
    /// same event), and the time at which it came first. Null where the text is no JSON object.
    /// </summary>
    public static byte[]? Body(string edited, string original, long address, long receivedAt, string? missing, string? value)
    {
        if (Parse(edited) is not JsonObject item)
        {
            return null;
        }
        var before = Parse(original);
        Walk(item, before, (name, now, was) => IsSecret(name) && now is JsonValue text && text.TryGetValue(out string? shown) && shown == Cover ? was?.DeepClone() : now);
        PutWhereMissing(item, "messageId", $"retry-{address:x}");
        if (!item.ContainsKey("timestamp") && !item.ContainsKey("originalTimestamp"))
        {
            item["timestamp"] = Instants.Format(receivedAt);
        }
        if (missing is not null && value is not null)
        {
            PutWhereMissing(item, missing, value);
        }
        return Encoding.UTF8.GetBytes("{\"batch\":[" + item.ToJsonString() + "]}");
    }

    private static void PutWhereMissing(JsonObject item, string name, string value)
    {
        if (item[name] is not JsonValue held || !held.TryGetValue(out string? text) || text.Length == 0)
        {
            item[name] = value;
        }
    }

    private static JsonNode? Parse(string text)
    {
        try
        {
            return JsonNode.Parse(text, null, Reading);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static bool IsSecret(string name) => Secrets.Contains(name.Replace("-", "", StringComparison.Ordinal).ToLowerInvariant(), StringComparer.Ordinal);

    /// <summary>Puts in the place of each named value what <paramref name="change"/> answers, given the value at the same place of the other tree.</summary>
    private static void Walk(JsonNode? node, JsonNode? other, Func<string, JsonNode?, JsonNode?, JsonNode?> change)
    {
        if (node is JsonObject map)
        {
            foreach (var (name, value) in map.ToList())
            {
                var was = (other as JsonObject)?[name];
                var next = change(name, value, was);
                if (!ReferenceEquals(next, value))
                {
                    map[name] = next;
                }
                Walk(map[name], was, change);
            }
        }
        else if (node is JsonArray list)
        {
            for (var i = 0; i < list.Count; i++)
            {
                Walk(list[i], other is JsonArray others && i < others.Count ? others[i] : null, change);
            }
        }
    }
}
