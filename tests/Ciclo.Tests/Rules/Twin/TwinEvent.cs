using System.Text.Json;
using Ciclo.Core.Events;

namespace Ciclo.Tests.Rules.Twin;

/// <summary>An event as the brute-force twin reads it. Properties (or traits) and context are JSON texts, so that the form of a number is kept.</summary>
public sealed record TwinEvent(CallType Type, string Name, long At, string MessageId, Origin Origin, string Properties)
{
    public string Category { get; init; } = "";

    public string Context { get; init; } = "";

    public string GroupId { get; init; } = "";

    public override string ToString() =>
        $"{Core.Time.Instants.Format(At)} {MessageId} {Type} {(Name.Length > 0 ? "\"" + Name + "\" " : "")}{(Origin == Origin.System ? "(system) " : "")}"
        + $"{(Category.Length > 0 ? "category " + Category + " " : "")}{(GroupId.Length > 0 ? "group " + GroupId + " " : "")}{Properties}"
        + (Context.Length > 0 ? " context " + Context : "");
}

/// <summary>One event with its JSON parsed and the answers of <see cref="TwinJson.Look"/> kept, which only makes the twin bearable to wait for.</summary>
public sealed class TwinFact
{
    private readonly Dictionary<string, object?> seen = new(StringComparer.Ordinal);

    public TwinFact(TwinEvent source)
    {
        Event = source;
        Json = Parse(source.Properties);
        Context = Parse(source.Context);
    }

    public TwinEvent Event { get; }

    public JsonElement Json { get; }

    public JsonElement Context { get; }

    /// <summary>The value of a property; `name` and `category` of a page or screen count as properties.</summary>
    public object? Property(string path)
    {
        if (!seen.TryGetValue(path, out var value))
        {
            value = Read(path);
            seen.Add(path, value);
        }
        return value;
    }

    private object? Read(string path)
    {
        if (Event.Type is CallType.Page or CallType.Screen)
        {
            if (path == "name" && Event.Name.Length > 0)
            {
                return Event.Name;
            }
            if (path == "category" && Event.Category.Length > 0)
            {
                return Event.Category;
            }
        }
        return TwinJson.Look(Json, path, isTraits: Event.Type is CallType.Identify or CallType.Group);
    }

    private static JsonElement Parse(string json)
    {
        using var document = JsonDocument.Parse(json.Length == 0 ? "{}" : json);
        return document.RootElement.Clone();
    }
}
