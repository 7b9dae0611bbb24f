using Ciclo.Core.Time;

namespace Ciclo.Kit;

/// <summary>Instants as people type them and as a browser's date box sends them.</summary>
public static class InstantWords
{
    /// <summary>An instant of RFC 3339, a date, or a date with hours and minutes of the zone; false for anything else.</summary>
    public static bool TryRead(string text, Zone zone, out long instant) => Instants.TryParse(text.Length == 16 ? text + ":00" : text, zone, out instant);
}
