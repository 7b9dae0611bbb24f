using System.Numerics;
using System.Security.Cryptography;

namespace Ciclo.Data.Keys;

/// <summary>
/// Keys in memory: rows of (high, low, value words) in chunks, found through an open-addressed table of row numbers, 5 to 11 bytes a row.
/// Placement depends on a secret of the process, so that nobody can send ids that all fall into one place. One writer; reads from other
/// threads must not overlap a write.
/// </summary>
internal sealed class KeyTable(int valueWords)
{
    private const int ChunkBits = 12;
    private const int ChunkRows = 1 << ChunkBits;
    private const int FewestSlots = 64;

    private readonly int width = KeyRow.KeyWords + valueWords;
    private readonly ulong secret = BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(8)) | 1;
    private readonly List<ulong[]> chunks = [];
    private int[] slots = new int[FewestSlots];
    private int shift = 64 - BitOperations.Log2(FewestSlots);

    public int Count { get; private set; }

    /// <summary>What its arrays take.</summary>
    public long Bytes => ((long)chunks.Count * ChunkRows * width * sizeof(ulong)) + ((long)slots.Length * sizeof(int));

    public Span<ulong> Row(int row) => chunks[row >> ChunkBits].AsSpan((row & (ChunkRows - 1)) * width, width);

    public bool TryGet(ulong high, ulong low, Span<ulong> value)
    {
        var row = slots[SlotOf(high, low)] - 1;
        if (row < 0)
        {
            return false;
        }
        Row(row)[KeyRow.KeyWords..].CopyTo(value);
        return true;
    }

    /// <summary>Adds a key or gives it another value; true if it is new here.</summary>
    public bool Set(ulong high, ulong low, ReadOnlySpan<ulong> value)
    {
        var slot = SlotOf(high, low);
        var known = slots[slot] - 1;
        if (known >= 0)
        {
            value.CopyTo(Row(known)[KeyRow.KeyWords..]);
            return false;
        }
        if ((Count + 1) * 4L > slots.Length * 3L)
        {
            Grow();
            slot = SlotOf(high, low);
        }
        if (Count >> ChunkBits == chunks.Count)
        {
            chunks.Add(new ulong[ChunkRows * width]);
        }
        slots[slot] = ++Count;
        var row = Row(Count - 1);
        (row[0], row[1]) = (high, low);
        value.CopyTo(row[KeyRow.KeyWords..]);
        return true;
    }

    /// <summary>Forgets all rows and keeps the room.</summary>
    public void Clear()
    {
        Count = 0;
        Array.Clear(slots);
    }

    /// <summary>The row numbers in the order of their keys.</summary>
    public int[] Sorted()
    {
        var highs = new ulong[Count];
        var rows = new int[Count];
        for (var row = 0; row < Count; row++)
        {
            highs[row] = Row(row)[0];
            rows[row] = row;
        }
        Array.Sort(highs, rows);
        // Two keys share their upper half hardly ever: those few are put in order by hand.
        for (var i = 1; i < rows.Length; i++)
        {
            for (var j = i; j > 0 && highs[j] == highs[j - 1] && Row(rows[j])[1] < Row(rows[j - 1])[1]; j--)
            {
                (rows[j], rows[j - 1]) = (rows[j - 1], rows[j]);
            }
        }
        return rows;
    }

    /// <summary>The slot of a key, or the free one where it would stand.</summary>
    private int SlotOf(ulong high, ulong low)
    {
        var slot = (int)((high * secret) >> shift);
        while (slots[slot] is > 0 and var found)
        {
            var row = Row(found - 1);
            if (row[0] == high && row[1] == low)
            {
                break;
            }
            slot = (slot + 1) & (slots.Length - 1);
        }
        return slot;
    }

    private void Grow()
    {
        slots = new int[checked(slots.Length * 2)];
        shift--;
        for (var number = 0; number < Count; number++)
        {
            var slot = (int)((Row(number)[0] * secret) >> shift);
            while (slots[slot] != 0)
            {
                slot = (slot + 1) & (slots.Length - 1);
            }
            slots[slot] = number + 1;
        }
    }
}

internal static class KeyRow
{
    /// <summary>A row begins with the two halves of its key.</summary>
    public const int KeyWords = 2;

    public const int MaxValueWords = 6;

    public static bool IsBefore(ulong high, ulong low, ulong otherHigh, ulong otherLow) => high < otherHigh || (high == otherHigh && low < otherLow);
}
