using System.Numerics;
using Ciclo.Data.Files;
using Ciclo.Data.Journal;

namespace Ciclo.Data.History;

/// <summary>Writes a segment's blocks one after the other, each with its checksum. Blocks begin at multiples of eight bytes.</summary>
internal sealed class BlockWriter(IStorageFile file)
{
    private readonly byte[] buffer = new byte[256 << 10];
    private int used;
    private int summed;
    private long flushed;
    private uint sum;

    internal long Position => flushed + used;

    /// <summary>Begins a block; answers where.</summary>
    internal long Begin()
    {
        Write("\0\0\0\0\0\0\0"u8[..(int)(-Position & 7)]);
        (sum, summed) = (Checksum.Start, used);
        return Position;
    }

    /// <summary>The checksum of what was written since <see cref="Begin"/>.</summary>
    internal uint End()
    {
        Sum();
        return ~sum;
    }

    internal void Write(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            if (used == buffer.Length)
            {
                Flush();
            }
            var count = Math.Min(bytes.Length, buffer.Length - used);
            bytes[..count].CopyTo(buffer.AsSpan(used));
            used += count;
            bytes = bytes[count..];
        }
    }

    internal void Flush()
    {
        Sum();
        file.WriteAt(flushed, buffer.AsSpan(0, used));
        flushed += used;
        (used, summed) = (0, 0);
    }

    private void Sum()
    {
        sum = Checksum.Add(sum, buffer.AsSpan(summed, used - summed));
        summed = used;
    }

    internal RawBlock WriteRaw(ReadOnlySpan<byte> bytes)
    {
        var offset = Begin();
        Write(bytes);
        return new RawBlock(offset, bytes.Length, End());
    }

    /// <summary>Writes whole numbers in as few bits as their range, in units of their greatest common divisor, needs.</summary>
    internal IntBlock WriteInts(ReadOnlySpan<long> values)
    {
        if (values.IsEmpty)
        {
            return default;
        }
        var (least, most) = Range(values);
        var unit = UnitOf(values, least);
        var steps = (ulong)(most - least) / (unit == 0 ? 1 : unit);
        var width = 64 - BitOperations.LeadingZeroCount(steps);
        if (width == 0)
        {
            return new IntBlock(values.Length, 0, least, 1, 0, 0);
        }
        return width > SegmentLayout.MaxBits ? WritePlain(values) : WritePacked(values, least, unit, width);
    }

    internal IntBlock WriteWide(ReadOnlySpan<Int128> values)
    {
        var offset = Begin();
        Span<byte> one = stackalloc byte[16];
        foreach (var value in values)
        {
            System.Buffers.Binary.BinaryPrimitives.WriteInt128LittleEndian(one, value);
            Write(one);
        }
        return new IntBlock(values.Length, SegmentLayout.Plain, 0, 1, offset, End());
    }

    /// <summary>Writes which rows have a value, in the smaller of two ways.</summary>
    internal PresenceBlock WritePresence(ReadOnlySpan<ulong> bits, int rows, int count)
    {
        if (count == rows)
        {
            return new PresenceBlock(PresenceKind.All, count, default, default);
        }
        var bitsOfRow = 64 - BitOperations.LeadingZeroCount((ulong)rows);
        return (long)count * bitsOfRow < rows + (rows / 8)
            ? new PresenceBlock(PresenceKind.Rows, count, default, WriteInts(RowsOf(bits, count)))
            : new PresenceBlock(PresenceKind.Bitmap, count, WriteBitmap(bits, rows), default);
    }

    private static long[] RowsOf(ReadOnlySpan<ulong> bits, int count)
    {
        var rows = new long[count];
        var next = 0;
        for (var i = 0; i < bits.Length; i++)
        {
            for (var word = bits[i]; word != 0; word &= word - 1)
            {
                rows[next++] = (i * 64L) + BitOperations.TrailingZeroCount(word);
            }
        }
        return rows;
    }

    private RawBlock WriteBitmap(ReadOnlySpan<ulong> bits, int rows)
    {
        bits = bits[..((rows + 63) / 64)];
        var offset = Begin();
        Write(System.Runtime.InteropServices.MemoryMarshal.AsBytes(bits));
        var ranks = new uint[(rows + SegmentLayout.RowsPerRank - 1) / SegmentLayout.RowsPerRank];
        var before = 0u;
        for (var i = 0; i < bits.Length; i++)
        {
            if (i % (SegmentLayout.RowsPerRank / 64) == 0)
            {
                ranks[i / (SegmentLayout.RowsPerRank / 64)] = before;
            }
            before += (uint)BitOperations.PopCount(bits[i]);
        }
        Write(System.Runtime.InteropServices.MemoryMarshal.AsBytes<uint>(ranks));
        return new RawBlock(offset, Position - offset, End());
    }

    private static (long Least, long Most) Range(ReadOnlySpan<long> values)
    {
        var (least, most) = (long.MaxValue, long.MinValue);
        foreach (var value in values)
        {
            least = Math.Min(least, value);
            most = Math.Max(most, value);
        }
        return (least, most);
    }

    /// <summary>The greatest common divisor of all distances from the least; 0 where there are none.</summary>
    private static ulong UnitOf(ReadOnlySpan<long> values, long least)
    {
        var unit = 0ul;
        foreach (var value in values)
        {
            var distance = (ulong)(value - least);
            if (unit == 0)
            {
                unit = distance;
            }
            else if (distance % unit != 0)
            {
                unit = Divisor(unit, distance % unit);
            }
            if (unit == 1)
            {
                break;
            }
        }
        return unit;
    }

    private static ulong Divisor(ulong a, ulong b)
    {
        while (b != 0)
        {
            (a, b) = (b, a % b);
        }
        return a;
    }

    private IntBlock WritePacked(ReadOnlySpan<long> values, long least, ulong unit, int width)
    {
        var offset = Begin();
        var (word, filled) = (0ul, 0);
        foreach (var value in values)
        {
            var packed = (ulong)(value - least);
            packed = unit == 1 ? packed : packed / unit;
            word |= packed << filled;
            filled += width;
            if (filled >= 64)
            {
                Write(word);
                filled -= 64;
                word = filled == 0 ? 0 : packed >> (width - filled);
            }
        }
        if (filled > 0)
        {
            Span<byte> last = stackalloc byte[8];
            System.Buffers.Binary.BinaryPrimitives.WriteUInt64LittleEndian(last, word);
            Write(last[..((filled + 7) / 8)]);
        }
        return new IntBlock(values.Length, (byte)width, least, (long)unit, offset, End());
    }

    private void Write(ulong word)
    {
        if (used > buffer.Length - sizeof(ulong))
        {
            Flush();
        }
        System.Buffers.Binary.BinaryPrimitives.WriteUInt64LittleEndian(buffer.AsSpan(used), word);
        used += sizeof(ulong);
    }

    private IntBlock WritePlain(ReadOnlySpan<long> values)
    {
        var offset = Begin();
        Span<byte> one = stackalloc byte[16];
        foreach (var value in values)
        {
            System.Buffers.Binary.BinaryPrimitives.WriteInt128LittleEndian(one, value);
            Write(one);
        }
        return new IntBlock(values.Length, SegmentLayout.Plain, 0, 1, offset, End());
    }
}
