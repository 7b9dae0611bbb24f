using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Ciclo.Engine.Yaml;

/// <summary>Files as JSON and back, for programs that edit them: what is read from what was written is the same. <see cref="YamlComments"/> keeps comments.</summary>
public static class YamlJson
{
    /// <summary>Plain numbers, `true`, `false` and `null` become such; all other scalars texts.</summary>
    public static JsonNode? ToJson(YamlNode node) => node switch
    {
        YamlMap map => new JsonObject(map.Entries.Select(entry => KeyValuePair.Create(entry.Key.Value, ToJson(entry.Value)))),
        YamlList list => new JsonArray([.. list.Items.Select(ToJson)]),
        YamlScalar { IsNull: true } => null,
        YamlScalar scalar when scalar.TryBoolean(out var truth) => JsonValue.Create(truth),
        YamlScalar scalar when scalar.TryInteger(out var whole) => JsonValue.Create(whole),
        YamlScalar scalar when scalar.Style == YamlStyle.Plain && IsNumber(scalar.Value) => JsonValue.Create(decimal.Parse(scalar.Value, NumberStyles.Float, CultureInfo.InvariantCulture)),
        YamlScalar scalar => JsonValue.Create(scalar.Value),
        _ => throw new InvalidOperationException($"A node of unknown kind {node.GetType().Name}."),
    };

    /// <summary>Block style, two spaces a level; texts are quoted where they would read as something else.</summary>
    public static string ToYaml(JsonObject root)
    {
        var into = new StringBuilder();
        WriteMap(root, 0, into);
        return into.ToString();
    }

    private static bool IsNumber(string text) =>
        text.All(c => char.IsAsciiDigit(c) || c is '.' or '-' or '+' or 'e' or 'E') && decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out _);

    private static void WriteMap(JsonObject map, int indent, StringBuilder into)
    {
        foreach (var (key, value) in map)
        {
            into.Append(' ', indent).Append(Scalar(key)).Append(':');
            WriteValue(value, indent, into);
        }
    }

    private static void WriteValue(JsonNode? value, int indent, StringBuilder into)
    {
        switch (value)
        {
            case JsonObject { Count: > 0 } map:
                into.Append('\n');
                WriteMap(map, indent + 2, into);
                break;
            case JsonArray { Count: > 0 } list:
                into.Append('\n');
                WriteList(list, indent + 2, into);
                break;
            default:
                into.Append(' ').Append(Plain(value)).Append('\n');
                break;
        }
    }

    private static void WriteList(JsonArray list, int indent, StringBuilder into)
    {
        foreach (var item in list)
        {
            into.Append(' ', indent).Append('-');
            if (item is JsonObject { Count: > 0 } map)
            {
                // The first key stands behind the dash, at the indent of the others.
                var start = into.Length;
                WriteMap(map, indent + 2, into);
                into.Remove(start, indent + 1);
            }
            else
            {
                WriteValue(item, indent, into);
            }
        }
    }

    private static string Plain(JsonNode? value) => value switch
    {
        null => "null",
        JsonObject => "{}",
        JsonArray => "[]",
        _ when value.GetValueKind() == JsonValueKind.String => Scalar(value.GetValue<string>()),
        _ => value.ToJsonString(),
    };

    /// <summary>A text plain where it is a word, else in quotes: single where it is one line that can be read, else as JSON writes it.</summary>
    private static string Scalar(string text)
    {
        if (text.Length > 0 && char.IsAsciiLetter(text[0]) && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-' or '/') && !IsWord(text))
        {
            return text;
        }
        return text.All(c => c >= ' ' && c is not ('\u007f' or '\u0085' or '\u2028' or '\u2029') && !char.IsSurrogate(c))
            ? "'" + text.Replace("'", "''", StringComparison.Ordinal) + "'"
            : JsonSerializer.Serialize(text);
    }

    private static bool IsWord(string text) => text.ToLowerInvariant() is "null" or "true" or "false" or "yes" or "no" or "on" or "off" or "y" or "n";
}
