using System.ComponentModel;
using Ciclo.Core;
using Ciclo.Core.Predict.Recommend;
using Ciclo.Core.Time;
using Ciclo.Core.Values;
using Ciclo.Engine.Hosting;
using Ciclo.Engine.Runtime;
using Ciclo.Modules.Keys.Contracts;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;

namespace Ciclo.Modules.Predict.Recommending;

/// <summary>An item to offer. What events did not say of it is null.</summary>
/// <param name="Item">`product_id`, else `sku`, else the name.</param>
/// <param name="Score">Compares items of one answer that have the same kind of `why` only.</param>
/// <param name="Why">In the reader's language: because of what, or that it is popular.</param>
/// <param name="Because">The item of the person's history that speaks most for it; null where it is popular.</param>
internal sealed record OfferAnswer(
    string Item, string? Name, string? Category, decimal? Price, string? Currency, string? ImageUrl, string? Url, double Score, string Why, string? Because);

/// <summary>What to offer to a person, the best first.</summary>
/// <param name="Algorithm">`popular`, `item-knn`, `ease` or `als`: the best in the newest test.</param>
internal sealed record OffersAnswer(string Algorithm, string TrainedAt, IReadOnlyList<OfferAnswer> Data);

/// <summary>`GET /api/v1/profiles/{id}/recommendations`.</summary>
internal static class OfferApi
{
    private const int DefaultLimit = 10;

    public static void Map(IEndpointRouteBuilder routes) => routes.MapGroup("/api/v1").RequireScope("read").WithTags("Profiles")
        .MapGet("/profiles/{id}/recommendations", Answer).Produces<OffersAnswer>().ProducesProblem(400).ProducesProblem(404).ProducesProblem(409)
        .WithSummary("What to offer to a person, the best first, from memory. 409 until recommendations are trained and approved.");

    private static IResult Answer(
        HttpContext http, string id, DataHost host,
        [Description("How many, 1 to 100. Default: 10.")] int? limit,
        [Description("Only items of this category, as events write it.")] string? category,
        [FromQuery(Name = "exclude_bought"), Description("Whether what the person bought before is left out. Default: true.")] bool? excludeBought,
        [FromQuery(Name = "min_price"), Description("The least price, in the currency of the items.")] double? minPrice,
        [FromQuery(Name = "max_price"), Description("The highest price, in the currency of the items.")] double? maxPrice,
        [Description("A segment's id or LIFECYCLE:STAGE whose popular items fill the places that the person's own history leaves open. Default: the person's own, where 20 people or more tell its taste.")] string? segment,
        [Description("From 0 (the best scores, the default) to 1 (each category once before any comes again).")] double? diversity)
    {
        if (limit is < 1 or > Offers.Most)
        {
            return Problems.BadRequest(http, "bad_limit", new Text($"`limit` is a number from 1 to {Offers.Most}.", $"`limit` es un número de 1 a {Offers.Most}."));
        }
        if (diversity is not (null or (>= 0 and <= 1)))
        {
            return Problems.BadRequest(http, "bad_diversity", new Text("`diversity` is a number from 0 to 1.", "`diversity` es un número de 0 a 1."));
        }
        if (!double.IsFinite(minPrice ?? 0) || !double.IsFinite(maxPrice ?? 0) || minPrice > maxPrice)
        {
            return Problems.BadRequest(http, "bad_price", new Text("`min_price` is at most `max_price`, and both are numbers.", "`min_price` es como máximo `max_price`, y ambos son números."));
        }
        var (caller, reference, desk) = (http.Caller(), PathValues.Segment(http, 3, id), OfferDesk.Of(host));
        var shelf = desk.Used(caller.Engine.Id);
        var request = new OfferRequest(limit ?? DefaultLimit, category, minPrice, maxPrice, excludeBought == false, diversity ?? 0, segment);
        if (segment is not null && shelf?.Knows(segment) == false)
        {
            return Problems.BadRequest(http, "bad_segment", new Text(
                $"Nobody in '{segment}' had to do with an item when recommendations were trained. Give a segment's id or LIFECYCLE:STAGE.", $"Nadie en '{segment}' tuvo que ver con un artículo cuando se entrenaron las recomendaciones. Da el id de un segmento o CICLO:ETAPA."));
        }
        var (isKnown, found) = caller.Engine.Read(state => state.Staged.Identity.Find(reference) is >= 0 and var node
            ? (true, shelf?.For(state, state.Staged.Identity.ProfileOf(node), request) ?? [])
            : (false, []));
        if (!isKnown)
        {
            return Problems.NotFound(http, new Text(
                $"Nobody is known as '{reference}'. Ask by prf_…, user_id:V, anonymous_id:V or email:V.", $"No se conoce a nadie como '{reference}'. Pregunta por prf_…, user_id:V, anonymous_id:V o email:V."));
        }
        if (shelf is null)
        {
            return desk.IsUsed(caller.Engine.Id)
                ? Problems.Of(http, 409, "recommendations_not_ready", new Text("Recommendations are being trained. Ask again in a minute.", "Las recomendaciones se están entrenando. Pregunta de nuevo en un minuto."))
                : Problems.Of(http, 409, "recommendations_not_used", new Text("Recommendations are not in use. Train and approve them at /models/recommendations.", "Las recomendaciones no están en uso. Entrénalas y apruébalas en /models/recommendations."));
        }
        var language = Problems.LanguageOf(http);
        return Results.Json(new OffersAnswer(shelf.Card.Used.Algorithm, Instants.Format(shelf.TrainedAt), [.. found.Select(offer => AnswerOf(offer, language))]), ApiJson.Options);
    }

    private static OfferAnswer AnswerOf(PersonOffer offer, Language language) => new(
        offer.Item.Id, Said(offer.Item.Name), Said(offer.Item.Category), PriceOf(offer.Item), offer.Item.Price is null ? null : Said(offer.Item.Currency), Said(offer.Item.ImageUrl), Said(offer.Item.Url),
        Math.Round(offer.Score, 6), OfferWords.Why(offer).In(language), offer.Because?.Id);

    public static decimal? PriceOf(ShopItem item) => item.Price is { } price ? (decimal)price.Micros / Number.Scale : null;

    private static string? Said(string text) => text.Length > 0 ? text : null;
}
