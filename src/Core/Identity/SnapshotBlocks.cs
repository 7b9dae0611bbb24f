using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;

namespace Ciclo.Core.Identity;

/// <summary>
/// Rows copied as they lie in memory, into blocks that are kept for the next time. On disk a block is its length, the CRC32C of its bytes, and its bytes.
/// </summary>
internal sealed class SnapshotBlocks
{
    public const int BlockBytes = 1 << 20;
    private const int PageBytes = 4_096;

    private readonly List<byte[]> blocks = [];
    private int full;
    private int used;

    public long Length => ((long)full * BlockBytes) + used;

    /// <summary>Makes room ahead and touches it, so that a copy meets no page that the system has yet to find.</summary>
    public void Reserve(long bytes)
    {
        while ((long)blocks.Count * BlockBytes < bytes)
        {
            var block = new byte[BlockBytes];
            for (var at = 0; at < block.Length; at += PageBytes)
            {
                block[at] = 1;
            }
            blocks.Add(block);
        }
    }

    public void Add<T>(ReadOnlySpan<T> rows)
        where T : unmanaged
    {
        var bytes = MemoryMarshal.AsBytes(rows);
        while (!bytes.IsEmpty)
        {
            if (used == BlockBytes)
            {
                full++;
                used = 0;
            }
            if (full == blocks.Count)
            {
                blocks.Add(new byte[BlockBytes]);
            }
            var part = Math.Min(bytes.Length, BlockBytes - used);
            bytes[..part].CopyTo(blocks[full].AsSpan(used));
            used += part;
            bytes = bytes[part..];
        }
    }

    public void Add(int number) => Add<int>([number]);

    public void Add(long number) => Add<long>([number]);

    public void Clear() => (full, used) = (0, 0);

    public void WriteTo(Stream stream)
    {
        for (var block = 0; block < full; block++)
        {
            Write(stream, blocks[block]);
        }
        if (used > 0)
        {
            Write(stream, blocks[full].AsSpan(0, used));
        }
    }

    public static void Write(Stream stream, ReadOnlySpan<byte> block)
    {
        Span<byte> head = stackalloc byte[8];
        BinaryPrimitives.WriteInt32LittleEndian(head, block.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(head[4..], SumOf(block));
        stream.Write(head);
        stream.Write(block);
    }

    public static uint SumOf(ReadOnlySpan<byte> bytes)
    {
        var sum = uint.MaxValue;
        foreach (var word in MemoryMarshal.Cast<byte, ulong>(bytes))
        {
            sum = BitOperations.Crc32C(sum, word);
        }
        foreach (var one in bytes[(bytes.Length & ~7)..])
        {
            sum = BitOperations.Crc32C(sum, one);
        }
        return ~sum;
    }
}

/// <summary>Reads what <see cref="SnapshotBlocks"/> wrote. Nothing is believed before the block that holds it was summed up.</summary>
internal sealed class SnapshotReader(Stream stream)
{
    // Counts are believed only so far before there is data to back them: a damaged one must not take the memory.
    private const int MostBelieved = 1 << 22;
    private const int FewestRows = 16;

    private readonly byte[] block = new byte[SnapshotBlocks.BlockBytes];
    private int at;
    private int length;

    public int Int()
    {
        Span<int> number = stackalloc int[1];
        Fill(number);
        return number[0];
    }

    /// <summary>A number of rows.</summary>
    public int Count()
    {
        var count = Int();
        IdentityCheckpoint.Require(count >= 0);
        return count;
    }

    public long Long()
    {
        Span<long> number = stackalloc long[1];
        Fill(number);
        return number[0];
    }

    public T[] Table<T>(int count)
        where T : unmanaged
    {
        var rows = new T[Math.Clamp(count, FewestRows, MostBelieved)];
        for (var filled = 0; filled < count;)
        {
            if (filled == rows.Length)
            {
                Array.Resize(ref rows, (int)Math.Min(count, rows.Length * 2L));
            }
            Fill(rows.AsSpan(filled, Math.Min(count, rows.Length) - filled));
            filled = Math.Min(count, rows.Length);
        }
        return rows;
    }

    public void Fill<T>(Span<T> rows)
        where T : unmanaged
    {
        var bytes = MemoryMarshal.AsBytes(rows);
        while (!bytes.IsEmpty)
        {
            if (at == length)
            {
                Next();
            }
            var part = Math.Min(bytes.Length, length - at);
            block.AsSpan(at, part).CopyTo(bytes);
            at += part;
            bytes = bytes[part..];
        }
    }

    /// <summary>A block that was written by itself.</summary>
    public byte[] Block()
    {
        IdentityCheckpoint.Require(at == length);
        Next();
        at = length;
        return block.AsSpan(0, length).ToArray();
    }

    private void Next()
    {
        Span<byte> head = stackalloc byte[8];
        stream.ReadExactly(head);
        length = BinaryPrimitives.ReadInt32LittleEndian(head);
        IdentityCheckpoint.Require(length is > 0 and <= SnapshotBlocks.BlockBytes);
        stream.ReadExactly(block, 0, length);
        IdentityCheckpoint.Require(SnapshotBlocks.SumOf(block.AsSpan(0, length)) == BinaryPrimitives.ReadUInt32LittleEndian(head[4..]));
        at = 0;
    }
}
