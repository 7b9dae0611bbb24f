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
        var open = routes.MapGroup("").LetAnybodyIn();
        open.MapMethods("/language", Reads, (Func<HttpContext, IResult>)ReaderLanguage.Switch);
        open.MapMethods(Asset.Route, Reads, (Func<HttpContext, IResult>)Asset.Answer);
    }

    /// <summary>The page for an address that leads nowhere.</summary>
    public static IResult NotFound(HttpContext http, WorkspaceEngine engine) =>
        new PageResult<NotFoundPage>(LocaleOf(http, engine), new object(), StatusCodes.Status404NotFound);

    private static IResult Home(HttpContext http, KeptReadings<HomeReading> kept)
    {
        var (engine, query) = (http.Visitor().Engine, http.Request.Query);
        // While nothing has come the page says so; the first event must not wait for that answer to grow old.
        var isEmpty = engine.Read(state => state.Staged.History.Count == 0);
        var key = string.Join('\n', engine.Id, isEmpty, query["lifecycle"], query["period"], query["from"], query["to"]);
        return new PageResult<HomePage>(LocaleOf(http, engine), kept.Of(key, engine.Changes, () => engine.Read(state => HomeReading.Of(state, query))));
    }

    private static IResult Kit(HttpContext http) => new PageResult<KitPage>(LocaleOf(http, http.Visitor().Engine), new object());

    private static Locale LocaleOf(HttpContext http, WorkspaceEngine engine) => new(ReaderLanguage.Of(http.Request), engine.Rules.Zone);
}
