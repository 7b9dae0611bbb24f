using Ciclo.Data.History;

namespace Ciclo.Engine.Runtime;

public sealed record HistoryOptions
{
    /// <summary>Events in memory that take more than this are written to a segment.</summary>
    public long MemoryBytes { get; init; } = 64 << 20;

    /// <summary>So many segments of one size class are merged into one.</summary>
    public int FanIn { get; init; } = 8;

    /// <summary>No merge makes a segment of more rows than this.</summary>
    public int MostMergedRows { get; init; } = 8_000_000;

    /// <summary>No merge reads more bytes than this; a segment must stay far below 2 GiB.</summary>
    public long MostMergedBytes { get; init; } = 1 << 30;

    /// <summary>Columns of properties in a segment.</summary>
    public int MostColumns { get; init; } = 512;

    /// <summary>Check every block of a segment when it is opened, and not each before its first use.</summary>
    public bool ChecksWhole { get; init; } = true;
}

/// <summary>The segments that make up a history: what a checkpoint keeps of it.</summary>
/// <param name="Slot">The folder `history/SLOT`.</param>
/// <param name="NextNumber">The number of the next segment; none is given twice in a slot.</param>
public sealed record HistoryManifest(int Slot, long NextNumber, IReadOnlyList<SegmentMeta> Segments)
{
    public void Write(BinaryWriter writer)
    {
        writer.Write(Slot);
        writer.Write(NextNumber);
        writer.Write(Segments.Count);
        foreach (var segment in Segments)
        {
            writer.Write(segment.Number);
            writer.Write(segment.Rows);
            writer.Write(segment.Length);
            writer.Write(segment.Sum);
        }
    }

    public static HistoryManifest Read(BinaryReader reader)
    {
        var (slot, next) = (reader.ReadInt32(), reader.ReadInt64());
        var segments = new SegmentMeta[reader.ReadInt32()];
        for (var i = 0; i < segments.Length; i++)
        {
            segments[i] = new SegmentMeta(reader.ReadInt64(), reader.ReadInt32(), reader.ReadInt64(), reader.ReadUInt32());
        }
        return new HistoryManifest(slot, next, segments);
    }
}
