using System.Text.Json.Nodes;
using Ciclo.Core;
using Ciclo.Core.Time;

namespace Ciclo.Modules.Templates.Designs;

/// <summary>Somebody invented, for previews before a real person is chosen.</summary>
internal static class SampleModel
{
    public static JsonObject Person(Language language) => new()
    {
        ["id"] = "sample", ["first_name"] = language == Language.Es ? "Ximena" : "Emma", ["last_name"] = language == Language.Es ? "Ríos" : "Rivers", ["name"] = language == Language.Es ? "Ximena Ríos" : "Emma Rivers",
        ["email"] = "sample@example.com", ["plan"] = "Pro", ["stages"] = new JsonObject(), ["segments"] = new JsonArray(),
    };

    /// <summary>All that a template may write: the person, an event with what the designs look for, and addresses that lead nowhere.</summary>
    public static JsonObject Of(Language language, JsonObject person, string workspace, long nowMs)
    {
        string Say(string en, string es) => language == Language.Es ? es : en;
        JsonObject Product(string id, string name, double price, int quantity) => new() { ["product_id"] = id, ["name"] = name, ["price"] = price, ["quantity"] = quantity, ["url"] = "https://example.com/p/" + id };
        JsonArray Products() => [Product("mug", Say("Stoneware mug", "Taza de barro"), 189, 2), Product("coffee", Say("Coffee from Veracruz, 500 g", "Café de Veracruz, 500 g"), 245.5, 1)];
        return new JsonObject
        {
            ["person"] = person,
            ["event"] = new JsonObject
            {
                ["order_id"] = "A-1042", ["currency"] = Say("USD", "MXN"), ["total"] = 623.5, ["products"] = Products(), ["recommended"] = Products(), ["coupon"] = Say("THANKS20", "GRACIAS20"),
                ["coupon_until"] = Instants.Format(nowMs + (14 * Durations.Day)), ["ordered_at"] = Instants.Format(nowMs - (40 * Durations.Day)), ["plan"] = "Pro", ["amount"] = 299,
                ["renews_at"] = Instants.Format(nowMs + (7 * Durations.Day)), ["grace_until"] = Instants.Format(nowMs + (10 * Durations.Day)), ["confirm_url"] = "https://example.com/confirm",
                ["purpose"] = new JsonObject { ["en"] = "News and offers", ["es"] = "Novedades y ofertas" },
            },
            ["recommended"] = new JsonObject { ["currency"] = Say("USD", "MXN"), ["products"] = Products() },
            ["workspace"] = new JsonObject { ["name"] = workspace },
            ["unsubscribe_url"] = "https://example.com/unsubscribe", ["preferences_url"] = "https://example.com/preferences", ["view_url"] = "https://example.com/view",
        };
    }
}
