using System.Text.Json;
using Ciclo.Core;
using Ciclo.Data.Files;
using Ciclo.Engine.Hosting;
using Ciclo.Engine.Runtime;

namespace Ciclo.Modules.Safety;

/// <summary>
/// Copies an open data directory while it is in use. Of each workspace: the files of the checkpoint, held still meanwhile; then the feed; then the
/// journal, last, so that it holds everything that the others were made from. What was acknowledged before the end of that is in the copy.
/// </summary>
internal sealed class Backup(DataHost host, string target, Action<string, long> tell)
{
    /// <summary>A last piece of the journal that is larger than this is followed by another one.</summary>
    private const long SmallPiece = 1 << 20;
    private const int MostPieces = 20;

    private readonly List<BackupFile> files = [];

    /// <summary>Throws <see cref="RefusedException"/> for a target that holds anything.</summary>
    public async Task<BackupManifest> RunAsync(CancellationToken cancellation)
    {
        if (File.Exists(target) || (Directory.Exists(target) && Directory.EnumerateFileSystemEntries(target).Any()))
        {
            throw new RefusedException(new Text($"{target} is not empty. Name a new folder.", $"{target} no está vacío. Indica una carpeta nueva."));
        }
        Directory.CreateDirectory(target);
        await host.OpenAllAsync(cancellation);
        var workspaces = new List<BackupWorkspace>();
        foreach (var engine in host.Workspaces.OrderBy(engine => engine.Id, StringComparer.Ordinal))
        {
            await engine.Ready.WaitAsync(cancellation);
            await engine.StillAsync(async () => workspaces.Add(await CopyAsync(engine, cancellation)), cancellation);
        }
        await CopyRecordsAsync(cancellation);
        var manifest = new BackupManifest(BackupManifest.Known, host.NowMs, workspaces, files);
        await WriteAsync(manifest, cancellation);
        return manifest;
    }

    private async Task<BackupWorkspace> CopyAsync(WorkspaceEngine engine, CancellationToken cancellation)
    {
        var folder = $"workspaces/{engine.Id}";
        foreach (var path in Derived(folder))
        {
            await CopyAsync(path, cancellation);
        }
        var feed = await CopyLogAsync(folder + "/feed", () => (engine.FeedFiles(out var end), end), cancellation);
        var journal = await CopyLogAsync(folder + "/journal", () => (engine.Journal.DurableFiles(out var end), end), cancellation);
        return new BackupWorkspace(engine.Id, journal, feed);
    }

    /// <summary>What only saves time at the next start, and the tombstones.</summary>
    private List<string> Derived(string folder)
    {
        var found = new List<string>();
        foreach (var name in new[] { "checkpoint", "erased" })
        {
            if (File.Exists(Path.Combine(host.Folder, folder, name)))
            {
                found.Add($"{folder}/{name}");
            }
        }
        foreach (var part in new[] { "history", "keys" })
        {
            var root = Path.Combine(host.Folder, folder, part);
            found.AddRange((Directory.Exists(root) ? Directory.GetFiles(root, "*", SearchOption.AllDirectories) : [])
                .Select(path => Path.GetRelativePath(host.Folder, path).Replace('\\', '/')));
        }
        return found;
    }

    private async Task CopyAsync(string path, CancellationToken cancellation)
    {
        using var copy = Begin(path);
        await copy.AllAsync(cancellation);
        Finish(path, copy);
    }

    private async Task<long> CopyLogAsync(string folder, Func<(IReadOnlyList<(string Name, long Bytes)> Files, long End)> durable, CancellationToken cancellation)
    {
        var copies = new SortedDictionary<string, FileCopy>(StringComparer.Ordinal);
        try
        {
            var reached = 0L;
            var piece = long.MaxValue;
            for (var pieces = 0; piece > SmallPiece && pieces < MostPieces; pieces++)
            {
                (var now, reached) = durable();
                piece = 0;
                foreach (var (name, bytes) in now)
                {
                    if (!copies.TryGetValue(name, out var copy))
                    {
                        copies.Add(name, copy = Begin($"{folder}/{name}"));
                    }
                    piece += await copy.AdvanceAsync(bytes, cancellation);
                }
            }
            foreach (var (name, copy) in copies)
            {
                Finish($"{folder}/{name}", copy);
            }
            return reached;
        }
        finally
        {
            foreach (var copy in copies.Values)
            {
                copy.Dispose();
            }
        }
    }

    private async Task CopyRecordsAsync(CancellationToken cancellation)
    {
        var whole = Path.Combine(target, "ciclo.db.copy");
        host.Database.CopyTo(whole);
        using (var copy = new FileCopy(whole, Path.Combine(target, "ciclo.db")))
        {
            await copy.AllAsync(cancellation);
            Finish("ciclo.db", copy);
        }
        File.Delete(whole);
    }

    private FileCopy Begin(string path)
    {
        var to = Path.Combine(target, path);
        Directory.CreateDirectory(Path.GetDirectoryName(to)!);
        return new FileCopy(Path.Combine(host.Folder, path), to);
    }

    private void Finish(string path, FileCopy copy)
    {
        copy.Flush();
        files.Add(new BackupFile(path, copy.Bytes, copy.Crc32c));
        tell(path, copy.Bytes);
    }

    private async Task WriteAsync(BackupManifest manifest, CancellationToken cancellation)
    {
        var path = Path.Combine(target, BackupManifest.FileName);
        await using (var file = new FileStream(path, FileMode.CreateNew, FileAccess.Write))
        {
            await JsonSerializer.SerializeAsync(file, manifest, BackupJson.Default.BackupManifest, cancellation);
            file.Flush(flushToDisk: true);
        }
        var storage = new DiskStorage(target);
        foreach (var folder in manifest.Files.Select(file => Path.GetDirectoryName(file.Path) ?? "").Distinct(StringComparer.Ordinal))
        {
            storage.SyncDirectory(folder);
        }
        storage.SyncDirectory("");
    }
}
