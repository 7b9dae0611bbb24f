using System.Security.Cryptography;
using System.Text.Json;
using Ciclo.Core;
using Ciclo.Core.Time;
using Ciclo.Engine.Hosting;

namespace Ciclo.Modules.Imports;

/// <summary>A file that was sent from the browser, and where the work on it stands. <paramref name="Map"/>: the text of its map.</summary>
public sealed record Upload(string Id, string FileName, long Bytes, string By, long At, Pointing? Pointing, string Map);

/// <summary>
/// Files sent from the browser, in `uploads/WORKSPACE` of the data folder: the bytes, and a small file about each. They go when they have been
/// imported, or a week later.
/// </summary>
internal sealed class UploadStore(DataHost host)
{
    /// <summary>Of one file, as it is sent (packed, where it is packed).</summary>
    public const long LargestFile = 8L << 30;

    public const int MostFiles = 20;

    private const long KeptMs = 7 * Durations.Day;
    private const string Alphabet = "0123456789abcdefghjkmnpqrstvwxyz";

    private static readonly System.Buffers.SearchValues<char> Letters = System.Buffers.SearchValues.Create(Alphabet);

    public string PathOf(string workspace, string id) => Path.Combine(FolderOf(workspace), id + ".data");

    /// <summary>Writes what is sent to a file. Answers the upload, or why it was refused; nothing stays of a refused one.</summary>
    public async Task<(Upload? Upload, Text? Refusal)> TakeAsync(string workspace, string fileName, Stream body, string by, CancellationToken cancellation)
    {
        DropOld(workspace);
        if (All(workspace).Count >= MostFiles)
        {
            return (null, new Text($"There are {MostFiles} files waiting already. Import or remove some first.", $"Ya hay {MostFiles} archivos esperando. Importa o quita algunos primero."));
        }
        var id = "upl_" + RandomNumberGenerator.GetString(Alphabet, 16);
        var path = PathOf(workspace, id);
        try
        {
            var bytes = await CopyAsync(body, path, cancellation);
            if (bytes is 0 or > LargestFile)
            {
                File.Delete(path);
                return (null, bytes == 0
                    ? new Text("The file is empty. Choose one with a header and rows.", "El archivo está vacío. Elige uno con encabezado y filas.")
                    : new Text("The file is larger than 8 GB. Pack it with gzip, or cut it into several.", "El archivo pesa más de 8 GB. Comprímelo con gzip o divídelo en varios."));
            }
            var upload = new Upload(id, fileName, bytes, by, host.NowMs, null, "");
            Save(workspace, upload);
            return (upload, null);
        }
        catch
        {
            // Whoever leaves on the way leaves no half of a file behind.
            File.Delete(path);
            throw;
        }
    }

    public Upload? Find(string workspace, string id) => IsId(id) && File.Exists(AboutOf(workspace, id)) ? Read(AboutOf(workspace, id)) : null;

    /// <summary>Newest first.</summary>
    public IReadOnlyList<Upload> All(string workspace) => Directory.Exists(FolderOf(workspace))
        ? [.. Directory.GetFiles(FolderOf(workspace), "upl_*.json").Select(Read).OfType<Upload>().OrderByDescending(upload => upload.At)]
        : [];

    public void Save(string workspace, Upload upload)
    {
        var path = AboutOf(workspace, upload.Id);
        File.WriteAllBytes(path + ".new", JsonSerializer.SerializeToUtf8Bytes(upload));
        File.Move(path + ".new", path, overwrite: true);
    }

    public void Remove(string workspace, string id)
    {
        if (IsId(id))
        {
            File.Delete(AboutOf(workspace, id));
            File.Delete(PathOf(workspace, id));
        }
    }

    private static bool IsId(string id) => id.Length == 20 && id.StartsWith("upl_", StringComparison.Ordinal) && id.AsSpan(4).IndexOfAnyExcept(Letters) < 0;

    private static Upload? Read(string path)
    {
        try
        {
            return JsonSerializer.Deserialize<Upload>(File.ReadAllBytes(path));
        }
        catch (Exception gone) when (gone is JsonException or IOException)
        {
            return null;
        }
    }

    private static async Task<long> CopyAsync(Stream body, string path, CancellationToken cancellation)
    {
        await using var file = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.None, 1 << 16, FileOptions.Asynchronous);
        var buffer = new byte[1 << 16];
        var sum = 0L;
        for (int count; sum <= LargestFile && (count = await body.ReadAsync(buffer, cancellation)) > 0; sum += count)
        {
            await file.WriteAsync(buffer.AsMemory(0, count), cancellation);
        }
        return sum;
    }

    private void DropOld(string workspace)
    {
        Directory.CreateDirectory(FolderOf(workspace));
        foreach (var old in All(workspace).Where(upload => host.NowMs - upload.At > KeptMs))
        {
            Remove(workspace, old.Id);
        }
    }

    private string FolderOf(string workspace) => Path.Combine(host.Folder, "uploads", workspace);

    private string AboutOf(string workspace, string id) => Path.Combine(FolderOf(workspace), id + ".json");
}
