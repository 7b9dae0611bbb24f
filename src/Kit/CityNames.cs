using System.Collections.Frozen;

namespace Ciclo.Kit;

/// <summary>Cities of time zones where Spanish writes another name than the zone's id does (CLDR, exemplar cities of `es`).</summary>
internal static class CityNames
{
    public static readonly FrozenDictionary<string, string> Spanish = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["America/Mexico_City"] = "Ciudad de México", ["America/Cancun"] = "Cancún", ["America/Merida"] = "Mérida", ["America/Mazatlan"] = "Mazatlán",
        ["America/Ciudad_Juarez"] = "Ciudad Juárez", ["America/Bahia_Banderas"] = "Bahía de Banderas", ["America/New_York"] = "Nueva York", ["America/Los_Angeles"] = "Los Ángeles",
        ["America/Bogota"] = "Bogotá", ["America/Panama"] = "Panamá", ["America/Havana"] = "La Habana", ["America/Asuncion"] = "Asunción", ["America/Sao_Paulo"] = "São Paulo",
        ["America/Argentina/Cordoba"] = "Córdoba", ["America/Argentina/Tucuman"] = "Tucumán", ["America/Argentina/Buenos_Aires"] = "Buenos Aires", ["America/Belize"] = "Belice",
        ["Atlantic/Canary"] = "Islas Canarias", ["Europe/London"] = "Londres", ["Europe/Paris"] = "París", ["Europe/Berlin"] = "Berlín", ["Europe/Rome"] = "Roma",
        ["Europe/Lisbon"] = "Lisboa", ["Europe/Brussels"] = "Bruselas", ["Europe/Zurich"] = "Zúrich", ["Europe/Vienna"] = "Viena", ["Europe/Stockholm"] = "Estocolmo", ["Asia/Tokyo"] = "Tokio",
    }.ToFrozenDictionary(StringComparer.Ordinal);
}
