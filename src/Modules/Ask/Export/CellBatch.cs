using System.Text;
using Ciclo.Data.Sql;

namespace Ciclo.Modules.Ask.Export;

/// <summary>Rows of a table as cells, for whoever writes them as text. Each batch takes the place of the one before.</summary>
internal sealed class CellBatch(int columns) : RowBatch
{
    private readonly object?[] cells = new object?[columns * Capacity];

    public ReadOnlySpan<object?> Row(int row) => cells.AsSpan(row * columns, columns);

    public override bool Wants(int column) => true;

    public override void Null(int column) => Set(column, null);

    public override void Text(int column, ReadOnlySpan<byte> utf8) => Set(column, Encoding.UTF8.GetString(utf8));

    public override void Whole(int column, long value) => Set(column, value);

    public override void Number(int column, Int128 micros) => Set(column, new SqlNumber(micros, Core.Values.Number.Places));

    public override void Flag(int column, bool value) => Set(column, value);

    public override void Instant(int column, long ms) => Set(column, SqlTime.OfMicros(ms * 1_000, hasZone: true));

    public override void Day(int column, int day) => Set(column, SqlTime.OfDay(day));

    private void Set(int column, object? value) => cells[(Count * columns) + column] = value;
}
