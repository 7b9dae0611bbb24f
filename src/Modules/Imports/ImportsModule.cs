using System.CommandLine;
using System.Globalization;
using Ciclo.Core;
using Ciclo.Core.Events;
using Ciclo.Core.Time;
using Ciclo.Data.Journal;
using Ciclo.Engine.Definitions;
using Ciclo.Engine.Hosting;
using Ciclo.Engine.Runtime;
using Ciclo.Modules.Access.Contracts;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Ciclo.Modules.Imports;

/// <summary>Files in: `ciclo import` and the pages that do the same by pointing, and the imports so far.</summary>
public sealed class ImportsModule : IModule
{
    public string Name => "imports";

    public void AddServices(IServiceCollection services)
    {
        services.AddSingleton<UploadStore>();
        services.AddSingleton<ImportJobs>();
        services.AddHostedService(provider => provider.GetRequiredService<ImportJobs>());
        services.AddSingleton<ImportEndpoints>();
        services.AddSingleton<FileEndpoints>();
    }

    public void MapEndpoints(IEndpointRouteBuilder routes)
    {
        routes.ServiceProvider.GetRequiredService<ImportEndpoints>().Map(routes);
        routes.ServiceProvider.GetRequiredService<FileEndpoints>().Map(routes);
    }

    public IEnumerable<Command> Commands(CommandRunner runner)
    {
        var file = new Argument<string>("FILE") { Description = "CSV or JSON lines, plain or gzip." };
        var map = new Option<string>("--map") { Description = "The map: what the file's columns mean.", Required = true };
        var dryRun = new Option<bool>("--dry-run") { Description = "Read the whole file, say what would happen, change nothing." };
        var rejects = new Option<string?>("--write-rejects") { Description = "Write the rejected rows to this CSV file: line, reason, text." };
        yield return runner.Bind(new Command("import", "Import events from a file. Importing it again changes nothing.") { file, map, dryRun, rejects }, (arguments, context, cancellation) =>
            ImportCommand.RunAsync(context, arguments.GetValue(file)!, arguments.GetValue(map)!, arguments.GetValue(dryRun), arguments.GetValue(rejects), cancellation));
        var id = new Argument<uint>("ID") { Description = "The import's number, as `imports list` shows it." };
        yield return new Command("imports", "The imports so far.")
        {
            runner.Bind(new Command("list", "Imports, oldest first."), (_, context, _) => Task.FromResult(List(context))),
            runner.Bind(new Command("undo", "Take back an import: its events no longer count, and its keys are free.") { id }, (arguments, context, cancellation) =>
                UndoAsync(context, arguments.GetValue(id), cancellation)),
        };
    }

    private static int List(CommandContext context)
    {
        using var rows = context.Rows("id", "source", "file", "state", "started_at", "ended_at", "rows", "skipped", "rejected", "events", "duplicates", "changed");
        foreach (var import in context.Engine.Read(state => state.Staged.Imports.Values.ToList()))
        {
            var condition = import.IsUndone ? "undone" : import.EndedAt == 0 ? "broken_off" : "done";
            rows.Write(import.Id, import.Source, import.FileName, condition, new InstantCell(import.StartedAt), import.EndedAt == 0 ? null : new InstantCell(import.EndedAt),
                import.Rows, import.Skipped, import.Rejected, import.Events, import.Duplicates, import.Changed);
        }
        return 0;
    }

    private static async Task<int> UndoAsync(CommandContext context, uint id, CancellationToken cancellation)
    {
        var import = context.Engine.Read(state => state.Staged.Imports.GetValueOrDefault(id));
        if (import is null || import.IsUndone)
        {
            return context.Fail(import is null
                ? new Text($"There is no import {id}. `ciclo imports list` shows them.", $"No existe la importación {id}. `ciclo imports list` las muestra.")
                : new Text($"Import {id} was undone before.", $"La importación {id} ya se había deshecho."));
        }
        var events = import.Events;
        await context.Engine.AppendAsync(RecordKind.ImportUndone, new ImportUndoneRecord(id, context.Host.NowMs, Actor.CommandLine.Id), RecordJson.Default.ImportUndoneRecord, cancellation);
        await AuditLog.WriteAsync(context.Host, new AuditEntry(context.Engine.Id, Actor.CommandLine, AuditActions.ImportUndone, id.ToString(), $"events={events}"), cancellation);
        using var rows = context.Rows("id", "events");
        rows.Write(id, events);
        return 0;
    }
}
