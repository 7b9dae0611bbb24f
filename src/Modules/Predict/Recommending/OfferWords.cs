using Ciclo.Core;

namespace Ciclo.Modules.Predict.Recommending;

/// <summary>How recommendations read.</summary>
internal static class OfferWords
{
    public static Text Algorithm(string name) => name switch
    {
        "item-knn" => new("bought by the same people", "comprado por las mismas personas"),
        "ease" => new("weights from item to item (EASE)", "pesos de artículo a artículo (EASE)"),
        "als" => new("factors of people and items (ALS)", "factores de personas y artículos (ALS)"),
        _ => new("what is popular now", "lo popular ahora"),
    };

    public static Text Way(OfferTest test) => test.WithSeen
        ? new($"{Algorithm(test.Algorithm).En}, with what they looked at", $"{Algorithm(test.Algorithm).Es}, con lo que miraron")
        : Algorithm(test.Algorithm);

    public static string NameOf(ShopItem item) => item.Name.Length > 0 ? item.Name : item.Id;

    /// <summary>Why it is offered.</summary>
    public static Text Why(PersonOffer offer) => offer.Because is not { } because ? offer.Among is { } among ? new($"Popular now in “{among.En}”", $"Popular ahora en «{among.Es}»") : new("Popular now", "Popular ahora")
        : offer.WasBought ? new($"Because you bought {NameOf(because)}", $"Porque compraste {NameOf(because)}")
        : new($"Because you looked at {NameOf(because)}", $"Porque viste {NameOf(because)}");
}
