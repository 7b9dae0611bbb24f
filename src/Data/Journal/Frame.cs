using System.Buffers;
using System.Buffers.Binary;

namespace Ciclo.Data.Journal;

/// <summary>What a record in a frame is. Persisted: values only grow.</summary>
public enum RecordKind : byte
{
    /// <summary>An admitted event; the body is an <see cref="Core.Events.EventRecord"/>.</summary>
    Event = 1,
    /// <summary>An item that was refused; the body is a <see cref="RejectedItem"/>.</summary>
    Rejected = 2,
    /// <summary>JSON: a batch import began.</summary>
    ImportStarted = 3,
    /// <summary>JSON: a batch import ended, with its counts.</summary>
    ImportEnded = 4,
    /// <summary>JSON: the events of an import no longer count, and their keys are free.</summary>
    ImportUndone = 5,
    /// <summary>JSON: events, by journal address, that no longer count.</summary>
    Voided = 6,
    /// <summary>JSON: a person joined, separated or lifted two identifiers.</summary>
    IdentityCommand = 7,
    /// <summary>In the feed beside the journal: a move of a profile, or its withdrawal.</summary>
    Transition = 8,
    /// <summary>What stood here was erased: zeros, at the old length.</summary>
    Erased = 9,
    /// <summary>JSON: a person is to be erased; keyed hashes of identifiers, nothing that can be read.</summary>
    ErasureBegun = 10,
    /// <summary>JSON: no byte of that person is left, and what was removed, in numbers.</summary>
    ErasureDone = 11,
    /// <summary>JSON: the identifiers of an erasure may be used again.</summary>
    ErasureLifted = 12,
}

/// <summary>
/// A frame's payload is a sequence of records, each [kind: 1 byte][length: 4 bytes, little endian][body]. One request makes one frame,
/// so that the records of a request become durable together.
/// </summary>
public sealed class FrameBuilder : IBufferWriter<byte>
{
    public const int RecordHeader = 5;

    private byte[] buffer = new byte[4096];
    private int recordAt = -1;

    public int Length { get; private set; }

    public int Records { get; private set; }

    public ReadOnlyMemory<byte> Payload => buffer.AsMemory(0, Length);

    public void Clear()
    {
        Length = 0;
        Records = 0;
        recordAt = -1;
    }

    /// <summary>Begins a record; write its body into this builder, then call <see cref="End"/>. Answers the record's offset in the payload.</summary>
    public int Begin(RecordKind kind)
    {
        recordAt = Length;
        var header = GetSpan(RecordHeader);
        header[0] = (byte)kind;
        Length += RecordHeader;
        return recordAt;
    }

    public void End()
    {
        BinaryPrimitives.WriteInt32LittleEndian(buffer.AsSpan(recordAt + 1), Length - recordAt - RecordHeader);
        Records++;
        recordAt = -1;
    }

    /// <summary>Adds whole records that another builder made.</summary>
    public void AddRecords(ReadOnlySpan<byte> records, int count)
    {
        records.CopyTo(GetSpan(records.Length));
        Length += records.Length;
        Records += count;
    }

    /// <summary>Takes back the record begun last.</summary>
    public void Abandon()
    {
        Length = recordAt;
        recordAt = -1;
    }

    public void Advance(int count) => Length += count;

    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        Reserve(sizeHint);
        return buffer.AsMemory(Length);
    }

    public Span<byte> GetSpan(int sizeHint = 0)
    {
        Reserve(sizeHint);
        return buffer.AsSpan(Length);
    }

    private void Reserve(int sizeHint)
    {
        var needed = Length + Math.Max(sizeHint, 256);
        if (needed > buffer.Length)
        {
            Array.Resize(ref buffer, Math.Max(needed, buffer.Length * 2));
        }
    }
}

/// <summary>Walks the records of a frame's payload.</summary>
public ref struct FrameReader(ReadOnlySpan<byte> payload)
{
    private readonly ReadOnlySpan<byte> payload = payload;
    private int next;

    /// <summary>Offset of the current record in the payload.</summary>
    public int Offset { get; private set; }

    public RecordKind Kind { get; private set; }

    public ReadOnlySpan<byte> Body { get; private set; }

    /// <summary>How many records of a kind a payload holds.</summary>
    public static int Count(ReadOnlySpan<byte> payload, RecordKind kind)
    {
        var count = 0;
        var frame = new FrameReader(payload);
        while (frame.Read())
        {
            count += frame.Kind == kind ? 1 : 0;
        }
        return count;
    }

    /// <summary>Moves to the next record; false at the end. A payload that is cut throws: its checksum was right, so it was written wrong.</summary>
    public bool Read()
    {
        if (next == payload.Length)
        {
            return false;
        }
        if (payload.Length - next < FrameBuilder.RecordHeader)
        {
            throw new InvalidDataException("A journal frame ends inside a record header.");
        }
        var length = BinaryPrimitives.ReadInt32LittleEndian(payload[(next + 1)..]);
        if (length < 0 || length > payload.Length - next - FrameBuilder.RecordHeader)
        {
            throw new InvalidDataException("A journal frame ends inside a record.");
        }
        Offset = next;
        Kind = (RecordKind)payload[next];
        Body = payload.Slice(next + FrameBuilder.RecordHeader, length);
        next += FrameBuilder.RecordHeader + length;
        return true;
    }
}
