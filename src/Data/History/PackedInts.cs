using System.Numerics;
using System.Runtime.CompilerServices;

namespace Ciclo.Data.History;

/// <summary>
/// Reads an <see cref="IntBlock"/>: each value by one unaligned load of eight bytes, whichever row it is. A load may go past the block, never
/// past the file, which ends in a footer.
/// </summary>
internal readonly unsafe struct PackedInts
{
    private readonly byte* start;
    private readonly ulong mask;
    private readonly long least;
    private readonly long unit;
    private readonly int width;

    internal PackedInts(byte* file, in IntBlock block)
    {
        start = file + block.Offset;
        Count = block.Count;
        IsPlain = block.Width == SegmentLayout.Plain;
        width = IsPlain ? 128 : block.Width;
        mask = IsPlain ? ulong.MaxValue : (1ul << block.Width) - 1;
        least = block.Base;
        unit = block.Unit;
    }

    internal int Count { get; }

    internal bool IsPlain { get; }

    internal long this[int index]
    {
        // A plain block is read by its lower half: all but number columns hold what fits 64 bits.
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => least + (unit * (long)Raw(index));
    }

    /// <summary>The least raw value whose value is not below a limit, or one more than any raw value. Not for plain blocks.</summary>
    internal long RawFrom(long value)
    {
        var distance = (Int128)value - least;
        if (distance <= 0)
        {
            return 0;
        }
        // A block of width 0 has unit 0 or any: all its values are the base.
        var raw = unit <= 0 ? (Int128)mask + 1 : (distance + unit - 1) / unit;
        return raw > mask ? (long)mask + 1 : (long)raw;
    }

    /// <summary>
    /// Goes through sorted values and sets the bit of each step that has one. Step i goes from raw value starts[i] to before starts[i + 1];
    /// values below <paramref name="from"/> are passed over. Not for plain blocks.
    /// </summary>
    internal void MarkSteps(int low, int high, long from, ReadOnlySpan<long> starts, double stepsPerRaw, Span<ulong> marked)
    {
        var next = Math.Max(from, starts[0]);
        while (true)
        {
            low = FirstRawFrom(next, low, high);
            var raw = low < high ? (long)Raw(low) : long.MaxValue;
            if (raw >= starts[^1])
            {
                return;
            }
            var step = Math.Min((int)((raw - starts[0]) * stepsPerRaw), starts.Length - 2);
            while (starts[step] > raw)
            {
                step--;
            }
            while (starts[step + 1] <= raw)
            {
                step++;
            }
            marked[step >> 6] |= 1ul << (step & 63);
            next = starts[step + 1];
            low++;
        }
    }

    /// <summary>As <see cref="SkipBelow"/> over raw values: eight at a time, then halves, without a branch that hangs on how many there are.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int FirstRawFrom(long raw, int low, int high)
    {
        while (low + 8 <= high)
        {
            if ((long)Raw(low + 7) < raw)
            {
                low += 8;
                continue;
            }
            low += (long)Raw(low + 3) < raw ? 4 : 0;
            low += (long)Raw(low + 1) < raw ? 2 : 0;
            return low + ((long)Raw(low) < raw ? 1 : 0);
        }
        while (low < high && (long)Raw(low) < raw)
        {
            low++;
        }
        return low;
    }

    internal Int128 Wide(int index) => IsPlain ? Unsafe.ReadUnaligned<Int128>(start + (index * 16L)) : this[index];

    /// <summary>The first index from <paramref name="low"/> on, before <paramref name="high"/>, whose value is not less; values must be sorted.</summary>
    internal int FirstFrom(long value, int low, int high)
    {
        while (low < high)
        {
            var middle = (int)(((uint)low + (uint)high) / 2);
            if (this[middle] < value)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }
        return low;
    }

    /// <summary>As <see cref="FirstFrom"/> over everything, but quick where the answer is near a place known before.</summary>
    internal int Gallop(long value, int near)
    {
        if (near >= Count || this[near] >= value)
        {
            return near > 0 && near <= Count && this[near - 1] < value ? near : FirstFrom(value, 0, Math.Min(near, Count));
        }
        var (low, step) = (near + 1, 1);
        while (low + step < Count && this[low + step] < value)
        {
            low += step + 1;
            step *= 2;
        }
        return FirstFrom(value, low, Math.Min(Count, low + step + 1));
    }

    /// <summary>As <see cref="FirstFrom"/>, quick where the answer is near <paramref name="low"/>: a few one by one, then in steps that double.</summary>
    internal int SkipBelow(long value, int low, int high)
    {
        var near = Math.Min(high, low + 8);
        for (; low < near; low++)
        {
            if (this[low] >= value)
            {
                return low;
            }
        }
        var step = 4;
        while (low + step < high && this[low + step - 1] < value)
        {
            low += step;
            step *= 2;
        }
        return FirstFrom(value, low, Math.Min(high, low + step));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private ulong Raw(int index)
    {
        var bit = (ulong)(uint)index * (ulong)width;
        return (Unsafe.ReadUnaligned<ulong>(start + (bit >> 3)) >> (int)(bit & 7)) & mask;
    }
}

/// <summary>Reads which rows have a value, and which value is theirs.</summary>
internal readonly unsafe struct Presence
{
    private readonly ulong* words;
    private readonly uint* ranks;
    private readonly PackedInts rows;
    private readonly PresenceKind kind;

    internal Presence(byte* file, in PresenceBlock block, int rowCount)
    {
        kind = block.Kind;
        Count = block.Count;
        if (kind == PresenceKind.Bitmap)
        {
            words = (ulong*)(file + block.Bits.Offset);
            ranks = (uint*)(words + ((rowCount + 63) / 64));
        }
        else if (kind == PresenceKind.Rows)
        {
            rows = new PackedInts(file, block.Rows);
        }
    }

    internal int Count { get; }

    /// <summary>The index of a row's value; -1 where it has none.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal int IndexOf(int row)
    {
        if (kind == PresenceKind.All)
        {
            return row;
        }
        return kind == PresenceKind.Bitmap ? IndexInBitmap(row) : IndexInRows(row);
    }

    /// <summary>The row of each value, in order.</summary>
    internal void CopyRows(int rowCount, Span<int> into)
    {
        var next = 0;
        if (kind == PresenceKind.Bitmap)
        {
            for (var i = 0; i < (rowCount + 63) / 64; i++)
            {
                for (var word = words[i]; word != 0; word &= word - 1)
                {
                    into[next++] = (i * 64) + BitOperations.TrailingZeroCount(word);
                }
            }
            return;
        }
        for (; next < Count; next++)
        {
            into[next] = kind == PresenceKind.All ? next : (int)rows[next];
        }
    }

    private int IndexInBitmap(int row)
    {
        var at = row >> 6;
        var word = words[at];
        var bit = 1ul << (row & 63);
        if ((word & bit) == 0)
        {
            return -1;
        }
        var rank = (int)ranks[row / SegmentLayout.RowsPerRank] + BitOperations.PopCount(word & (bit - 1));
        for (var before = at & ~((SegmentLayout.RowsPerRank / 64) - 1); before < at; before++)
        {
            rank += BitOperations.PopCount(words[before]);
        }
        return rank;
    }

    private int IndexInRows(int row)
    {
        var found = rows.FirstFrom(row, 0, Count);
        return found < Count && rows[found] == row ? found : -1;
    }
}
