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
    private int used;

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
