using System.Text.Json.Nodes;

namespace Ciclo.Modules.Profiles.Contracts;

/// <summary>What a person is called on every page.</summary>
public static class PersonName
{
    /// <summary>The trait `name`, or first and last name; else the user id.</summary>
    public static string Of(ProfileCard card)
    {
        var name = Trait(card, "name") ?? $"{Trait(card, "first_name")} {Trait(card, "last_name")}".Trim();
        return name.Length == 0 ? card.UserId : name;
    }

    private static string? Trait(ProfileCard card, string name) =>
        card.Traits[name] is JsonValue value && value.TryGetValue<string>(out var text) && text.Trim() is { Length: > 0 } said ? said : null;
}
