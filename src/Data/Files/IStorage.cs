namespace Ciclo.Data.Files;

/// <summary>How a file is opened.</summary>
public enum StorageMode
{
    /// <summary>An existing file, for reading.</summary>
    Read = 0,
    /// <summary>An existing file, for reading and writing.</summary>
    Write = 1,
    /// <summary>A new and empty file; one of that name loses its content.</summary>
    Create = 2,
}

/// <summary>
/// The seam to the disk: what the journal, history and checkpoints need of a file system, so that a simulation can tear, fill and fail it.
/// Paths are relative to the storage's root, with `/` between parts. Failures are <see cref="IOException"/>;
/// <see cref="DiskFull.Is"/> tells a full disk from the rest. A new, renamed or deleted name is durable only after <see cref="SyncDirectory"/>.
/// </summary>
public interface IStorage
{
    IStorageFile Open(string path, StorageMode mode);

    /// <summary>A file's bytes as memory, for reading. They stay readable until the map is disposed, even when the file is deleted meanwhile.</summary>
    IStorageMap Map(string path);

    /// <summary>The names (not paths) of the files in a folder, in ordinal order; none for a folder that does not exist.</summary>
    IReadOnlyList<string> List(string folder);

    bool Exists(string path);

    /// <summary>Gives a file another name, at once; a file that had that name is gone.</summary>
    void Rename(string from, string to);

    /// <summary>Deletes a file; one that does not exist is no error.</summary>
    void Delete(string path);

    void CreateDirectory(string path);

    void SyncDirectory(string path);

    /// <summary>Holds a lock until disposed or until the process ends; throws <see cref="IOException"/> while another process or caller holds it.</summary>
    IDisposable Lock(string path);
}

/// <summary>An open file. Reads may run on any number of threads; writes of one range are the caller's to order.</summary>
public interface IStorageFile : IDisposable
{
    long Length { get; }

    /// <summary>Reads until the buffer is full or the file ends; answers the number of bytes.</summary>
    int ReadAt(long offset, Span<byte> buffer);

    void WriteAt(long offset, ReadOnlySpan<byte> bytes);

    /// <summary>Returns when everything written is durable. After a failure nothing written since the last success may be relied on.</summary>
    void Flush();

    void SetLength(long length);
}

/// <summary>
/// A file's bytes as memory that does not move. Whoever reads through <see cref="Start"/> must know that the map is not yet disposed:
/// reading after that ends the process.
/// </summary>
public interface IStorageMap : IDisposable
{
    /// <summary>The address of the first byte; 0 for an empty file.</summary>
    nint Start { get; }

    long Length { get; }

    /// <summary>
    /// Says that what was read will hardly be read again soon, as after a file was checked or merged whole: it leaves the process's memory, and
    /// stays in the system's as long as that has room. Reading goes on as before.
    /// </summary>
    void Forget();
}
