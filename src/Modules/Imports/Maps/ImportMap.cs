using Ciclo.Core.Events;
using Ciclo.Core.Time;
using Ciclo.Engine.Yaml;

namespace Ciclo.Modules.Imports;

public enum FileFormat
{
    Csv = 0,
    JsonLines = 1,
}

public enum ColumnType
{
    Text = 0,
    Number = 1,
    /// <summary>An instant: ISO 8601, UTC where it says nothing else.</summary>
    Time = 2,
    Boolean = 3,
}

/// <summary>A column that the map names; <paramref name="Type"/> is null where the file decides.</summary>
public sealed record MapColumn(YamlScalar Name, ColumnType? Type);

/// <summary>
/// A map as its file says it: checked for itself, not yet against a file's columns. Names of columns and expressions are still scalars,
/// because a bare text means a column only where the file has one of that name.
/// </summary>
public sealed record ImportMap
{
    public required string Source { get; init; }

    public FileFormat Format { get; init; }

    /// <summary>Null: found out from the file. A blank stands for runs of blanks.</summary>
    public char? Delimiter { get; init; }

    /// <summary>A name of <see cref="TextEncodings"/>; null: found out.</summary>
    public string? Encoding { get; init; }

    public bool? IsDecimalComma { get; init; }

    public bool HasHeader { get; init; } = true;

    public IReadOnlyList<MapColumn> Columns { get; init; } = [];

    public YamlScalar? Skip { get; init; }

    public YamlScalar? GroupBy { get; init; }

    public bool ReplacesChanged { get; init; }

    public required IReadOnlyList<MapEmit> Emits { get; init; }
}

/// <summary>Words from the map itself, or a column of each row. One of both is set.</summary>
public sealed record LiteralOrColumn(YamlScalar? Literal, YamlScalar? Column);

/// <summary>When an event happened: a column and how to read it. <paramref name="Pattern"/> is set where the format is a pattern.</summary>
public sealed record MapTime(YamlScalar Column, TimeFormatKind Kind, TimePattern? Pattern, Zone Zone);

public enum TimeFormatKind
{
    Iso = 0,
    Unix = 1,
    UnixMs = 2,
    Pattern = 3,
}

/// <summary>One event of each row or group. <see cref="Body"/> holds properties or traits.</summary>
public sealed record MapEmit(YamlPlace Place, CallType Type, string Id)
{
    public LiteralOrColumn? Event { get; init; }

    public LiteralOrColumn? Name { get; init; }

    public LiteralOrColumn? Category { get; init; }

    public YamlScalar? UserId { get; init; }

    public YamlScalar? AnonymousId { get; init; }

    public YamlScalar? GroupId { get; init; }

    public YamlScalar? PreviousId { get; init; }

    public YamlScalar? Email { get; init; }

    public MapTime? Time { get; init; }

    public YamlScalar? Key { get; init; }

    public YamlMap? Body { get; init; }
}
