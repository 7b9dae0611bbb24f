using System.Numerics;

namespace Ciclo.Core.Folds;

/// <summary>Numbers below a bound, in order of arrival; emptied in proportion to what is in it, not to the bound.</summary>
internal sealed class TouchedSet(int bound)
{
    private readonly bool[] isIn = new bool[bound];
    private readonly int[] items = new int[bound];
    private int count;

    public int Count => count;

    public ReadOnlySpan<int> Items => items.AsSpan(0, count);

    public bool Add(int item)
    {
        if (isIn[item])
        {
            return false;
        }
        isIn[item] = true;
        items[count++] = item;
        return true;
    }

    /// <summary>Takes the newest out.</summary>
    public int Pop()
    {
        var item = items[--count];
        isIn[item] = false;
        return item;
    }

    public void Clear()
    {
        foreach (var item in Items)
        {
            isIn[item] = false;
        }
        count = 0;
    }
}

/// <summary>Bits, emptied, saved and walked in proportion to the words of 64 that were written to.</summary>
internal sealed class SparseBits(int bound)
{
    private readonly ulong[] words = new ulong[(bound + 63) / 64];
    private readonly TouchedSet touched = new((bound + 63) / 64);

    public bool this[int bit]
    {
        get => (words[bit >> 6] >> (bit & 63) & 1) != 0;
        set
        {
            var word = bit >> 6;
            touched.Add(word);
            words[word] = value ? words[word] | (1UL << (bit & 63)) : words[word] & ~(1UL << (bit & 63));
        }
    }

    public ReadOnlySpan<int> TouchedWords => touched.Items;

    public ulong WordAt(int word) => words[word];

    public void SetWord(int word, ulong bits)
    {
        touched.Add(word);
        words[word] = bits;
    }

    public void Clear()
    {
        foreach (var word in touched.Items)
        {
            words[word] = 0;
        }
        touched.Clear();
    }
}

/// <summary>
/// What waits to be done, by number, the lowest first. Two levels of bits: taking the next costs the same among ten and ten thousand.
/// </summary>
internal sealed class PendingBits(int bound)
{
    private readonly ulong[] words = new ulong[(bound + 63) / 64];
    private readonly ulong[] summary = new ulong[(bound + 4_095) / 4_096];

    /// <summary>Words with a bit in them.</summary>
    private int filled;

    public bool IsEmpty => filled == 0;

    public void Add(int bit)
    {
        ref var word = ref words[bit >> 6];
        if (word == 0)
        {
            filled++;
            summary[bit >> 12] |= 1UL << (bit >> 6 & 63);
        }
        word |= 1UL << (bit & 63);
    }

    public void Remove(int bit)
    {
        ref var word = ref words[bit >> 6];
        if (word != 0 && (word &= ~(1UL << (bit & 63))) == 0)
        {
            filled--;
            summary[bit >> 12] &= ~(1UL << (bit >> 6 & 63));
        }
    }

    /// <summary>The lowest bit that is not below <paramref name="from"/>; -1 if there is none.</summary>
    public int First(int from = 0)
    {
        var word = from >> 6;
        if (filled == 0 || word >= words.Length)
        {
            return -1;
        }
        var bits = words[word] & (ulong.MaxValue << (from & 63));
        if (bits != 0)
        {
            return (word << 6) + BitOperations.TrailingZeroCount(bits);
        }
        var mask = (word & 63) == 63 ? 0 : ulong.MaxValue << ((word & 63) + 1);
        for (var high = word >> 6; high < summary.Length; high++, mask = ulong.MaxValue)
        {
            if ((summary[high] & mask) is var left && left != 0)
            {
                word = (high << 6) + BitOperations.TrailingZeroCount(left);
                return (word << 6) + BitOperations.TrailingZeroCount(words[word]);
            }
        }
        return -1;
    }

    public void Clear()
    {
        for (var bit = First(); bit >= 0; bit = First(bit))
        {
            words[bit >> 6] = 0;
            summary[bit >> 12] &= ~(1UL << (bit >> 6 & 63));
            filled--;
        }
    }
}
