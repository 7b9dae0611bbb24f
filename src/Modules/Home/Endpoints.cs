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
    public static void Map(IEndpointRouteBuilder routes)
    {
        var numbers = routes.MapGroup("").RequirePermission(Permission.ReadNumbers);
        numbers.MapReads("/", Home);
        numbers.MapReads("/kit", Kit);
        var open = routes.MapGroup("").LetAnybodyIn();
        open.MapReads("/language", ReaderLanguage.Switch);
        open.MapReads(Asset.Route, Asset.Answer);
    }

    /// <summary>The page for an address that leads nowhere.</summary>
    public static IResult NotFound(HttpContext http, WorkspaceEngine engine) =>
        new PageResult<NotFoundPage>(new Locale(ReaderLanguage.Of(http.Request), engine.Rules.Zone), new object(), StatusCodes.Status404NotFound);

    private static IResult Home(HttpContext http, KeptReadings<HomeReading> kept) => http.Page<HomePage>(Read(kept, http.Visitor().Engine, http.Request.Query));

    /// <summary>What the first page shows, counted or kept.</summary>
    public static HomeReading Read(KeptReadings<HomeReading> kept, WorkspaceEngine engine, IQueryCollection query)
    {
        // While nothing has come the page says so; the first event must not wait for that answer to grow old.
        var isEmpty = engine.Read(state => state.Staged.History.Count == 0);
        var key = string.Join('\n', engine.Id, isEmpty, query["lifecycle"], query["period"], query["from"], query["to"]);
        return kept.Of(key, engine.Changes, () => engine.Read(state => HomeReading.Of(state, query)));
    }

    private static IResult Kit(HttpContext http) => http.Page<KitPage>(new object());
}
