using Ciclo.Data.Journal;

namespace Ciclo.Engine.Runtime;

/// <summary>Walks the records of a frame and changes some, each at its old length.</summary>
internal ref struct FrameEdit(ReadOnlyMemory<byte> payload)
{
    private readonly ReadOnlyMemory<byte> payload = payload;
    private FrameReader records = new(payload.Span);

    /// <summary>The frame's payload with what was changed; null if nothing was.</summary>
    public byte[]? Changed { get; private set; }

    public readonly RecordKind Kind => records.Kind;

    public readonly int Offset => records.Offset;

    public readonly ReadOnlySpan<byte> Body => records.Body;

    public bool Read() => records.Read();

    /// <summary>Zeros in place of the current record.</summary>
    public void Erase()
    {
        Changed ??= payload.ToArray();
        Changed[Offset] = (byte)RecordKind.Erased;
        Changed.AsSpan(Offset + FrameBuilder.RecordHeader, Body.Length).Clear();
    }

    /// <summary>Another body of the same length.</summary>
    public void Replace(ReadOnlySpan<byte> body)
    {
        Changed ??= payload.ToArray();
        body.CopyTo(Changed.AsSpan(Offset + FrameBuilder.RecordHeader, Body.Length));
    }
}

/// <summary>Gathers changed frames and rewrites some megabytes at a time.</summary>
internal sealed class RewriteBatch(Action<IReadOnlyList<(long Position, byte[] Payload)>> rewrite)
{
    private const int FullBytes = 8 << 20;

    private readonly List<(long Position, byte[] Payload)> frames = [];
    private long bytes;

    public void Add(long position, in FrameEdit edit)
    {
        if (edit.Changed is not { } changed)
        {
            return;
        }
        frames.Add((position, changed));
        bytes += changed.Length;
        if (bytes >= FullBytes)
        {
            Commit();
        }
    }

    public void Commit()
    {
        if (frames.Count > 0)
        {
            rewrite(frames);
        }
        frames.Clear();
        bytes = 0;
    }
}
