using Ciclo.Core.Access;
using Ciclo.Engine.Hosting;
using Ciclo.Engine.Runtime;
using Ciclo.Kit;
using Ciclo.Modules.Access.Contracts;
using Ciclo.Modules.Home.Pages;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Ciclo.Modules.Home;

internal static class Endpoints
{
    private static readonly string[] Reads = ["GET", "HEAD"];

    public static void Map(IEndpointRouteBuilder routes)
    {
        var numbers = routes.MapGroup("").RequirePermission(Permission.ReadNumbers);
        numbers.MapMethods("/", Reads, Home);
        numbers.MapMethods("/kit", Reads, (Func<HttpContext, IResult>)Kit);
        var people = routes.MapGroup("").RequirePermission(Permission.ReadPeople);
        people.MapMethods("/customers", Reads, (Func<HttpContext, IResult>)Customers);
        people.MapMethods("/customers/{reference}", Reads, (HttpContext http, string reference) => Customer(http, PathValues.Segment(http, 1, reference)));
        var open = routes.MapGroup("").LetAnybodyIn();
        open.MapMethods("/language", Reads, (Func<HttpContext, IResult>)ReaderLanguage.Switch);
        open.MapMethods(Asset.Route, Reads, (Func<HttpContext, IResult>)Asset.Answer);
    }

    /// <summary>The page for an address that leads nowhere.</summary>
    public static IResult NotFound(HttpContext http, WorkspaceEngine engine) =>
        new PageResult<NotFoundPage>(LocaleOf(http, engine), new Lost(null), StatusCodes.Status404NotFound);

    private static IResult Home(HttpContext http, KeptReadings<HomeReading> kept)
    {
        var (engine, query) = (http.Visitor().Engine, http.Request.Query);
        var key = string.Join('\n', engine.Id, query["lifecycle"], query["period"], query["from"], query["to"]);
        return new PageResult<HomePage>(LocaleOf(http, engine), kept.Of(key, engine.Version, () => engine.Read(state => HomeReading.Of(state, query))));
    }

    private static IResult Kit(HttpContext http) => new PageResult<KitPage>(LocaleOf(http, http.Visitor().Engine), new object());

    private static IResult Customers(HttpContext http)
    {
        var engine = http.Visitor().Engine;
        var asked = CustomersAsked.From(http.Request.Query);
        return new PageResult<CustomersPage>(LocaleOf(http, engine), engine.Read(state => CustomersReading.Of(state, asked)));
    }

    private static IResult Customer(HttpContext http, string reference)
    {
        var engine = http.Visitor().Engine;
        var (profile, id) = engine.Read(state =>
        {
            var node = state.Staged.Identity.Find(reference);
            var found = node < 0 ? -1 : state.Staged.Identity.ProfileOf(node);
            return (found, found < 0 ? "" : state.Staged.Identity.PublicId(found));
        });
        if (profile < 0)
        {
            return new PageResult<NotFoundPage>(LocaleOf(http, engine), new Lost(reference), StatusCodes.Status404NotFound);
        }
        if (id != reference)
        {
            // Who was merged, or was asked for by user_id:V, has one address all the same.
            return Results.Redirect($"/customers/{id}{http.Request.QueryString}");
        }
        var lifecycle = http.Request.Query["lifecycle"].ToString();
        var until = int.TryParse(http.Request.Query["until"], out var count) && count > 0 ? count : int.MaxValue;
        var reading = engine.Read(state => CustomerReading.Of(state, profile, lifecycle, until));
        return new PageResult<CustomerPage>(LocaleOf(http, engine), reading.WithEvents(engine.Journal));
    }

    private static Locale LocaleOf(HttpContext http, WorkspaceEngine engine) => new(ReaderLanguage.Of(http.Request), engine.Rules.Zone);
}

/// <summary>What was looked for and is not there; null for an address rather than a person.</summary>
public sealed record Lost(string? Reference);
