using Ciclo.Data.Files;
using Ciclo.Modules.Predict.Models;

namespace Ciclo.Modules.Predict.Kept;

/// <summary>
/// What was trained, in the files `trained/WORKSPACE/KIND-INSTANT` of the data directory. The record says which instant counts, so a file is whole on the disk before the record names it, never
/// changes after that, and goes once the record names another.
/// </summary>
internal sealed class KeptFiles(string root, KeptKind kind)
{
    private readonly string root = Path.Combine(root, "trained");

    public void Write(string workspace, long trainedAt, Action<BinaryWriter> write)
    {
        Directory.CreateDirectory(FolderOf(workspace));
        using (var file = new FileStream(PathOf(workspace, trainedAt), FileMode.Create, FileAccess.Write))
        {
            ModelFile.Write(file, kind.File, write);
            file.Flush(flushToDisk: true);
        }
        var storage = new DiskStorage(root);
        storage.SyncDirectory(workspace);
        storage.SyncDirectory("");
    }

    /// <summary>Null where there is none, and for one of another format or that is damaged.</summary>
    public T? Read<T>(string workspace, long trainedAt, Func<BinaryReader, T?> read)
        where T : class
    {
        try
        {
            using var file = new FileStream(PathOf(workspace, trainedAt), FileMode.Open, FileAccess.Read);
            return ModelFile.Read(file, kind.File, read);
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            return null;
        }
    }

    /// <summary>Deletes what was kept of a workspace; <paramref name="but"/>: all but the training of that instant.</summary>
    public void Drop(string workspace, long? but = null)
    {
        if (Directory.Exists(FolderOf(workspace)))
        {
            foreach (var path in Directory.GetFiles(FolderOf(workspace), kind.Name + "-*").Where(path => but is not { } kept || path != PathOf(workspace, kept)))
            {
                File.Delete(path);
            }
        }
    }

    private string FolderOf(string workspace) => Path.Combine(root, workspace);

    private string PathOf(string workspace, long trainedAt) => Path.Combine(FolderOf(workspace), FormattableString.Invariant($"{kind.Name}-{trainedAt}"));
}
