using System.Buffers.Binary;
using Ciclo.Core.Events;

namespace Ciclo.Data.History;

/// <summary>Constants of the segment format (docs/internals/history.md).</summary>
internal static class SegmentLayout
{
    internal const ulong HeaderMagic = 0x3154_5349_4843_4943;
    internal const uint TrailerMagic = 0x444e_4548;
    internal const uint Version = 1;
    internal const int HeaderSize = 16;
    internal const int TrailerSize = 12;
    internal const int MaxBits = 57;
    /// <summary>The width of a block whose values do not fit <see cref="MaxBits"/>: 16 bytes each.</summary>
    internal const byte Plain = 128;
    internal const int RowsPerRank = 256;
    /// <summary>A dictionary entry that only says: the value is in the journal.</summary>
    internal const byte Elsewhere = 255;
    /// <summary>Longer values stay in the journal.</summary>
    internal const int MaxValueBytes = 2_048;
    /// <summary>A column whose distinct values take more stays in the journal.</summary>
    internal const int MaxDictionaryBytes = 64 << 20;
}

/// <summary>Whole numbers: value = base + unit × packed. <see cref="Width"/>: bits of each, 0 where all are the base.</summary>
internal readonly record struct IntBlock(int Count, byte Width, long Base, long Unit, long Offset, uint Sum)
{
    internal const int Size = 4 + 1 + 8 + 8 + 8 + 4;

    internal long Length => Width == SegmentLayout.Plain ? Count * 16L : (((long)Count * Width) + 7) / 8;

    internal bool IsSound => Count >= 0 && (Width <= SegmentLayout.MaxBits || Width == SegmentLayout.Plain);
}

/// <summary>Bytes as they are.</summary>
internal readonly record struct RawBlock(long Offset, long Length, uint Sum);

internal enum PresenceKind : byte
{
    /// <summary>Every row has a value.</summary>
    All = 0,
    /// <summary>A bit a row, then the number of bits before every 256th row (4 bytes each).</summary>
    Bitmap = 1,
    /// <summary>The rows that have a value, in order.</summary>
    Rows = 2,
}

/// <summary>Which rows have a value in a column. <see cref="Count"/>: how many.</summary>
internal readonly record struct PresenceBlock(PresenceKind Kind, int Count, RawBlock Bits, IntBlock Rows);

internal readonly record struct NumberBlock(int Path, PresenceBlock Presence, IntBlock Values);

internal readonly record struct ValueBlock(int Path, PresenceBlock Presence, IntBlock Codes, IntBlock Starts, RawBlock Bytes);

/// <summary>The block directory of a segment.</summary>
internal sealed class SegmentFooter
{
    internal int Rows { get; init; }

    internal long FirstAt { get; init; }

    internal long LastAt { get; init; }

    internal EventKind[] Kinds { get; init; } = [];

    internal IntBlock Nodes { get; init; }

    /// <summary>The first row of each node, and the number of rows.</summary>
    internal IntBlock Firsts { get; init; }

    internal IntBlock Instants { get; init; }

    /// <summary>Bytes of a kind's code: 1, 2 or 4.</summary>
    internal byte KindWidth { get; init; }

    internal RawBlock KindCodes { get; init; }

    internal IntBlock Addresses { get; init; }

    internal NumberBlock[] Numbers { get; init; } = [];

    internal ValueBlock[] Values { get; init; } = [];

    /// <summary>Paths that have no column here although rows have them.</summary>
    internal int[] Omitted { get; init; } = [];

    internal byte[] Write()
    {
        using var bytes = new MemoryStream();
        using var output = new BinaryWriter(bytes);
        output.Write(Rows);
        output.Write(FirstAt);
        output.Write(LastAt);
        output.Write(Kinds.Length);
        foreach (var kind in Kinds)
        {
            output.Write((byte)kind.Type);
            output.Write((byte)kind.Flags);
            output.Write(kind.Name);
        }
        Write(output, Nodes);
        Write(output, Firsts);
        Write(output, Instants);
        output.Write(KindWidth);
        Write(output, KindCodes);
        Write(output, Addresses);
        output.Write(Numbers.Length);
        foreach (var column in Numbers)
        {
            output.Write(column.Path);
            Write(output, column.Presence);
            Write(output, column.Values);
        }
        output.Write(Values.Length);
        foreach (var column in Values)
        {
            output.Write(column.Path);
            Write(output, column.Presence);
            Write(output, column.Codes);
            Write(output, column.Starts);
            Write(output, column.Bytes);
        }
        output.Write(Omitted.Length);
        foreach (var path in Omitted)
        {
            output.Write(path);
        }
        output.Flush();
        return bytes.ToArray();
    }

    /// <summary>Reads what <see cref="Write()"/> wrote; its checksum has been looked at before, so that lengths can be believed.</summary>
    internal static SegmentFooter Read(ReadOnlySpan<byte> bytes)
    {
        var input = new FooterReader(bytes);
        return new SegmentFooter
        {
            Rows = input.Int32(),
            FirstAt = input.Int64(),
            LastAt = input.Int64(),
            Kinds = Kinded(ref input),
            Nodes = input.Ints(),
            Firsts = input.Ints(),
            Instants = input.Ints(),
            KindWidth = input.Byte(),
            KindCodes = input.Raw(),
            Addresses = input.Ints(),
            Numbers = Numbered(ref input),
            Values = Valued(ref input),
            Omitted = Listed(ref input),
        };
    }

    private static EventKind[] Kinded(ref FooterReader input)
    {
        var kinds = new EventKind[input.Int32()];
        for (var i = 0; i < kinds.Length; i++)
        {
            kinds[i] = new EventKind((CallType)input.Byte(), (PackedFlags)input.Byte(), input.Int32());
        }
        return kinds;
    }

    private static NumberBlock[] Numbered(ref FooterReader input)
    {
        var columns = new NumberBlock[input.Int32()];
        for (var i = 0; i < columns.Length; i++)
        {
            columns[i] = new NumberBlock(input.Int32(), input.Presence(), input.Ints());
        }
        return columns;
    }

    private static ValueBlock[] Valued(ref FooterReader input)
    {
        var columns = new ValueBlock[input.Int32()];
        for (var i = 0; i < columns.Length; i++)
        {
            columns[i] = new ValueBlock(input.Int32(), input.Presence(), input.Ints(), input.Ints(), input.Raw());
        }
        return columns;
    }

    private static int[] Listed(ref FooterReader input)
    {
        var paths = new int[input.Int32()];
        for (var i = 0; i < paths.Length; i++)
        {
            paths[i] = input.Int32();
        }
        return paths;
    }

    private static void Write(BinaryWriter output, IntBlock block)
    {
        output.Write(block.Count);
        output.Write(block.Width);
        output.Write(block.Base);
        output.Write(block.Unit);
        output.Write(block.Offset);
        output.Write(block.Sum);
    }

    private static void Write(BinaryWriter output, RawBlock block)
    {
        output.Write(block.Offset);
        output.Write(block.Length);
        output.Write(block.Sum);
    }

    private static void Write(BinaryWriter output, PresenceBlock presence)
    {
        output.Write((byte)presence.Kind);
        output.Write(presence.Count);
        if (presence.Kind == PresenceKind.Bitmap)
        {
            Write(output, presence.Bits);
        }
        else if (presence.Kind == PresenceKind.Rows)
        {
            Write(output, presence.Rows);
        }
    }

    private ref struct FooterReader(ReadOnlySpan<byte> bytes)
    {
        private ReadOnlySpan<byte> rest = bytes;

        internal byte Byte() => Take(1)[0];

        internal int Int32() => BinaryPrimitives.ReadInt32LittleEndian(Take(4));

        internal uint UInt32() => BinaryPrimitives.ReadUInt32LittleEndian(Take(4));

        internal long Int64() => BinaryPrimitives.ReadInt64LittleEndian(Take(8));

        internal IntBlock Ints() => new(Int32(), Byte(), Int64(), Int64(), Int64(), UInt32());

        internal RawBlock Raw() => new(Int64(), Int64(), UInt32());

        internal PresenceBlock Presence()
        {
            var (kind, count) = ((PresenceKind)Byte(), Int32());
            return new PresenceBlock(kind, count, kind == PresenceKind.Bitmap ? Raw() : default, kind == PresenceKind.Rows ? Ints() : default);
        }

        private ReadOnlySpan<byte> Take(int count)
        {
            var taken = rest[..count];
            rest = rest[count..];
            return taken;
        }
    }
}
