using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Ciclo.Core;
using Ciclo.Engine.Yaml;
using Ciclo.Modules.Templates.Content;

namespace Ciclo.Modules.Templates;

/// <summary>A template as a file of YAML (of which JSON is a part), both ways without loss.</summary>
internal static class TemplateFile
{
    /// <summary>The id that the file names, empty for none, and its content; or what is wrong.</summary>
    public static (string Id, TemplateContent? Content, Text? Wrong) Read(ReadOnlySpan<byte> utf8)
    {
        var diagnostics = new List<Diagnostic>();
        var root = YamlReader.Read(utf8, diagnostics);
        if (diagnostics.Count > 0 || root is not YamlMap)
        {
            var first = diagnostics.FirstOrDefault();
            return ("", null, first is null ? NoMap : new Text(first.Say(Language.En), first.Say(Language.Es)));
        }
        return Read((JsonObject)NodeOf(root)!);
    }

    private static readonly Text NoMap = new("A template is a map with name and locales.", "Una plantilla es un mapa con name y locales.");

    public static (string Id, TemplateContent? Content, Text? Wrong) Read(JsonObject json)
    {
        var id = json["id"]?.ToString() ?? "";
        json.Remove("id");
        // What a version adds to a file that was shown is no part of its content.
        json.Remove("version");
        WithoutNulls(json);
        Number(json);
        try
        {
            return json.Deserialize<TemplateContent>(TemplateContent.Json) is { } content ? (id, content, null) : (id, null, NoMap);
        }
        catch (JsonException problem)
        {
            var where = problem.Path is { Length: > 2 } path ? path[2..] : "?";
            return (id, null, new Text(
                $"At {where}: this is not what stands there in a template. `ciclo templates show ID` prints one to compare.", $"En {where}: eso no va ahí en una plantilla. `ciclo templates show ID` imprime una para comparar."));
        }
        catch (Exception problem) when (problem is InvalidOperationException or ArgumentException)
        {
            return (id, null, NoMap);
        }
    }

    /// <summary>YAML that reads back as the same.</summary>
    public static string Write(string id, TemplateContent content)
    {
        var json = (JsonObject)JsonSerializer.SerializeToNode(content, TemplateContent.Json)!;
        var text = new StringBuilder().Append("id: ").Append(id).Append('\n');
        foreach (var (name, value) in json)
        {
            Write(text, name, value, 0);
        }
        return text.ToString();
    }

    /// <summary>Blocks need an id only while they are edited: a file may leave them out.</summary>
    private static void Number(JsonObject json)
    {
        foreach (var content in (json["locales"] as JsonObject ?? []).Select(pair => pair.Value).OfType<JsonObject>())
        {
            var blocks = (content["blocks"] as JsonArray ?? []).OfType<JsonObject>().ToList();
            for (var i = 0; i < blocks.Count; i++)
            {
                blocks[i]["id"] ??= $"b{i + 1}";
            }
        }
    }

    /// <summary>A member that is null is one that is not there.</summary>
    private static void WithoutNulls(JsonNode? node)
    {
        if (node is JsonObject members)
        {
            foreach (var (name, value) in members.ToList())
            {
                if (value is null)
                {
                    members.Remove(name);
                }
                WithoutNulls(value);
            }
        }
        else if (node is JsonArray items)
        {
            foreach (var item in items)
            {
                WithoutNulls(item);
            }
        }
    }

    private static JsonNode? NodeOf(YamlNode node)
    {
        switch (node)
        {
            case YamlMap map:
                var members = new JsonObject();
                foreach (var entry in map.Entries)
                {
                    members[entry.Key.Value] = NodeOf(entry.Value);
                }
                return members;
            case YamlList list:
                return new JsonArray([.. list.Items.Select(NodeOf)]);
            case YamlScalar scalar:
                return scalar.IsNull ? null : scalar.TryInteger(out var number) ? JsonValue.Create(number) : scalar.TryBoolean(out var flag) ? JsonValue.Create(flag) : JsonValue.Create(scalar.Value);
            default:
                return null;
        }
    }

    private static void Write(StringBuilder text, string name, JsonNode? value, int depth)
    {
        text.Append(' ', depth * 2).Append(name).Append(':');
        switch (value)
        {
            case JsonObject map:
                text.Append('\n');
                foreach (var (key, inner) in map)
                {
                    Write(text, key, inner, depth + 1);
                }
                break;
            case JsonArray list:
                text.Append(list.Count == 0 ? " []\n" : "\n");
                foreach (var item in list.OfType<JsonObject>())
                {
                    var inner = new StringBuilder();
                    foreach (var (key, part) in item)
                    {
                        Write(inner, key, part, depth + 2);
                    }
                    // The first member stands beside the dash.
                    inner[(depth * 2) + 2] = '-';
                    text.Append(inner);
                }
                break;
            default:
                Scalar(text, value, depth);
                break;
        }
    }

    private static void Scalar(StringBuilder text, JsonNode? value, int depth)
    {
        if (value is not JsonValue scalar || scalar.GetValueKind() != JsonValueKind.String)
        {
            text.Append(' ').Append(value?.ToJsonString() ?? "null").Append('\n');
            return;
        }
        var said = scalar.GetValue<string>();
        // A block keeps lines readable where it can hold the text as it is; all else is quoted as in JSON.
        var isBlock = said.Contains('\n', StringComparison.Ordinal) && !said.StartsWith(' ') && !said.StartsWith('\n') && !said.Any(c => char.IsControl(c) && c != '\n') && !said.Split('\n').Any(line => line.EndsWith(' '))
            && !said.EndsWith("\n\n", StringComparison.Ordinal) && !said.Any(c => c is '\u0085' or '\u2028' or '\u2029' or '\ufeff');
        if (!isBlock)
        {
            text.Append(' ').Append(JsonSerializer.Serialize(said, TemplateContent.Json)).Append('\n');
            return;
        }
        text.Append(said.EndsWith('\n') ? " |\n" : " |-\n");
        foreach (var line in said.TrimEnd('\n').Split('\n'))
        {
            text.Append(' ', line.Length == 0 ? 0 : (depth * 2) + 2).Append(line).Append('\n');
        }
    }
}
