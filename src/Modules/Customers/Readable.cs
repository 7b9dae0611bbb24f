using System.Text.Json;
using Ciclo.Kit;

namespace Ciclo.Modules.Customers;

/// <summary>Traits and properties as a person reads them.</summary>
internal static class Readable
{
    /// <summary>Rows shown of one event or of the traits; an event has at most 32 KB, but a page has a hundred of them.</summary>
    private const int MaxRows = 200;

    /// <summary>A JSON object as rows: nested names joined by dots, items of lists by their number from 1.</summary>
    public static IReadOnlyList<(string Name, string Value)> Rows(JsonElement json, Locale locale)
    {
        var rows = new List<(string, string)>();
        Add(rows, "", json, locale);
        return rows;
    }

    private static void Add(List<(string, string)> rows, string name, JsonElement json, Locale locale)
    {
        if (rows.Count >= MaxRows)
        {
            return;
        }
        switch (json.ValueKind)
        {
            case JsonValueKind.Object:
                foreach (var property in json.EnumerateObject())
                {
                    Add(rows, name.Length == 0 ? property.Name : $"{name}.{property.Name}", property.Value, locale);
                }
                return;
            case JsonValueKind.Array when json.EnumerateArray().Any(item => item.ValueKind is JsonValueKind.Object or JsonValueKind.Array):
                var number = 0;
                foreach (var item in json.EnumerateArray())
                {
                    number++;
                    Add(rows, $"{name}.{number}", item, locale);
                }
                return;
            case JsonValueKind.Array:
                rows.Add((name, string.Join(", ", json.EnumerateArray().Select(item => Scalar(item, locale)))));
                return;
            default:
                rows.Add((name, Scalar(json, locale)));
                return;
        }
    }

    /// <summary>Numbers stay as they were sent: an order's number with separators would be another one.</summary>
    private static string Scalar(JsonElement json, Locale locale) => json.ValueKind switch
    {
        JsonValueKind.String => json.GetString()!,
        JsonValueKind.True => locale.Say(ValueWords.Yes),
        JsonValueKind.False => locale.Say(ValueWords.No),
        JsonValueKind.Null or JsonValueKind.Undefined => locale.Say(ValueWords.None),
        _ => json.GetRawText(),
    };
}
