using System.Text.Json.Nodes;
using Ciclo.Engine.Hosting;
using Ciclo.Engine.Runtime;
using Ciclo.Modules.Predict.Recommending;

namespace Ciclo.Modules.Predict.Contracts;

/// <summary>What a message may offer to the person it goes to.</summary>
public static class Recommended
{
    private const int Most = 20;

    /// <summary>
    /// `products`, the best first, with the names that the products of an order have, and their `currency`. No products where recommendations are not in use. Inside
    /// <see cref="WorkspaceEngine.Read{T}"/>.
    /// </summary>
    public static JsonObject Of(DataHost host, EngineState state, string workspaceId, int profile)
    {
        var found = OfferDesk.Of(host).Used(workspaceId)?.For(state, profile, new OfferRequest(Most)) ?? [];
        return new JsonObject
        {
            ["products"] = new JsonArray([.. found.Select(offer => (JsonNode)ProductOf(offer.Item))]),
            ["currency"] = found.Select(offer => offer.Item.Currency).FirstOrDefault(currency => currency.Length > 0),
        };
    }

    private static JsonObject ProductOf(ShopItem item)
    {
        var product = new JsonObject { ["product_id"] = item.Id };
        foreach (var (name, text) in new[] { ("name", item.Name), ("category", item.Category), ("currency", item.Currency), ("image_url", item.ImageUrl), ("url", item.Url) })
        {
            if (text.Length > 0)
            {
                product[name] = text;
            }
        }
        if (OfferApi.PriceOf(item) is { } price)
        {
            product["price"] = (double)price;
        }
        return product;
    }
}
