using System.Text.Json.Nodes;
using Ciclo.Core;
using Ciclo.Engine.Yaml;

namespace Ciclo.Modules.Journeys;

/// <summary>A step of a journey as its file says, sound or not.</summary>
public sealed record OutlineStep(string Id, string Kind, JsonObject Json, IReadOnlyList<OutlineBranch> Branches)
{
    /// <summary>The step without what is in its branches, for comparing.</summary>
    public string Own
    {
        get
        {
            var own = Json.DeepClone().AsObject();
            foreach (var key in JourneyOutline.BranchKeys)
            {
                own.Remove(key);
            }
            foreach (var arm in (own["split"] as JsonArray ?? []).OfType<JsonObject>())
            {
                arm.Remove("steps");
            }
            return own.ToJsonString();
        }
    }
}

/// <summary>A branch: what it is called in the file, or the name of an arm.</summary>
public sealed record OutlineBranch(string Key, IReadOnlyList<OutlineStep> Steps);

/// <summary>The steps of a journey's file in their order, read without judging them: what is wrong with a file does not keep it from being shown.</summary>
public sealed class JourneyOutline
{
    public static readonly string[] BranchKeys = ["met", "timeout", "then", "else"];

    private static readonly string[] Kinds = ["wait", "wait_for_hour", "wait_until", "if", "split", "send", "set", "tag", "untag", "webhook", "task", "offer", "stop"];
    private int count;

    private JourneyOutline(JsonObject root)
    {
        Root = root;
        Steps = Read(root["steps"] as JsonArray);
    }

    public JsonObject Root { get; }

    public IReadOnlyList<OutlineStep> Steps { get; }

    /// <summary>Null where the text is no map at all.</summary>
    public static JourneyOutline? Of(string yaml) => YamlReader.Read(yaml, new List<Diagnostic>()) is { } node && YamlJson.ToJson(node) is JsonObject root ? new JourneyOutline(root) : null;

    public static JourneyOutline Of(JsonObject root) => new(root);

    /// <summary>All steps, each before those of its branches.</summary>
    public IEnumerable<OutlineStep> All => Flat(Steps);

    private static IEnumerable<OutlineStep> Flat(IEnumerable<OutlineStep> steps) => steps.SelectMany(step => Flat(step.Branches.SelectMany(branch => branch.Steps)).Prepend(step));

    private List<OutlineStep> Read(JsonArray? list)
    {
        var steps = new List<OutlineStep>();
        foreach (var json in (list ?? []).OfType<JsonObject>())
        {
            var number = ++count;
            var kind = Kinds.FirstOrDefault(json.ContainsKey) ?? "";
            var id = json["id"] is JsonValue named ? named.ToString() : $"{kind.Replace('_', '-')}-{number}";
            steps.Add(new OutlineStep(id, kind, json, kind switch
            {
                "wait_until" => [BranchOf(json, "met"), BranchOf(json, "timeout")],
                "if" => [BranchOf(json, "then"), BranchOf(json, "else")],
                "split" => [.. (json["split"] as JsonArray ?? []).OfType<JsonObject>().Select((arm, i) => new OutlineBranch(arm["name"]?.ToString() ?? ((char)('A' + i)).ToString(), Read(arm["steps"] as JsonArray)))],
                _ => [],
            }));
        }
        return steps;
    }

    private OutlineBranch BranchOf(JsonObject json, string key) => new(key, Read(json[key] as JsonArray));
}

/// <summary>Finds what stands at a place of a file.</summary>
internal static class YamlPaths
{
    /// <summary>Keys and numbers from the root to the last value that begins at the place or before it.</summary>
    public static IReadOnlyList<string> PathOf(YamlNode? root, int line, int column)
    {
        var path = new List<string>();
        var at = new YamlPlace(line, column);
        for (var node = root; node is not null;)
        {
            switch (node)
            {
                case YamlMap map when map.Entries.LastOrDefault(entry => IsBefore(entry.Key.Place, at)) is { } entry:
                    path.Add(entry.Key.Value);
                    node = entry.Value;
                    break;
                case YamlList list when list.Items.LastOrDefault(item => IsBefore(item.Place, at)) is { } item:
                    path.Add(list.Items.ToList().IndexOf(item).ToString(System.Globalization.CultureInfo.InvariantCulture));
                    node = item;
                    break;
                default:
                    return path;
            }
        }
        return path;
    }

    private static bool IsBefore(YamlPlace one, YamlPlace other) => one.Line < other.Line || (one.Line == other.Line && one.Column <= other.Column);
}
