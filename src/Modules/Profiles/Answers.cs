using System.Text.Json;
using System.Text.Json.Nodes;
using Ciclo.Core.Identity;
using Ciclo.Core.Time;
using Ciclo.Data.Journal;
using Ciclo.Engine.Runtime;
using Ciclo.Modules.Profiles.Contracts;

namespace Ciclo.Modules.Profiles;

/// <summary>Two identifiers: user_id:V, anonymous_id:V, email:V, or the prf_… of a known profile.</summary>
public sealed record PairRequest(string? A, string? B);

/// <summary>A command that was carried out; its id is the Idempotency-Key, where one was sent.</summary>
public sealed record CommandAnswer(string Id);

public sealed record StageOfAnswer(string Lifecycle, string Stage, string Since);

public sealed record SegmentOfAnswer(string Segment, string Since);

public sealed record IdentifierAnswer(string Type, string Value, string FirstSeenAt);

public sealed record ListedProfileAnswer(string Id, string UserId, IReadOnlyList<StageOfAnswer> Stages);

public sealed record ProfileAnswer(
    string Id, string UserId, IReadOnlyList<IdentifierAnswer> Identifiers, JsonObject Traits, IReadOnlyList<StageOfAnswer> Stages,
    IReadOnlyList<SegmentOfAnswer> Segments, string? FirstSeenAt, string? LastSeenAt, int Events);

public sealed record EventAnswer(
    string Id, string MessageId, string Type, string? Event, string? UserId, string? AnonymousId, string Timestamp, string ReceivedAt, JsonElement Properties);

/// <summary>`Kind` is `event` or `move`; the fields of the other kind are null.</summary>
public sealed record TimelineAnswer(string Kind, string At, EventAnswer? Event, string? Lifecycle, string? From, string? To);

public sealed record RejectedAnswer(string ReceivedAt, string Reason, string Detail, string Source, JsonElement Event);

public sealed record LinkAnswer(string A, string B, string Source, string State, string At);

public sealed record SeparationAnswer(string A, string B, string At);

public sealed record QuarantineAnswer(int Identifiers, string Hub, int HubLinks);

public sealed record IdentityAnswer(IReadOnlyList<LinkAnswer> Links, IReadOnlyList<SeparationAnswer> Separations, IReadOnlyList<QuarantineAnswer> Quarantined);

/// <summary>Turns what the module knows into what the API says: instants as RFC 3339.</summary>
internal static class Answers
{
    public static IReadOnlyList<StageOfAnswer> Stages(IEnumerable<CardStage> stages) =>
        [.. stages.Select(stage => new StageOfAnswer(stage.Lifecycle, stage.Stage, Instants.Format(stage.Since)))];

    public static ProfileAnswer Of(ProfileCard card) => new(
        card.Id, card.UserId, [.. card.Identifiers.Select(one => new IdentifierAnswer(one.Type, one.Value, Instants.Format(one.FirstSeenAt)))],
        card.Traits, Stages(card.Stages), [.. card.Segments.Select(held => new SegmentOfAnswer(held.Segment, Instants.Format(held.Since)))],
        Format(card.FirstSeenAt), Format(card.LastSeenAt), card.Events);

    public static EventAnswer Of(EventRow row) => new(
        row.Id, row.MessageId, row.Type, row.Event, row.UserId, row.AnonymousId, Instants.Format(row.Timestamp), Instants.Format(row.ReceivedAt), Parse(row.Properties));

    public static TimelineAnswer Of(TimelineLine line, Journal journal) => line.Address is { } address
        ? new TimelineAnswer("event", Instants.Format(line.At), Of(EventRow.Read(journal, address)), null, null, null)
        : new TimelineAnswer("move", Instants.Format(line.At), null, line.Lifecycle, line.From, line.To);

    public static RejectedAnswer Of(RejectedRow row) => new(
        Instants.Format(row.ReceivedAt), row.Reason, row.Detail, row.Source, row.IsJson ? Parse(row.Item) : JsonSerializer.SerializeToElement(row.Item));

    public static IdentityAnswer Identity(EngineState state)
    {
        var identity = state.Staged.Identity;
        var links = identity.Links.Where(link => link.State == LinkState.Refused || link.Source != LinkSource.Call);
        return new IdentityAnswer(
            [.. links.Select(link => new LinkAnswer(link.A.ToString(), link.B.ToString(), link.Source.ToString(), link.State.ToString(), Instants.Format(link.At)))],
            [.. identity.Separations.Select(one => new SeparationAnswer(one.A.ToString(), one.B.ToString(), Instants.Format(one.At)))],
            [.. identity.Quarantined.Select(one => new QuarantineAnswer(one.Identifiers, one.Hub.ToString(), one.HubLinks))]);
    }

    private static string? Format(long? at) => at is { } ms ? Instants.Format(ms) : null;

    private static JsonElement Parse(string json) => JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = 1_000 }).RootElement;
}
