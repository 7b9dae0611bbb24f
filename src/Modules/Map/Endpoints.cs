using Ciclo.Core.Access;
using Ciclo.Engine.Hosting;
using Ciclo.Kit;
using Ciclo.Modules.Access.Contracts;
using Ciclo.Modules.Map.Pages;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Ciclo.Modules.Map;

/// <summary>`/map`: the page answers at once; what needs a look through histories follows as a piece of it.</summary>
internal sealed class Endpoints(DataHost host) : IDisposable
{
    private static readonly string[] Reads = ["GET", "HEAD"];

    /// <summary>Two looks at once leave the engine its cores; who comes third waits a moment.</summary>
    private readonly SemaphoreSlim looks = new(2, 2);

    public void Map(IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/map").RequirePermission(Permission.ReadNumbers);
        group.MapMethods("", Reads, (HttpContext http) => new PageResult<MapPage>(LocaleOf(http), ModelOf(http)));
        group.MapMethods("/survey", Reads, (Func<HttpContext, Task<IResult>>)SurveyAsync);
    }

    public void Dispose() => looks.Dispose();

    private async Task<IResult> SurveyAsync(HttpContext http)
    {
        var model = ModelOf(http);
        await looks.WaitAsync(http.RequestAborted);
        try
        {
            var survey = new JourneyScan(http.Visitor().Engine, model, host.Clock).Run(http.RequestAborted);
            return new FragmentResult<MapPart>(LocaleOf(http), new SurveyModel(model, survey));
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

    private static Locale LocaleOf(HttpContext http) => new(ReaderLanguage.Of(http.Request), http.Visitor().Engine.Rules.Zone);
}

/// <summary>The map as it was asked for, and what was found.</summary>
public sealed record SurveyModel(MapModel Map, JourneySurvey Survey);
