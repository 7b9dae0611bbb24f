using Ciclo.Core;
using Ciclo.Core.Rules;
using Ciclo.Engine.Yaml;

namespace Ciclo.Engine.Definitions;

/// <summary>Persisted: values only grow.</summary>
public enum DefinitionKind
{
    Lifecycle = 0,
    Segment = 1,
}

/// <summary>
/// A rule and where it stands in its file. <see cref="Node"/>: what it decides, as `lifecycle:ID` or `segment:ID` (a sub-segment is
/// `segment:lifecycle/stage/id`), the names that <see cref="References.Of"/> uses.
/// </summary>
internal sealed record PlacedRule(Rule Rule, YamlScalar Scalar, string Node);

/// <summary>
/// A lifecycle or segment file as read: its definition, or everything that is wrong with it. A file with an error has no definition;
/// nothing of it applies. Warnings stand beside a definition.
/// </summary>
public sealed class DefinitionFile
{
    internal DefinitionFile(DefinitionKind kind, string name, string yaml, YamlScalar? id, DefinitionReading reading)
    {
        Kind = kind;
        Name = name;
        Yaml = yaml;
        Id = id?.Value;
        IdPlace = id?.Place ?? new YamlPlace(1, 1);
        Diagnostics = [.. reading.Diagnostics.OrderBy(found => found.Line).ThenBy(found => found.Column)];
        Rules = reading.Rules;
    }

    public DefinitionKind Kind { get; }

    /// <summary>The file's name as its writer knows it; it stands before the line in what is printed.</summary>
    public string Name { get; }

    /// <summary>The file's text, whole.</summary>
    public string Yaml { get; }

    /// <summary>The id that the file states; null if it states none that can be used. Known even if something else in the file is wrong.</summary>
    public string? Id { get; }

    public YamlPlace IdPlace { get; }

    public LifecycleDefinition? Lifecycle { get; internal init; }

    public SegmentDefinition? Segment { get; internal init; }

    /// <summary>Errors and warnings of this file alone, in the file's order. <see cref="Catalog.Check"/> adds what the set shows.</summary>
    public IReadOnlyList<Diagnostic> Diagnostics { get; }

    public bool IsValid => Lifecycle is not null || Segment is not null;

    internal IReadOnlyList<PlacedRule> Rules { get; }

    /// <summary>Reads a file of either kind, told apart by its key `segment` or `lifecycle`.</summary>
    public static DefinitionFile Read(string yaml, string name) =>
        YamlReader.Read(yaml, []) is YamlMap root && root.Find("segment") is not null && root.Find("lifecycle") is null
            ? SegmentFile.Read(yaml, name)
            : LifecycleFile.Read(yaml, name);
}
