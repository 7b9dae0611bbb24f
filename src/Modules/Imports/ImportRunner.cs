using Ciclo.Core;

namespace Ciclo.Modules.Imports;

/// <summary>
/// Imports a file by a map. The same file gives the same events with the same ids and bytes, in whatever order its lines stand and wherever
/// it is cut between groups; so importing it again changes nothing.
/// </summary>
public static class ImportRunner
{
    /// <summary>How many frames may be on their way to the disk at once.</summary>
    public const int FramesInFlight = 2;

    /// <summary>
    /// Reads <paramref name="file"/> (plain or gzip) to its end; the caller closes it. A map that does not fit the file is an answer with errors
    /// and nothing imported. Throws <see cref="ImportFailedException"/> for a file that cannot be read on: what was appended until then stays,
    /// and the same import again goes over it.
    /// </summary>
    public static async Task<ImportResult> RunAsync(
        Stream file, string fileName, ImportMap map, ImportOptions options, IImportTarget target, IProgress<ImportProgress>? progress, CancellationToken cancellation)
    {
        var counted = new CountingStream(file);
        var diagnostics = new List<Diagnostic>();
        using var input = Readable(() => Utf8Input.Open(counted, map.Encoding));
        var opened = Readable(() => OpenedFile.Open(map, input, diagnostics));
        if (opened.Plan is not { } plan)
        {
            return new ImportResult { Diagnostics = diagnostics };
        }
        Warn(plan, options, diagnostics);
        var pace = new Pace(counted, options.Clock, progress);
        var result = options.IsDryRun
            ? DryRun(opened, plan, options, target, pace, cancellation)
            : await ImportAsync(opened, plan, fileName, options, target, pace, cancellation);
        return result with { Diagnostics = diagnostics, Detected = opened.Detected };
    }

    private static ImportResult DryRun(OpenedFile opened, ImportPlan plan, ImportOptions options, IImportTarget target, Pace pace, CancellationToken cancellation)
    {
        using var run = new ImportRun(opened, plan, options, 0);
        var tally = new DryRunTally(target, options.Listed);
        foreach (var _ in Steps(run, pace))
        {
            cancellation.ThrowIfCancellationRequested();
            for (var i = 0; i < run.Staged.Count; i++)
            {
                tally.Add(run.Staged[i]);
            }
            run.Staged.Clear();
        }
        return Result(run) with
        {
            Events = tally.Events,
            Duplicates = tally.Duplicates,
            Changed = tally.Changed,
            Profiles = tally.Profiles,
            ChangedKeys = tally.ChangedKeys,
            SampleEvents = tally.Samples,
            ByName = tally.ByName,
        };
    }

    private static async Task<ImportResult> ImportAsync(
        OpenedFile opened, ImportPlan plan, string fileName, ImportOptions options, IImportTarget target, Pace pace, CancellationToken cancellation)
    {
        var id = await target.BeginAsync(new ImportStart(plan.Map.Source, fileName, plan.Map.ReplacesChanged, options.Now), cancellation);
        using var run = new ImportRun(opened, plan, options, id);
        var sender = new FrameSender(target);
        ImportCounts? counts = null;
        try
        {
            foreach (var _ in Steps(run, pace))
            {
                cancellation.ThrowIfCancellationRequested();
                await DrainAsync(run, sender, cancellation);
            }
            await sender.FinishAsync(cancellation);
            counts = await target.CompleteAsync(id, new ImportEnd(true, run.Rows, run.Skipped, run.Rejected), cancellation);
        }
        finally
        {
            // An import that broke off is ended too: its events are in the journal, and its line in the list must say so.
            if (counts is null)
            {
                await target.CompleteAsync(id, new ImportEnd(false, run.Rows, run.Skipped, run.Rejected), CancellationToken.None);
            }
        }
        return Result(run) with
        {
            ImportId = id,
            Events = counts.Events,
            Duplicates = counts.Duplicates,
            Changed = counts.Changed,
            Profiles = counts.Profiles,
            ChangedKeys = counts.ChangedKeys,
        };
    }

    /// <summary>One step a row, then one a group.</summary>
    private static IEnumerable<bool> Steps(ImportRun run, Pace pace)
    {
        while (Readable(run.Step))
        {
            pace.Tell(run.Rows);
            yield return true;
        }
        foreach (var end in run.Groups)
        {
            run.StepGroup(end);
            yield return true;
        }
        run.Finish();
        pace.TellLast(run.Rows);
    }

    private static async ValueTask DrainAsync(ImportRun run, FrameSender sender, CancellationToken cancellation)
    {
        for (var i = 0; i < run.Staged.Count; i++)
        {
            sender.AddEvent(run.Staged[i]);
            if (sender.IsFull)
            {
                await sender.SendAsync(cancellation);
            }
        }
        run.Staged.Clear();
        foreach (var rejected in run.StagedRejects)
        {
            sender.AddRejected(rejected);
            if (sender.IsFull)
            {
                await sender.SendAsync(cancellation);
            }
        }
        run.StagedRejects.Clear();
    }

    private static ImportResult Result(ImportRun run) => new()
    {
        Diagnostics = [],
        Rows = run.Rows,
        Skipped = run.Skipped,
        Rejected = run.Rejected,
        Rejects = [.. run.Rejects.OrderBy(reject => reject.Line)],
    };

    private static void Warn(ImportPlan plan, ImportOptions options, List<Diagnostic> diagnostics)
    {
        if (!options.IsDryRun)
        {
            return;
        }
        foreach (var (emit, at) in plan.Emits.Zip(plan.Map.Emits).Where(pair => !pair.First.HasKey))
        {
            diagnostics.Add(new Diagnostic("no_key", Severity.Warning, at.Place.Line, at.Place.Column,
                new Text("an event without a key", "un evento sin clave"), new Text("key: with what tells its rows apart", "key: con lo que distingue sus filas"),
                new Text("Equal rows of two files count as one row.", "Las filas iguales de dos archivos cuentan como una sola.")));
        }
    }

    /// <summary>A packed file that is damaged is the writer's fault, not ours: it is said in words.</summary>
    private static T Readable<T>(Func<T> read)
    {
        try
        {
            return read();
        }
        catch (InvalidDataException damaged)
        {
            throw new ImportFailedException(new Text($"The file is damaged and cannot be read on ({damaged.Message}). Copy it again.", $"El archivo está dañado y no se puede seguir leyendo ({damaged.Message}). Cópialo de nuevo."));
        }
    }
}

/// <summary>The file cannot be imported to its end; <see cref="Reason"/> says why and what to do.</summary>
public sealed class ImportFailedException(Text reason) : Exception(reason.En)
{
    public Text Reason { get; } = reason;
}
