using Ciclo.Core;
using Ciclo.Kit;

namespace Ciclo.Modules.Map;

/// <summary>Touchpoints as a reader sees them: a track event by its name, views and stages in words.</summary>
internal static class MapWords
{
    public static readonly Text Others = new("others", "otros");

    public static string Say(MapModel map, Locale locale, string touchpoint)
    {
        if (touchpoint.StartsWith(JourneyAsked.StagePrefix, StringComparison.Ordinal) && map.Lifecycle?.Mark(touchpoint[JourneyAsked.StagePrefix.Length..], locale) is { } stage)
        {
            return locale.Say($"coming into {stage.Label}", $"entrar en {stage.Label}");
        }
        return touchpoint.Split(": ", 2) switch
        {
            ["page", var name] => locale.Say($"Page “{name}”", $"Página «{name}»"),
            ["screen", var name] => locale.Say($"Screen “{name}”", $"Pantalla «{name}»"),
            ["page"] => locale.Say("any page", "cualquier página"),
            ["screen"] => locale.Say("any screen", "cualquier pantalla"),
            _ => touchpoint,
        };
    }

    /// <summary>A way in words: from one touchpoint to the next, in the order of time.</summary>
    public static string Say(MapModel map, Locale locale, PathPlace place)
    {
        var to = Say(map, locale, place.To);
        return place.From is not { } from ? to
            : map.Asked.IsBackward ? $"{to} → {Say(map, locale, from)}" : $"{Say(map, locale, from)} → {to}";
    }
}
