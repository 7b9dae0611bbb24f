using Ciclo.Engine.Runtime;

namespace Ciclo.Modules.Profiles.Contracts;

/// <summary>A line of a timeline: an event by its journal address, or a move between stages.</summary>
public sealed record TimelineLine(long At, long? Address, string? Lifecycle, string? From, string? To);

/// <summary>What a person did, and where that led: newest first.</summary>
public static class Timeline
{
    public static List<TimelineLine> Read(EngineState state, int profile, long from, long to, int skip, int limit)
    {
        var events = state.Staged.History.Read(state.Staged.Identity.MembersOf(profile))
            .Select(e => new TimelineLine(e.Entry.At, e.Node.Read(e.Entry).Address, null, null, null));
        var moves = (state.Placement.Of(profile)?.Moves ?? []).Select(move => new TimelineLine(
            move.At, null, state.PlaceNames[move.Lifecycle], move.From < 0 ? null : state.PlaceNames[move.From], state.PlaceNames[move.To]));
        // Of one instant, what was done comes before what it led to; read backwards that is after it.
        var lines = events.Concat(moves).Where(line => line.At >= from && line.At < to).OrderBy(line => line.At).ToList();
        lines.Reverse();
        return [.. lines.Skip(skip).Take(limit)];
    }
}
