using System.Runtime.InteropServices;
using Ciclo.Core.Events;
using Ciclo.Data.Files;

namespace Ciclo.Data.History;

/// <summary>Which paths become columns: those wanted first, then those that most rows have.</summary>
/// <param name="Wanted">Paths that rules read now.</param>
/// <param name="Most">Columns at most.</param>
public sealed record ColumnChoice(IReadOnlySet<int> Wanted, int Most)
{
    internal HashSet<int> Of(IEnumerable<(int Path, long Rows)> paths) =>
        [.. paths.OrderByDescending(one => Wanted.Contains(one.Path)).ThenByDescending(one => one.Rows).ThenBy(one => one.Path).Take(Most).Select(one => one.Path)];
}

/// <summary>Codes of kinds, in order of first appearance.</summary>
internal sealed class KindCodes
{
    private readonly Dictionary<EventKind, int> codes = [];
    private readonly List<EventKind> kinds = [];

    internal int Count => kinds.Count;

    internal int Of(EventKind kind)
    {
        ref var code = ref CollectionsMarshal.GetValueRefOrAddDefault(codes, kind, out var isKnown);
        if (!isKnown)
        {
            code = kinds.Count;
            kinds.Add(kind);
        }
        return code;
    }

    internal EventKind[] All() => [.. kinds];
}

/// <summary>Writes one segment file, column by column; the caller brings each column whole, in the order of rows.</summary>
internal sealed class SegmentWriter
{
    private readonly BlockWriter blocks;
    private readonly int rows;
    private readonly List<NumberBlock> numbers = [];
    private readonly List<ValueBlock> values = [];
    private readonly List<int> omitted = [];
    private IntBlock nodes;
    private IntBlock firsts;
    private IntBlock instants;
    private IntBlock addresses;
    private RawBlock kindBytes;
    private byte kindWidth;
    private EventKind[] kinds = [];
    private (long First, long Last) span;

    internal SegmentWriter(IStorageFile file, int rows)
    {
        blocks = new BlockWriter(file);
        this.rows = rows;
        SegmentFrame.WriteHeader(blocks);
    }

    internal void WriteNodes(ReadOnlySpan<long> sortedNodes, ReadOnlySpan<long> firstRows)
    {
        nodes = blocks.WriteInts(sortedNodes);
        firsts = blocks.WriteInts(firstRows);
    }

    internal void WriteInstants(ReadOnlySpan<long> at)
    {
        var (least, most) = (long.MaxValue, long.MinValue);
        foreach (var one in at)
        {
            least = Math.Min(least, one);
            most = Math.Max(most, one);
        }
        span = (least, most);
        instants = blocks.WriteInts(at);
    }

    internal void WriteKinds(ReadOnlySpan<int> codes, KindCodes known)
    {
        kinds = known.All();
        kindWidth = known.Count switch { <= 256 => 1, <= 65_536 => 2, _ => 4 };
        var offset = blocks.Begin();
        Span<byte> bytes = stackalloc byte[1_024 + 4];
        for (var row = 0; row < codes.Length;)
        {
            var used = 0;
            for (; row < codes.Length && used < 1_024; row++)
            {
                // What a shorter code leaves over is written over by the next one.
                System.Buffers.Binary.BinaryPrimitives.WriteInt32LittleEndian(bytes[used..], codes[row]);
                used += kindWidth;
            }
            blocks.Write(bytes[..used]);
        }
        kindBytes = new RawBlock(offset, (long)codes.Length * kindWidth, blocks.End());
    }

    internal void WriteAddresses(ReadOnlySpan<long> journal) => addresses = blocks.WriteInts(journal);

    /// <summary>Values in order of rows, one for each bit.</summary>
    internal void AddNumbers(int path, ReadOnlySpan<ulong> bits, ReadOnlySpan<long> micros) =>
        numbers.Add(new NumberBlock(path, blocks.WritePresence(bits, rows, micros.Length), blocks.WriteInts(micros)));

    internal void AddNumbers(int path, ReadOnlySpan<ulong> bits, ReadOnlySpan<Int128> micros) =>
        numbers.Add(new NumberBlock(path, blocks.WritePresence(bits, rows, micros.Length), blocks.WriteWide(micros)));

    internal void AddValues(int path, ReadOnlySpan<ulong> bits, ReadOnlySpan<long> codes, DictionaryBuilder dictionary) =>
        values.Add(new ValueBlock(path, blocks.WritePresence(bits, rows, codes.Length), blocks.WriteInts(codes), dictionary.WriteStarts(blocks), dictionary.WriteBytes(blocks)));

    internal void Omit(int path) => omitted.Add(path);

    /// <summary>Ends the file; it is not flushed to the disk yet.</summary>
    internal SegmentMeta Finish(long number)
    {
        omitted.Sort();
        var sum = SegmentFrame.WriteFooter(blocks, new SegmentFooter
        {
            Rows = rows,
            FirstAt = span.First,
            LastAt = span.Last,
            Kinds = kinds,
            Nodes = nodes,
            Firsts = firsts,
            Instants = instants,
            KindWidth = kindWidth,
            KindCodes = kindBytes,
            Addresses = addresses,
            Numbers = [.. numbers],
            Values = [.. values],
            Omitted = [.. omitted],
        });
        return new SegmentMeta(number, rows, blocks.Position, sum);
    }
}
