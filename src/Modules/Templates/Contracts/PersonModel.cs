using System.Text.Json.Nodes;
using Ciclo.Engine.Runtime;
using Ciclo.Modules.Profiles.Contracts;

namespace Ciclo.Modules.Templates.Contracts;

/// <summary>What a template knows of a person, the same in a preview and in what is sent.</summary>
public static class PersonModel
{
    /// <summary>
    /// The traits, with `id` (the user id), `profile` (`prf_…`), `first_name` and `name` filled in from each other, `stages` (lifecycle to stage) and `segments` (a list of ids). Inside
    /// <see cref="WorkspaceEngine.Read{T}"/>.
    /// </summary>
    public static JsonObject Of(EngineState state, int profile)
    {
        var card = ProfileCard.Of(state, profile);
        var person = (JsonObject)card.Traits.DeepClone();
        person["id"] = card.UserId;
        person["profile"] = card.Id;
        if (person["email"] is null && card.Identifiers.FirstOrDefault(one => one.Type == "email") is { } address)
        {
            person["email"] = address.Value;
        }
        // Whole names are what most shops have: a greeting wants the first word of it.
        if (person["first_name"] is null && TextOf(person, "name") is { } whole)
        {
            person["first_name"] = whole.Split(' ', StringSplitOptions.RemoveEmptyEntries).FirstOrDefault();
        }
        if (person["name"] is null && $"{TextOf(person, "first_name")} {TextOf(person, "last_name")}".Trim() is { Length: > 0 } joined)
        {
            person["name"] = joined;
        }
        var stages = new JsonObject();
        foreach (var stage in card.Stages)
        {
            stages[stage.Lifecycle] = stage.Stage;
        }
        person["stages"] = stages;
        person["segments"] = new JsonArray([.. card.Segments.Select(segment => (JsonNode?)JsonValue.Create(segment.Segment))]);
        return person;
    }

    private static string? TextOf(JsonObject person, string name) => person[name] is JsonValue value && value.TryGetValue<string>(out var text) && text.Trim().Length > 0 ? text : null;
}
