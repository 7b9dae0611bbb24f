using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Ciclo.Core.Identity;

/// <summary>
/// Rows by number in pages of up to 64 KiB: growing copies nothing and leaves nothing behind, and a snapshot shares the pages. A shared page is
/// copied before it is first written to, so that what a snapshot costs is what changes while it is written. One writer.
/// </summary>
internal sealed class PagedRows<T>
    where T : unmanaged
{
    private const int PageBytes = 1 << 16;
    private const int FewestRows = 16;

    private static readonly int Bits = BitOperations.Log2((uint)(PageBytes / Unsafe.SizeOf<T>()));
    private static readonly int Mask = (1 << Bits) - 1;

    private T[][] pages = [];

    /// <summary>By page: the newest snapshot that shares it.</summary>
    private RowsHold?[] holds = [];

    /// <summary>How many rows there are; those never written are zero.</summary>
    public int Count { get; private set; }

    /// <summary>A row to be read.</summary>
    public ref readonly T this[int row] => ref pages[row >> Bits][row & Mask];

    /// <summary>A row to be written. References given before are void.</summary>
    public ref T Own(int row)
    {
        var page = row >> Bits;
        if (holds[page] is not null)
        {
            Unshare(page);
        }
        return ref pages[page][row & Mask];
    }

    /// <summary>One row as a span, to be read.</summary>
    public ReadOnlySpan<T> Span(int row) => pages[row >> Bits].AsSpan(row & Mask, 1);

    /// <summary>Makes room for so many rows.</summary>
    public void Ensure(int count)
    {
        if (count <= Count)
        {
            return;
        }
        var needed = ((count - 1) >> Bits) + 1;
        if (needed > pages.Length)
        {
            var room = Math.Max(needed, pages.Length * 2);
            Array.Resize(ref pages, room);
            Array.Resize(ref holds, room);
        }
        for (var page = Math.Max(0, Count - 1) >> Bits; page < needed; page++)
        {
            Fill(page, Math.Min(count - (page << Bits), 1 << Bits));
        }
        Count = count;
    }

    /// <summary>The rows as they are, shared from now on. A snapshot of before must have been released.</summary>
    public SharedRows<T> Share(RowsHold hold)
    {
        var used = Count == 0 ? 0 : ((Count - 1) >> Bits) + 1;
        holds.AsSpan(0, used).Fill(hold);
        return new SharedRows<T>(pages[..used], Count);
    }

    /// <summary>The rows of a page, as long as they are written; for reading them from a checkpoint.</summary>
    public void Restore(SnapshotReader reader, int count)
    {
        for (var row = 0; row < count; row += 1 << Bits)
        {
            // Page by page: a damaged count must not take the memory.
            var rows = Math.Min(count - row, 1 << Bits);
            Ensure(row + rows);
            reader.Fill(pages[row >> Bits].AsSpan(0, rows));
        }
    }

    private void Fill(int page, int rows)
    {
        var known = pages[page];
        if (known is null)
        {
            // Only the first page starts small, so that an empty graph costs next to nothing.
            pages[page] = new T[page > 0 ? 1 << Bits : Math.Min(1 << Bits, Math.Max(FewestRows, rows))];
        }
        else if (known.Length < rows)
        {
            var larger = new T[Math.Min(1 << Bits, Math.Max(rows, known.Length * 2))];
            known.CopyTo(larger, 0);
            (pages[page], holds[page]) = (larger, null);
        }
    }

    private void Unshare(int page)
    {
        if (holds[page]!.IsHeld)
        {
            pages[page] = pages[page].AsSpan().ToArray();
        }
        holds[page] = null;
    }
}

/// <summary>Says whether a snapshot still needs the rows that it shares.</summary>
internal sealed class RowsHold
{
    private volatile bool isReleased;

    public bool IsHeld => !isReleased;

    public void Release() => isReleased = true;
}

/// <summary>Rows as of one moment.</summary>
internal sealed class SharedRows<T>(T[][] pages, int count) : ISnapshotPart
    where T : unmanaged
{
    public long Length => (long)count * Unsafe.SizeOf<T>();

    public void WriteTo(SnapshotStream stream)
    {
        var left = count;
        foreach (var page in pages)
        {
            var rows = page.AsSpan(0, Math.Min(left, page.Length));
            stream.Write(MemoryMarshal.AsBytes(rows));
            left -= rows.Length;
        }
    }
}
