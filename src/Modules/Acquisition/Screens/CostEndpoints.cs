using System.Collections.Concurrent;
using System.Security.Cryptography;
using Ciclo.Core;
using Ciclo.Core.Access;
using Ciclo.Core.Time;
using Ciclo.Engine.Hosting;
using Ciclo.Kit;
using Ciclo.Modules.Access.Contracts;
using Ciclo.Modules.Acquisition.Pages;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Ciclo.Modules.Acquisition;

/// <summary>What is kept of costs, by where they send people from.</summary>
public sealed record CostSummary(string Source, string Medium, long Campaigns, long Rows, int FirstDay, int LastDay);

public sealed record CostsModel(IReadOnlyList<CostSummary> Costs, IReadOnlyList<FollowerRow> Followers, WebSettings Settings, Text? Done, Text? Refusal);

/// <summary>A file that was read and waits to be kept; one of <paramref name="Costs"/> and <paramref name="Followers"/>.</summary>
public sealed record PreviewModel(string Id, string FileName, ReadFile<CostRow>? Costs, ReadFile<FollowerRow>? Followers, string Currency);

/// <summary>`/acquisition/costs`: a file is sent, what is in it is shown, and it is kept or not; and what is the workspace's own traffic.</summary>
internal sealed class CostEndpoints(DataHost host)
{
    private const int MostWaiting = 16;
    private const long KeptMs = 30 * Durations.Minute;

    private readonly CostService service = new(host);

    /// <summary>Files between being shown and being kept. They are in memory alone: a restart asks for them again.</summary>
    private readonly ConcurrentDictionary<string, (string Workspace, long At, PreviewModel File)> waiting = new(StringComparer.Ordinal);

    public void Map(IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/acquisition/costs").RequirePermission(Permission.KeysAndSources);
        group.MapReads("", (HttpContext http) => Page(http, null));
        group.MapSends("/try", (Func<HttpContext, Task<IResult>>)TryAsync);
        group.MapSends("/keep", (Func<HttpContext, Task<IResult>>)KeepAsync);
        group.MapSends("/remove", (Func<HttpContext, Task<IResult>>)RemoveAsync);
        group.MapSends("/own", (Func<HttpContext, Task<IResult>>)OwnAsync);
    }

    private PageResult<CostsPage> Page(HttpContext http, Text? refusal)
    {
        var store = new CostStore(http.Visitor().WorkspaceId);
        Text? done = http.Request.Query["done"].ToString() switch
        {
            "costs" => new Text("The costs are in. The numbers count them now.", "Los costos están dentro. Las cifras ya los cuentan."),
            "followers" => new Text("The counts are in.", "Los conteos están dentro."),
            "removed" => new Text("The costs are gone. The numbers no longer count them.", "Los costos ya no están. Las cifras ya no los cuentan."),
            "own" => new Text("Saved. Visits are counted anew.", "Guardado. Las visitas se cuentan de nuevo."),
            _ => null,
        };
        return host.Database.Read(connection => http.Page<CostsPage>(new CostsModel(store.Summary(connection), store.Followers(connection), store.Settings(connection), done, refusal),
            refusal is null ? StatusCodes.Status200OK : StatusCodes.Status400BadRequest));
    }

    private async Task<IResult> TryAsync(HttpContext http)
    {
        var form = await http.Request.ReadFormAsync(http.RequestAborted);
        if (form.Files.GetFile("file") is not { Length: > 0 } sent)
        {
            return Page(http, new Text("Choose a file first.", "Elige primero un archivo."));
        }
        var hints = new FileHints(Field("source"), Field("medium"), Field("currency").ToUpperInvariant(), Field("dates"));
        await using var stream = sent.OpenReadStream();
        var (id, name) = (RandomNumberGenerator.GetHexString(24, lowercase: true), Path.GetFileName(sent.FileName) is { Length: <= 200 } given ? given : "file.csv");
        var currency = http.Visitor().Engine.Read(state => state.Currency) ?? "";
        PreviewModel preview;
        if (form["kind"] == "followers")
        {
            var (followers, wrong) = FollowerFile.Read(stream, hints);
            if (followers is null)
            {
                return Page(http, wrong);
            }
            preview = new PreviewModel(id, name, null, followers, currency);
        }
        else
        {
            var (costs, wrong) = CostFile.Read(stream, hints);
            if (costs is null)
            {
                return Page(http, wrong);
            }
            preview = new PreviewModel(id, name, costs, null, currency);
        }
        Hold(http.Visitor().WorkspaceId, preview);
        return http.Page<PreviewPage>(preview);

        string Field(string field) => form[field].ToString().Trim() is { Length: <= 100 } text ? text : "";
    }

    private async Task<IResult> KeepAsync(HttpContext http)
    {
        var workspace = http.Visitor().WorkspaceId;
        if (!waiting.TryRemove(http.Request.Form["id"].ToString(), out var held) || held.Workspace != workspace)
        {
            return Page(http, new Text("The file waited too long. Send it again.", "El archivo esperó demasiado. Envíalo de nuevo."));
        }
        if (held.File.Costs is { } costs)
        {
            await service.KeepAsync(workspace, costs, Actor.Of(http), http.RequestAborted);
            return Results.Redirect("/acquisition/costs?done=costs");
        }
        await service.KeepAsync(workspace, held.File.Followers!, Actor.Of(http), http.RequestAborted);
        return Results.Redirect("/acquisition/costs?done=followers");
    }

    private async Task<IResult> RemoveAsync(HttpContext http)
    {
        var form = http.Request.Form;
        await service.RemoveAsync(http.Visitor().WorkspaceId, form["source"].ToString(), form["medium"].ToString(), Actor.Of(http), http.RequestAborted);
        return Results.Redirect("/acquisition/costs?done=removed");
    }

    private async Task<IResult> OwnAsync(HttpContext http)
    {
        var (workspace, by) = (http.Visitor().WorkspaceId, Actor.Of(http));
        if (!WebSettings.TryHosts(Words(CostStore.OwnHosts), out var hosts, out var wrong) || !WebSettings.TryHosts(Words(CostStore.InternalDomains), out var domains, out wrong))
        {
            return Page(http, wrong);
        }
        await service.SetAsync(workspace, CostStore.OwnHosts, hosts, by, http.RequestAborted);
        await service.SetAsync(workspace, CostStore.InternalDomains, domains, by, http.RequestAborted);
        return Results.Redirect("/acquisition/costs?done=own");

        string[] Words(string field) => http.Request.Form[field].ToString().Split([' ', ',', '\n', '\r', '\t'], StringSplitOptions.RemoveEmptyEntries);
    }

    private void Hold(string workspace, PreviewModel preview)
    {
        foreach (var (id, one) in waiting.OrderBy(pair => pair.Value.At).ToList())
        {
            if (waiting.Count >= MostWaiting || host.NowMs - one.At > KeptMs)
            {
                waiting.TryRemove(id, out _);
            }
        }
        waiting[preview.Id] = (workspace, host.NowMs, preview);
    }
}
