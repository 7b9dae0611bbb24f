using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Ciclo.Core;
using Ciclo.Core.Identity;
using Ciclo.Data.Journal;
using Ciclo.Engine.Collect;
using Ciclo.Modules.Profiles.Contracts;

namespace Ciclo.Modules.Customers.Changes;

/// <summary>One trait that is to be another, by its path with points between the names; <see cref="After"/> is empty where it is cleared.</summary>
public sealed record TraitChange(string Name, string Before, string After);

/// <summary>A trait as the form shows it: a value, or a list of values with one on each line.</summary>
public sealed record TraitField(string Name, string Value, bool IsList);

/// <summary>
/// Edits of traits become an identify event of the journal, of origin system: what is known changes from then on, rules see it, and nobody takes it for
/// something that the customer did. The context names the user who made it.
/// </summary>
internal static class TraitEdit
{
    public const int MostChanges = 40;
    public const int LongestName = 100;
    public const int LongestValue = 1_000;
    private const int Deepest = 6;

    /// <summary>Values and lists of values, within objects too. Of a list of objects a card knows the list of each of their properties.</summary>
    public static IEnumerable<TraitField> Editable(JsonObject traits, string prefix = "") => traits
        .SelectMany(trait => trait.Value is JsonObject inner
            ? Editable(inner, $"{prefix}{trait.Key}.")
            : [new TraitField(prefix + trait.Key, TextOf(trait.Value), trait.Value is JsonArray)]);

    /// <summary>What differs; names that are given twice count once. Why not, where a name or a value cannot be.</summary>
    public static (IReadOnlyList<TraitChange> Changes, Text? Why) Read(JsonObject traits, IReadOnlyList<string?> names, IReadOnlyList<string?> values)
    {
        var changes = new List<TraitChange>();
        for (var i = 0; i < Math.Min(names.Count, values.Count); i++)
        {
            var (name, value) = ((names[i] ?? "").Trim(), (values[i] ?? "").ReplaceLineEndings("\n").Trim());
            if (name.Length == 0 || changes.Exists(change => change.Name == name))
            {
                continue;
            }
            if (WhyNot(traits, name, value) is { } why)
            {
                return ([], why);
            }
            var before = TextOf(Find(traits, name));
            if (before != value)
            {
                changes.Add(new TraitChange(name, before, value));
            }
        }
        var within = changes.FirstOrDefault(one => changes.Exists(other => other.Name.StartsWith(one.Name + ".", StringComparison.Ordinal)));
        return within is not null ? ([], new Text($"'{within.Name}' cannot be a value and have parts.", $"'{within.Name}' no puede ser un valor y tener partes."))
            : changes.Count > MostChanges ? ([], new Text($"At most {MostChanges} at once.", $"Como máximo {MostChanges} a la vez."))
            : (changes, null);
    }

    private static Text? WhyNot(JsonObject traits, string name, string value)
    {
        var parts = name.Split('.');
        if (name.Length > LongestName || name[0] == '$' || parts.Length > Deepest || Array.Exists(parts, part => part.Length == 0) || name.IndexOfAny(['`', '\n', '\r']) >= 0)
        {
            return new Text($"'{name}' cannot name a trait: at most {LongestName} characters and {Deepest} names with points between them, no backtick, no $ in front.",
                $"'{name}' no puede nombrar un atributo: {LongestName} caracteres y {Deepest} nombres separados por puntos como máximo, sin acento grave y sin $ al principio.");
        }
        if (value.Length > LongestValue)
        {
            return new Text($"The value of '{name}' has {value.Length} characters; at most {LongestValue}.", $"El valor de '{name}' tiene {value.Length} caracteres; como máximo {LongestValue}.");
        }
        if (Enumerable.Range(1, parts.Length - 1).Select(count => string.Join('.', parts[..count])).FirstOrDefault(above => Find(traits, above) is not (null or JsonObject)) is { } holder)
        {
            return new Text($"'{holder}' is a value and cannot have parts.", $"'{holder}' es un valor y no puede tener partes.");
        }
        return Find(traits, name) is JsonObject
            ? new Text($"'{name}' has parts; change them by their names, such as '{name}.city'.", $"'{name}' tiene partes; cámbialas por su nombre, como '{name}.ciudad'.")
            : null;
    }

    private static JsonNode? Find(JsonObject traits, string name)
    {
        JsonNode? node = traits;
        foreach (var part in name.Split('.'))
        {
            node = (node as JsonObject)?[part];
        }
        return node;
    }

    /// <summary>
    /// What an identify call has to say: a trait at the top replaces the one before it whole, so what stands beside a change within it is said again.
    /// </summary>
    private static JsonObject Said(JsonObject traits, IReadOnlyList<TraitChange> changes)
    {
        var said = new JsonObject();
        foreach (var change in changes)
        {
            var parts = change.Name.Split('.');
            if (!said.ContainsKey(parts[0]))
            {
                said[parts[0]] = parts.Length == 1 ? null : traits[parts[0]]?.DeepClone();
            }
            Put(said, parts, ValueOf(Find(traits, change.Name), change.After));
        }
        return said;
    }

    private static void Put(JsonObject target, ReadOnlySpan<string> parts, JsonNode? value)
    {
        if (parts.Length == 1)
        {
            target[parts[0]] = value;
            return;
        }
        if (target[parts[0]] is not JsonObject inner)
        {
            target[parts[0]] = inner = [];
        }
        Put(inner, parts[1..], value);
    }

    /// <summary>The frame of one identify event with the changes.</summary>
    public static FrameBuilder ToFrame(ProfileCard card, IReadOnlyList<TraitChange> changes, string messageId, string userId, long now)
    {
        var person = card.Identifiers.Select(one => one.Type switch
        {
            "user_id" => Identifier.UserId(one.Value),
            "email" => Identifier.Email(one.Value),
            "anonymous_id" => Identifier.AnonymousId(one.Value),
            _ => Identifier.External(one.Type, one.Value),
        }).MinBy(one => one.Kind);
        var email = changes.FirstOrDefault(change => change.Name == "email")?.After is { Length: > 0 } given ? Identifier.Email(given) : (Identifier?)null;
        var frame = new FrameBuilder();
        OwnEvents.Identify(
            frame, person, messageId, Encoding.UTF8.GetBytes(Said(card.Traits, changes).ToJsonString()), now, now,
            JsonSerializer.SerializeToUtf8Bytes(new { library = new { name = "ciclo-pages" }, edited_by = userId }), email);
        return frame;
    }

    /// <summary>A number stays one, and a yes or no, where what was typed still reads as one; a list stays a list.</summary>
    private static JsonNode? ValueOf(JsonNode? before, string after) => after.Length == 0 ? null : before?.GetValueKind() switch
    {
        JsonValueKind.Array => new JsonArray([.. after.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(line => ValueOf(before.AsArray().FirstOrDefault(), line))]),
        JsonValueKind.Number when decimal.TryParse(after, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) => JsonValue.Create(number),
        JsonValueKind.True or JsonValueKind.False when bool.TryParse(after, out var flag) => JsonValue.Create(flag),
        _ => JsonValue.Create(after),
    };

    private static string TextOf(JsonNode? value) => value switch
    {
        null => "",
        JsonArray list => string.Join('\n', list.Select(TextOf)),
        _ => value.GetValueKind() == JsonValueKind.String ? value.GetValue<string>() : value.ToJsonString(),
    };
}
