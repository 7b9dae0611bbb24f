using Ciclo.Data.Journal;
using Ciclo.Engine.Collect;
using Microsoft.Extensions.ObjectPool;

namespace Ciclo.Modules.Collect;

/// <summary>What one request needs while it runs, to be used again by the next: its body, and the frame made of it.</summary>
internal sealed class CollectBuffers(MessageIds ids)
{
    public GrowingBuffer Sent { get; } = new();

    public GrowingBuffer Inflated { get; } = new();

    public Admission Admission { get; } = new(ids);

    public FrameBuilder Frame { get; } = new();
}

/// <summary>Bytes that grow up to a body's limit, and by one more to notice that it is passed.</summary>
internal sealed class GrowingBuffer
{
    private byte[] bytes = new byte[32 * 1024];

    public int Length { get; private set; }

    public ReadOnlyMemory<byte> Written => bytes.AsMemory(0, Length);

    public bool IsOver => Length > CollectLimits.BodyBytes;

    public void Clear() => Length = 0;

    /// <summary>Room for at least one more byte.</summary>
    public Memory<byte> Free()
    {
        if (Length == bytes.Length)
        {
            Array.Resize(ref bytes, Math.Min(bytes.Length * 2, Math.Max(CollectLimits.BodyBytes + 1, Length + 1)));
        }
        return bytes.AsMemory(Length);
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
}

internal sealed class CollectBuffersPolicy(MessageIds ids) : PooledObjectPolicy<CollectBuffers>
{
    /// <summary>A frame this large is rare; its memory is given back rather than held for the next.</summary>
    private const int LargestKept = 2_000_000;

    public override CollectBuffers Create() => new(ids);

    public override bool Return(CollectBuffers obj) => obj.Frame.Length <= LargestKept;
}
