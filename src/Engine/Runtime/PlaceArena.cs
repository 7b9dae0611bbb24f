using System.Collections.Concurrent;

namespace Ciclo.Engine.Runtime;

/// <summary>
/// The blocks of one shard behind one another, with gaps where some were given up, in pages: a block lies in one page, and one that is larger
/// than a page has one of its own. A snapshot shares the pages; a shared page is copied before it is first written to. One thread at a time.
/// </summary>
internal sealed class PlaceArena(PlacePages spares)
{
    /// <summary>A block is found by the number of its page and the place in it, in one number.</summary>
    private const int PageBits = PlacePages.PageBits;
    private const int PageBytes = PlacePages.PageBytes;
    private const int MostPages = int.MaxValue >> PageBits;
    private const int FirstBytes = 256;

    private struct Page
    {
        public byte[] Bytes;
        public int Used;
        /// <summary>The newest snapshot that shares the bytes.</summary>
        public PlaceHold? SharedWith;
    }

    private Page[] pages = [];
    private int count;
    private long used;
    private long wasted;

    public int Blocks { get; private set; }

    public long Capacity { get; private set; }

    public bool IsWorthClosing => wasted > 4_096 && wasted > used / 2;

    /// <summary>The block that begins at an offset, whole, to be read.</summary>
    public ReadOnlySpan<byte> At(int offset)
    {
        var bytes = pages[offset >> PageBits].Bytes.AsSpan(offset & (PageBytes - 1));
        return bytes[..PlaceBlock.CapacityOf(bytes)];
    }

    /// <summary>The same to be written. Spans given before are void.</summary>
    public Span<byte> Own(int offset)
    {
        ref var page = ref pages[offset >> PageBits];
        Unshare(ref page);
        var bytes = page.Bytes.AsSpan(offset & (PageBytes - 1));
        return bytes[..PlaceBlock.CapacityOf(bytes)];
    }

    /// <summary>A new block, its owner written; answers its offset. Spans given before are void.</summary>
    public int Add(int profile, int capacity)
    {
        if (count == 0 || pages[count - 1].Used + capacity > PageBytes)
        {
            AddPage(capacity);
        }
        ref var page = ref pages[count - 1];
        Grow(ref page, capacity);
        Unshare(ref page);
        var offset = ((count - 1) << PageBits) | page.Used;
        PlaceBlock.SetOwner(page.Bytes.AsSpan(page.Used), profile, capacity);
        page.Used += capacity;
        used += capacity;
        Blocks++;
        return offset;
    }

    public void Free(int offset)
    {
        var block = Own(offset);
        wasted += block.Length;
        Blocks--;
        PlaceBlock.SetOwner(block, -1, block.Length);
    }

    /// <summary>Moves the blocks together, and says where each stands now.</summary>
    public void Close(Action<int, int> moved)
    {
        var old = pages.AsSpan(0, count).ToArray();
        (pages, count, used, wasted, Blocks, Capacity) = ([], 0, 0, 0, 0, 0);
        foreach (var page in old)
        {
            for (var at = 0; at < page.Used;)
            {
                var block = page.Bytes.AsSpan(at, PlaceBlock.CapacityOf(page.Bytes.AsSpan(at)));
                if (PlaceBlock.OwnerOf(block) is >= 0 and var profile)
                {
                    var offset = Add(profile, block.Length);
                    block.CopyTo(Own(offset));
                    moved(profile, offset);
                }
                at += block.Length;
            }
            spares.Give(page.Bytes, page.SharedWith);
        }
    }

    /// <summary>Every block that has an owner, as the pages lie in memory.</summary>
    public void Each(PlaceReader read)
    {
        foreach (ref readonly var page in pages.AsSpan(0, count))
        {
            for (var at = 0; at < page.Used;)
            {
                var block = page.Bytes.AsSpan(at, PlaceBlock.CapacityOf(page.Bytes.AsSpan(at)));
                if (PlaceBlock.OwnerOf(block) is >= 0 and var profile)
                {
                    read(profile, new PlaceView(block));
                }
                at += block.Length;
            }
        }
    }

    /// <summary>The pages as they are, shared from now on. A snapshot of before must have been released.</summary>
    public (byte[] Bytes, int Used)[] Share(PlaceHold hold)
    {
        var shared = new (byte[], int)[count];
        for (var i = 0; i < count; i++)
        {
            pages[i].SharedWith = hold;
            shared[i] = (pages[i].Bytes, pages[i].Used);
        }
        return shared;
    }

    private void AddPage(int capacity)
    {
        if (count == MostPages)
        {
            throw new InvalidOperationException("The places of these profiles exceed 2 GiB; split the workspace into several.");
        }
        if (count == pages.Length)
        {
            Array.Resize(ref pages, Math.Max(4, count * 2));
        }
        // Only the first page starts small, so that a workspace of few costs next to nothing.
        var bytes = count == 0 ? new byte[Math.Max(FirstBytes, capacity)] : capacity > PageBytes ? new byte[capacity] : spares.Take();
        pages[count++] = new Page { Bytes = bytes };
        Capacity += bytes.Length;
    }

    private void Grow(ref Page page, int capacity)
    {
        if (page.Used + capacity <= page.Bytes.Length)
        {
            return;
        }
        var larger = new byte[Math.Max(page.Used + capacity, Math.Min(PageBytes, page.Bytes.Length + (page.Bytes.Length / 4)))];
        page.Bytes.AsSpan(0, page.Used).CopyTo(larger);
        Capacity += larger.Length - page.Bytes.Length;
        (page.Bytes, page.SharedWith) = (larger, null);
    }

    private void Unshare(ref Page page)
    {
        if (page.SharedWith is not { IsHeld: true } hold)
        {
            page.SharedWith = null;
            return;
        }
        var copy = page.Bytes.Length == PageBytes ? spares.Take() : new byte[page.Bytes.Length];
        page.Bytes.AsSpan(0, page.Used).CopyTo(copy);
        spares.Give(page.Bytes, hold);
        (page.Bytes, page.SharedWith) = (copy, null);
    }
}

/// <summary>Says whether a snapshot still needs the pages that it shares.</summary>
internal sealed class PlaceHold
{
    private volatile bool isReleased;

    public bool IsHeld => !isReleased;

    /// <summary>Pages that nobody but the snapshot has any more.</summary>
    public ConcurrentBag<byte[]> Left { get; } = [];

    public void Release() => isReleased = true;
}

/// <summary>Pages that were given up and wait to be used again. Any thread.</summary>
internal sealed class PlacePages
{
    public const int PageBits = 14;
    public const int PageBytes = 1 << PageBits;

    /// <summary>Past so many, pages go to the collector.</summary>
    private const int MostKept = 1_024;

    private readonly ConcurrentBag<byte[]> spare = [];
    private int kept;

    public byte[] Take()
    {
        if (!spare.TryTake(out var page))
        {
            return new byte[PageBytes];
        }
        Interlocked.Decrement(ref kept);
        return page;
    }

    /// <summary>Takes a page back; where a snapshot shares it, once that is released.</summary>
    public void Give(byte[] page, PlaceHold? sharedWith)
    {
        if (sharedWith is { IsHeld: true })
        {
            sharedWith.Left.Add(page);
        }
        else if (page.Length == PageBytes && Volatile.Read(ref kept) < MostKept)
        {
            Interlocked.Increment(ref kept);
            spare.Add(page);
        }
    }

    /// <summary>A snapshot is written: what it alone still had can be used again.</summary>
    public void Release(PlaceHold hold)
    {
        hold.Release();
        while (hold.Left.TryTake(out var page))
        {
            Give(page, null);
        }
    }
}
