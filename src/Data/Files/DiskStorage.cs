using System.ComponentModel;
using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Ciclo.Data.Files;

/// <summary>Real files under a root folder.</summary>
public sealed class DiskStorage(string root) : IStorage
{
    private readonly string root = Path.GetFullPath(root);

    public IStorageFile Open(string path, StorageMode mode) => new DiskFile(File.OpenHandle(
        Full(path),
        mode == StorageMode.Create ? FileMode.Create : FileMode.Open,
        mode == StorageMode.Read ? FileAccess.Read : FileAccess.ReadWrite,
        FileShare.ReadWrite | FileShare.Delete));

    public IStorageMap Map(string path) => FileMap.Open(Full(path));

    public IReadOnlyList<string> List(string folder)
    {
        if (!Directory.Exists(Full(folder)))
        {
            return [];
        }
        var names = Directory.GetFiles(Full(folder)).Select(path => Path.GetFileName(path)).ToArray();
        Array.Sort(names, StringComparer.Ordinal);
        return names;
    }

    public bool Exists(string path) => File.Exists(Full(path));

    public void Rename(string from, string to) => File.Move(Full(from), Full(to), overwrite: true);

    public void Delete(string path) => File.Delete(Full(path));

    public void CreateDirectory(string path) => Directory.CreateDirectory(Full(path));

    public void SyncDirectory(string path) => DirectorySync.Run(Full(path));

    public IDisposable Lock(string path) => File.OpenHandle(Full(path), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);

    private string Full(string path) => Path.Combine(root, path);

    private sealed class DiskFile(SafeFileHandle handle) : IStorageFile
    {
        public long Length => RandomAccess.GetLength(handle);

        public int ReadAt(long offset, Span<byte> buffer)
        {
            var total = 0;
            while (total < buffer.Length)
            {
                var count = RandomAccess.Read(handle, buffer[total..], offset + total);
                if (count == 0)
                {
                    break;
                }
                total += count;
            }
            return total;
        }

        public void WriteAt(long offset, ReadOnlySpan<byte> bytes) => RandomAccess.Write(handle, bytes, offset);

        public void Flush() => FileSync.Run(handle);

        public void SetLength(long length) => RandomAccess.SetLength(handle, length);

        public void Dispose() => handle.Dispose();
    }
}

/// <summary>fsync of a directory. .NET opens no directories, so this asks the C library; Windows makes names durable by itself.</summary>
internal static class DirectorySync
{
    private const int ReadOnly = 0;
    private const int Interrupted = 4;

    public static void Run(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }
        var descriptor = Open(Encoding.UTF8.GetBytes(path + "\0"), ReadOnly);
        if (descriptor < 0)
        {
            throw Failure(path);
        }
        try
        {
            while (Sync(descriptor) != 0)
            {
                if (Marshal.GetLastPInvokeError() != Interrupted)
                {
                    throw Failure(path);
                }
            }
        }
        finally
        {
            _ = Close(descriptor);
        }
    }

    private static IOException Failure(string path)
    {
        var code = Marshal.GetLastPInvokeError();
        return new IOException($"{new Win32Exception(code).Message}: directory '{path}'", code);
    }

    [DllImport("libc", EntryPoint = "open", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Open(byte[] path, int flags);

    [DllImport("libc", EntryPoint = "fsync", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Sync(int descriptor);

    [DllImport("libc", EntryPoint = "close", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Close(int descriptor);
}
