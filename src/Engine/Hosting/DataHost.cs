using System.Collections.Concurrent;
using System.Text.RegularExpressions;
using Ciclo.Core;
using Ciclo.Data.Files;
using Ciclo.Data.Journal;
using Ciclo.Data.Records;
using Ciclo.Engine.Runtime;

namespace Ciclo.Engine.Hosting;

/// <summary>Where a workspace's rules are kept.</summary>
public interface IRulesSource
{
    WorkspaceRules Load(Database database, string workspace);
}

/// <summary>A refusal that a person can act on; it ends a command with exit code 1, or a request with problem details.</summary>
public sealed class RefusedException(Text message) : Exception(message.En)
{
    public Text Text { get; } = message;
}

/// <summary>
/// An open data directory: its lock, its records, its workspaces, each with its loop running. One process at a time owns a directory.
/// </summary>
public sealed class DataHost : IAsyncDisposable
{
    private static readonly Regex WorkspaceName = new("^[a-z0-9][a-z0-9_-]{0,62}$", RegexOptions.NonBacktracking);

    private readonly IDisposable ownership;
    private readonly IRulesSource rulesSource;
    private readonly JournalOptions journalOptions;
    private readonly CancellationTokenSource stopping = new();
    private readonly SemaphoreSlim opening = new(1, 1);
    private readonly FoldCrew crew = new(Environment.ProcessorCount);
    private readonly FoldCrew desk = new(1);
    private readonly ConcurrentDictionary<string, (WorkspaceEngine Engine, Task Loop)> workspaces = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<Type, object> shared = new();
    private readonly TaskCompletionSource<Exception> failed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private DataHost(string folder, IDisposable ownership, Database database, IRulesSource rulesSource, TimeProvider clock, JournalOptions journalOptions)
    {
        Folder = folder;
        this.ownership = ownership;
        Database = database;
        this.rulesSource = rulesSource;
        Clock = clock;
        this.journalOptions = journalOptions;
    }

    public string Folder { get; }

    public Database Database { get; }

    public TimeProvider Clock { get; }

    public long NowMs => Clock.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>Completes when a workspace can no longer be trusted to go on: the process must end and recover at its next start.</summary>
    public Task<Exception> Failed => failed.Task;

    public IEnumerable<WorkspaceEngine> Workspaces => workspaces.Values.Select(workspace => workspace.Engine);

    /// <summary>The one instance of a service that lives as long as the directory is open; made when first asked for.</summary>
    public T Shared<T>(Func<DataHost, T> make)
        where T : class => (T)shared.GetOrAdd(typeof(T), _ => make(this));

    /// <summary>A workspace that is open already; null if it is not.</summary>
    public WorkspaceEngine? FindWorkspace(string id) => workspaces.TryGetValue(id, out var open) ? open.Engine : null;

    /// <summary>Opens or makes a data directory. Null if another process owns it.</summary>
    public static DataHost? TryOpen(string folder, IReadOnlyList<Migration> migrations, IRulesSource rulesSource, TimeProvider clock, JournalOptions journalOptions)
    {
        Directory.CreateDirectory(folder);
        IDisposable held;
        try
        {
            held = new DiskStorage(folder).Lock("lock");
        }
        catch (IOException)
        {
            return null;
        }
        try
        {
            var database = Database.Open(Path.Combine(folder, "ciclo.db"), migrations);
            return new DataHost(folder, held, database, rulesSource, clock, journalOptions);
        }
        catch
        {
            held.Dispose();
            throw;
        }
    }

    /// <summary>A workspace by its id, opened (and made) when first asked for, and recovered.</summary>
    public async Task<WorkspaceEngine> WorkspaceAsync(string id, CancellationToken cancellation)
    {
        var engine = await OpenAsync(id, cancellation);
        await engine.Ready.WaitAsync(cancellation);
        return engine;
    }

    private async ValueTask<WorkspaceEngine> OpenAsync(string id, CancellationToken cancellation)
    {
        if (workspaces.TryGetValue(id, out var open))
        {
            return open.Engine;
        }
        if (!WorkspaceName.IsMatch(id))
        {
            throw new RefusedException(new Text(
                $"'{id}' cannot name a workspace: use lower-case letters, digits, - and _, at most 63.",
                $"'{id}' no puede nombrar un espacio de trabajo: usa minúsculas, dígitos, - y _, 63 como máximo."));
        }
        await opening.WaitAsync(cancellation);
        try
        {
            return workspaces.TryGetValue(id, out open) ? open.Engine : await OpenWorkspaceAsync(id);
        }
        finally
        {
            opening.Release();
        }
    }

    /// <summary>Opens every workspace that has files: each can be appended to, and recovers meanwhile.</summary>
    public async Task OpenAllAsync(CancellationToken cancellation)
    {
        var root = Path.Combine(Folder, "workspaces");
        foreach (var path in Directory.Exists(root) ? Directory.GetDirectories(root) : [])
        {
            await OpenAsync(Path.GetFileName(path), cancellation);
        }
        await OpenAsync("default", cancellation);
    }

    /// <summary>Reads a workspace's rules again and puts them in force.</summary>
    public Task ReloadRulesAsync(WorkspaceEngine engine, CancellationToken cancellation) =>
        engine.ApplyAsync(rulesSource.Load(Database, engine.Id), cancellation);

    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        foreach (var (engine, loop) in workspaces.Values)
        {
            await loop.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await engine.DisposeAsync();
        }
        crew.Dispose();
        desk.Dispose();
        await Database.DisposeAsync();
        ownership.Dispose();
        stopping.Dispose();
        opening.Dispose();
    }

    private async Task<WorkspaceEngine> OpenWorkspaceAsync(string id)
    {
        var folder = Path.Combine(Folder, "workspaces", id);
        Directory.CreateDirectory(folder);
        var engine = await WorkspaceEngine.OpenFilesAsync(id, new DiskStorage(folder), rulesSource.Load(Database, id), Clock, crew, desk, journalOptions);
        // A collector in no hurry keeps what a flood of events needed; a machine shared with others wants it back.
        engine.AfterWork(() => GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true));
        var loop = Task.Run(() => engine.RunAsync(stopping.Token), CancellationToken.None);
        _ = ReportFailureAsync(engine, loop);
        workspaces[id] = (engine, loop);
        return engine;
    }

    private async Task ReportFailureAsync(WorkspaceEngine engine, Task loop)
    {
        await Task.WhenAny(loop, engine.Failed);
        if (engine.Failed.IsCompleted)
        {
            failed.TrySetResult(await engine.Failed);
        }
        else if (loop.IsFaulted)
        {
            failed.TrySetResult(loop.Exception.GetBaseException());
        }
    }
}
