using System.Text.Json.Nodes;
using Ciclo.Core.Events;
using Ciclo.Engine.Runtime;
using Ciclo.Modules.Profiles.Contracts;

namespace Ciclo.Modules.Customers.List;

/// <summary>A row of the list: what any column may show of a person.</summary>
public sealed record PersonLook(
    string Id, string UserId, string Name, string? Email, string? Phone, IReadOnlyList<CardStage> Stages, IReadOnlyList<string> Segments, long? FirstSeenAt,
    long? LastSeenAt, int Events, OrderFigures Orders, JsonObject Traits, IReadOnlyList<string> PublicIds)
{
    public IReadOnlyList<string> Tags { get; init; } = [];

    public static PersonLook Of(EngineState state, int profile)
    {
        var card = ProfileCard.Of(state, profile);
        return new PersonLook(
            card.Id, card.UserId, PersonName.Of(card), TextOf(card, "email") ?? card.Identifiers.FirstOrDefault(one => one.Type == "email")?.Value, TextOf(card, "phone"),
            card.Stages, [.. card.Segments.Select(held => held.Segment)], card.FirstSeenAt, card.LastSeenAt, card.Events,
            OrderFigures.Of(state, state.Staged.Identity.MembersOf(profile)), card.Traits, People.PublicIdsOf(state.Staged.Identity, profile));
    }

    /// <summary>What a person is called, from their identify calls alone.</summary>
    public static string NameOf(EngineState state, int profile)
    {
        var paths = state.Staged.Paths;
        var name = new NameReading(paths.Find("name"), paths.Find("first_name"), paths.Find("last_name"));
        using var reader = new HistoryReader(state.Staged.History, kind => kind.Type == CallType.Identify);
        reader.Open(state.Staged.Identity.MembersOf(profile));
        while (reader.Next(out var e, hearsAll: false))
        {
            if (e.Type == CallType.Identify)
            {
                name.Hear(e);
            }
        }
        return name.Text is { Length: > 0 } said ? said : state.Staged.Identity.PrintedUserId(profile);
    }

    public static long LastSeenOf(EngineState state, int profile)
    {
        var last = long.MinValue;
        using var reader = new HistoryReader(state.Staged.History);
        reader.Open(state.Staged.Identity.MembersOf(profile));
        while (reader.Next(out var e))
        {
            last = e.At;
        }
        return last;
    }

    private static string? TextOf(ProfileCard card, string name) => card.Traits[name] is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;
}
