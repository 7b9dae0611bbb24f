namespace Ciclo.Engine.Runtime;

/// <summary>One import as its records and events tell it: an import that was not ended broke off, and may be run again or undone.</summary>
public sealed class ImportSummary(uint id)
{
    public uint Id { get; } = id;

    public string Source { get; set; } = "";

    public string FileName { get; set; } = "";

    public long StartedAt { get; set; }

    /// <summary>0 while it runs, and for one that broke off.</summary>
    public long EndedAt { get; set; }

    public long Rows { get; set; }

    public long Skipped { get; set; }

    public long Rejected { get; set; }

    public long Events { get; set; }

    public long Duplicates { get; set; }

    public long Changed { get; set; }

    public bool IsUndone { get; set; }

    /// <summary>Message ids of the first events that came with other content under a known key.</summary>
    public List<string> ChangedKeys { get; } = [];

    /// <summary>Identifiers under which its events stand, new and known ones alike; known only while it runs.</summary>
    public HashSet<int> Nodes { get; } = [];

    public void Write(BinaryWriter writer)
    {
        writer.Write(Id);
        writer.Write(Source);
        writer.Write(FileName);
        foreach (var number in new[] { StartedAt, EndedAt, Rows, Skipped, Rejected, Events, Duplicates, Changed })
        {
            writer.Write(number);
        }
        writer.Write(IsUndone);
    }

    public static ImportSummary Restore(BinaryReader reader) => new(reader.ReadUInt32())
    {
        Source = reader.ReadString(),
        FileName = reader.ReadString(),
        StartedAt = reader.ReadInt64(),
        EndedAt = reader.ReadInt64(),
        Rows = reader.ReadInt64(),
        Skipped = reader.ReadInt64(),
        Rejected = reader.ReadInt64(),
        Events = reader.ReadInt64(),
        Duplicates = reader.ReadInt64(),
        Changed = reader.ReadInt64(),
        IsUndone = reader.ReadBoolean(),
    };
}
