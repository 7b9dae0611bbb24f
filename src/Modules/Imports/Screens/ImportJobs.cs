using System.Collections.Concurrent;
using Ciclo.Core;
using Ciclo.Core.Events;
using Ciclo.Engine.Hosting;
using Ciclo.Engine.Runtime;
using Ciclo.Modules.Access.Contracts;
using Microsoft.Extensions.Hosting;

namespace Ciclo.Modules.Imports;

/// <summary>A dry run or an import of an upload, under way or ended: then one of <see cref="Result"/> and <see cref="Refusal"/> is set.</summary>
public sealed class ImportJob(string upload, bool isDryRun)
{
    private TaskCompletionSource changed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public string Upload { get; } = upload;

    public bool IsDryRun { get; } = isDryRun;

    public ImportProgress? Progress { get; private set; }

    public ImportResult? Result { get; private set; }

    public Text? Refusal { get; private set; }

    /// <summary>The text of the map that was run: another text needs another run.</summary>
    public string Map { get; init; } = "";

    public bool IsOver => Result is not null || Refusal is not null;

    /// <summary>Completes at the next change from now on.</summary>
    public Task Changed => changed.Task;

    internal void Tell(ImportProgress progress)
    {
        Progress = progress;
        Wake();
    }

    internal void End(ImportResult? result, Text? refusal)
    {
        (Result, Refusal) = (result, refusal);
        Wake();
    }

    private void Wake() => Interlocked.Exchange(ref changed, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).SetResult();
}

/// <summary>
/// Runs imports of uploads beside the pages, by the same code as `ciclo import`: one at a time in a workspace. The server's end ends them; what
/// was appended stays, stands in the list as broken off, and can be imported again or undone.
/// </summary>
internal sealed class ImportJobs(DataHost host, UploadStore uploads) : IHostedService, IDisposable
{
    private readonly ConcurrentDictionary<string, ImportJob> jobs = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, Task> running = new(StringComparer.Ordinal);
    private readonly CancellationTokenSource stopping = new();

    public ImportJob? Find(string workspace, string upload) => jobs.GetValueOrDefault($"{workspace}/{upload}");

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await stopping.CancelAsync();
        await Task.WhenAll(running.Values).WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    public void Dispose() => stopping.Dispose();

    /// <summary>Begins a run; answers why not, if another one is under way in the workspace.</summary>
    public Text? Begin(WorkspaceEngine engine, Upload upload, ImportMap map, bool isDryRun, Actor by, string byName)
    {
        var begun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        if (!running.TryAdd(engine.Id, begun.Task))
        {
            return new Text("Another file is being read. Wait until it is done.", "Se está leyendo otro archivo. Espera a que termine.");
        }
        var job = jobs[$"{engine.Id}/{upload.Id}"] = new ImportJob(upload.Id, isDryRun) { Map = upload.Map };
        _ = Task.Run(
            async () =>
            {
                try
                {
                    await RunAsync(engine, upload, map, job, by, byName);
                }
                finally
                {
                    running.TryRemove(engine.Id, out _);
                    begun.SetResult();
                }
            },
            CancellationToken.None);
        return null;
    }

    private async Task RunAsync(WorkspaceEngine engine, Upload upload, ImportMap map, ImportJob job, Actor by, string byName)
    {
        try
        {
            await using var file = new FileStream(uploads.PathOf(engine.Id, upload.Id), FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16, FileOptions.SequentialScan | FileOptions.Asynchronous);
            var options = new ImportOptions { Now = host.NowMs, IsDryRun = job.IsDryRun, IsSystem = SystemEvents.Contains, Clock = host.Clock };
            var result = await ImportRunner.RunAsync(file, upload.FileName, map, options, new EngineImportTarget(engine, host.Clock), new Told(job), stopping.Token);
            if (!job.IsDryRun && !result.IsRefused)
            {
                await NoteAsync(engine, result, by, byName);
                uploads.Remove(engine.Id, upload.Id);
            }
            job.End(result, null);
        }
        catch (ImportFailedException failed)
        {
            job.End(null, failed.Reason);
        }
        catch (OperationCanceledException)
        {
            job.End(null, new Text("The server ended before the file did. Run it again: what is there already stays single.", "El servidor terminó antes que el archivo. Ejecútalo de nuevo: lo que ya está no se duplica."));
        }
        // The named edge of this work: nobody waits for it but the page, which must hear of it whatever it was.
        catch (Exception broken)
        {
            job.End(null, new Text($"It broke off: {broken.Message} What was taken in stands in the list of imports.", $"Se interrumpió: {broken.Message} Lo que entró está en la lista de importaciones."));
        }
    }

    private Task NoteAsync(WorkspaceEngine engine, ImportResult result, Actor by, string byName) => host.Database.WriteAsync((connection, transaction) =>
    {
        RunStore.Add(connection, transaction, engine.Id, result.ImportId, byName, result.Profiles);
        AuditLog.Write(connection, transaction, host.NowMs, new AuditEntry(engine.Id, by, AuditActions.Imported, result.ImportId.ToString(), $"rows={result.Rows} events={result.Events}"));
        return 0;
    }, CancellationToken.None);

    private sealed class Told(ImportJob job) : IProgress<ImportProgress>
    {
        public void Report(ImportProgress value) => job.Tell(value);
    }
}
