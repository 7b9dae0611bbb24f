using System.Globalization;
using Ciclo.Core;
using Ciclo.Core.Access;
using Ciclo.Core.Predict.Reach;
using Ciclo.Engine.Hosting;
using Ciclo.Kit;
using Ciclo.Modules.Access.Contracts;
using Ciclo.Modules.Messages.Contracts;
using Ciclo.Modules.Predict.Kept;
using Ciclo.Modules.Predict.Pages;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Ciclo.Modules.Predict.Reaching;

/// <summary>`/models/reach`.</summary>
/// <param name="IsReady">Whether it can answer.</param>
/// <param name="Costs">What messages cost.</param>
/// <param name="Refusal">Of what was just sent.</param>
public sealed record ReachPageModel(KeptRecord<ReachCard>? Record, ReachSettings Settings, Text? Progress, bool IsReady, bool MayChange, MessageCosts Costs, string? Currency, Text? Refusal)
{
    /// <summary>Whether something is being done, or is about to be.</summary>
    public bool IsBusy => Progress is not null || (Record is { } asked && asked.Refusal is null && (asked.Card is null || !IsReady));
}

/// <summary>The card on a customer's page; <paramref name="First"/> as <see cref="PersonAnswers"/> has it.</summary>
public sealed record ReachCardModel(ReachAnswer Answer, int First);

/// <summary>The page of channel and hour, and their card on each customer's page.</summary>
internal sealed class ReachEndpoints(DataHost host)
{
    private const string Path = "/models/reach";

    private readonly ReachDesk desk = ReachDesk.Of(host);

    public void Map(IEndpointRouteBuilder routes)
    {
        var read = routes.MapGroup(Path).RequirePermission(Permission.ReadNumbers);
        read.MapReads("", (HttpContext http) => http.Page<ReachPage>(ModelOf(http, null)));
        read.MapReads("/now", (HttpContext http) => http.Part<ReachPart>(ModelOf(http, null)));
        routes.MapGroup("").RequirePermission(Permission.ReadPeople).MapReads("/customers/{id}/reach", Card);
        var change = routes.MapGroup(Path).RequirePermission(Permission.ChangeDefinitions);
        change.MapSends("/train", (HttpContext http) => DoneAsync(desk.TrainAsync(http.Visitor().WorkspaceId, Actor.Of(http), http.RequestAborted)));
        change.MapSends("/approve", (HttpContext http) => DoneAsync(desk.DecideAsync(http.Visitor().WorkspaceId, true, Actor.Of(http), http.RequestAborted)));
        change.MapSends("/stop", (HttpContext http) => DoneAsync(desk.DecideAsync(http.Visitor().WorkspaceId, false, Actor.Of(http), http.RequestAborted)));
        change.MapSends("/settings", SetAsync);
    }

    private static async Task<IResult> DoneAsync(Task act)
    {
        await act;
        return Results.Redirect(Path);
    }

    private async Task<IResult> SetAsync(HttpContext http)
    {
        var typed = http.Request.Form["worth"].ToString().Trim().Replace(',', '.');
        decimal? worth = null;
        if (typed.Length > 0)
        {
            if (!decimal.TryParse(typed, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var said) || said is < 0 or > ReachSettings.Most)
            {
                return http.Page<ReachPage>(ModelOf(http, new Text($"What an answer is worth is a number from 0 to {ReachSettings.Most}, or nothing.", $"Lo que vale una respuesta es un número de 0 a {ReachSettings.Most}, o nada.")));
            }
            worth = said == 0 ? null : said;
        }
        return await DoneAsync(desk.SetAsync(http.Visitor().WorkspaceId, new ReachSettings(worth, http.Request.Form["by"] == "clicks"), Actor.Of(http), http.RequestAborted));
    }

    private ReachPageModel ModelOf(HttpContext http, Text? refusal)
    {
        var visitor = http.Visitor();
        return new ReachPageModel(
            desk.Find(visitor.WorkspaceId), desk.Settings(visitor.WorkspaceId), desk.Progress(visitor.WorkspaceId), desk.Shelf(visitor.WorkspaceId) is not null, visitor.May(Permission.ChangeDefinitions),
            MessageCosts.Read(host, visitor.WorkspaceId), visitor.Engine.Read(state => state.Currency), refusal);
    }

    private IResult Card(HttpContext http, string id)
    {
        var visitor = http.Visitor();
        if (desk.Used(visitor.WorkspaceId) is not { } shelf)
        {
            return Results.Content("", "text/html");
        }
        var model = visitor.Engine.Read(state =>
        {
            var node = state.Staged.Identity.Find(id);
            if (node < 0)
            {
                return null;
            }
            var person = SentFold.Of(state, state.Staged.Identity.ProfileOf(node), null);
            return new ReachCardModel(shelf.For(person, state.Now, shelf.Known), person?.First ?? -1);
        });
        return model is null ? Results.NotFound() : http.Part<ReachPersonCard>(model);
    }
}
