using Ciclo.Core.Access;
using Ciclo.Engine.Hosting;
using Ciclo.Modules.Access.Contracts;
using Ciclo.Modules.Customers.Contracts;
using Ciclo.Modules.Map.Pages;
using Ciclo.Modules.Profiles.Contracts;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Ciclo.Modules.Map;

/// <summary>`/map`: the page answers at once; what needs a look through histories follows as a piece of it.</summary>
internal sealed class Endpoints(DataHost host) : IDisposable
{
    /// <summary>Two looks at once leave the engine its cores; who comes third waits a moment.</summary>
    private readonly SemaphoreSlim looks = new(2, 2);

    public void Map(IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/map").RequirePermission(Permission.ReadNumbers);
        group.MapReads("", (HttpContext http) => http.Page<MapPage>(ModelOf(http)));
        group.MapReads("/survey", SurveyAsync);
        routes.MapGroup("/map").RequirePermission(Permission.ReadPeople).MapReads("/people", PeopleAsync);
        routes.MapGroup("/map").RequirePermission(Permission.ChangePeople).MapSends("/people", (Func<HttpContext, Task<IResult>>)KeepAsync);
    }

    public void Dispose() => looks.Dispose();

    private async Task<IResult> SurveyAsync(HttpContext http)
    {
        var model = ModelOf(http);
        return http.Part<MapPart>(new SurveyModel(model, await LookAsync(http, model, null), http.Visitor().May(Permission.ReadPeople)));
    }

    /// <summary>Whoever went a way: the histories are looked through again, so they are those of now.</summary>
    private async Task<IResult> PeopleAsync(HttpContext http)
    {
        if (PlaceOf(http.Request.Query) is not { } place)
        {
            return Results.NotFound();
        }
        var model = ModelOf(http);
        var survey = await LookAsync(http, model, place);
        var shown = Math.Clamp(JourneyAsked.Number(http.Request.Query, "shown", 0), 0, Math.Max(0, survey.Passed.Count - 1));
        var page = http.Visitor().Engine.Read(state => survey.Passed.Skip(shown).Take(PathPeople.PageSize).Where(state.Staged.Identity.IsProfile)
            .Select(profile => ProfileCard.Of(state, profile)).Select(card => new PathPerson(card.Id, PersonName.Of(card), card.UserId, card.LastSeenAt)).ToList());
        return http.Page<PeoplePage>(new PathPeople(model, place, survey, page, shown, http.Visitor().May(Permission.ChangePeople)));
    }

    /// <summary>The people of a way as a static list.</summary>
    private async Task<IResult> KeepAsync(HttpContext http)
    {
        if (PlaceOf(http.Request.Query) is not { } place)
        {
            return Results.NotFound();
        }
        var (visitor, survey) = (http.Visitor(), await LookAsync(http, ModelOf(http), place));
        var people = visitor.Engine.Read(state => survey.Passed.Where(state.Staged.Identity.IsProfile).Select(state.Staged.Identity.PublicId).ToList());
        var (list, refusal) = await CustomerLists.MakeAsync(host, visitor, http.Request.Form["name"].ToString(), people, Actor.Of(http), http.RequestAborted);
        return list is null ? http.Page<RefusedPage>(refusal!.Value, StatusCodes.Status400BadRequest) : Results.Redirect(CustomerPaths.OfList(list) + "&done=filled");
    }

    private static PathPlace? PlaceOf(IQueryCollection query)
    {
        var (step, from, to) = (JourneyAsked.Number(query, "step", -1), JourneyAsked.Text(query, "from"), JourneyAsked.Text(query, "to"));
        return step is >= 0 and <= JourneyAsked.MostSteps && to.Length > 0 ? new PathPlace(step, from.Length == 0 ? null : from, to) : null;
    }

    private async Task<JourneySurvey> LookAsync(HttpContext http, MapModel model, PathPlace? wanted)
    {
        await looks.WaitAsync(http.RequestAborted);
        try
        {
            return new JourneyScan(http.Visitor().Engine, model, host.Clock, wanted).Run(http.RequestAborted);
        }
        finally
        {
            looks.Release();
        }
    }

    private static MapModel ModelOf(HttpContext http)
    {
        var asked = JourneyAsked.From(http.Request.Query);
        return http.Visitor().Engine.Read(state => MapModel.Of(state, asked));
    }
}

/// <summary>The map as it was asked for, and what was found.</summary>
public sealed record SurveyModel(MapModel Map, JourneySurvey Survey, bool ShowsPeople);

public sealed record PathPerson(string Id, string Name, string UserId, long? LastSeenAt);

/// <summary>Whoever passed a place of the paths; <see cref="Shown"/>: how many stand on the pages before.</summary>
public sealed record PathPeople(MapModel Map, PathPlace Place, JourneySurvey Survey, IReadOnlyList<PathPerson> Page, int Shown, bool MayKeep)
{
    public const int PageSize = 50;

    public string Path(int shown) => PathOf(Map, Place) + (shown == 0 ? "" : "&shown=" + shown.ToString(System.Globalization.CultureInfo.InvariantCulture));

    /// <summary>The page of whoever passes a place.</summary>
    public static string PathOf(MapModel map, PathPlace place) => "/map/people" + map.Asked.Query + QueryString.Create(new KeyValuePair<string, string?>[]
    {
        new("step", place.Step.ToString(System.Globalization.CultureInfo.InvariantCulture)), new("from", place.From ?? ""), new("to", place.To),
    }).Value!.Replace('?', '&');
}
