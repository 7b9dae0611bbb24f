using Ciclo.Core.Events;
using Ciclo.Core.Time;
using Ciclo.Engine.Runtime;

namespace Ciclo.Modules.Profiles.Contracts;

/// <summary>
/// A move within a lifecycle in a span of time (<see cref="After"/>, <see cref="Until"/>]: into <see cref="To"/>, out of <see cref="From"/>, or
/// both; stages by id. Written `LIFECYCLE:FROM>TO@AFTER..UNTIL`, where either stage may be missing and instants are Unix milliseconds.
/// </summary>
public sealed record MoveFilter(string Lifecycle, string? From, string? To, long After, long Until)
{
    public override string ToString() => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{Lifecycle}:{From}>{To}@{After}..{Until}");

    /// <summary>Reads what <see cref="ToString"/> wrote; null for anything else.</summary>
    public static MoveFilter? Parse(string? text)
    {
        if (text is not { Length: > 0 and < 400 })
        {
            return null;
        }
        var (colon, arrow, at) = (text.IndexOf(':', StringComparison.Ordinal), text.IndexOf('>', StringComparison.Ordinal), text.LastIndexOf('@'));
        var dots = text.LastIndexOf("..", StringComparison.Ordinal);
        if (colon <= 0 || arrow < colon || at < arrow || dots < at || !Instant(text[(at + 1)..dots], out var after) || !Instant(text[(dots + 2)..], out var until))
        {
            return null;
        }
        var (from, to) = (text[(colon + 1)..arrow], text[(arrow + 1)..at]);
        return from.Length + to.Length == 0 ? null : new MoveFilter(text[..colon], from.Length == 0 ? null : from, to.Length == 0 ? null : to, after, until);
    }

    internal bool Fits(EngineState state, in PlacedMove move) =>
        move.At > After && move.At <= Until && state.PlaceNames[move.Lifecycle] == Lifecycle
        && (From is null || (move.From != Names.None && state.PlaceNames[move.From] == From)) && (To is null || state.PlaceNames[move.To] == To);

    private static bool Instant(string text, out long ms) =>
        long.TryParse(text, System.Globalization.NumberStyles.AllowLeadingSign, System.Globalization.CultureInfo.InvariantCulture, out ms) && ms is >= Instants.MinMs and <= Instants.MaxMs;
}
