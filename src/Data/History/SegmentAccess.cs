using System.Runtime.CompilerServices;
using Ciclo.Core.Events;
using Ciclo.Core.Values;

namespace Ciclo.Data.History;

/// <summary>The numbers of one path in one segment, for scans.</summary>
public readonly struct SegmentNumbers
{
    private readonly NumberColumn column;

    internal SegmentNumbers(NumberColumn column) => this.column = column;

    /// <summary>False for a column of numbers that do not fit 64 bits of micros: those are read by <see cref="TryGet(int, out Number)"/>.</summary>
    public bool FitsLong => !column.Values.IsPlain;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryGetMicros(int row, out long micros)
    {
        var index = column.Presence.IndexOf(row);
        micros = index < 0 ? 0 : column.Values[index];
        return index >= 0;
    }

    public bool TryGet(int row, out Number number) => column.TryGet(row, out number);
}

/// <summary>The values of one path in one segment that are no numbers, for scans: compare a text with the dictionary once, then codes.</summary>
public readonly struct SegmentValues
{
    private readonly ValueColumn column;
    private readonly HistorySegment segment;
    private readonly int path;

    internal SegmentValues(ValueColumn column, HistorySegment segment, int path) => (this.column, this.segment, this.path) = (column, segment, path);

    /// <summary>Distinct values: codes are 0 to this.</summary>
    public int Entries => column.Entries;

    /// <summary>True for the code of values that are too long for a dictionary: they are to be read row by row.</summary>
    public bool IsElsewhere(int code) => column.Entry(code)[0] == SegmentLayout.Elsewhere;

    /// <summary>The packed value of a code (<see cref="PackedValue"/> reads it).</summary>
    public ReadOnlySpan<byte> Entry(int code) => column.Entry(code);

    /// <summary>-1 where the row has no value.</summary>
    public int CodeOf(int row) => column.CodeOf(row);

    /// <summary>The code of a text; -1 where no row has it.</summary>
    public int CodeOfText(ReadOnlySpan<byte> utf8)
    {
        for (var code = 0; code < column.Entries; code++)
        {
            var entry = column.Entry(code);
            if (entry[0] == PackedValue.Text && PackedValue.TextBytes(entry, 0).SequenceEqual(utf8))
            {
                return code;
            }
        }
        return -1;
    }

    /// <summary>The row's value as packed bytes, wherever it is; empty for none.</summary>
    public ReadOnlySpan<byte> Packed(int row) => segment.PackedAt(row, path);
}

/// <summary>Puts an event's fields together from columns.</summary>
internal static class FieldPacking
{
    internal static byte[] Pack(HistorySegment segment, int row)
    {
        var fields = new List<(int Path, byte[] Value)>();
        var scratch = new byte[32];
        foreach (var column in segment.NumberColumns)
        {
            segment.Check(column);
            if (column.TryGet(row, out var number))
            {
                fields.Add((column.Block.Path, scratch[..PackedValue.WriteNumber(scratch, number.Micros)]));
            }
        }
        foreach (var column in segment.ValueColumns)
        {
            segment.Check(column);
            if (column.CodeOf(row) >= 0)
            {
                fields.Add((column.Block.Path, segment.PackedAt(row, column.Block.Path).ToArray()));
            }
        }
        fields.Sort((a, b) => a.Path.CompareTo(b.Path));
        var output = new byte[10 + fields.Sum(field => 10 + field.Value.Length)];
        var next = Varint.Write(output, (ulong)fields.Count);
        foreach (var (path, value) in fields)
        {
            next += Varint.Write(output.AsSpan(next), (ulong)path);
            value.CopyTo(output, next);
            next += value.Length;
        }
        return output[..next];
    }

    /// <summary>The first value at a path of a packed event; empty for none.</summary>
    internal static ReadOnlySpan<byte> ValueIn(byte[] packed, int path)
    {
        var fields = new PackedEvent(0, packed).RawFields;
        while (fields.MoveNext())
        {
            if (fields.Path == path)
            {
                return fields.Value;
            }
        }
        return default;
    }
}
