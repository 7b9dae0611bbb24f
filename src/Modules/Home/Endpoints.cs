using Ciclo.Core.Access;
using Ciclo.Core.Metrics;
using Ciclo.Engine.Hosting;
using Ciclo.Engine.Runtime;
using Ciclo.Kit;
using Ciclo.Modules.Access.Contracts;
using Ciclo.Modules.Home.Pages;
using Ciclo.Modules.Measure.Contracts;
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
        numbers.MapReads("/stages/{lifecycle}/{stage}", Stage);
        numbers.MapReads("/kit", Kit);
        var open = routes.MapGroup("").LetAnybodyIn();
        open.MapReads("/language", ReaderLanguage.Switch);
        open.MapReads(Asset.Route, Asset.Answer);
    }

    /// <summary>The page for an address that leads nowhere.</summary>
    public static IResult NotFound(HttpContext http, WorkspaceEngine engine) =>
        new PageResult<NotFoundPage>(new Locale(ReaderLanguage.Of(http.Request), engine.Rules.Zone), new object(), StatusCodes.Status404NotFound);

    private static IResult Home(HttpContext http, KeptReadings<HomeReading> kept) =>
        http.Page<HomePage>(Read(kept, http.Visitor().Engine, http.Request.Query["lifecycle"].ToString(), http.Request.Query));

    private static IResult Stage(HttpContext http, KeptReadings<HomeReading> kept, KeptReadings<StageReading> stages, DataHost host, string lifecycle, string stage)
    {
        var engine = http.Visitor().Engine;
        var home = Read(kept, engine, lifecycle, http.Request.Query);
        if (home.Chosen is not { } chosen || chosen.Id != lifecycle || chosen.IndexOf(stage) is not (>= 0 and var index))
        {
            return Results.NotFound();
        }
        var here = stages.Of($"{engine.Id}/{lifecycle}/{stage}", engine.Changes, () => engine.Read(state => StageReading.Of(state, lifecycle, index)));
        var hasNumbers = FrameworkStages.NumbersOf(lifecycle, stage, MetricCatalogue.Of(host).All).Count > 0;
        return http.Page<StagePage>(new StageModel(home, chosen, index, here, hasNumbers));
    }

    /// <summary>What the first page shows, counted or kept.</summary>
    public static HomeReading Read(KeptReadings<HomeReading> kept, WorkspaceEngine engine, string lifecycle, IQueryCollection query)
    {
        // While nothing has come the page says so; the first event must not wait for that answer to grow old.
        var isEmpty = engine.Read(state => state.Staged.History.Count == 0);
        var key = string.Join('\n', engine.Id, isEmpty, lifecycle, query["period"], query["from"], query["to"]);
        return kept.Of(key, engine.Changes, () => engine.Read(state => HomeReading.Of(state, lifecycle, query)));
    }

    private static IResult Kit(HttpContext http) => http.Page<KitPage>(new object());
}
