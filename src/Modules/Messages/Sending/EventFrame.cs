using System.Buffers;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Ciclo.Core.Identity;
using Ciclo.Data.Journal;
using Ciclo.Engine.Collect;
using Ciclo.Modules.Predict.Contracts;

namespace Ciclo.Modules.Messages.Sending;

/// <summary>Puts track events about messages into a frame of the journal.</summary>
internal static class EventFrame
{
    private static readonly JsonWriterOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    /// <summary>
    /// Adds an event of a person, who is named by one identifier. <paramref name="isSystem"/>: it was done to the person, not by them. Nothing is added for an identifier that is none.
    /// </summary>
    public static void Add(FrameBuilder frame, string messageId, string name, bool isSystem, string person, long at, long now, IReadOnlyList<(string Name, string Value)> properties)
    {
        if (!Identifier.TryParse(person, out var identifier))
        {
            return;
        }
        var json = new ArrayBufferWriter<byte>(600);
        using (var writer = new Utf8JsonWriter(json, Plain))
        {
            writer.WriteStartObject();
            foreach (var (property, value) in properties)
            {
                writer.WriteString(property, value);
            }
            writer.WriteEndObject();
        }
        OwnEvents.Track(frame, identifier, messageId, name, json.WrittenSpan, isSystem, at, now);
    }

    /// <summary>What every event about a message says of it.</summary>
    public static List<(string Name, string Value)> PropertiesOf(Message message) =>
    [
        ("message_id", message.Id), ("channel", message.Channel), ("source", message.Source), ("template", message.TemplateId), ("campaign_id", message.Source), ("campaign_name", message.TemplateId),
        ("email_subject", message.Subject), ("purpose", message.Purpose),
        // How likely the channel was: only so can another way to choose be valued later.
        .. ReachChoice.Of(message.Data) is { Propensity: > 0 } choice ? [("propensity", choice.Propensity.ToString(CultureInfo.InvariantCulture))] : Array.Empty<(string, string)>(),
    ];
}
