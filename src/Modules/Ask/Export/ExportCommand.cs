using System.CommandLine;
using Ciclo.Core;
using Ciclo.Engine.Hosting;
using Ciclo.Modules.Access.Contracts;
using Ciclo.Modules.Ask.Views;

namespace Ciclo.Modules.Ask.Export;

/// <summary>`ciclo export`: a view as files, whole or not at all.</summary>
internal static class ExportCommand
{
    public static Command Make(CommandRunner runner)
    {
        var what = new Option<string>("--what") { Description = string.Join(", ", AllViews.List.Select(view => view.Name)) + ".", Required = true };
        var from = new Option<string?>("--from") { Description = "The first instant, inclusive (RFC 3339, or a date in UTC)." };
        var to = new Option<string?>("--to") { Description = "The instant to stop before (RFC 3339, or a date in UTC)." };
        var format = new Option<string?>("--format") { Description = "csv (the default), jsonl, cloudevents or parquet." };
        var folder = new Option<string>("--out") { Description = "The folder in which the export becomes one, or - for one stream of text.", Required = true };
        var isByDay = new Option<bool>("--by-day") { Description = "One folder a day, date=YYYY-MM-DD. Parquet always has them." };
        var command = new Command("export", "Take data out: events, profiles, moves, orders and the other views of `ciclo sql`.") { what, from, to, format, folder, isByDay };
        return runner.Bind(command, async (arguments, context, cancellation) =>
        {
            if (!ExportAsked.TryRead(arguments.GetValue(what), arguments.GetValue(from), arguments.GetValue(to), arguments.GetValue(format), out var asked, out var wrong))
            {
                return context.Fail(wrong.Value);
            }
            var place = arguments.GetValue(folder)!;
            if (place == "-" && asked.Format == ExportFormat.Parquet)
            {
                return context.Fail(new Text("Parquet is files. Name a folder with --out.", "Parquet son archivos. Indica una carpeta con --out."));
            }
            // Written down before the first row leaves: an export that breaks off was taken out too.
            await AuditLog.WriteAsync(context.Host, new AuditEntry(context.Engine.Id, Actor.CommandLine, AuditActions.Exported, asked.View.Name, arguments.GetValue(format) ?? "csv"), cancellation);
            var exporter = new Exporter(new Asker(context.Host, context.Engine, MaySeePeople: true, context.Language), asked);
            if (place == "-")
            {
                exporter.WriteTo(context.Out, cancellation);
                return 0;
            }
            var manifest = exporter.WriteInto(context.PathOf(place), arguments.GetValue(isByDay), cancellation);
            await context.Error.WriteLineAsync(new Text(
                $"{manifest.Rows:N0} rows in {manifest.Files.Count:N0} files: {Path.Combine(context.PathOf(place), manifest.What)}",
                $"{manifest.Rows:N0} filas en {manifest.Files.Count:N0} archivos: {Path.Combine(context.PathOf(place), manifest.What)}").In(context.Language));
            return 0;
        });
    }
}
