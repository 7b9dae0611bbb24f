using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Ciclo.Data.History;

/// <summary>
/// Goes through a segment's identifiers in ascending order, for a scan that asks for many of them: where nearly all are asked for, finding
/// the next one costs two loads.
/// </summary>
public struct RunCursor
{
    private readonly PackedInts nodes;
    private readonly PackedInts firsts;
    private int index;
    private long head;
    private long first;

    internal RunCursor(PackedInts nodes, PackedInts firsts, int index)
    {
        (this.nodes, this.firsts, this.index) = (nodes, firsts, index);
        Place();
    }

    /// <summary>The rows of a node. Nodes are to be asked for in ascending order, no two alike.</summary>
    public bool TryMoveTo(int node, out int from, out int end)
    {
        if (head < node)
        {
            index++;
            Place();
            if (head < node)
            {
                index = nodes.Gallop(node, index);
                Place();
            }
        }
        from = (int)first;
        if (head != node)
        {
            end = from;
            return false;
        }
        index++;
        Place();
        end = (int)first;
        return true;
    }

    private void Place()
    {
        head = index < nodes.Count ? nodes[index] : long.MaxValue;
        first = index <= nodes.Count ? firsts[index] : first;
    }
}

/// <summary>A choice of a segment's kinds, with a code of 0 or more for each that is chosen.</summary>
public sealed class KindChoice
{
    private const int MostCompared = 8;
    private readonly int[] codeOfKind;
    private readonly byte[] compared;
    private readonly bool isNarrow;

    /// <param name="segment">Whose kinds.</param>
    /// <param name="codeOfKind">For each kind of the segment its code, or -1.</param>
    public KindChoice(HistorySegment segment, ReadOnlySpan<int> codeOfKind)
    {
        var kinds = segment.Kinds.Length;
        // A table of 256 needs no check of its bounds.
        this.codeOfKind = new int[Math.Max(256, kinds)];
        Array.Fill(this.codeOfKind, -1);
        codeOfKind[..kinds].CopyTo(this.codeOfKind);
        var chosen = Enumerable.Range(0, kinds).Where(kind => this.codeOfKind[kind] >= 0).ToArray();
        (HoldsAll, HoldsNone) = (chosen.Length == kinds, chosen.Length == 0);
        isNarrow = segment.KindWidth == 1;
        compared = isNarrow && chosen.Length <= MostCompared ? [.. chosen.Select(kind => (byte)kind)] : [];
    }

    public bool HoldsAll { get; }

    public bool HoldsNone { get; }

    public int CodeOf(int kind) => codeOfKind[kind];

    /// <summary>Writes the chosen rows from <paramref name="from"/> to <paramref name="end"/>, ascending; answers how many. There must be room for all.</summary>
    internal unsafe int Select(HistorySegment segment, byte* kinds, int from, int end, Span<int> rows)
    {
        if (compared.Length == 0 || !Vector256.IsHardwareAccelerated)
        {
            return isNarrow ? SelectBytes(kinds, from, end, rows) : SelectEach(segment, from, end, rows);
        }
        var count = 0;
        var row = from;
        for (; row < end; row += Vector256<byte>.Count)
        {
            // What lies past the end, be it past the block, is in the file: that ends in a footer of more bytes than one load.
            var loaded = Vector256.Load(kinds + row);
            var equal = Vector256.Equals(loaded, Vector256.Create(compared[0]));
            for (var i = 1; i < compared.Length; i++)
            {
                equal |= Vector256.Equals(loaded, Vector256.Create(compared[i]));
            }
            var bits = equal.ExtractMostSignificantBits();
            bits = end - row < Vector256<byte>.Count ? bits & ((1u << (end - row)) - 1) : bits;
            for (; bits != 0; bits &= bits - 1)
            {
                rows[count++] = row + BitOperations.TrailingZeroCount(bits);
            }
        }
        return count;
    }

    /// <summary>No branch on what the kind is: which events come next is no habit a processor could learn.</summary>
    private unsafe int SelectBytes(byte* kinds, int from, int end, Span<int> rows)
    {
        var count = 0;
        for (var row = from; row < end; row++)
        {
            rows[count] = row;
            count += (int)((uint)~codeOfKind[kinds[row]] >> 31);
        }
        return count;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private int SelectEach(HistorySegment segment, int from, int end, Span<int> rows)
    {
        var count = 0;
        for (var row = from; row < end; row++)
        {
            rows[count] = row;
            count += (int)((uint)~codeOfKind[segment.KindCode(row)] >> 31);
        }
        return count;
    }
}
