using Ciclo.Core;
using Ciclo.Core.Access;
using Ciclo.Engine.Hosting;
using Ciclo.Kit;
using Ciclo.Modules.Access.Contracts;
using Ciclo.Modules.Predict.Kept;
using Ciclo.Modules.Predict.Pages;
using Ciclo.Modules.Profiles.Contracts;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Ciclo.Modules.Predict.Recommending;

/// <summary>`/models/recommendations`.</summary>
/// <param name="IsReady">Whether it can be tried.</param>
public sealed record OffersModel(KeptRecord<OfferCard>? Record, Text? Progress, bool IsReady, bool HasOrders, IReadOnlyList<string> Categories, bool MayChange, bool MayReadPeople)
{
    /// <summary>What is popular in each segment and stage, the largest first.</summary>
    public IReadOnlyList<GroupTaste> Tastes { get; init; } = [];

    /// <summary>Whether something is being done, or is about to be.</summary>
    public bool IsBusy => Progress is not null || (Record is { } asked && asked.Refusal is null && (asked.Card is null || !IsReady));
}

/// <summary>What one person bought and is offered; or why there is nothing to show.</summary>
public sealed record OfferTrialModel(string PersonId, string Name, IReadOnlyList<(ShopItem Item, long At)> Bought, IReadOnlyList<PersonOffer> Offers, Text? Refusal);

/// <summary>The page of recommendations.</summary>
internal sealed class OfferEndpoints(DataHost host)
{
    private const string Path = "/models/recommendations";
    private const int Tried = 10;
    private const int Shown = 3;
    private const int LongestWho = 200;

    private readonly OfferDesk desk = OfferDesk.Of(host);

    public void Map(IEndpointRouteBuilder routes)
    {
        var read = routes.MapGroup(Path).RequirePermission(Permission.ReadNumbers);
        read.MapReads("", (HttpContext http) => http.Page<OffersPage>(ModelOf(http)));
        read.MapReads("/now", (HttpContext http) => http.Part<OffersPart>(ModelOf(http)));
        routes.MapGroup(Path).RequirePermission(Permission.ReadPeople).MapReads("/try", (HttpContext http) => http.Part<OfferTrialPart>(Try(http)));
        var change = routes.MapGroup(Path).RequirePermission(Permission.ChangeDefinitions);
        change.MapSends("/train", (HttpContext http) => DoneAsync(desk.TrainAsync(http.Visitor().WorkspaceId, Actor.Of(http), http.RequestAborted)));
        change.MapSends("/approve", (HttpContext http) => DoneAsync(desk.DecideAsync(http.Visitor().WorkspaceId, true, Actor.Of(http), http.RequestAborted)));
        change.MapSends("/stop", (HttpContext http) => DoneAsync(desk.DecideAsync(http.Visitor().WorkspaceId, false, Actor.Of(http), http.RequestAborted)));
    }

    private static async Task<IResult> DoneAsync(Task act)
    {
        await act;
        return Results.Redirect(Path);
    }

    private OffersModel ModelOf(HttpContext http)
    {
        var visitor = http.Visitor();
        var shelf = desk.Shelf(visitor.WorkspaceId);
        return new OffersModel(
            desk.Find(visitor.WorkspaceId), desk.Progress(visitor.WorkspaceId), shelf is not null, visitor.Engine.Read(state => state.Staged.EventNames.Find("Order Completed") >= 0),
            [.. shelf?.Categories ?? []], visitor.May(Permission.ChangeDefinitions), visitor.May(Permission.ReadPeople))
        {
            Tastes = shelf is null ? [] : visitor.Engine.Read(state => shelf.Tastes(state, Shown)),
        };
    }

    private OfferTrialModel Try(HttpContext http)
    {
        var (visitor, who, category) = (http.Visitor(), http.Request.Query["who"].ToString().Trim(), http.Request.Query["category"].ToString());
        if (desk.Shelf(visitor.WorkspaceId) is not { } shelf)
        {
            return Refused(new("Nothing is trained yet. Train it first.", "Aún no hay nada entrenado. Entrénalo primero."));
        }
        return visitor.Engine.Read(state =>
        {
            var identity = state.Staged.Identity;
            var node = who.Length is 0 or > LongestWho ? -1 : identity.Find(who) is >= 0 and var named ? named : identity.Find("email:" + who);
            if (node < 0)
            {
                return Refused(new("Nobody is known by that. Write a user id, an e-mail address, or prf_….", "No se conoce a nadie así. Escribe un id de usuario, un correo o prf_…."));
            }
            var profile = identity.ProfileOf(node);
            var request = new OfferRequest(Tried, category.Length > 0 ? category : null, BoughtToo: http.Request.Query["again"] == "on");
            return new OfferTrialModel(
                identity.PublicId(profile), PersonName.Of(ProfileCard.Of(state, profile)), OfferShelf.BoughtOf(state, profile, Tried), shelf.For(state, profile, request), null);
        });
    }

    private static OfferTrialModel Refused(Text why) => new("", "", [], [], why);
}
