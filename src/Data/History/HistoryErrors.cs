namespace Ciclo.Data.History;

/// <summary>
/// A segment is missing, is not what was written, or is of another version. History is derived: the answer is to make it anew from the journal.
/// </summary>
public sealed class HistoryDamagedException(string file, string reason, Exception? inner = null)
    : Exception($"History file '{file}' cannot be used: {reason} It is derived and is made anew from the journal.", inner)
{
    public string File { get; } = file;
}

/// <summary>What a manifest says of a segment: enough to know that a file of that name is the one that was meant.</summary>
/// <param name="Number">Its file is named by it.</param>
/// <param name="Rows">Events in it.</param>
/// <param name="Length">Bytes of the file.</param>
/// <param name="Sum">The checksum of the footer, which holds the checksums of everything else.</param>
public readonly record struct SegmentMeta(long Number, int Rows, long Length, uint Sum);
