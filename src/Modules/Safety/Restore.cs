using System.Text.Json;
using Ciclo.Core;
using Ciclo.Engine.Hosting;

namespace Ciclo.Modules.Safety;

/// <summary>Copies a backup into a new data directory, checking each byte. A backup that is damaged anywhere leaves nothing behind.</summary>
internal static class Restore
{
    private const long MaxManifest = 64 << 20;

    /// <summary>Throws <see cref="RefusedException"/>: no backup, damaged, of a later version, or a data directory that is not new.</summary>
    public static async Task<BackupManifest> RunAsync(string backup, string folder, CancellationToken cancellation)
    {
        var manifest = await ReadAsync(backup, cancellation);
        if (Directory.Exists(folder) && Directory.EnumerateFileSystemEntries(folder).Any())
        {
            throw new RefusedException(new Text(
                $"{folder} is not empty. Name a new data directory with --data.", $"{folder} no está vacío. Indica un directorio de datos nuevo con --data."));
        }
        Directory.CreateDirectory(folder);
        try
        {
            foreach (var file in manifest.Files)
            {
                await CopyAsync(backup, folder, file, cancellation);
            }
        }
        catch
        {
            Directory.Delete(folder, recursive: true);
            throw;
        }
        return manifest;
    }

    private static async Task<BackupManifest> ReadAsync(string backup, CancellationToken cancellation)
    {
        var path = Path.Combine(backup, BackupManifest.FileName);
        if (!File.Exists(path) || new FileInfo(path).Length > MaxManifest)
        {
            throw new RefusedException(new Text(
                $"{backup} holds no whole backup: {BackupManifest.FileName} is missing. It is written last, so the backup was cut off.",
                $"{backup} no contiene una copia completa: falta {BackupManifest.FileName}. Se escribe al final, así que la copia se interrumpió."));
        }
        try
        {
            await using var file = File.OpenRead(path);
            var manifest = await JsonSerializer.DeserializeAsync(file, BackupJson.Default.BackupManifest, cancellation);
            return manifest is { Version: BackupManifest.Known } && manifest.Files.All(one => IsInside(one.Path))
                ? manifest
                : throw new RefusedException(new Text(
                    $"{path} is of another version than this program knows.", $"{path} es de una versión que este programa no conoce."));
        }
        catch (JsonException)
        {
            throw Damaged(BackupManifest.FileName);
        }
    }

    private static bool IsInside(string path) => !Path.IsPathRooted(path) && !path.Split('/', '\\').Contains("..");

    private static async Task CopyAsync(string backup, string folder, BackupFile file, CancellationToken cancellation)
    {
        var (from, to) = (Path.Combine(backup, file.Path), Path.Combine(folder, file.Path));
        if (!File.Exists(from) || new FileInfo(from).Length != file.Bytes)
        {
            throw Damaged(file.Path);
        }
        Directory.CreateDirectory(Path.GetDirectoryName(to)!);
        using var copy = new FileCopy(from, to);
        await copy.AllAsync(cancellation);
        copy.Flush();
        if (copy.Crc32c != file.Crc32c)
        {
            throw Damaged(file.Path);
        }
    }

    private static RefusedException Damaged(string path) => new(new Text(
        $"The backup is damaged: '{path}' is not what was written. Nothing was restored; take another backup.",
        $"La copia está dañada: '{path}' no es lo que se escribió. No se restauró nada; usa otra copia."));
}
