using Ciclo.Core.Events;

namespace Ciclo.Core.Folds;

/// <summary>
/// The events of one selector that some window still holds, oldest first, as bytes: the distance from the event before, then each number
/// that a window reads. Every window keeps its own place in it, so that windows share the events, and a state is saved by copying them.
/// </summary>
internal sealed class WindowStream(int columns)
{
    private byte[] bytes = new byte[64];
    private long origin;
    private int used;
    private long lastAt;

    /// <summary>Where the next event will stand.</summary>
    public long End => origin + used;

    public void Clear()
    {
        origin = 0;
        used = 0;
        lastAt = 0;
    }

    /// <summary>True if the next event may not fit, so that <see cref="DropBefore"/> is worth its while.</summary>
    public bool IsFull => used + MaxEntry > bytes.Length;

    private int MaxEntry => 10 + (columns * NumberCode.MaxBytes);

    /// <summary>Lets go of what stands before a position.</summary>
    public void DropBefore(long position)
    {
        var drop = (int)(position - origin);
        bytes.AsSpan(drop, used - drop).CopyTo(bytes);
        origin = position;
        used -= drop;
    }

    /// <summary>Takes an event in and answers where it stands. Its numbers follow by <see cref="AddNumber"/>, one a column.</summary>
    public long Append(long at)
    {
        if (IsFull)
        {
            Array.Resize(ref bytes, Math.Max(bytes.Length * 2, used + MaxEntry));
        }
        var position = End;
        used += Varint.Write(bytes.AsSpan(used), (ulong)(at - lastAt));
        lastAt = at;
        return position;
    }

    public void AddNumber(bool isThere, Int128 micros)
    {
        if (isThere)
        {
            used += NumberCode.Write(bytes.AsSpan(used), micros);
        }
        else
        {
            bytes[used++] = 0;
        }
    }

    /// <summary>Goes from an event to the next one; answers the number in a column of the event that is left.</summary>
    /// <returns>False at the end of the stream.</returns>
    public bool Step(ref long position, ref long at, int column, out Int128 micros)
    {
        var next = Skip((int)(position - origin), column, out micros);
        position = origin + next;
        if (next == used)
        {
            return false;
        }
        at += (long)Varint.Read(bytes, ref next);
        return true;
    }

    /// <summary>Whether the event at a position has a number in a column.</summary>
    public bool HasNumber(long position, int column)
    {
        var next = (int)(position - origin);
        Varint.Read(bytes, ref next);
        for (var i = 0; i < column; i++)
        {
            NumberCode.TryRead(bytes, ref next, out _);
        }
        return bytes[next] != 0;
    }

    public void Save(BlockWriter writer, long from, long now)
    {
        writer.AddSigned(now - lastAt);
        writer.Add(bytes.AsSpan((int)(from - origin), (int)(End - from)));
    }

    public void Load(ref BlockReader reader, long now)
    {
        lastAt = now - reader.NextSigned();
        origin = 0;
        var held = reader.NextBytes();
        if (held.Length > bytes.Length)
        {
            Array.Resize(ref bytes, Math.Max(bytes.Length * 2, held.Length));
        }
        held.CopyTo(bytes);
        used = held.Length;
    }

    private int Skip(int next, int column, out Int128 micros)
    {
        micros = 0;
        Varint.Read(bytes, ref next);
        for (var i = 0; i < columns; i++)
        {
            NumberCode.TryRead(bytes, ref next, out var number);
            micros = i == column ? number : micros;
        }
        return next;
    }
}
