using Ciclo.Core.Access;
using Ciclo.Engine.Hosting;
using Ciclo.Kit;
using Ciclo.Modules.Access.Contracts;
using Ciclo.Modules.Acquisition.Pages;
using Ciclo.Modules.Measure.Contracts;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Ciclo.Modules.Acquisition;

/// <summary>What the page's frame shows before the numbers are there.</summary>
public sealed record AcquisitionFrame(AcquisitionAsked Asked, IReadOnlyList<DateOnly> Offered, bool HasEvents, bool MayImport);

/// <summary>`/acquisition`: the frame at once, what needs a pass over histories as a piece of it.</summary>
internal sealed class AcquisitionEndpoints(DataHost host)
{
    private readonly KeptReadings<AcquisitionReading> kept = new(host.Clock);

    public void Map(IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/acquisition").RequirePermission(Permission.ReadNumbers);
        group.MapReads("", (HttpContext http) => http.Page<AcquisitionPage>(FrameOf(http)));
        group.MapReads("/numbers", (HttpContext http) => http.Part<NumbersPart>(NumbersOf(http)));
    }

    private static AcquisitionFrame FrameOf(HttpContext http)
    {
        var (engine, zone) = (http.Visitor().Engine, http.Visitor().Engine.Rules.Zone);
        var (lastAt, hasEvents) = engine.Read(state => (AcquisitionAsked.LastAt(state), state.Staged.History.Count > 0));
        var asked = AcquisitionAsked.From(http.Request.Query, zone, lastAt);
        return new AcquisitionFrame(asked, asked.Offered(zone, lastAt), hasEvents, http.Visitor().May(Permission.KeysAndSources));
    }

    private AcquisitionReading NumbersOf(HttpContext http)
    {
        var (engine, asked) = (http.Visitor().Engine, FrameOf(http).Asked);
        var key = string.Join('\n', engine.Id, asked.Query(), new CostService(host).Changes);
        // What others may be given too is not stopped when one of them leaves.
        return kept.Of(key, engine.Changes, () => AcquisitionReading.Of(MetricCatalogue.Of(host), engine, asked, CancellationToken.None));
    }
}
