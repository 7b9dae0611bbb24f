using Ciclo.Core.Analytics;
using Ciclo.Core.Events;
using Ciclo.Core.Values;
using Ciclo.Engine.Runtime;
using Ciclo.Modules.Measure.Contracts;
using Ciclo.Modules.Predict.Models;

namespace Ciclo.Modules.Predict.Views;

/// <summary>By what people are grouped: nothing, a property of the event that began it, a trait as known then, the channel of their first event, or membership of a segment then.</summary>
/// <param name="Kind">`all`, `property`, `trait`, `channel` or `segment`.</param>
public sealed record StayGrouping(string Kind, string Name)
{
    public static StayGrouping All { get; } = new("all", "");

    /// <summary>`property:plan`; null for a text that is none.</summary>
    public static StayGrouping? Parse(string text)
    {
        var at = text.IndexOf(':', StringComparison.Ordinal);
        var (kind, name) = at < 0 ? (text, "") : (text[..at], text[(at + 1)..]);
        return (kind is "all" or "channel" && name.Length == 0) || (kind is "property" or "trait" or "segment" && name.Length is > 0 and <= 200) ? new StayGrouping(kind, name) : null;
    }

    public override string ToString() => Name.Length == 0 ? Kind : $"{Kind}:{Name}";
}

/// <summary>One person's time: from the first event that begins it until the first that ends it.</summary>
/// <param name="EndedAt">Null for who was not seen to leave by such an event.</param>
/// <param name="Group">Null where it is not known, and for a grouping that this does not read.</param>
public readonly record struct Stay(int Profile, long StartedAt, long? EndedAt, string? Group);

/// <summary>Reads how long people stay. One thread's share.</summary>
/// <param name="begins">The event that begins it.</param>
/// <param name="ends">The event that ends it; null where a rule says when.</param>
internal sealed class StayFold(EventTest begins, EventTest? ends, StayGrouping by, long now) : IHistoryFold
{
    private const int Begins = 1;
    private const int Ends = 2;
    private const int Identify = 4;
    private const int Own = 8;

    private readonly EventFields fields = new();

    public IReadOnlyList<string> Paths { get; } = [by.Name, .. FirstTouch.Paths];

    public List<Stay> Stays { get; } = [];

    public int CodeOf(EventKind kind, string name)
    {
        var code = (begins.Takes(kind) ? Begins : 0) | (ends?.Takes(kind) == true ? Ends : 0) | (kind.Type == CallType.Identify ? Identify : 0)
            | (by.Kind == "channel" && kind.Type is CallType.Track or CallType.Page or CallType.Screen && (kind.Flags & PackedFlags.System) == 0 ? Own : 0);
        return code == 0 ? -1 : code;
    }

    public void Take(in ProfileEvents profile)
    {
        fields.Begin(profile, Paths);
        var at = profile.Events.At;
        var codes = profile.Events.Codes;
        var (started, group) = (-1L, (string?)null);
        for (var i = 0; i < at.Length && at[i] <= now; i++)
        {
            var (code, isOver) = (codes[i], started >= 0);
            group ??= by.Kind == "channel" && (code & Own) != 0 ? FirstTouch.Of(fields, 1, i) : null;
            if (by.Kind == "trait" && !isOver && (code & Identify) != 0)
            {
                group = TextAt(i) ?? group;
            }
            if (!isOver && (code & Begins) != 0 && begins.Holds(profile.Events.Event(i)))
            {
                started = at[i];
                group = by.Kind == "property" ? TextAt(i) : group;
            }
            else if (isOver && (code & Ends) != 0 && ends!.Holds(profile.Events.Event(i)))
            {
                Stays.Add(new Stay(profile.Profile, started, at[i], group));
                return;
            }
        }
        if (started >= 0)
        {
            Stays.Add(new Stay(profile.Profile, started, null, group));
        }
    }

    private string? TextAt(int e) => fields.Value(0, e) is { IsNull: false } value ? value.Kind == ValueKind.Text ? value.AsText : value.ToString() : null;
}
