using System.Globalization;
using Ciclo.Core;
using Ciclo.Core.Access;
using Ciclo.Engine.Hosting;
using Ciclo.Kit;
using Ciclo.Modules.Access.Contracts;
using Ciclo.Modules.Predict.Models;
using Ciclo.Modules.Predict.Pages;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Ciclo.Modules.Predict.Views;

/// <summary>Lead scoring on a model's page: grades, what a threshold gains, whom sales see.</summary>
internal sealed class LeadEndpoints(DataHost host)
{
    private const int First = 8;
    private const double MostMoney = 1e9;

    private readonly ModelDesk desk = ModelDesk.Of(host);

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGroup("/models/{id}").RequirePermission(Permission.ReadNumbers).MapReads("/leads", (HttpContext http, string id) => LeadsOf(http, id, null) is { } model ? http.Part<LeadPart>(model) : Results.NotFound());
        routes.MapGroup("/models/{id}").RequirePermission(Permission.ChangeDefinitions).MapSends("/leads", SetAsync);
    }

    private LeadsModel? LeadsOf(HttpContext http, string id, Text? refusal, ViewSettings? asked = null)
    {
        if (ViewPaths.Find(desk, http, id) is not { Card: { Lead: { } lead } card } found)
        {
            return null;
        }
        var visitor = http.Visitor();
        var people = ScoredReading.Of(host).Of(visitor.Engine, found.Model, found.ScoredAt);
        var mayRead = visitor.May(Permission.ReadPeople);
        var first = mayRead && people is not null ? ViewPaths.Named(visitor.Engine, people.People.OrderByDescending(person => person.Score).ThenBy(person => person.Profile).Take(First)) : [];
        return new LeadsModel(found.Model, card, lead, asked ?? desk.ViewOf(found.Model.Id), found.IsScored, people, first, mayRead, visitor.May(Permission.ChangeDefinitions), refusal);
    }

    /// <summary>Keeps what a contact costs and what a customer brings, where the grades are cut, and the threshold; everybody is graded anew.</summary>
    private async Task<IResult> SetAsync(HttpContext http, string id)
    {
        if (LeadsOf(http, id, null) is not { } shown)
        {
            return Results.NotFound();
        }
        var form = http.Request.Form;
        var (cost, worth, threshold) = (Number(form["cost"]), Number(form["worth"]), Number(form["threshold"]) / 100);
        var cuts = new LeadCuts(Number(form["a"]) / 100 ?? 0, Number(form["b"]) / 100 ?? 0, Number(form["c"]) / 100 ?? 0);
        var view = shown.View with { Cost = cost, Worth = worth, Threshold = threshold, Cuts = cuts };
        Text? refusal = cost is not (>= 0 and <= MostMoney) || worth is not (> 0 and <= MostMoney)
            ? new Text("Say what contacting one lead costs, 0 or more, and what a customer that is won brings, above 0.", "Di cuánto cuesta contactar a un prospecto, 0 o más, y cuánto trae un cliente ganado, más de 0.")
            : threshold is <= 0 or > 1 ? new Text("The threshold is a chance above 0% and at most 100%; empty for where the gain is highest.", "El umbral es una probabilidad mayor que 0% y de 100% como máximo; vacío para donde más se gana.")
            : !cuts.IsInOrder ? new Text("Grades begin at chances above 0%: that of A the highest, then B, then C.", "Las notas empiezan en probabilidades mayores que 0%: la de A la más alta, luego B y luego C.") : null;
        if (refusal is not null)
        {
            return http.Part<LeadPart>(LeadsOf(http, id, refusal, view)!);
        }
        await desk.GradeAsync(shown.Model, view, Actor.Of(http), http.RequestAborted);
        // The form lies in a part: the whole page is to be shown anew, as everybody is graded now.
        if (http.Request.Headers.ContainsKey("HX-Request"))
        {
            http.Response.Headers["HX-Redirect"] = BasePath.Of(http.Request.PathBase.ToUriComponent(), ViewPaths.Of(shown.Model, ""));
            return Results.Ok();
        }
        return Results.Redirect(ViewPaths.Of(shown.Model, ""));
    }

    private static double? Number(string? text) => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number) ? number : null;
}
