using Ciclo.Core;

namespace Ciclo.Modules.Imports;

/// <summary>A line of the list of imports. <paramref name="People"/> is known for those begun from the browser.</summary>
public sealed record ImportRow(
    uint Id, string Source, string FileName, bool IsUndone, bool IsBroken, long StartedAt, long Rows, long Skipped, long Rejected, long Events, long Duplicates, long Changed, string? By, long? People);

public sealed record ImportsModel(IReadOnlyList<ImportRow> Imports, IReadOnlyList<Upload> Waiting, bool MayImport, bool MayUndo, Text? Done);

public sealed record UndoModel(ImportRow Import);

/// <summary>An upload while its map is made. <paramref name="Mistakes"/> are those of the map's text, by line.</summary>
public sealed record FileModel(Upload Upload, FileSample Sample, Pointing Pointing, bool TextSaysMore, IReadOnlyList<Diagnostic> Mistakes, ImportJob? Job, Text? Refusal);

/// <summary>What a run is at, or what came of it.</summary>
public sealed record RunModel(Upload? Upload, string UploadId, ImportJob? Job, bool IsMapOfRun);
