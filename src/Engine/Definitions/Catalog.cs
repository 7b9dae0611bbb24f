using Ciclo.Core;
using Ciclo.Core.Folds;
using Ciclo.Core.Rules;
using Ciclo.Engine.Yaml;

namespace Ciclo.Engine.Definitions;

/// <summary>A finding and the file it stands in.</summary>
public sealed record FileFinding(DefinitionFile File, Diagnostic Diagnostic)
{
    public bool IsError => Diagnostic.Severity == Severity.Error;
}

/// <summary>
/// A set of definition files that would hold together. Nothing of a set is applied while <see cref="Check"/> shows an error in any of its
/// files: a change to one file is refused if another file's reference would break, and the finding stands at that reference.
/// </summary>
public sealed class Catalog
{
    public const int MaxDefinitions = 1_000;

    private readonly DefinitionFile[] files;

    private Catalog(DefinitionFile[] files) => this.files = files;

    public IReadOnlyList<DefinitionFile> Files => files;

    /// <summary>The definitions of the files that are valid by themselves. Fit to fold only if <see cref="Check"/> finds no error.</summary>
    public DefinitionSet Set => new([.. files.Select(file => file.Lifecycle).OfType<LifecycleDefinition>()],
        [.. files.Select(file => file.Segment).OfType<SegmentDefinition>()]);

    public static Catalog Of(IEnumerable<DefinitionFile> files) => new([.. files]);

    /// <summary>This set with a file in place of the one of its kind and id, or added to it.</summary>
    public Catalog With(DefinitionFile file)
    {
        var at = file.Id is null ? -1 : Array.FindIndex(files, known => known.Kind == file.Kind && known.Id == file.Id);
        return at < 0 ? new Catalog([.. files, file]) : new Catalog([.. files[..at], file, .. files[(at + 1)..]]);
    }

    public Catalog Without(DefinitionKind kind, string id) => new([.. files.Where(file => file.Kind != kind || file.Id != id)]);

    /// <summary>
    /// Everything wrong with the set: what each file shows by itself, ids given twice, references to what does not exist, cycles.
    /// Warnings are given for <paramref name="judged"/> alone (all files if null): those of files long applied are no news.
    /// <paramref name="seen"/>: the names that have come in; null leaves them out.
    /// </summary>
    public IReadOnlyList<FileFinding> Check(ISeenNames? seen = null, IReadOnlyCollection<DefinitionFile>? judged = null)
    {
        var findings = new List<FileFinding>();
        findings.AddRange(files.SelectMany(file => file.Diagnostics.Select(found => new FileFinding(file, found))));
        RefuseTwice(findings);
        findings.AddRange(new ReferenceCheck(files).Findings());
        findings.AddRange(new CycleCheck(files, Set, judged ?? files).Findings());
        if (seen is not null)
        {
            findings.AddRange((judged ?? files).SelectMany(file => UnseenNames.In(file, seen).Select(found => new FileFinding(file, found))));
        }
        return [.. findings.Where(found => found.IsError || judged is null || judged.Contains(found.File))];
    }

    /// <summary>
    /// Whether a definition may go: a finding at each reference to it, in the file that refers. Empty: nothing does.
    /// </summary>
    public IReadOnlyList<FileFinding> CheckRemoval(DefinitionKind kind, string id)
    {
        var rest = Without(kind, id);
        return [.. new ReferenceCheck(rest.files).Findings()
            .Where(found => found.IsError)
            .Except(new ReferenceCheck(files).Findings())
            .Select(found => found with
            {
                Diagnostic = found.Diagnostic with
                {
                    Code = "still_referred",
                    Expected = new Text($"no reference to {id}, which is to be removed", $"ninguna referencia a {id}, que se va a quitar"),
                    Hint = new Text($"Change {found.File.Kind.Word().En} {found.File.Id} first.", $"Cambia antes {found.File.Kind.Word().Es} {found.File.Id}."),
                },
            })];
    }

    private void RefuseTwice(List<FileFinding> findings)
    {
        foreach (var group in files.Where(file => file.Id is not null).GroupBy(file => (file.Kind, file.Id)))
        {
            var first = group.First();
            findings.AddRange(group.Skip(1).Select(file => new FileFinding(file, new Diagnostic("duplicate_definition", Severity.Error,
                file.IdPlace.Line, file.IdPlace.Column,
                new Text($"{file.Kind.Word().En} {file.Id} a second time", $"{file.Kind.Word().Es} {file.Id} por segunda vez"),
                new Text($"each id once; {first.Name} has it too", $"cada id una vez; {first.Name} también lo tiene")))));
        }
        if (files.Length > MaxDefinitions)
        {
            findings.Add(new FileFinding(files[MaxDefinitions], new Diagnostic("too_many", Severity.Error, 1, 1,
                new Text($"{files.Length} definitions", $"{files.Length} definiciones"), new Text($"at most {MaxDefinitions}", $"{MaxDefinitions} como máximo"))));
        }
    }
}

internal static class DefinitionKindWords
{
    internal static Text Word(this DefinitionKind kind) =>
        kind switch
        {
            DefinitionKind.Lifecycle => new Text("the lifecycle", "el ciclo de vida"),
            DefinitionKind.Segment => new Text("the segment", "el segmento"),
            _ => new Text("the journey", "el recorrido"),
        };
}
