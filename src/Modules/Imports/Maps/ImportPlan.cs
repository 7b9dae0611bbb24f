using Ciclo.Core.Events;
using Ciclo.Core.Rules;

namespace Ciclo.Modules.Imports;

/// <summary>A map bound to the columns of one file.</summary>
internal sealed class ImportPlan
{
    internal required ImportMap Map { get; init; }

    internal required IReadOnlyList<string> Columns { get; init; }

    /// <summary>Null: JSON's own type.</summary>
    internal required IReadOnlyList<ColumnType?> Types { get; init; }

    internal required Expression? Skip { get; init; }

    /// <summary>-1: each row for itself.</summary>
    internal required int GroupBy { get; init; }

    internal required IReadOnlyList<TimeReader> Times { get; init; }

    internal required IReadOnlyList<EmitPlan> Emits { get; init; }

    internal required IReadOnlyList<RowAggregateExpression> Aggregates { get; init; }

    /// <summary>Columns whose cells must hold what their type says, whether an event takes them or not.</summary>
    internal required IReadOnlyList<int> CheckedColumns { get; init; }
}

/// <summary>Bytes of the map, or those of a column where <paramref name="Column"/> is not -1.</summary>
internal sealed record NamePlan(byte[] Literal, int Column);

/// <summary>One event of each row or group; -1 stands for a column that the map does not name.</summary>
internal sealed record EmitPlan(CallType Type, byte[] Id)
{
    internal NamePlan? Event { get; init; }

    internal NamePlan? Name { get; init; }

    internal NamePlan? Category { get; init; }

    internal int UserId { get; init; } = -1;

    internal int AnonymousId { get; init; } = -1;

    internal int GroupId { get; init; } = -1;

    internal int PreviousId { get; init; } = -1;

    internal int Email { get; init; } = -1;

    /// <summary>An index of the plan's times.</summary>
    internal int Time { get; init; } = -1;

    internal int KeyColumn { get; init; } = -1;

    internal Expression? Key { get; init; }

    internal ObjectTemplate? Body { get; init; }

    /// <summary>The trait `email` of an identify, which is an identifier too.</summary>
    internal ValueTemplate? EmailTrait { get; init; }

    internal bool HasKey => KeyColumn >= 0 || Key is not null;
}
