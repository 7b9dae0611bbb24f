using Ciclo.Core.Access;
using Ciclo.Core.Time;
using Ciclo.Engine.Hosting;
using Ciclo.Engine.Runtime;
using Ciclo.Kit;
using Ciclo.Modules.Access.Contracts;
using Ciclo.Modules.Measure.Pages;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Ciclo.Modules.Measure.Funnels;

/// <summary>`/funnels`: the page answers at once, the steps and what drives the largest loss follow.</summary>
internal sealed class FunnelEndpoints(DataHost host)
{
    private const int MostEvents = 300;
    private const int Shown = 500;
    private const int InFile = 1_000_000;

    private readonly KeptReadings<FunnelModel> funnels = new(host.Clock);
    private readonly KeptReadings<DriversModel> drivers = new(host.Clock);

    public void Map(IEndpointRouteBuilder routes)
    {
        var numbers = routes.MapGroup("/funnels").RequirePermission(Permission.ReadNumbers);
        numbers.MapReads("", (HttpContext http) => http.Page<FunnelPage>(PageOf(http)));
        numbers.MapReads("/steps", (HttpContext http) => http.Part<FunnelPart>(StepsOf(http)));
        numbers.MapReads("/drivers", DriversOf);
        var people = routes.MapGroup("/funnels").RequirePermission(Permission.ReadPeople);
        people.MapReads("/dropped", (HttpContext http, int after) =>
            Dropped(http, after, Shown) is { } model ? http.Page<DroppedPage>(model) : Results.NotFound());
        people.MapReads("/people", (HttpContext http, int reached) =>
            new FunnelReading(http.Visitor().Engine, host.Clock).Reached(FunnelAsked.Of(http.Request.Query), reached, Shown, http.RequestAborted) is { } model
                ? http.Page<ReachedPage>(model)
                : Results.NotFound());
        people.MapReads("/dropped.csv", (HttpContext http, int after) => Dropped(http, after, InFile) is { } model
            ? Results.File(CsvText.Of(["user_id", "at"], model.People.Select(one => new[] { one.Name, Instants.Format(one.At) })), "text/csv; charset=utf-8", "dropped.csv")
            : Results.NotFound());
    }

    /// <summary>Counts the funnel that the page begins with, and what drives its largest loss.</summary>
    public void Warm(WorkspaceEngine engine, CancellationToken cancellation)
    {
        var asked = PageOf(engine, FunnelAsked.Of(QueryCollection.Empty)).Asked;
        if (asked.Steps.Count >= 2 && Steps(engine, asked, cancellation).Leak is > 0 and var after)
        {
            Drivers(engine, asked, after, cancellation);
        }
    }

    private static FunnelPageModel PageOf(HttpContext http) => PageOf(http.Visitor().Engine, FunnelAsked.Of(http.Request.Query));

    private static FunnelPageModel PageOf(WorkspaceEngine engine, FunnelAsked asked) => engine.Read(state =>
    {
        List<string> events = ["page", "screen", .. state.Staged.Schema.Events.OrderByDescending(pair => pair.Value).Take(MostEvents).Select(pair => state.Staged.EventNames[pair.Key])];
        var isSuggested = asked.Steps.Count < 2;
        return new FunnelPageModel(isSuggested ? asked with { Steps = FunnelAsked.Suggested(state) } : asked, events, isSuggested, state.Staged.History.Count > 0);
    });

    private FunnelModel StepsOf(HttpContext http)
    {
        var (engine, asked) = (http.Visitor().Engine, FunnelAsked.Of(http.Request.Query));
        return Steps(engine, asked, CancellationToken.None);
    }

    private FunnelModel Steps(WorkspaceEngine engine, FunnelAsked asked, CancellationToken cancellation) =>
        funnels.Of(engine.Id + asked.Query, engine.Changes, () => new FunnelReading(engine, host.Clock).Steps(asked, cancellation));

    private DriversModel Drivers(WorkspaceEngine engine, FunnelAsked asked, int after, CancellationToken cancellation) =>
        drivers.Of($"{engine.Id}{asked.Query}/{after}", engine.Changes, () => new FunnelReading(engine, host.Clock).Drivers(asked, after, cancellation));

    private IResult DriversOf(HttpContext http, int after)
    {
        var (engine, asked) = (http.Visitor().Engine, FunnelAsked.Of(http.Request.Query));
        if (after < 1 || after >= asked.Steps.Count)
        {
            return Results.NotFound();
        }
        return http.Part<DriversPart>(Drivers(engine, asked, after, CancellationToken.None));
    }

    private DroppedModel? Dropped(HttpContext http, int step, int most) =>
        new FunnelReading(http.Visitor().Engine, host.Clock).Dropped(FunnelAsked.Of(http.Request.Query), step, most, http.RequestAborted);
}
