namespace Ciclo.Core.Rules;

/// <summary>What names mean where an expression stands.</summary>
public enum RuleContext
{
    /// <summary>A rule of a lifecycle, where bare `stage` is the stage held.</summary>
    Lifecycle = 0,
    Segment = 1,
    /// <summary>After `where`: every name is a property of the event.</summary>
    Where = 2,
    /// <summary>An import map: every name is a column.</summary>
    Row = 3,
    /// <summary>An import map with `group_by`: functions go over the rows of a group.</summary>
    RowGroup = 4,
}
