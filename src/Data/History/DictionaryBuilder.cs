namespace Ciclo.Data.History;

/// <summary>Gives distinct values codes in order of first appearance.</summary>
internal sealed class DictionaryBuilder
{
    private readonly List<long> starts = [0];
    private byte[] bytes = new byte[256];
    private int used;
    private int[] slots = NewSlots(16);

    /// <summary>More distinct bytes than a column may have: the path is left to the journal.</summary>
    internal bool IsTooLarge { get; private set; }

    internal int Count => starts.Count - 1;

    internal int Add(ReadOnlySpan<byte> value)
    {
        if (value.Length > SegmentLayout.MaxValueBytes)
        {
            return Add([SegmentLayout.Elsewhere]);
        }
        if (IsTooLarge)
        {
            return 0;
        }
        var slot = SlotOf(value);
        if (slots[slot] >= 0)
        {
            return slots[slot];
        }
        var code = Count;
        slots[slot] = code;
        Append(value);
        if (Count * 2 > slots.Length)
        {
            Grow();
        }
        return code;
    }

    internal IntBlock WriteStarts(BlockWriter blocks) => blocks.WriteInts(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(starts));

    internal RawBlock WriteBytes(BlockWriter blocks) => blocks.WriteRaw(bytes.AsSpan(0, used));

    private static int[] NewSlots(int size)
    {
        var fresh = new int[size];
        Array.Fill(fresh, -1);
        return fresh;
    }

    private void Append(ReadOnlySpan<byte> value)
    {
        if (used + value.Length > bytes.Length)
        {
            Array.Resize(ref bytes, Math.Max(bytes.Length * 2, used + value.Length));
        }
        value.CopyTo(bytes.AsSpan(used));
        used += value.Length;
        starts.Add(used);
        IsTooLarge = used > SegmentLayout.MaxDictionaryBytes;
    }

    private ReadOnlySpan<byte> Entry(int code) => bytes.AsSpan((int)starts[code], (int)(starts[code + 1] - starts[code]));

    private int SlotOf(ReadOnlySpan<byte> value)
    {
        // Keyed anew in each process: who sends values cannot choose them so that they collide.
        var hash = default(HashCode);
        hash.AddBytes(value);
        var slot = hash.ToHashCode() & (slots.Length - 1);
        while (slots[slot] >= 0 && !Entry(slots[slot]).SequenceEqual(value))
        {
            slot = (slot + 1) & (slots.Length - 1);
        }
        return slot;
    }

    private void Grow()
    {
        slots = NewSlots(slots.Length * 2);
        for (var code = 0; code < Count; code++)
        {
            slots[SlotOf(Entry(code))] = code;
        }
    }
}
