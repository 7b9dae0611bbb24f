namespace Ciclo.Core.Identity;

/// <summary>
/// Texts as UTF-8, appended to chunks of 1 MiB and found by address: millions of values without an object each. Nothing is freed.
/// Holds up to 4 GiB, and texts up to 1 MiB each, the size of the largest event.
/// </summary>
internal sealed class ByteArena
{
    private const int ChunkBits = 20;
    private const int ChunkSize = 1 << ChunkBits;
    private const int MaxChunks = 1 << (32 - ChunkBits);

    private readonly List<byte[]> chunks = [new byte[1_024]];
    private readonly List<ArenaHold> holds = [];
    private int used;

    /// <summary>How many chunks there are, and how much of the last is used.</summary>
    public (int Chunks, int Used) Extent => (chunks.Count, used);

    /// <summary>Shares what is there, without a copy: it may not be written over until the hold is disposed.</summary>
    public ArenaHold Hold()
    {
        lock (holds)
        {
            var hold = new ArenaHold(this, [.. chunks], used);
            holds.Add(hold);
            return hold;
        }
    }

    /// <summary>Whether nobody shares it.</summary>
    public bool IsFree
    {
        get
        {
            lock (holds)
            {
                return holds.Count == 0;
            }
        }
    }

    public void Release(ArenaHold hold)
    {
        lock (holds)
        {
            holds.Remove(hold);
        }
    }

    public bool Holds(uint address, int length)
    {
        var chunk = (int)(address >> ChunkBits);
        var from = (int)(address & (ChunkSize - 1));
        return length == 0 || (chunk < chunks.Count && from + length <= (chunk == chunks.Count - 1 ? used : chunks[chunk].Length));
    }

    /// <summary>Reads the chunks of a checkpoint into an empty arena.</summary>
    public void Restore(SnapshotReader reader, int count, int usedOfLast)
    {
        IdentityCheckpoint.Require(count is > 0 and <= MaxChunks && usedOfLast is >= 0 and <= ChunkSize);
        chunks.Clear();
        for (var chunk = 0; chunk < count - 1; chunk++)
        {
            chunks.Add(reader.Block());
        }
        // Room for the next texts stands behind those of the last chunk; an empty one is not written.
        var last = new byte[Math.Max(count > 1 ? ChunkSize : 1_024, usedOfLast)];
        if (usedOfLast > 0)
        {
            var bytes = reader.Block();
            IdentityCheckpoint.Require(bytes.Length == usedOfLast);
            bytes.CopyTo(last, 0);
        }
        chunks.Add(last);
        used = usedOfLast;
    }

    public uint Add(ReadOnlySpan<byte> text)
    {
        text.CopyTo(Reserve(text.Length, out var address));
        return address;
    }

    // The address of an empty text may lie past the last chunk.
    public Span<byte> Get(uint address, int length) =>
        length == 0 ? [] : chunks[(int)(address >> ChunkBits)].AsSpan((int)(address & (ChunkSize - 1)), length);

    private Span<byte> Reserve(int length, out uint address)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, ChunkSize);
        if (used + length > ChunkSize)
        {
            if (chunks.Count == MaxChunks)
            {
                throw new InvalidOperationException("The identifiers of this workspace exceed 4 GiB; split it into several workspaces.");
            }
            chunks.Add(new byte[ChunkSize]);
            used = 0;
        }
        else if (used + length > chunks[^1].Length)
        {
            // Only the first chunk starts small, so that an empty graph costs next to nothing.
            var larger = new byte[Math.Min(ChunkSize, Math.Max(used + length, chunks[^1].Length * 4))];
            chunks[^1].AsSpan(0, used).CopyTo(larger);
            chunks[^1] = larger;
        }
        address = (uint)((chunks.Count - 1) << ChunkBits | used);
        used += length;
        return Get(address, length);
    }
}

/// <summary>The chunks of an arena as of one moment.</summary>
internal sealed class ArenaHold(ByteArena arena, byte[][] chunks, int used) : IDisposable
{
    public long Length => chunks[..^1].Sum(chunk => (long)chunk.Length) + used;

    public void Write(Stream stream)
    {
        for (var chunk = 0; chunk < chunks.Length - 1; chunk++)
        {
            SnapshotBlocks.Write(stream, chunks[chunk]);
        }
        if (used > 0)
        {
            SnapshotBlocks.Write(stream, chunks[^1].AsSpan(0, used));
        }
    }

    public void Dispose() => arena.Release(this);
}
