using System.Buffers;
using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;

namespace Ciclo.Core.Identity;

/// <summary>A piece of a snapshot; its bytes do not change until the snapshot is released.</summary>
internal interface ISnapshotPart
{
    public long Length { get; }

    public void WriteTo(SnapshotStream stream);
}

/// <summary>
/// The pieces of a snapshot, in their order: what is small is copied, rows are shared. On disk they run through blocks of 1 MiB: length, the CRC32C
/// of the bytes, and the bytes.
/// </summary>
internal sealed class SnapshotBlocks
{
    public const int BlockBytes = 1 << 20;

    private readonly List<ISnapshotPart> parts = [];
    private Copied? last;

    public long Length => parts.Sum(part => part.Length);

    /// <summary>What the rows that it shares are held by.</summary>
    public RowsHold Hold { get; private set; } = new();

    /// <summary>A copy of rows.</summary>
    public void Add<T>(ReadOnlySpan<T> rows)
        where T : unmanaged
    {
        if (last is null)
        {
            last = new Copied();
            parts.Add(last);
        }
        last.Add(MemoryMarshal.AsBytes(rows));
    }

    public void Add(int number) => Add<int>([number]);

    public void Add(long number) => Add<long>([number]);

    /// <summary>Rows that are shared until it is cleared.</summary>
    public void Share<T>(PagedRows<T> rows)
        where T : unmanaged
    {
        parts.Add(rows.Share(Hold));
        last = null;
    }

    /// <summary>Lets go of everything.</summary>
    public void Clear()
    {
        Hold.Release();
        Hold = new RowsHold();
        parts.Clear();
        last = null;
    }

    public void WriteTo(Stream stream)
    {
        var blocks = new SnapshotStream(stream);
        parts.ForEach(part => part.WriteTo(blocks));
        blocks.End();
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

    /// <summary>Small pieces, and tables that are no pages, in chunks that the collector can move.</summary>
    private sealed class Copied : ISnapshotPart
    {
        private const int ChunkBytes = 1 << 16;
        private const int FewestBytes = 256;

        private readonly List<ArrayBufferWriter<byte>> chunks = [];

        public long Length => chunks.Sum(chunk => (long)chunk.WrittenCount);

        public void Add(ReadOnlySpan<byte> more)
        {
            while (!more.IsEmpty)
            {
                if (chunks.Count == 0 || chunks[^1].WrittenCount == ChunkBytes)
                {
                    chunks.Add(new ArrayBufferWriter<byte>(Math.Clamp(more.Length, FewestBytes, ChunkBytes)));
                }
                var part = Math.Min(more.Length, ChunkBytes - chunks[^1].WrittenCount);
                chunks[^1].Write(more[..part]);
                more = more[part..];
            }
        }

        public void WriteTo(SnapshotStream stream) => chunks.ForEach(chunk => stream.Write(chunk.WrittenSpan));
    }
}

/// <summary>Cuts what it is given into blocks.</summary>
internal sealed class SnapshotStream(Stream stream)
{
    private readonly byte[] block = new byte[SnapshotBlocks.BlockBytes];
    private int used;

    public void Write(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            if (used == block.Length)
            {
                End();
            }
            var part = Math.Min(bytes.Length, block.Length - used);
            bytes[..part].CopyTo(block.AsSpan(used));
            used += part;
            bytes = bytes[part..];
        }
    }

    /// <summary>Writes what is left.</summary>
    public void End()
    {
        if (used > 0)
        {
            SnapshotBlocks.Write(stream, block.AsSpan(0, used));
        }
        used = 0;
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

    public PagedRows<T> Paged<T>(int count)
        where T : unmanaged
    {
        var rows = new PagedRows<T>();
        rows.Restore(this, count);
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
