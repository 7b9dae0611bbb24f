namespace Ciclo.Modules.Imports;

/// <summary>
/// Where an import's records go: the engine, or a list in a test. One import is one Begin, any number of Appends, one Complete, in this
/// order and from one caller; up to <see cref="ImportRunner.FramesInFlight"/> Appends overlap, begun in the order of the file.
/// A dry run calls <see cref="Check"/> alone.
/// </summary>
public interface IImportTarget
{
    /// <summary>Makes durable that an import began, and answers its number, 1 or more. Events name it, so that it can be undone.</summary>
    ValueTask<uint> BeginAsync(ImportStart start, CancellationToken cancellation);

    /// <summary>
    /// Appends one frame payload (`FrameBuilder`: events and rejected rows); completes when it is durable. The memory stays as it is until then.
    /// Waits while the engine is too far behind.
    /// </summary>
    ValueTask AppendAsync(ReadOnlyMemory<byte> framePayload, CancellationToken cancellation);

    /// <summary>Makes durable that the import ended, waits until its events are folded, and answers what became of them.</summary>
    ValueTask<ImportCounts> CompleteAsync(uint id, ImportEnd end, CancellationToken cancellation);

    /// <summary>For a dry run: what an event with that id and content would be. Thread-safe against running folds.</summary>
    ImportKeyState Check(ReadOnlySpan<byte> messageId, UInt128 contentHash);
}

public enum ImportKeyState
{
    New = 0,
    /// <summary>The key is known with the same content.</summary>
    Duplicate = 1,
    /// <summary>The key is known with other content.</summary>
    Changed = 2,
}

/// <summary><paramref name="ReplacesChanged"/>: `on_change: replace`. <paramref name="StartedAt"/> is an instant.</summary>
public sealed record ImportStart(string Source, string FileName, bool ReplacesChanged, long StartedAt);

/// <summary><paramref name="IsWhole"/>: false if the import broke off; what it appended stays, and can be imported again or undone.</summary>
public sealed record ImportEnd(bool IsWhole, long Rows, long Skipped, long Rejected);

/// <summary>
/// What became of an import's events: new ones, those known with the same content, those known with other content (the first few of their
/// keys are listed), and the profiles that have at least one of the new or replaced events.
/// </summary>
public sealed record ImportCounts(long Events, long Duplicates, long Changed, long Profiles, IReadOnlyList<string> ChangedKeys);
