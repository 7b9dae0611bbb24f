using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Ciclo.Core.Identity;
using Ciclo.Data.Journal;
using Ciclo.Engine.Collect;

namespace Ciclo.Modules.Profiles.Contracts;

/// <summary>
/// A track event of one person that a module writes into the journal. <paramref name="IsSystem"/>: it says what was done to the person, who did not act. <paramref name="MessageId"/> has 1 to 99
/// characters; a second event of the same id does not count.
/// </summary>
public sealed record PersonEvent(string Name, JsonObject Properties, JsonObject Context, string MessageId, bool IsSystem);

/// <summary>Events of our own, as records of the journal.</summary>
public static class PersonEvents
{
    private static readonly JsonWriterOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The strongest identifier of a profile, under which an event is kept. Inside a read of the engine.</summary>
    public static Identifier StrongestOf(IdentityGraph identity, int profile) => identity.IdentifiersOf(profile)[0].Identifier;

    /// <summary>A message id that nobody else has made; it begins with <paramref name="prefix"/>.</summary>
    public static string NewId(string prefix, TimeProvider clock) => $"{prefix}_{Guid.CreateVersion7(clock.GetUtcNow()):N}";

    /// <summary>Adds the record of an event to a frame, for <c>WorkspaceEngine.AppendAsync</c>.</summary>
    /// <param name="frame">What is appended at once.</param>
    /// <param name="person">Whose event.</param>
    /// <param name="made">The event.</param>
    /// <param name="now">When it happened, Unix milliseconds.</param>
    public static void Add(FrameBuilder frame, in Identifier person, PersonEvent made, long now) =>
        OwnEvents.Track(frame, person, made.MessageId, made.Name, Bytes(made.Properties), made.IsSystem, now, now, Bytes(made.Context));

    private static byte[] Bytes(JsonNode node)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, Plain))
        {
            node.WriteTo(writer);
        }
        return buffer.WrittenSpan.ToArray();
    }
}
