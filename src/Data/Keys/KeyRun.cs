namespace Ciclo.Data.Keys;

/// <summary>A part of what a store holds that changes no more: a sealed table or a file. The parts are lined up by age.</summary>
internal sealed class KeyRun
{
    /// <summary>A sealed table; null for a file.</summary>
    public KeyTable? Table { get; init; }

    public KeyFile? File { get; init; }

    /// <summary>The file's number.</summary>
    public long Number { get; init; }

    /// <summary>A durable list, or one that is being made, names it: it may not be deleted.</summary>
    public bool IsKept { get; set; }

    /// <summary>Of a table: there is no more to write of it.</summary>
    public bool IsWritten { get; set; }

    /// <summary>Of a table: the file that was made of it; null also where all of it had expired.</summary>
    public KeyRun? WrittenAs { get; set; }

    public long Rows => Table?.Count ?? File!.Rows;

    public bool TryGet(ulong high, ulong low, Span<ulong> value) => Table?.TryGet(high, low, value) ?? File!.TryGet(high, low, value);
}

/// <summary>A file of keys as a list names it. <paramref name="Sum"/> stands for its whole content.</summary>
public readonly record struct KeyFileMeta(long Number, long Rows, uint Sum)
{
    public void Write(BinaryWriter writer)
    {
        writer.Write(Number);
        writer.Write(Rows);
        writer.Write(Sum);
    }

    public static KeyFileMeta Read(BinaryReader reader) => new(reader.ReadInt64(), reader.ReadInt64(), reader.ReadUInt32());
}

/// <summary>What a store held at one moment; see <see cref="KeyStore.Cut"/>.</summary>
public sealed class KeyCut
{
    internal KeyCut(KeyRun[] runs) => Runs = runs;

    internal KeyRun[] Runs { get; }

    /// <summary>The files' numbers, once all of it is in files.</summary>
    internal IEnumerable<KeyRun> Files => Runs.Select(run => run.Table is null ? run : run.WrittenAs).OfType<KeyRun>();
}

/// <summary>
/// Where a store's files lie and how it works. <paramref name="Prefix"/> tells stores of one folder apart. <paramref name="ValueWords"/>: 1 to 6 words
/// of 64 bits a key.
/// </summary>
public sealed record KeyStoreOptions(string Folder, string Prefix, int ValueWords)
{
    /// <summary>So many new keys wait in memory before they go to a file.</summary>
    public int RowsInMemory { get; init; } = 1 << 19;

    /// <summary>Past so many files some are merged.</summary>
    public int MaxFiles { get; init; } = 8;

    /// <summary>How many keys a step of a merge takes: what a caller that works itself waits at most.</summary>
    public int KeysAStep { get; init; } = 1 << 16;

    /// <summary>The first word of a value is an instant, and rows before <see cref="KeyStore.ExpireBefore"/> may be dropped.</summary>
    public bool Expires { get; init; }

    /// <summary>Sums up whole files when they are opened; else each block before its first use.</summary>
    public bool IsCheckedAtOpen { get; init; } = true;

    internal string PathOf(long number) => $"{Folder}/{Prefix}-{number:D8}.keys";

    /// <summary>The number in a name of one of this store's files; -1 for another's.</summary>
    internal long NumberIn(string name) =>
        name.StartsWith(Prefix + "-", StringComparison.Ordinal) && name.EndsWith(".keys", StringComparison.Ordinal)
        && long.TryParse(name.AsSpan((Prefix.Length + 1)..^5), out var number) ? number : -1;
}
