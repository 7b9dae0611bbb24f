using Ciclo.Core;
using Ciclo.Core.Events;

namespace Ciclo.Modules.Imports;

/// <summary>Decides whether a track event of this name (UTF-8, after NFC and trim) says what was done to the customer.</summary>
public delegate bool SystemNames(ReadOnlySpan<byte> name);

public sealed record ImportOptions
{
    /// <summary>The instant at which the file is received: no event of it happens later.</summary>
    public required long Now { get; init; }

    /// <summary>Reads the file to its end and says what would happen; appends nothing.</summary>
    public bool IsDryRun { get; init; }

    /// <summary>Where the rejected rows go as CSV (line, reason, text), each of them; the caller opens and closes it.</summary>
    public Stream? RejectsTo { get; init; }

    /// <summary>How many rejected rows, changed keys and sample events the result lists.</summary>
    public int Listed { get; init; } = 20;

    /// <summary>Of the reasons in <see cref="RejectsTo"/>.</summary>
    public Language Language { get; init; }

    public SystemNames IsSystem { get; init; } = SystemEvents.Contains;

    /// <summary>The clock of progress alone; no event depends on it.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;
}

/// <summary><paramref name="BytesTotal"/> and <paramref name="Left"/> are null where the file's length is not known.</summary>
public sealed record ImportProgress(long Rows, long BytesRead, long? BytesTotal, double RowsPerSecond, TimeSpan? Left);

/// <summary>A refused row: its first line in the file (from 1), a stable code, what is wrong, and its text, cut to 1,000 characters.</summary>
public sealed record ImportReject(long Line, string Reason, Text Detail, string Row);

/// <summary>What was found out about a file: the delimiter is null for JSON lines.</summary>
public sealed record DetectedFile(string Encoding, bool IsCompressed, char? Delimiter, bool IsDecimalComma, IReadOnlyList<(string Name, ColumnType Type)> Columns);

public sealed record ImportResult
{
    /// <summary>Mistakes in the map that only the file shows, and warnings. An error among them means that nothing was imported.</summary>
    public required IReadOnlyList<Diagnostic> Diagnostics { get; init; }

    public DetectedFile? Detected { get; init; }

    /// <summary>The import's number; 0 for a dry run or a refused map.</summary>
    public uint ImportId { get; init; }

    /// <summary>Rows read, skipped and rejected ones included; a header or an empty line is none.</summary>
    public long Rows { get; init; }

    public long Skipped { get; init; }

    public long Rejected { get; init; }

    /// <summary>New events, or in a dry run those that would be.</summary>
    public long Events { get; init; }

    public long Duplicates { get; init; }

    public long Changed { get; init; }

    /// <summary>In a dry run: distinct best identifiers of the events, before identities are joined.</summary>
    public long Profiles { get; init; }

    public IReadOnlyList<ImportReject> Rejects { get; init; } = [];

    public IReadOnlyList<string> ChangedKeys { get; init; } = [];

    /// <summary>Dry run: the JSON of the first few events.</summary>
    public IReadOnlyList<string> SampleEvents { get; init; } = [];

    /// <summary>Dry run: new events by name, and by call where they have none; most first.</summary>
    public IReadOnlyList<(string Name, long Events)> ByName { get; init; } = [];

    public bool IsRefused => Diagnostics.Any(found => found.Severity == Severity.Error);
}
