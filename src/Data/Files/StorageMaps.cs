using System.IO.MemoryMappedFiles;
using System.Runtime.InteropServices;

namespace Ciclo.Data.Files;

/// <summary>A file mapped into memory by the operating system.</summary>
internal sealed unsafe class FileMap : IStorageMap
{
    private readonly MemoryMappedFile? file;
    private readonly MemoryMappedViewAccessor? view;
    private const int DropPages = 4;

    private int isDisposed;

    private FileMap(MemoryMappedFile? file, MemoryMappedViewAccessor? view, long length)
    {
        this.file = file;
        this.view = view;
        Length = length;
        if (view is not null)
        {
            byte* start = null;
            view.SafeMemoryMappedViewHandle.AcquirePointer(ref start);
            Start = (nint)start + (nint)view.PointerOffset;
        }
    }

    public nint Start { get; }

    public long Length { get; }

    public static FileMap Open(string path)
    {
        var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 1);
        var length = stream.Length;
        if (length == 0)
        {
            // The operating system maps no empty file.
            stream.Dispose();
            return new FileMap(null, null, 0);
        }
        var mapped = MemoryMappedFile.CreateFromFile(stream, null, 0, MemoryMappedFileAccess.Read, HandleInheritability.None, leaveOpen: false);
        return new FileMap(mapped, mapped.CreateViewAccessor(0, length, MemoryMappedFileAccess.Read), length);
    }

    public void Forget()
    {
        if (OperatingSystem.IsLinux() && Length > 0)
        {
            _ = Advise(Start, (nuint)Length, DropPages);
        }
    }

    public void Dispose()
    {
        if (view is not null && Interlocked.Exchange(ref isDisposed, 1) == 0)
        {
            view.SafeMemoryMappedViewHandle.ReleasePointer();
            view.Dispose();
            file!.Dispose();
        }
    }

    [DllImport("libc", EntryPoint = "madvise")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Advise(nint start, nuint length, int advice);
}

/// <summary>A copy of bytes in memory that the collector does not move: what a storage that has no real files maps.</summary>
public sealed class ArrayMap : IStorageMap
{
    private readonly byte[] pinned;

    public ArrayMap(ReadOnlySpan<byte> bytes)
    {
        Length = bytes.Length;
        pinned = GC.AllocateUninitializedArray<byte>(Math.Max(1, bytes.Length), pinned: true);
        bytes.CopyTo(pinned);
        Start = Marshal.UnsafeAddrOfPinnedArrayElement(pinned, 0);
    }

    public nint Start { get; }

    public long Length { get; }

    public void Forget()
    {
    }

    /// <summary>Memory goes when the map is collected: what still reads it keeps it.</summary>
    public void Dispose()
    {
    }
}
