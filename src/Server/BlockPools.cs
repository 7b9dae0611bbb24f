using System.Buffers;
using System.Collections.Concurrent;
using Microsoft.AspNetCore.Connections;

namespace Ciclo.Server;

/// <summary>
/// Memory for what comes in over sockets, in blocks of 32 KB where Kestrel's own have 4: a batch of a hundred events then takes one or two
/// calls to the system instead of eight. An idle connection holds none.
/// </summary>
public sealed class BlockPools : IMemoryPoolFactory<byte>
{
    public MemoryPool<byte> Create(MemoryPoolOptions? options = null) => new BlockPool();
}

/// <summary>Blocks of one size, pinned, used again; those beyond what a busy server needs go to the collector.</summary>
public sealed class BlockPool : MemoryPool<byte>
{
    public const int BlockBytes = 32 << 10;

    private const int MostKept = 512;

    private readonly ConcurrentQueue<Block> free = new();
    private int kept;
    private volatile bool isDisposed;

    public override int MaxBufferSize => BlockBytes;

    public override IMemoryOwner<byte> Rent(int minBufferSize = -1)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(minBufferSize, BlockBytes);
        ObjectDisposedException.ThrowIf(isDisposed, this);
        if (free.TryDequeue(out var block))
        {
            Interlocked.Decrement(ref kept);
            block.Lend();
            return block;
        }
        return new Block(this);
    }

    protected override void Dispose(bool disposing)
    {
        isDisposed = true;
        free.Clear();
    }

    private void Return(Block block)
    {
        if (isDisposed || Interlocked.Increment(ref kept) > MostKept)
        {
            Interlocked.Decrement(ref kept);
            return;
        }
        free.Enqueue(block);
    }

    private sealed class Block(BlockPool pool) : IMemoryOwner<byte>
    {
        private readonly byte[] bytes = GC.AllocateUninitializedArray<byte>(BlockBytes, pinned: true);
        private int isLent = 1;

        public Memory<byte> Memory => bytes;

        public void Lend() => Volatile.Write(ref isLent, 1);

        public void Dispose()
        {
            // Given back twice it would be lent to two connections at once.
            if (Interlocked.Exchange(ref isLent, 0) == 1)
            {
                pool.Return(this);
            }
        }
    }
}
