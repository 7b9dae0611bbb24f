using System.Globalization;
using Ciclo.Core;
using Ciclo.Core.Events;
using Ciclo.Engine.Definitions;
using Ciclo.Engine.Hosting;
using Ciclo.Modules.Access.Contracts;

namespace Ciclo.Modules.Imports;

/// <summary>`ciclo import FILE --map MAP.yaml`: counts to standard output, progress and rejected rows to standard error.</summary>
internal static class ImportCommand
{
    private const long MaxMapBytes = 1 << 20;

    public static async Task<int> RunAsync(CommandContext context, string file, string mapFile, bool isDryRun, string? rejectsFile, CancellationToken cancellation)
    {
        var (path, mapPath) = (context.PathOf(file), context.PathOf(mapFile));
        if ((Missing(path) ?? Missing(mapPath)) is { } missing)
        {
            return context.Fail(missing);
        }
        if (new FileInfo(mapPath).Length > MaxMapBytes)
        {
            return context.Fail(new Text($"{mapFile} is larger than 1 MiB: it is no map.", $"{mapFile} pesa más de 1 MiB: no es un mapa."));
        }
        var text = await File.ReadAllTextAsync(mapPath, cancellation);
        var diagnostics = new List<Diagnostic>();
        if (MapReader.Read(text, diagnostics) is not { } map || diagnostics.Exists(found => found.Severity == Severity.Error))
        {
            context.Error.Write(DiagnosticPrinter.Print(mapFile, text, diagnostics, context.Language));
            return context.Fail(NothingImported);
        }
        await using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16, FileOptions.SequentialScan | FileOptions.Asynchronous);
        await using var rejects = rejectsFile is null ? null : File.Create(context.PathOf(rejectsFile));
        var options = new ImportOptions
        {
            Now = context.Host.NowMs,
            IsDryRun = isDryRun,
            RejectsTo = rejects,
            Language = context.Language,
            IsSystem = SystemEvents.Contains,
            Clock = context.Host.Clock,
        };
        try
        {
            var result = await ImportRunner.RunAsync(
                stream, Path.GetFileName(path), map, options, new EngineImportTarget(context.Engine, context.Host.Clock), new ProgressLine(context), cancellation);
            if (!isDryRun && !result.IsRefused)
            {
                await AuditLog.WriteAsync(context.Host, new AuditEntry(
                    context.Engine.Id, Actor.CommandLine, AuditActions.Imported, result.ImportId.ToString(), $"rows={result.Rows} events={result.Events}"), cancellation);
            }
            return Report(context, result, mapFile, text, diagnostics);
        }
        catch (ImportFailedException failed)
        {
            return context.Fail(failed.Reason);
        }
    }

    private static readonly Text NothingImported = new("Nothing was imported.", "No se importó nada.");

    private static Text? Missing(string path) => File.Exists(path) ? null : new Text($"There is no file {path}.", $"No existe el archivo {path}.");

    private static int Report(CommandContext context, ImportResult result, string mapFile, string map, List<Diagnostic> ofMap)
    {
        context.Error.Write(DiagnosticPrinter.Print(mapFile, map, ofMap.Concat(result.Diagnostics), context.Language));
        if (result.IsRefused)
        {
            return context.Fail(NothingImported);
        }
        foreach (var reject in result.Rejects)
        {
            context.Error.WriteLine(new Text($"line {reject.Line}: {reject.Reason}: {reject.Detail.En}", $"línea {reject.Line}: {reject.Reason}: {reject.Detail.Es}").In(context.Language));
        }
        if (result.Rejected > result.Rejects.Count)
        {
            context.Error.WriteLine(new Text(
                $"… and {result.Rejected - result.Rejects.Count} more; --write-rejects FILE writes them all.",
                $"… y {result.Rejected - result.Rejects.Count} más; --write-rejects ARCHIVO los escribe todos.").In(context.Language));
        }
        foreach (var key in result.ChangedKeys)
        {
            context.Error.WriteLine(new Text($"changed: {key}", $"con otro contenido: {key}").In(context.Language));
        }
        foreach (var sample in result.SampleEvents)
        {
            context.Error.WriteLine(sample);
        }
        if (context.Format == OutputFormat.Json)
        {
            context.Out.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $$"""{"rows":{{result.Rows}},"skipped":{{result.Skipped}},"rejected":{{result.Rejected}},"events":{{result.Events}},"duplicates":{{result.Duplicates}},"changed":{{result.Changed}},"profiles":{{result.Profiles}}}"""));
            return 0;
        }
        using var rows = context.Rows("rows", "skipped", "rejected", "events", "duplicates", "changed", "profiles");
        rows.Write(result.Rows, result.Skipped, result.Rejected, result.Events, result.Duplicates, result.Changed, result.Profiles);
        return 0;
    }

    /// <summary>One line that is written over, with the rate and the time left.</summary>
    private sealed class ProgressLine(CommandContext context) : IProgress<ImportProgress>
    {
        public void Report(ImportProgress value)
        {
            var share = value.BytesTotal is > 0 and var total ? $"{100.0 * value.BytesRead / total:0}% · " : "";
            var left = value.Left is { } time ? $" · {time:hh\\:mm\\:ss}" : "";
            var line = new Text(
                $"{share}{value.Rows:N0} rows · {value.RowsPerSecond:N0}/s{left}{(left.Length > 0 ? " left" : "")}",
                $"{share}{value.Rows:N0} filas · {value.RowsPerSecond:N0}/s{left}{(left.Length > 0 ? " restantes" : "")}").In(context.Language);
            context.Error.Write(context.IsTerminal ? "\r" + line + " " : line + "\n");
        }
    }
}
