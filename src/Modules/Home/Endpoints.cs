using Ciclo.Engine.Hosting;
using Ciclo.Engine.Runtime;
using Ciclo.Kit;
using Ciclo.Modules.Home.Pages;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Ciclo.Modules.Home;

internal static class Endpoints
{
    public const string Workspace = "default";

    private static readonly string[] Reads = ["GET", "HEAD"];

    public static void Map(IEndpointRouteBuilder routes)
    {
        var host = routes.ServiceProvider.GetRequiredService<DataHost>();
        var pages = routes.MapGroup("").RequireLoopback(Refuse);
        pages.MapMethods("/", Reads, (Func<HttpContext, Task<IResult>>)(http => HomeAsync(http, host)));
        pages.MapMethods("/customers", Reads, (Func<HttpContext, Task<IResult>>)(http => CustomersAsync(http, host)));
        pages.MapMethods("/customers/{reference}", Reads, (HttpContext http, string reference) => CustomerAsync(http, host, PathValues.Segment(http, 1, reference)));
        pages.MapMethods("/kit", Reads, (Func<HttpContext, Task<IResult>>)(http => KitAsync(http, host)));
        pages.MapMethods("/language", Reads, (Func<HttpContext, IResult>)ReaderLanguage.Switch);
        pages.MapMethods(Asset.Route, Reads, (Func<HttpContext, IResult>)Asset.Answer);
    }

    /// <summary>The page for an address that leads nowhere.</summary>
    public static IResult NotFound(HttpContext http, WorkspaceEngine engine) =>
        new PageResult<NotFoundPage>(LocaleOf(http, engine), new Lost(null), StatusCodes.Status404NotFound);

    private static async Task<IResult> HomeAsync(HttpContext http, DataHost host)
    {
        var engine = await host.WorkspaceAsync(Workspace, http.RequestAborted);
        return new PageResult<HomePage>(LocaleOf(http, engine), engine.Read(state => HomeReading.Of(state, http.Request.Query)));
    }

    private static async Task<IResult> KitAsync(HttpContext http, DataHost host) =>
        new PageResult<KitPage>(LocaleOf(http, await host.WorkspaceAsync(Workspace, http.RequestAborted)), new object());

    private static async Task<IResult> CustomersAsync(HttpContext http, DataHost host)
    {
        var engine = await host.WorkspaceAsync(Workspace, http.RequestAborted);
        var asked = CustomersAsked.From(http.Request.Query);
        return new PageResult<CustomersPage>(LocaleOf(http, engine), engine.Read(state => CustomersReading.Of(state, asked)));
    }

    private static async Task<IResult> CustomerAsync(HttpContext http, DataHost host, string reference)
    {
        var engine = await host.WorkspaceAsync(Workspace, http.RequestAborted);
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

    private static IResult Refuse(HttpContext http) =>
        new PageResult<RefusedPage>(new Locale(ReaderLanguage.Of(http.Request), Core.Time.Zone.Utc), http.Connection.LocalPort, StatusCodes.Status403Forbidden);

    private static Locale LocaleOf(HttpContext http, WorkspaceEngine engine) => new(ReaderLanguage.Of(http.Request), engine.Rules.Zone);
}

/// <summary>What was looked for and is not there; null for an address rather than a person.</summary>
public sealed record Lost(string? Reference);
