using System.Globalization;
using Ciclo.Core;
using Ciclo.Core.Access;
using Ciclo.Data.Journal;
using Ciclo.Engine.Hosting;
using Ciclo.Engine.Runtime;
using Ciclo.Kit;
using Ciclo.Modules.Access.Contracts;
using Ciclo.Modules.Imports.Pages;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Ciclo.Modules.Imports;

/// <summary>`/sources/imports`: the imports so far, and undoing one. The way of a new one is in <see cref="FileEndpoints"/>.</summary>
internal sealed class ImportEndpoints(DataHost host, UploadStore uploads)
{
    private static readonly Text Undone = new("The import is undone: its events no longer count, and its keys are free.", "La importación se deshizo: sus eventos ya no cuentan y sus claves quedan libres.");

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGroup("/sources/imports").RequirePermission(Permission.ReadNumbers).MapReads("", List);
        var undo = routes.MapGroup("/sources/imports/undo").RequirePermission(Permission.EraseAndExport);
        undo.MapReads("/{number}", (HttpContext http, string number) => Find(http, number) is { IsUndone: false } import
            ? http.Page<UndoPage>(new UndoModel(import))
            : Results.NotFound());
        undo.MapSends("/{number}", UndoAsync);
    }

    private PageResult<ImportsPage> List(HttpContext http)
    {
        var visitor = http.Visitor();
        var mayImport = visitor.May(Permission.KeysAndSources);
        var model = new ImportsModel(
            [.. Rows(visitor.Engine).Reverse()], mayImport ? uploads.All(visitor.WorkspaceId) : [], mayImport, visitor.May(Permission.EraseAndExport), http.Request.Query["done"] == "undone" ? Undone : null);
        return http.Page<ImportsPage>(model);
    }

    private IEnumerable<ImportRow> Rows(WorkspaceEngine engine)
    {
        var runs = host.Database.Read(connection => RunStore.Of(connection, engine.Id));
        return engine.Read(state => state.Staged.Imports.Values.Select(import => new ImportRow(
            import.Id, import.Source, import.FileName, import.IsUndone, import.EndedAt == 0, import.StartedAt, import.Rows, import.Skipped, import.Rejected, import.Events, import.Duplicates, import.Changed,
            runs.TryGetValue(import.Id, out var run) ? run.By : null, runs.TryGetValue(import.Id, out run) ? run.People : null)).ToList());
    }

    private ImportRow? Find(HttpContext http, string number) =>
        uint.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? Rows(http.Visitor().Engine).FirstOrDefault(import => import.Id == id) : null;

    private async Task<IResult> UndoAsync(HttpContext http, string number)
    {
        if (Find(http, number) is not { IsUndone: false } import)
        {
            return Results.NotFound();
        }
        var (engine, by) = (http.Visitor().Engine, Actor.Of(http));
        await engine.AppendAsync(RecordKind.ImportUndone, new ImportUndoneRecord(import.Id, host.NowMs, by.Id), RecordJson.Default.ImportUndoneRecord, http.RequestAborted);
        await AuditLog.WriteAsync(host, new AuditEntry(engine.Id, by, AuditActions.ImportUndone, import.Id.ToString(), $"events={import.Events}"), CancellationToken.None);
        return Results.Redirect("/sources/imports?done=undone");
    }
}
