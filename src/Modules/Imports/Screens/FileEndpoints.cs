using Ciclo.Core;
using Ciclo.Core.Access;
using Ciclo.Core.Time;
using Ciclo.Kit;
using Ciclo.Modules.Access.Contracts;
using Ciclo.Modules.Imports.Pages;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;

namespace Ciclo.Modules.Imports;

/// <summary>A new import: the file is sent, its columns are pointed at, it is tried, it is imported.</summary>
internal sealed class FileEndpoints(UploadStore uploads, ImportJobs jobs, TimeProvider clock)
{
    private const int LongestFileName = 200;
    private const int LongestMap = 1 << 19;

    public void Map(IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/sources/imports").RequirePermission(Permission.KeysAndSources);
        group.MapReads("/new", (HttpContext http) => http.Page<NewImportPage>(new object()));
        group.MapSends("/upload", (Func<HttpContext, Task<IResult>>)UploadAsync);
        group.MapReads("/files/{id}", (HttpContext http, string id) => Page(http, id, null));
        group.MapReads("/files/{id}/run", (HttpContext http, string id) => http.Part<RunPart>(RunOf(http, id)));
        group.MapReads("/files/{id}/live", (HttpContext http, string id) => JobStream.Of(jobs.Find(http.Visitor().WorkspaceId, id), clock));
        group.MapSends("/files/{id}/point", Point);
        group.MapSends("/files/{id}/text", Write);
        group.MapSends("/files/{id}/try", (HttpContext http, string id) => Begin(http, id, isDryRun: true));
        group.MapSends("/files/{id}/import", (HttpContext http, string id) => Begin(http, id, isDryRun: false));
        group.MapSends("/files/{id}/remove", (HttpContext http, string id) =>
        {
            uploads.Remove(http.Visitor().WorkspaceId, id);
            return Results.Redirect("/sources/imports");
        });
    }

    /// <summary>The body is the file itself; its name stands in the address, the form's token in a header. Answers where to go on.</summary>
    private async Task<IResult> UploadAsync(HttpContext http)
    {
        if (http.Request.HasFormContentType)
        {
            return Results.BadRequest();
        }
        if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
        {
            size.MaxRequestBodySize = UploadStore.LargestFile + 1;
        }
        var name = Path.GetFileName(http.Request.Query["name"].ToString().Replace('\\', '/'));
        name = new string([.. name.Where(c => !char.IsControl(c)).Take(LongestFileName)]) is { Length: > 0 } given ? given : "file.csv";
        var visitor = http.Visitor();
        var (upload, refusal) = await uploads.TakeAsync(visitor.WorkspaceId, name, http.Request.Body, visitor.Name, http.RequestAborted);
        if (upload is null)
        {
            return Results.Text(http.Locale().Say(refusal!.Value), statusCode: StatusCodes.Status400BadRequest);
        }
        try
        {
            var sample = FileSample.Read(uploads.PathOf(visitor.WorkspaceId, upload.Id));
            var pointing = ColumnGuess.Of(sample, name, ZoneOf(visitor), CurrencyOf(visitor));
            uploads.Save(visitor.WorkspaceId, upload with { Pointing = pointing, Map = MapWriter.Write(pointing, sample) });
            return Results.Text(BasePath.Of(http.Request.PathBase.ToUriComponent(), "/sources/imports/files/" + upload.Id));
        }
        catch (ImportFailedException unreadable)
        {
            uploads.Remove(visitor.WorkspaceId, upload.Id);
            return Results.Text(http.Locale().Say(unreadable.Reason), statusCode: StatusCodes.Status400BadRequest);
        }
    }

    private IResult Page(HttpContext http, string id, Text? refusal) => Model(http, id) is { } model
        ? http.Page<FilePage>(model with { Refusal = refusal }, PageAnswers.StatusOf(refusal))
        : jobs.Find(http.Visitor().WorkspaceId, id) is { IsDryRun: false, Result: not null } && uploads.Find(http.Visitor().WorkspaceId, id) is null
            ? http.Page<ImportedPage>(RunOf(http, id))
            : Results.NotFound();

    private FileModel? Model(HttpContext http, string id)
    {
        var workspace = http.Visitor().WorkspaceId;
        if (uploads.Find(workspace, id) is not { Pointing: { } pointing } upload)
        {
            return null;
        }
        var sample = FileSample.Read(uploads.PathOf(workspace, id));
        var mistakes = new List<Diagnostic>();
        MapReader.Read(upload.Map, mistakes);
        return new FileModel(upload, sample, pointing, MapWriter.Write(pointing, sample) != upload.Map, mistakes, jobs.Find(http.Visitor().WorkspaceId, id), null);
    }

    private RunModel RunOf(HttpContext http, string id)
    {
        var upload = uploads.Find(http.Visitor().WorkspaceId, id);
        var job = jobs.Find(http.Visitor().WorkspaceId, id);
        return new RunModel(upload, id, job, job is not null && (upload is null || upload.Map == job.Map));
    }

    /// <summary>The menus of the table were changed: the text is written anew, and both are shown.</summary>
    private IResult Point(HttpContext http, string id)
    {
        if (Model(http, id) is not { } model)
        {
            return Results.NotFound();
        }
        var pointing = FormPointing.Read(http.Request.Form, model.Pointing);
        if (pointing.TimeFormat == model.Pointing.TimeFormat && pointing.Of(ColumnRole.Date) is { } date && date != model.Pointing.Of(ColumnRole.Date))
        {
            var column = pointing.Columns.TakeWhile(one => one.Name != date).Count();
            pointing = pointing with { TimeFormat = TimeGuess.Of(model.Sample.Rows.Select(row => row[column])) ?? pointing.TimeFormat };
        }
        return Shown(http, id, model, pointing, MapWriter.Write(pointing, model.Sample));
    }

    /// <summary>The text was changed by hand: it rules, and the table shows of it what it can.</summary>
    private IResult Write(HttpContext http, string id)
    {
        var text = http.Request.Form["map"].ToString().ReplaceLineEndings("\n");
        if (Model(http, id) is not { } model)
        {
            return Results.NotFound();
        }
        if (text.Length is 0 or > LongestMap)
        {
            return Page(http, id, new Text("A map has 1 to 524,288 characters.", "Un mapa tiene de 1 a 524,288 caracteres."));
        }
        var pointing = MapReader.Read(text, []) is { } map ? PointingReader.Of(map, model.Sample, model.Pointing) : model.Pointing;
        return Shown(http, id, model, pointing, text);
    }

    private IResult Shown(HttpContext http, string id, FileModel model, Pointing pointing, string text)
    {
        uploads.Save(http.Visitor().WorkspaceId, model.Upload with { Pointing = pointing, Map = text });
        return http.Request.Headers.ContainsKey("HX-Request")
            ? http.Part<PointPart>(Model(http, id)!)
            : Results.Redirect($"/sources/imports/files/{id}");
    }

    private IResult Begin(HttpContext http, string id, bool isDryRun)
    {
        var visitor = http.Visitor();
        if (uploads.Find(visitor.WorkspaceId, id) is not { } upload)
        {
            return Results.NotFound();
        }
        if (MapReader.Read(upload.Map, []) is not { } map)
        {
            return Page(http, id, new Text("The map has mistakes; they stand beside its text.", "El mapa tiene errores; están junto a su texto."));
        }
        return jobs.Begin(visitor.Engine, upload, map, isDryRun, Actor.Of(http), visitor.Name) is { } refusal ? Page(http, id, refusal) : Results.Redirect($"/sources/imports/files/{id}#run");
    }

    private static string ZoneOf(Visitor visitor) => visitor.Engine.Rules.Zone.Id == Zone.Utc.Id ? "UTC" : visitor.Engine.Rules.Zone.Id;

    private static string CurrencyOf(Visitor visitor) => visitor.Engine.Rules.Currency ?? "MXN";
}
