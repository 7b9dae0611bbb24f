using System.Globalization;
using Ciclo.Core.Events;
using Ciclo.Kit;

namespace Ciclo.Modules.Measure.Drivers;

/// <summary>Traits of drivers in words: `did:Product Added`, `saw:Guía`, `came:Sorteo`, `platform=android`, `>load_ms=4200`.</summary>
internal static class TraitWords
{
    public static string Of(Locale l, string trait)
    {
        var (kind, rest) = Split(trait);
        return kind switch
        {
            "did" => l.Say($"Did {rest}", $"Hizo {rest}"),
            "saw" => l.Say($"Saw {rest}", $"Vio {rest}"),
            "came" => l.Say($"Came by {rest}", $"Llegó por {rest}"),
            _ => OfProperty(l, trait),
        };
    }

    private static string OfProperty(Locale l, string trait)
    {
        var isLow = trait[0] == '≤';
        var isHigh = trait[0] == '>';
        var at = trait.IndexOf('=', StringComparison.Ordinal);
        var (path, value) = (trait[(isLow || isHigh ? 1 : 0)..at], trait[(at + 1)..]);
        var name = path switch
        {
            FieldPaths.PageName => l.Say("Page", "Página"),
            FieldPaths.Os => l.Say("System", "Sistema"),
            FieldPaths.Device => l.Say("Device", "Equipo"),
            FieldPaths.Browser => l.Say("Browser", "Navegador"),
            FieldPaths.Locale => l.Say("Language", "Idioma"),
            FieldPaths.CampaignSource => l.Say("Source", "Fuente"),
            FieldPaths.CampaignMedium => l.Say("Medium", "Medio"),
            FieldPaths.CampaignName => l.Say("Campaign", "Campaña"),
            _ => path,
        };
        var shown = decimal.TryParse(value, NumberStyles.Number, CultureInfo.InvariantCulture, out var number) && (isLow || isHigh) ? l.Number(number) : value;
        return isLow ? l.Say($"{name} up to {shown}", $"{name} hasta {shown}") : isHigh ? l.Say($"{name} above {shown}", $"{name} de más de {shown}") : $"{name}: {shown}";
    }

    private static (string Kind, string Says) Split(string trait) =>
        trait.IndexOf(':', StringComparison.Ordinal) is > 0 and < 5 and var at ? (trait[..at], trait[(at + 1)..]) : ("", trait);
}
