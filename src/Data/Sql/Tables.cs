namespace Ciclo.Data.Sql;

/// <summary>What a column of a table holds.</summary>
public enum ColumnKind
{
    Text = 0,
    Whole = 1,
    /// <summary>An exact decimal with six places.</summary>
    Number = 2,
    Flag = 3,
    Instant = 4,
    Day = 5,
}

public static class ColumnKinds
{
    /// <summary>The type as SQL writes it.</summary>
    public static string SqlName(this ColumnKind kind) => kind switch
    {
        ColumnKind.Number => "DECIMAL(21,6)",
        ColumnKind.Whole => "BIGINT",
        ColumnKind.Flag => "BOOLEAN",
        ColumnKind.Instant => "TIMESTAMPTZ",
        ColumnKind.Day => "DATE",
        _ => "VARCHAR",
    };
}

public readonly record struct TableColumn(string Name, ColumnKind Kind);

/// <summary>What a table is asked for in its function form: from an instant on, before another (Unix milliseconds), with these properties as columns.</summary>
public sealed record TableArguments(long? Since = null, long? Until = null, IReadOnlyList<string>? Properties = null)
{
    public static TableArguments All { get; } = new();
}

/// <summary>A table that is not stored in the database that asks it: its rows are made while it is read.</summary>
public interface ITable
{
    /// <summary>In lower case with underscores, unique.</summary>
    string Name { get; }

    /// <summary>Whether it takes <see cref="TableArguments.Since"/> and <see cref="TableArguments.Until"/>.</summary>
    bool HasRange { get; }

    /// <summary>Whether it takes <see cref="TableArguments.Properties"/>.</summary>
    bool HasProperties { get; }

    /// <summary>Throws <see cref="SqlRefusedException"/> for arguments that it does not understand.</summary>
    ITableScan Open(TableArguments arguments);
}

/// <summary>One reading of a table, by any number of threads together.</summary>
public interface ITableScan
{
    IReadOnlyList<TableColumn> Columns { get; }

    /// <summary>About how many rows there are.</summary>
    long Estimate { get; }

    /// <summary>One thread's part of the reading. Rows go to whichever reader asks first, each to one.</summary>
    /// <param name="wanted">By column: whether anybody looks at it. Others need not be written.</param>
    ITableReader Reader(bool[] wanted);
}

public interface ITableReader : IDisposable
{
    /// <summary>Adds rows to an empty batch; none are left where it stays empty. Throws <see cref="SqlRefusedException"/> where it cannot go on.</summary>
    void Read(RowBatch into);
}

/// <summary>Rows on their way out of a table. A cell that is written by nobody is unknown where it is wanted, so each wanted one is written, be it as null.</summary>
public abstract class RowBatch
{
    public const int Capacity = 2_048;

    public int Count { get; private set; }

    public bool IsFull => Count == Capacity;

    public abstract bool Wants(int column);

    public abstract void Null(int column);

    public abstract void Text(int column, ReadOnlySpan<byte> utf8);

    public abstract void Whole(int column, long value);

    /// <summary>In millionths.</summary>
    public abstract void Number(int column, Int128 micros);

    public abstract void Flag(int column, bool value);

    /// <summary>Unix milliseconds.</summary>
    public abstract void Instant(int column, long ms);

    /// <summary>Days since 1970-01-01.</summary>
    public abstract void Day(int column, int day);

    /// <summary>Ends the row that was written.</summary>
    public void Next() => Count++;

    public virtual void Clear() => Count = 0;

    public void Text(int column, string? text)
    {
        if (text is null)
        {
            Null(column);
        }
        else if (Wants(column))
        {
            Text(column, System.Text.Encoding.UTF8.GetBytes(text));
        }
    }
}

/// <summary>A question that is not answered; the message is DuckDB's or a table's own, for a person to read.</summary>
public sealed class SqlRefusedException(string message) : Exception(message);
