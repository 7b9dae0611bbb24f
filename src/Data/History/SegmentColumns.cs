using Ciclo.Core.Events;
using Ciclo.Core.Values;
using Ciclo.Data.Journal;

namespace Ciclo.Data.History;

/// <summary>The numbers at a path.</summary>
internal sealed unsafe class NumberColumn(byte* file, NumberBlock block, int rowCount)
{
    internal readonly Presence Presence = new(file, block.Presence, rowCount);
    internal readonly PackedInts Values = new(file, block.Values);
    internal volatile bool IsChecked;

    internal NumberBlock Block => block;

    internal bool TryGet(int row, out Number number)
    {
        var index = Presence.IndexOf(row);
        if (index < 0)
        {
            number = default;
            return false;
        }
        number = Values.IsPlain ? Number.FromMicros(Values.Wide(index))!.Value : Number.FromSmallMicros(Values[index]);
        return true;
    }
}

/// <summary>The values at a path that are no numbers: codes into a dictionary of packed values.</summary>
internal sealed unsafe class ValueColumn(byte* file, ValueBlock block, int rowCount)
{
    internal readonly Presence Presence = new(file, block.Presence, rowCount);
    internal readonly PackedInts Codes = new(file, block.Codes);
    private readonly PackedInts starts = new(file, block.Starts);
    internal volatile bool IsChecked;

    internal ValueBlock Block => block;

    /// <summary>Distinct values.</summary>
    internal int Entries => starts.Count - 1;

    /// <summary>The packed value of a code.</summary>
    internal ReadOnlySpan<byte> Entry(int code)
    {
        var start = starts[code];
        return new ReadOnlySpan<byte>(file + block.Bytes.Offset + start, (int)(starts[code + 1] - start));
    }

    /// <summary>The code of a row's value; -1 where it has none.</summary>
    internal int CodeOf(int row)
    {
        var index = Presence.IndexOf(row);
        return index < 0 ? -1 : (int)Codes[index];
    }
}

/// <summary>Looks at the checksums of a segment's blocks, each before its first use.</summary>
internal sealed unsafe class BlockCheck(string name, byte* file, long end)
{
    internal void Check(in IntBlock block)
    {
        if (!block.IsSound)
        {
            throw new HistoryDamagedException(name, "its directory makes no sense.");
        }
        if (block.Width != 0)
        {
            Check(block.Offset, block.Length, block.Sum);
        }
    }

    internal void Check(in RawBlock block) => Check(block.Offset, block.Length, block.Sum);

    internal void Check(in PresenceBlock presence)
    {
        if (presence.Kind == PresenceKind.Bitmap)
        {
            Check(presence.Bits);
        }
        else if (presence.Kind == PresenceKind.Rows)
        {
            Check(presence.Rows);
        }
    }

    internal void Check(NumberColumn column)
    {
        if (!column.IsChecked)
        {
            Check(column.Block.Presence);
            Check(column.Block.Values);
            column.IsChecked = true;
        }
    }

    internal void Check(ValueColumn column)
    {
        if (!column.IsChecked)
        {
            Check(column.Block.Presence);
            Check(column.Block.Codes);
            Check(column.Block.Starts);
            Check(column.Block.Bytes);
            column.IsChecked = true;
        }
    }

    private void Check(long offset, long length, uint sum)
    {
        if (offset < SegmentLayout.HeaderSize || length < 0 || offset > end - length)
        {
            throw new HistoryDamagedException(name, "its directory points outside of it.");
        }
        if (Checksum.Of(new ReadOnlySpan<byte>(file + offset, (int)length)) != sum)
        {
            throw new HistoryDamagedException(name, $"the {length} bytes at offset {offset} are not what was written.");
        }
    }
}
