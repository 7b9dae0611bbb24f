using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Ciclo.Core.Events;
using Ciclo.Core.Values;
using Ciclo.Data.Files;

namespace Ciclo.Data.History;

/// <summary>Makes a segment of events that come in the order (node, timestamp, messageId).</summary>
public sealed class SegmentBuilder
{
    private readonly List<long> nodes = [];
    private readonly List<long> firsts = [];
    private readonly List<long> instants = [];
    private readonly List<int> kinds = [];
    private readonly List<long> addresses = [];
    private readonly KindCodes kindCodes = new();
    private readonly Dictionary<int, FieldBuffer> fields = [];

    public int Rows => instants.Count;

    public void Add(int node, in PackedEvent e)
    {
        var row = Rows;
        if (nodes.Count == 0 || nodes[^1] != node)
        {
            nodes.Add(node);
            firsts.Add(row);
        }
        instants.Add(e.At);
        kinds.Add(kindCodes.Of(e.Kind));
        addresses.Add(e.Address);
        var raw = e.RawFields;
        while (raw.MoveNext())
        {
            ref var field = ref CollectionsMarshal.GetValueRefOrAddDefault(fields, raw.Path, out _);
            (field ??= new FieldBuffer()).Add(row, raw.Value);
        }
    }

    /// <summary>Writes the segment and makes it durable; its name is the caller's to make durable.</summary>
    public SegmentMeta Write(IStorage storage, string path, long number, ColumnChoice choice, CancellationToken cancellation)
    {
        using var file = storage.Open(path, StorageMode.Create);
        var writer = new SegmentWriter(file, Rows);
        firsts.Add(Rows);
        writer.WriteNodes(CollectionsMarshal.AsSpan(nodes), CollectionsMarshal.AsSpan(firsts));
        writer.WriteInstants(CollectionsMarshal.AsSpan(instants));
        writer.WriteKinds(CollectionsMarshal.AsSpan(kinds), kindCodes);
        writer.WriteAddresses(CollectionsMarshal.AsSpan(addresses));
        var chosen = choice.Of(fields.Select(field => (field.Key, (long)field.Value.Rows)));
        var bits = new ulong[(Rows + 63) / 64];
        foreach (var (id, field) in fields.OrderBy(field => field.Key))
        {
            cancellation.ThrowIfCancellationRequested();
            if (chosen.Contains(id) && !field.IsTooLarge)
            {
                field.Write(writer, id, bits);
            }
            else
            {
                writer.Omit(id);
            }
        }
        var meta = writer.Finish(number);
        file.Flush();
        return meta;
    }
}

/// <summary>The values of one path while a segment is made: numbers, and what is no number.</summary>
internal sealed class FieldBuffer
{
    private readonly List<int> numberRows = [];
    private readonly NumberList micros = new();
    private readonly List<int> valueRows = [];
    private readonly List<long> codes = [];
    private DictionaryBuilder? dictionary;
    private int lastRow = -1;

    internal int Rows => numberRows.Count + valueRows.Count;

    internal bool IsTooLarge => dictionary is { IsTooLarge: true };

    /// <summary>Takes a packed value in. A second value of one row does not count.</summary>
    internal void Add(int row, ReadOnlySpan<byte> packed)
    {
        if (row == lastRow)
        {
            return;
        }
        lastRow = row;
        if (PackedValue.TryReadNumber(packed, 0, out var number))
        {
            numberRows.Add(row);
            micros.Add(number.Micros);
            return;
        }
        valueRows.Add(row);
        codes.Add((dictionary ??= new DictionaryBuilder()).Add(packed));
    }

    internal void Write(SegmentWriter writer, int path, ulong[] bits)
    {
        if (numberRows.Count > 0)
        {
            Mark(bits, numberRows);
            micros.Write(writer, path, bits);
        }
        if (valueRows.Count > 0)
        {
            Mark(bits, valueRows);
            writer.AddValues(path, bits, CollectionsMarshal.AsSpan(codes), dictionary!);
        }
    }

    private static void Mark(ulong[] bits, List<int> rows)
    {
        Array.Clear(bits);
        foreach (var row in rows)
        {
            bits[row >> 6] |= 1ul << (row & 63);
        }
    }
}

/// <summary>Micros as 64 bits, or as 128 once one does not fit.</summary>
internal sealed class NumberList
{
    private readonly List<long> narrow = [];
    private List<Int128>? wide;

    internal void Add(Int128 micros)
    {
        if (wide is null && micros >= long.MinValue && micros <= long.MaxValue)
        {
            narrow.Add((long)micros);
            return;
        }
        wide ??= narrow.ConvertAll(one => (Int128)one);
        wide.Add(micros);
    }

    internal void Write(SegmentWriter writer, int path, ReadOnlySpan<ulong> bits)
    {
        if (wide is null)
        {
            writer.AddNumbers(path, bits, CollectionsMarshal.AsSpan(narrow));
        }
        else
        {
            writer.AddNumbers(path, bits, CollectionsMarshal.AsSpan(wide));
        }
    }
}
