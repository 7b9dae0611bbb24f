using System.Globalization;
using Ciclo.Core.Rules;
using Ciclo.Engine.Runtime;

namespace Ciclo.Modules.Profiles.Contracts;

/// <summary>A line of a timeline: an event by its journal address, or a move between stages.</summary>
public sealed record TimelineLine(long At, long? Address, string? Lifecycle, string? From, string? To)
{
    internal TimelinePosition Position { get; init; }
}

/// <summary>
/// Where a line stands: its instant, then what was done before what it led to, then by journal address or number of the move. It stays where
/// it is when others come, so a page begins where the one before ended.
/// </summary>
public readonly record struct TimelinePosition(long At, bool IsMove, long Order)
{
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{At}:{(IsMove ? 1 : 0)}:{Order}");

    public static bool TryParse(string text, out TimelinePosition position)
    {
        position = default;
        var parts = text.Split(':');
        if (parts.Length != 3 || parts[1] is not ("0" or "1")
            || !long.TryParse(parts[0], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var at)
            || !long.TryParse(parts[2], NumberStyles.None, CultureInfo.InvariantCulture, out var order))
        {
            return false;
        }
        position = new TimelinePosition(at, parts[1] == "1", order);
        return true;
    }

    internal (long, bool, long) Key => (At, IsMove, Order);
}

/// <summary>What a person did, and where that led: newest first.</summary>
public static class Timeline
{
    public static List<TimelineLine> Read(EngineState state, int profile, long from, long to, int skip, int limit) =>
        [.. Lines(state, profile, from, to).Skip(skip).Take(limit)];

    /// <summary>The lines before a position (null: from the newest), and the position to go on from; null where that was all.</summary>
    public static (IReadOnlyList<TimelineLine> Lines, TimelinePosition? Next) Read(EngineState state, int profile, long from, long to, TimelinePosition? before, int limit)
    {
        var lines = Lines(state, profile, from, to).Where(line => before is not { } bound || line.Position.Key.CompareTo(bound.Key) < 0).Take(limit + 1).ToList();
        return lines.Count > limit ? (lines[..limit], lines[limit - 1].Position) : (lines, null);
    }

    private static IEnumerable<TimelineLine> Lines(EngineState state, int profile, long from, long to)
    {
        var events = state.Staged.History.Read(state.Staged.Identity.MembersOf(profile), from, to).Select(e => EventLine(e.At, e.Address));
        var moves = (state.Placement.Of(profile)?.Moves ?? []).Select((move, i) => MoveLine(state, move, i));
        return events.Concat(moves).Where(line => line.At >= from && line.At < to && line.Lifecycle is not [WatchStages.Mark, ..]).OrderByDescending(line => line.Position.Key);
    }

    private static TimelineLine EventLine(long at, long address) => new(at, address, null, null, null) { Position = new TimelinePosition(at, false, address) };

    private static TimelineLine MoveLine(EngineState state, PlacedMove move, int number) =>
        new(move.At, null, state.PlaceNames[move.Lifecycle], move.From < 0 ? null : state.PlaceNames[move.From], state.PlaceNames[move.To])
        {
            Position = new TimelinePosition(move.At, true, number),
        };
}
