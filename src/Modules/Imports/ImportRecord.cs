namespace Ciclo.Modules.Imports;

/// <summary>How an import stands. Persisted by <see cref="Store"/> as words: values only grow.</summary>
public enum ImportState
{
    Running = 0,
    Done = 1,
    /// <summary>It ended before its file did; what was appended counts. The same import again goes over it.</summary>
    Broken = 2,
    /// <summary>Its events no longer count and its keys are free.</summary>
    Undone = 3,
}

/// <summary>One line of `ciclo imports list`. Instants; <paramref name="EndedAt"/> and <paramref name="UndoneAt"/> are null until they happen.</summary>
public sealed record ImportRecord(
    string WorkspaceId,
    uint Id,
    string Source,
    string File,
    ImportState State,
    long StartedAt,
    long? EndedAt = null,
    long? UndoneAt = null,
    long Rows = 0,
    long Skipped = 0,
    long Rejected = 0,
    long Events = 0,
    long Duplicates = 0,
    long Changed = 0,
    long Profiles = 0)
{
    public static ImportRecord Begun(string workspaceId, uint id, ImportStart start) =>
        new(workspaceId, id, start.Source, start.FileName, ImportState.Running, start.StartedAt);

    public ImportRecord Completed(ImportEnd end, ImportCounts counts, long endedAt) => this with
    {
        State = end.IsWhole ? ImportState.Done : ImportState.Broken,
        EndedAt = endedAt,
        Rows = end.Rows,
        Skipped = end.Skipped,
        Rejected = end.Rejected,
        Events = counts.Events,
        Duplicates = counts.Duplicates,
        Changed = counts.Changed,
        Profiles = counts.Profiles,
    };

    /// <summary>Null where there is nothing to undo: an import that runs has to end first, one undone stays so.</summary>
    public ImportRecord? Undo(long undoneAt) =>
        State is ImportState.Done or ImportState.Broken ? this with { State = ImportState.Undone, UndoneAt = undoneAt } : null;
}
