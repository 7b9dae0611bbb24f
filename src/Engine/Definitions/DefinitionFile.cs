using Ciclo.Core;
using Ciclo.Core.Journeys;
using Ciclo.Core.Rules;
using Ciclo.Engine.Yaml;

namespace Ciclo.Engine.Definitions;

/// <summary>Persisted: values only grow.</summary>
public enum DefinitionKind
{
    Lifecycle = 0,
    Segment = 1,
    Journey = 2,
}

/// <summary>
/// A rule and where it stands in its file. <see cref="Node"/>: what it decides, as `lifecycle:ID` or `segment:ID` (a sub-segment is
/// `segment:lifecycle/stage/id`), the names that <see cref="References.Of"/> uses. <see cref="Before"/>: characters of the rule's text that stand before the scalar's.
/// </summary>
internal sealed record PlacedRule(Rule Rule, YamlScalar Scalar, string Node, int Before = 0)
{
    public YamlPlace PlaceOf(Extent extent) => Scalar.PlaceOf(Math.Max(0, extent.Start - Before));

    public Diagnostic At(RuleError error, Severity severity)
    {
        var place = PlaceOf(error.Extent);
        return new Diagnostic(error.Code, severity, place.Line, place.Column, error.Found, error.Expected, error.Hint);
    }
}

/// <summary>
/// A lifecycle, segment or journey file as read: its definition, or everything that is wrong with it. A file with an error has no definition;
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

    public Journey? Journey { get; internal init; }

    /// <summary>Errors and warnings of this file alone, in the file's order. <see cref="Catalog.Check"/> adds what the set shows.</summary>
    public IReadOnlyList<Diagnostic> Diagnostics { get; }

    public bool IsValid => Lifecycle is not null || Segment is not null || Journey is not null;

    internal IReadOnlyList<PlacedRule> Rules { get; }

    /// <summary>Reads a file of a kind.</summary>
    public static DefinitionFile Read(DefinitionKind kind, string yaml, string name) => kind switch
    {
        DefinitionKind.Lifecycle => LifecycleFile.Read(yaml, name),
        DefinitionKind.Segment => SegmentFile.Read(yaml, name),
        _ => JourneyFile.Read(yaml, name),
    };

    /// <summary>Reads a file of any kind, told apart by its key `segment`, `journey` or `lifecycle`.</summary>
    public static DefinitionFile Read(string yaml, string name) => Read(
        YamlReader.Read(yaml, []) is not YamlMap root || root.Find("lifecycle") is not null ? DefinitionKind.Lifecycle
        : root.Find("segment") is not null ? DefinitionKind.Segment
        : root.Find("journey") is not null ? DefinitionKind.Journey
        : DefinitionKind.Lifecycle,
        yaml, name);
}
