using System.Buffers;
using Ciclo.Engine.Collect;
using Ciclo.Modules.Collect.Contracts;

namespace Ciclo.Modules.Collect;

/// <summary>
/// The memory that bodies on their way may hold together. Past it a request is refused for a while: a thousand slow uploads, or a burst
/// that the disk cannot follow, must not end the process.
/// </summary>
internal sealed class BodyMemory(long limit)
{
    private long held;

    public long Held => Interlocked.Read(ref held);

    /// <summary>Takes bytes, or throws <see cref="CollectUnavailableException"/> where there are no more.</summary>
    public void Take(int bytes)
    {
        if (Interlocked.Add(ref held, bytes) > limit)
        {
            Give(bytes);
            throw new CollectUnavailableException(CollectRefusal.Busy, TimeSpan.FromSeconds(1));
        }
    }

    public void Give(int bytes) => Interlocked.Add(ref held, -bytes);
}

/// <summary>
/// Bytes that grow up to a body's limit, and by one more to notice that it is passed. Their memory is lent by the shared pool, in doubling
/// steps as bytes come: what a client only promises to send takes no room.
/// </summary>
internal sealed class GrowingBuffer(BodyMemory memory) : IDisposable
{
    private const int Smallest = 32 * 1024;
    private const int Largest = CollectLimits.BodyBytes + 1;

    private byte[] bytes = [];
    private int taken;

    public int Length { get; private set; }

    public ReadOnlyMemory<byte> Written => bytes.AsMemory(0, Length);

    /// <summary>The array that holds the bytes, from its beginning.</summary>
    public byte[] Array => bytes;

    public bool IsOver => Length > CollectLimits.BodyBytes;

    /// <summary>Room for at least one more byte.</summary>
    public Memory<byte> Free()
    {
        if (Length == taken)
        {
            Grow(Math.Min(Math.Max(taken * 2, Smallest), Math.Max(Largest, Length + 1)));
        }
        return bytes.AsMemory(Length, taken - Length);
    }

    public void Advance(int count) => Length += count;

    /// <summary>Appends as much as the limit and one byte allow; <see cref="IsOver"/> tells that some was left.</summary>
    public void Append(ReadOnlySpan<byte> more)
    {
        while (!more.IsEmpty && !IsOver)
        {
            var free = Free().Span;
            var count = Math.Min(free.Length, more.Length);
            more[..count].CopyTo(free);
            Advance(count);
            more = more[count..];
        }
    }

    /// <summary>Gives the memory back. The bytes are gone.</summary>
    public void Dispose()
    {
        if (taken > 0)
        {
            ArrayPool<byte>.Shared.Return(bytes);
            memory.Give(taken);
            (bytes, taken, Length) = ([], 0, 0);
        }
    }

    private void Grow(int to)
    {
        memory.Take(to - taken);
        var larger = ArrayPool<byte>.Shared.Rent(to);
        Written.Span.CopyTo(larger);
        if (taken > 0)
        {
            ArrayPool<byte>.Shared.Return(bytes);
        }
        (bytes, taken) = (larger, to);
    }
}
