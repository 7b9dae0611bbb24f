using System.Text.Json.Nodes;
using Ciclo.Modules.Profiles.Contracts;

namespace Ciclo.Modules.Customers;

internal static class PersonName
{
    /// <summary>What a person is called: the trait `name`, or first and last name; else their user id.</summary>
    public static string Of(ProfileCard card)
    {
        var name = Trait(card, "name") ?? $"{Trait(card, "first_name")} {Trait(card, "last_name")}".Trim();
        return name.Length == 0 ? card.UserId : name;
    }

    private static string? Trait(ProfileCard card, string name) =>
        card.Traits[name] is JsonValue value && value.TryGetValue<string>(out var text) && text.Trim() is { Length: > 0 } said ? said : null;
}
