using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Ciclo.Core;
using Ciclo.Core.Events;
using Ciclo.Core.Identity;
using Ciclo.Data.Journal;
using Ciclo.Modules.Profiles.Contracts;

namespace Ciclo.Modules.Customers.Changes;

/// <summary>One trait that is to be another; <see cref="After"/> is empty where it is cleared.</summary>
public sealed record TraitChange(string Name, string Before, string After);

/// <summary>
/// Edits of traits become an identify event of the journal, of origin system: what is known changes from then on, rules see it, and nobody takes it for
/// something that the customer did. The context names the user who made it.
/// </summary>
internal static class TraitEdit
{
    public const int MostChanges = 40;
    public const int LongestName = 100;
    public const int LongestValue = 1_000;

    /// <summary>Traits that a form can hold: values at the top that are no lists or objects.</summary>
    public static IEnumerable<(string Name, string Value)> Editable(JsonObject traits) => traits
        .Where(trait => trait.Value is JsonValue).Select(trait => (trait.Key, TextOf(trait.Value)));

    /// <summary>What differs; names that are given twice count once. Why not, where a name or a value cannot be.</summary>
    public static (IReadOnlyList<TraitChange> Changes, Text? Why) Read(JsonObject traits, IReadOnlyList<string?> names, IReadOnlyList<string?> values)
    {
        var changes = new List<TraitChange>();
        for (var i = 0; i < Math.Min(names.Count, values.Count); i++)
        {
            var (name, value) = ((names[i] ?? "").Trim(), (values[i] ?? "").Trim());
            if (name.Length == 0 || changes.Exists(change => change.Name == name))
            {
                continue;
            }
            if (name.Length > LongestName || name[0] == '$' || name.IndexOfAny(['.', '`', '\n', '\r']) >= 0)
            {
                return ([], new Text($"'{name}' cannot name a trait: at most {LongestName} characters, no point, no backtick, no $ in front.", $"'{name}' no puede nombrar un atributo: {LongestName} caracteres como máximo, sin punto, sin acento grave y sin $ al principio."));
            }
            if (value.Length > LongestValue)
            {
                return ([], new Text($"The value of '{name}' has {value.Length} characters; at most {LongestValue}.", $"El valor de '{name}' tiene {value.Length} caracteres; como máximo {LongestValue}."));
            }
            if (traits[name] is not null and not JsonValue)
            {
                return ([], new Text($"'{name}' holds several values; send an identify call to change it.", $"'{name}' tiene varios valores; para cambiarlo envía una llamada identify."));
            }
            var before = TextOf(traits[name]);
            if (before != value)
            {
                changes.Add(new TraitChange(name, before, value));
            }
        }
        return changes.Count > MostChanges
            ? ([], new Text($"At most {MostChanges} at once.", $"Como máximo {MostChanges} a la vez."))
            : (changes, null);
    }

    /// <summary>The frame of one identify event with the changes.</summary>
    public static FrameBuilder ToFrame(ProfileCard card, IReadOnlyList<TraitChange> changes, string messageId, string userId, long now)
    {
        var traits = Encoding.UTF8.GetBytes(new JsonObject(changes.Select(change => new KeyValuePair<string, JsonNode?>(change.Name, ValueOf(card.Traits[change.Name], change.After)))).ToJsonString());
        var primary = card.Identifiers.OrderBy(one => one.Type switch { "user_id" => 0, "email" => 1, "anonymous_id" => 2, _ => 3 }).First();
        var context = JsonSerializer.SerializeToUtf8Bytes(new { library = new { name = "ciclo-pages" }, edited_by = userId });
        var json = new ArrayBufferWriter<byte>();
        json.Write("{\"type\":\"identify\",\"messageId\":\""u8);
        json.Write(Encoding.UTF8.GetBytes(messageId));
        json.Write("\",\"context\":"u8);
        var contextAt = json.WrittenCount;
        json.Write(context);
        json.Write(",\"traits\":"u8);
        var traitsAt = json.WrittenCount;
        json.Write(traits);
        json.Write("}"u8);
        var external = new ArrayBufferWriter<byte>();
        if (primary.Type is not ("user_id" or "email" or "anonymous_id"))
        {
            ExternalIds.Append(external, Encoding.UTF8.GetBytes(primary.Type), Encoding.UTF8.GetBytes(primary.Value));
        }
        byte[] Of(string type) => primary.Type == type ? Encoding.UTF8.GetBytes(primary.Value) : [];
        var email = changes.FirstOrDefault(change => change.Name == "email")?.After is { Length: > 0 } given ? Encoding.UTF8.GetBytes(Identifier.Email(given).Value) : Of("email");
        var frame = new FrameBuilder();
        frame.Begin(RecordKind.Event);
        new EventRecord
        {
            Type = CallType.Identify, Flags = EventFlags.System, Timestamp = now, ReceivedAt = now, OriginalTimestamp = EventRecord.NoTime, SentAt = EventRecord.NoTime,
            MessageId = Encoding.UTF8.GetBytes(messageId), UserId = Of("user_id"), AnonymousId = Of("anonymous_id"), Email = email, ExternalIdBytes = external.WrittenSpan,
            Json = json.WrittenSpan, Properties = new Range(traitsAt, traitsAt + traits.Length), Context = json.WrittenSpan.Slice(contextAt, context.Length),
        }.Write(frame);
        frame.End();
        return frame;
    }

    /// <summary>A number stays one, and a yes or no, where what was typed still reads as one.</summary>
    private static JsonNode? ValueOf(JsonNode? before, string after) => after.Length == 0 ? null : before?.GetValueKind() switch
    {
        JsonValueKind.Number when decimal.TryParse(after, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) => JsonValue.Create(number),
        JsonValueKind.True or JsonValueKind.False when bool.TryParse(after, out var flag) => JsonValue.Create(flag),
        _ => JsonValue.Create(after),
    };

    private static string TextOf(JsonNode? value) => value is null ? "" : value.GetValueKind() == JsonValueKind.String ? value.GetValue<string>() : value.ToJsonString();
}
