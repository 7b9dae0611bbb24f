using System.Text;
using Ciclo.Core.Events;
using Ciclo.Core.Time;
using Ciclo.Data.Journal;
using Ciclo.Engine.Runtime;

namespace Ciclo.Modules.Profiles.Contracts;

/// <summary>An admitted event as it is listed. `Properties` is JSON: the traits of identify and group, `{}` where nothing was sent.</summary>
public sealed record EventRow(
    string Id, string MessageId, string Type, string? Event, string? UserId, string? AnonymousId, long Timestamp, long ReceivedAt, string Properties)
{
    public static EventRow Read(Journal journal, long address)
    {
        var (kind, body) = journal.ReadRecord(address);
        if (kind == RecordKind.Erased)
        {
            // Erased between the look into the history and this one.
            return new EventRow(EventId.Of(address), "", "erased", null, null, null, 0, 0, "{}");
        }
        if (!EventRecord.TryRead(body.Span, out var record))
        {
            throw new InvalidDataException($"The journal holds no event at {address}.");
        }
        var properties = record.PropertiesJson.IsEmpty ? "{}" : Encoding.UTF8.GetString(record.PropertiesJson);
        return new EventRow(EventId.Of(address), Text(record.MessageId)!, TypeName(record.Type), record.Type == CallType.Track ? Text(record.Name) : null,
            Text(record.UserId), Text(record.AnonymousId), record.Timestamp, record.ReceivedAt, properties);
    }

    public static string TypeName(CallType type) => type switch
    {
        CallType.Track => "track",
        CallType.Identify => "identify",
        CallType.Page => "page",
        CallType.Screen => "screen",
        CallType.Group => "group",
        _ => "alias",
    };

    private static string? Text(ReadOnlySpan<byte> utf8) => utf8.IsEmpty ? null : Encoding.UTF8.GetString(utf8);
}

/// <summary>An event's id: where it stands in the journal, as `evt_` and 13 characters of base 32.</summary>
public static class EventId
{
    private const string Alphabet = "0123456789abcdefghjkmnpqrstvwxyz";

    public static string Of(long address) => string.Create(17, address, static (text, value) =>
    {
        "evt_".CopyTo(text);
        for (var i = text.Length - 1; i >= 4; i--)
        {
            text[i] = Alphabet[(int)(value & 31)];
            value >>= 5;
        }
    });
}

/// <summary>Which events: of one profile or of all, by timestamp: from inclusive, to exclusive.</summary>
public sealed record EventFilter(int? Profile, long From, long To)
{
    /// <summary>Journal addresses of the events, in order of time.</summary>
    public List<long> Addresses(EngineState state)
    {
        var found = new List<(long At, long Address)>();
        using var reader = new HistoryReader(state.Staged.History);
        foreach (var node in Nodes(state))
        {
            reader.Open([node]);
            reader.SkipTo(From);
            while (reader.Next(out var e) && e.At < To)
            {
                found.Add((e.At, e.Address));
            }
        }
        found.Sort();
        return [.. found.Select(e => e.Address)];
    }

    /// <summary>
    /// The events after a place (null: from the first), in order of (timestamp, address), at most <paramref name="limit"/>: one pass that keeps
    /// no more than a page, however many events there are.
    /// </summary>
    public List<(long At, long Address)> Page(EngineState state, (long At, long Address)? after, int limit)
    {
        var first = after is { } bound ? Math.Max(From, bound.At) : From;
        // The latest of those kept stands on top; an earlier one drives it out.
        var kept = new PriorityQueue<(long At, long Address), (long, long)>(Comparer<(long, long)>.Create((a, b) => b.CompareTo(a)));
        using var reader = new HistoryReader(state.Staged.History);
        foreach (var node in Nodes(state))
        {
            reader.Open([node]);
            reader.SkipTo(first);
            Offer(reader, after, limit, kept);
        }
        var page = kept.UnorderedItems.Select(item => item.Element).ToList();
        page.Sort();
        return page;
    }

    private void Offer(HistoryReader reader, (long At, long Address)? after, int limit, PriorityQueue<(long At, long Address), (long, long)> kept)
    {
        while (reader.Next(out var e) && e.At < To)
        {
            if (kept.Count == limit && e.At > kept.Peek().At)
            {
                return;
            }
            var place = (e.At, e.Address);
            if (after is { } bound && place.CompareTo(bound) <= 0)
            {
                continue;
            }
            if (kept.Count < limit)
            {
                kept.Enqueue(place, place);
            }
            else if (place.CompareTo(kept.Peek()) < 0)
            {
                kept.EnqueueDequeue(place, place);
            }
        }
    }

    private IEnumerable<int> Nodes(EngineState state) => Profile is { } profile
        ? state.Staged.Identity.MembersOf(profile).ToArray()
        : Enumerable.Range(0, state.Staged.Identity.NodeCount);

    public static EventFilter All { get; } = new(null, long.MinValue, Instants.Never);
}
