using System.Text;
using Ciclo.Engine.Hosting;
using Ciclo.Modules.Access.Contracts;
using Ciclo.Modules.Ask.Parts;
using Ciclo.Modules.Ask.Views;
using Ciclo.Modules.Keys.Contracts;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;

namespace Ciclo.Modules.Ask.Export;

/// <summary>An export as one stream. One that breaks off ends without its last chunk, which every client takes for an error.</summary>
internal static class ExportApi
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapGroup("/api/v1").RequireScope("export").WithTags("SQL")
        .MapGet("/export", ExportAsync).Produces<string>(200, "text/csv", "application/jsonl", "application/cloudevents+jsonl", "application/vnd.apache.parquet").ProducesProblem(400).ProducesProblem(503)
        .WithSummary("Take a view out whole: `what` it is, `from` and `to` where it has a time, `format` csv, jsonl, cloudevents or parquet.");

    private static async Task<IResult> ExportAsync(HttpContext http, DataHost host, string? what, string? from, string? to, string? format)
    {
        if (!ExportAsked.TryRead(what, from, to, format, out var asked, out var wrong))
        {
            return Problems.BadRequest(http, "bad_export", wrong.Value);
        }
        if (asked.Format == ExportFormat.Parquet && Part.Duckdb.Find(host.Folder) is null)
        {
            return Problems.Of(http, StatusCodes.Status503ServiceUnavailable, "no_part", Part.Duckdb.Missing);
        }
        var engine = http.Caller().Engine;
        await AuditLog.WriteAsync(host, new AuditEntry(engine.Id, Actor.Of(http), AuditActions.Exported, asked.View.Name, format ?? "csv"), http.RequestAborted);
        var exporter = new Exporter(new Asker(host, engine, MaySeePeople: true, Problems.LanguageOf(http)), asked);
        var name = $"{asked.View.Name}.{asked.Ending}";
        return asked.Format == ExportFormat.Parquet
            ? Results.Stream(stream => SendParquetAsync(exporter, stream, host.Folder, http.RequestAborted), asked.MediaType, name)
            : Results.Stream(stream => SendText(http, exporter, stream), asked.MediaType, name);
    }

    private static Task SendText(HttpContext http, Exporter exporter, Stream stream)
    {
        // Rows are made and written on this thread; a client that reads slowly holds it up, and nothing gathers in memory.
        http.Features.Get<IHttpBodyControlFeature>()!.AllowSynchronousIO = true;
        return Task.Factory.StartNew(() =>
        {
            using var text = new StreamWriter(stream, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), 1 << 16, leaveOpen: true);
            exporter.WriteTo(text, http.RequestAborted);
        }, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    private static async Task SendParquetAsync(Exporter exporter, Stream stream, string data, CancellationToken cancellation)
    {
        var work = Directory.CreateDirectory(Path.Combine(data, "uploads", "export-" + Guid.CreateVersion7().ToString("N")));
        try
        {
            var file = Path.Combine(work.FullName, "part-0.parquet");
            await Task.Factory.StartNew(() => exporter.WriteParquet(file, cancellation), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
            await using var whole = File.OpenRead(file);
            await whole.CopyToAsync(stream, cancellation);
        }
        finally
        {
            work.Delete(recursive: true);
        }
    }
}
