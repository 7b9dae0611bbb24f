using System.Text.Json;
using Ciclo.Core.Events;
using Ciclo.Data.Journal;
using Ciclo.Engine.Runtime;

namespace Ciclo.Modules.Consent;

/// <summary>One answer as it stands in the journal, with what proves it. Texts are empty where the event says nothing; <paramref name="PauseUntil"/>: null where it says nothing of a pause, 0 where it ends one.</summary>
public sealed record EvidenceRow(
    long At, string EventId, IReadOnlyList<GivenAnswer> Answers, string Method, string Source, string Language, string Network, string MessageId, long? WordingVersion, string Wording, long? PauseUntil, string Note = "");

/// <summary>What a person ever said of consent, oldest first.</summary>
internal static class Evidence
{
    public static IReadOnlyList<EvidenceRow> Of(WorkspaceEngine engine, string reference)
    {
        var addresses = engine.Read(state =>
        {
            var node = state.Staged.Identity.Find(reference);
            var found = new List<long>();
            if (node < 0)
            {
                return found;
            }
            using var reader = new HistoryReader(state.Staged.History, kind => (kind.Flags & PackedFlags.Consent) != 0);
            reader.Open(state.Staged.Identity.MembersOf(state.Staged.Identity.ProfileOf(node)));
            while (reader.Next(out var e, hearsAll: false))
            {
                found.Add(e.Address);
            }
            return found;
        });
        // The journal may have to be read from the disk: not while the engine waits.
        return [.. addresses.Select(address => Row(engine.Journal, address)).OfType<EvidenceRow>()];
    }

    private static EvidenceRow? Row(Journal journal, long address)
    {
        var (kind, body) = journal.ReadRecord(address);
        if (kind != RecordKind.Event || !EventRecord.TryRead(body.Span, out var record))
        {
            return null;
        }
        var id = System.Text.Encoding.UTF8.GetString(record.MessageId);
        if (record.Type != CallType.Track || !record.Name.SequenceEqual("Segment Consent Preference Updated"u8))
        {
            return new EvidenceRow(record.Timestamp, id, [new GivenAnswer("advertising", "", false)], "sec_gpc", "", "", "", "", null, "", null);
        }
        var properties = Object(record.PropertiesJson);
        string Said(string name) => properties.TryGetValue(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString()! : "";
        return new EvidenceRow(
            record.Timestamp, id, AnswersIn(record.Context), Said("method"), Said("source"), Said("language"), Said("network"), Said("message_id"),
            properties.TryGetValue("wording_version", out var version) && version.ValueKind == JsonValueKind.Number ? version.GetInt64() : null, Said("wording"),
            !properties.TryGetValue("pause_until", out var pause) ? null : pause.ValueKind == JsonValueKind.String && Core.Time.Instants.TryParse(pause.GetString(), Core.Time.Zone.Utc, out var until) ? until : 0, Said("note"));
    }

    private static List<GivenAnswer> AnswersIn(ReadOnlySpan<byte> context)
    {
        var answers = new List<GivenAnswer>();
        if (!Object(context).TryGetValue("consent", out var consent) || consent.ValueKind != JsonValueKind.Object
            || !(consent.TryGetProperty("categoryPreferences", out var preferences) || consent.TryGetProperty("categoryPreference", out preferences)) || preferences.ValueKind != JsonValueKind.Object)
        {
            return answers;
        }
        foreach (var purpose in preferences.EnumerateObject())
        {
            if (purpose.Value.ValueKind == JsonValueKind.Object)
            {
                answers.AddRange(purpose.Value.EnumerateObject().Where(channel => YesOrNo(channel.Value) is not null).Select(channel => new GivenAnswer(purpose.Name, channel.Name, YesOrNo(channel.Value)!.Value)));
            }
            else if (YesOrNo(purpose.Value) is { } isYes)
            {
                answers.Add(new GivenAnswer(purpose.Name, "", isYes));
            }
        }
        return answers;
    }

    private static bool? YesOrNo(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        JsonValueKind.String when value.ValueEquals("granted") => true,
        JsonValueKind.String when value.ValueEquals("denied") => false,
        _ => null,
    };

    private static Dictionary<string, JsonElement> Object(ReadOnlySpan<byte> json)
    {
        var found = new Dictionary<string, JsonElement>(StringComparer.Ordinal);
        if (!json.IsEmpty)
        {
            var reader = new Utf8JsonReader(json);
            using var document = JsonDocument.ParseValue(ref reader);
            foreach (var property in document.RootElement.ValueKind == JsonValueKind.Object ? [.. document.RootElement.EnumerateObject()] : Array.Empty<JsonProperty>())
            {
                found[property.Name] = property.Value.Clone();
            }
        }
        return found;
    }
}
