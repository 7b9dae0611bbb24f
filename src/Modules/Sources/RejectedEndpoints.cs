using System.Globalization;
using Ciclo.Core;
using Ciclo.Core.Access;
using Ciclo.Kit;
using Ciclo.Modules.Access.Contracts;
using Ciclo.Modules.Sources.Pages;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Ciclo.Modules.Sources;

/// <summary>`/sources/rejected`: what was refused, why, and sending it again.</summary>
internal sealed class RejectedEndpoints(RetryService retries)
{
    private const int LongestText = 200_000;

    private static readonly string[] Fields = ["type", "event", "userId", "anonymousId"];

    public void Map(IEndpointRouteBuilder routes)
    {
        var people = routes.MapGroup("/sources/rejected").RequirePermission(Permission.ReadPeople);
        people.MapReads("", (HttpContext http) => List(http, null));
        people.MapReads("/{id}", (HttpContext http, string id) => One(http, id, null));
        var keepers = routes.MapGroup("/sources/rejected").RequirePermission(Permission.KeysAndSources);
        keepers.MapSends("/{id}/retry", RetryAsync);
        keepers.MapSends("/retry", (Func<HttpContext, Task<IResult>>)RetrySetAsync);
    }

    private PageResult<RejectedPage> List(HttpContext http, Text? refusal)
    {
        var visitor = http.Visitor();
        var came = int.TryParse(http.Request.Query["came"], NumberStyles.None, CultureInfo.InvariantCulture, out var count) ? count : -1;
        var stayed = int.TryParse(http.Request.Query["stayed"], NumberStyles.None, CultureInfo.InvariantCulture, out var left) ? left : 0;
        var model = RejectedReading.Of(
            visitor.Engine, retries, RejectedAsked.From(http.Request.Query), visitor.May(Permission.KeysAndSources), came < 0 ? null : Outcome(came, stayed), refusal);
        return http.Page<RejectedPage>(model, PageAnswers.StatusOf(refusal));
    }

    private IResult One(HttpContext http, string id, Text? refusal, string? edited = null)
    {
        var visitor = http.Visitor();
        if (RejectedReading.Find(visitor.Engine, retries, id) is not { } item)
        {
            return Results.NotFound();
        }
        var model = new RefusedModel(item, edited ?? KeptItem.Shown(item.Row.Item), visitor.May(Permission.KeysAndSources) && item.MayRetry, refusal);
        return http.Page<RefusedPage>(model, PageAnswers.StatusOf(refusal));
    }

    private async Task<IResult> RetryAsync(HttpContext http, string id)
    {
        var engine = http.Visitor().Engine;
        if (RejectedReading.Find(engine, retries, id) is not { } item)
        {
            return Results.NotFound();
        }
        var text = http.Request.Form["item"].ToString();
        if (text.Length > LongestText)
        {
            return One(http, id, RejectedWords.NoJson);
        }
        var sent = await retries.SendAsync(engine, item.Address, text.Length == 0 ? null : text, null, Actor.Of(http), http.RequestAborted);
        if (!sent.CameIn)
        {
            return One(http, id, sent.Refusal, text.Length == 0 ? null : text);
        }
        await engine.FoldedAsync(sent.Position, http.RequestAborted);
        return Results.Redirect("/sources/rejected?came=1");
    }

    private async Task<IResult> RetrySetAsync(HttpContext http)
    {
        var (form, engine) = (http.Request.Form, http.Visitor().Engine);
        var (field, value) = (form["field"].ToString(), form["value"].ToString().Trim());
        if (field.Length > 0 && (!Fields.Contains(field, StringComparer.Ordinal) || value.Length is 0 or > 512))
        {
            return List(http, new Text("Choose what is missing, and write what to put there (1 to 512 characters).", "Elige qué falta y escribe qué poner ahí (de 1 a 512 caracteres)."));
        }
        var reason = form["reason"].ToString();
        var (came, stayed, last) = (0, 0, -1L);
        foreach (var item in RejectedReading.Newest(engine, retries.Known(engine)).Where(item => item.MayRetry && (reason.Length == 0 || item.Row.Reason == reason)).Take(RetryService.MostAtOnce))
        {
            var sent = await retries.SendAsync(engine, item.Address, null, field.Length == 0 ? null : (field, value), Actor.Of(http), http.RequestAborted);
            came += sent.CameIn ? 1 : 0;
            stayed += sent.CameIn ? 0 : 1;
            last = Math.Max(last, sent.Position);
        }
        if (last >= 0)
        {
            await engine.FoldedAsync(last, http.RequestAborted);
        }
        return Results.Redirect($"/sources/rejected?came={came}&stayed={stayed}" + (reason.Length == 0 ? "" : "&reason=" + Uri.EscapeDataString(reason)));
    }

    private static Text Outcome(int came, int stayed) => new(
        $"{came} came in" + (stayed == 0 ? "." : $"; {stayed} were refused again and stay here."), $"Entraron {came}" + (stayed == 0 ? "." : $"; {stayed} se rechazaron de nuevo y siguen aquí."));
}
