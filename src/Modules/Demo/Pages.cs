using System.Text;

namespace Ciclo.Modules.Demo;

/// <summary>The shop's pages. The address is a reserved name (RFC 2606): no link of the demo leads anywhere.</summary>
internal static class Pages
{
    public const string Site = "https://cafealtura.example";

    public const int Home = 0;
    public const int Shop = 1;
    public const int Coffee = 2;
    public const int Equipment = 3;
    public const int Subscription = 4;
    public const int GrindGuide = 5;
    public const int Recipes = 6;
    public const int Farms = 7;
    public const int Cart = 8;
    public const int Checkout = 9;
    public const int Account = 10;
    public const int Lottery = 11;
    public const int Wholesale = 12;
    public const int Questions = 13;

    /// <summary>The first product page; the rest follow in the catalogue's order.</summary>
    public const int FirstProduct = 14;

    private static readonly (string Name, string Path)[] Fixed =
    [
        ("Inicio", "/"), ("Tienda", "/tienda"), ("Café", "/tienda/cafe"), ("Equipo", "/tienda/equipo"), ("Suscripción", "/suscripcion"),
        ("Guía de molienda", "/guias/molienda"), ("Recetas", "/guias/recetas"), ("Nuestras fincas", "/fincas"), ("Carrito", "/carrito"),
        ("Pago", "/pago"), ("Mi cuenta", "/cuenta"), ("Sorteo", "/sorteo"), ("Mayoreo", "/mayoreo"), ("Preguntas", "/preguntas"),
    ];

    private static readonly Weights Wandering = new([2, 3, 4, 1.5, 1.2, 0.5, 1, 1, 0.3, 0, 0.3, 0, 0.1, 0.4]);

    public static readonly byte[][] Names = [.. All().Select(page => Encoding.UTF8.GetBytes(page.Name))];

    public static readonly byte[][] Json =
    [
        .. All().Select(page => Encoding.UTF8.GetBytes(
            $"\"path\":\"{page.Path}\",\"url\":\"{Site}{page.Path}\",\"title\":\"{page.Name} · Café Altura\"")),
    ];

    public static int Landing(int channel) => channel switch
    {
        Channels.Lottery => Lottery,
        Channels.Newsletter => Shop,
        _ => Home,
    };

    public static int Wander(Chance chance) => Wandering.Pick(chance);

    private static IEnumerable<(string Name, string Path)> All() =>
        Fixed.Concat(Catalogue.Products.Select(product =>
            (Encoding.UTF8.GetString(product.Name), "/tienda/" + Encoding.UTF8.GetString(product.Sku).ToLowerInvariant())));
}
