using System.Text;

namespace Ciclo.Modules.Demo;

/// <summary>One thing the shop sells. Prices are in minor units and without tax; coffee bears none, equipment and gifts do.</summary>
internal sealed class Product(string id, string sku, string name, string category, string variant, int priceMinor, double weight)
{
    public string Id => id;

    public string Category => category;

    public int PriceMinor => priceMinor;

    public double Weight => weight;

    public bool Taxed => category != "coffee";

    public byte[] Name { get; } = Encoding.UTF8.GetBytes(name);

    public byte[] Sku { get; } = Encoding.UTF8.GetBytes(sku);

    /// <summary>The members of the product that every event about it carries but its price, without braces.</summary>
    public byte[] Json { get; } = Encoding.UTF8.GetBytes(
        $"\"product_id\":\"{id}\",\"sku\":\"{sku}\",\"name\":\"{name}\",\"category\":\"{category}\",\"variant\":\"{variant}\",\"brand\":\"Café Altura\"");
}

/// <summary>A plan of the subscription; the amount is in minor units per interval and includes shipping.</summary>
internal sealed record Plan(string Id, int AmountMinor, string Interval, int IntervalCount, int DaysBetween, int Product, int Quantity);

/// <summary>What Café Altura sells.</summary>
internal static class Catalogue
{
    public static readonly Product[] Products =
    [
        new("P01", "CHI-250", "Chiapas tostado medio", "coffee", "250 g", 159_00, 11),
        new("P02", "CHI-500", "Chiapas tostado medio", "coffee", "500 g", 289_00, 13),
        new("P03", "CHI-1K", "Chiapas tostado medio", "coffee", "1 kg", 529_00, 6),
        new("P04", "VER-250", "Veracruz Coatepec", "coffee", "250 g", 169_00, 9),
        new("P05", "VER-500", "Veracruz Coatepec", "coffee", "500 g", 309_00, 9),
        new("P06", "OAX-250", "Oaxaca Pluma", "coffee", "250 g", 189_00, 7),
        new("P07", "OAX-500", "Oaxaca Pluma", "coffee", "500 g", 345_00, 6),
        new("P08", "GUE-250", "Guerrero Atoyac natural", "coffee", "250 g", 199_00, 4),
        new("P09", "DES-500", "Descafeinado de montaña", "coffee", "500 g", 319_00, 4),
        new("P10", "MEZ-1K", "Mezcla de la casa", "coffee", "1 kg", 489_00, 5),
        new("E01", "PRE-600", "Prensa francesa", "equipment", "600 ml", 449_00, 3),
        new("E02", "MOL-MAN", "Molino manual", "equipment", "acero", 890_00, 2),
        new("E03", "V60-02", "Cafetera V60", "equipment", "cerámica", 520_00, 2),
        new("E04", "FIL-100", "Filtros V60", "equipment", "100 piezas", 129_00, 5),
        new("E05", "MOKA-3", "Cafetera italiana", "equipment", "3 tazas", 610_00, 2),
        new("G01", "TAZ-AZU", "Taza Altura", "gifts", "barro azul", 240_00, 3),
        new("G02", "KIT-REG", "Caja de regalo tres orígenes", "gifts", "3 x 250 g", 499_00, 4),
    ];

    public const int FirstKilo = 2;
    public const int HouseBlend = 9;

    public static readonly Plan[] Plans =
    [
        new("cafe-del-mes-250", 219_00, "month", 1, 0, 0, 1),
        new("cafe-del-mes-500", 389_00, "month", 1, 0, 1, 1),
        new("cafe-del-mes-1kg", 719_00, "month", 1, 0, 2, 1),
        new("cafe-quincenal-500", 369_00, "week", 2, 14, 4, 1),
        new("cafe-anual-500", 3990_00, "year", 1, 0, 1, 12),
    ];

    public static readonly Weights PlanWeights = new([0.26, 0.42, 0.14, 0.13, 0.05]);

    public static readonly Weights ProductWeights = new(Products.Select(product => product.Weight));

    public static readonly string[] Grinds = ["grano", "prensa francesa", "espresso", "V60", "cafetera italiana"];
}
