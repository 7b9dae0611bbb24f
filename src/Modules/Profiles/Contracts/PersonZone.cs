using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Nodes;
using Ciclo.Core.Events;
using Ciclo.Core.Time;
using Ciclo.Data.Journal;
using Ciclo.Engine.Runtime;

namespace Ciclo.Modules.Profiles.Contracts;

/// <summary>The zone that a person lives by: `traits.timezone`, else the `context.timezone` of the latest event of 90 days that has one, else the workspace's.</summary>
public static class PersonZone
{
    /// <summary>Further back a device may have been anywhere.</summary>
    private const long Back = 90 * Durations.Day;
    private const int MostLooked = 10;

    /// <summary>Those that were asked for: as many as the zone database has at most.</summary>
    private static readonly ConcurrentDictionary<string, Zone> Known = new(StringComparer.Ordinal);

    /// <summary>Inside a read of the engine.</summary>
    public static Zone Of(EngineState state, Journal journal, int profile, long now) =>
        Of(state, journal, profile, ProfileCard.Of(state, profile).Traits["timezone"] is JsonValue named && named.TryGetValue<string>(out var id) ? id : "", now);

    /// <param name="state">Read inside a read of the engine.</param>
    /// <param name="journal">Where the events' contexts are; null leaves them out.</param>
    /// <param name="profile">Who.</param>
    /// <param name="trait">What `traits.timezone` holds, empty for nothing.</param>
    /// <param name="now">Unix milliseconds.</param>
    public static Zone Of(EngineState state, Journal? journal, int profile, string trait, long now) =>
        trait.Length > 0 && TryGet(trait, out var zone) ? zone : OfEvents(state, journal, profile, now) ?? state.Rules.Zone;

    private static bool TryGet(string id, [NotNullWhen(true)] out Zone? zone)
    {
        if (Known.TryGetValue(id, out zone))
        {
            return true;
        }
        if (!Zone.TryGet(id, out zone))
        {
            return false;
        }
        Known[id] = zone;
        return true;
    }

    private static Zone? OfEvents(EngineState state, Journal? journal, int profile, long now)
    {
        var events = journal is null ? [] : state.Staged.History.Read(state.Staged.Identity.MembersOf(profile), now - Back, now + 1);
        var looked = 0;
        for (var i = events.Count - 1; i >= 0 && looked < MostLooked; i--)
        {
            var e = events[i].Read();
            if (e.IsSystem)
            {
                continue;
            }
            looked++;
            var (kind, body) = journal!.ReadRecord(e.Address);
            if (kind == RecordKind.Event && EventRecord.TryRead(body.Span, out var record) && ZoneIn(record.Context) is { } zone)
            {
                return zone;
            }
        }
        return null;
    }

    private static Zone? ZoneIn(ReadOnlySpan<byte> context)
    {
        // Most contexts have none: that is seen without reading them.
        if (context.IndexOf("\"timezone\""u8) < 0)
        {
            return null;
        }
        var reader = new Utf8JsonReader(context);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isZone = reader.ValueTextEquals("timezone"u8);
            reader.Read();
            if (isZone)
            {
                return reader.TokenType == JsonTokenType.String && TryGet(reader.GetString()!, out var zone) ? zone : null;
            }
            reader.Skip();
        }
        return null;
    }
}
