using System.Globalization;

namespace Ciclo.Data.Sql;

/// <summary>The limits of one session. <paramref name="Folder"/>: the only folder that it may write into, for exports; null for none at all.</summary>
public sealed record DuckLimits(int MemoryMb, int Threads, string? Folder = null);

/// <summary>
/// A database of its own in memory, for one question: it knows the tables that it is given and nothing else. It reads no file, reaches no network, loads no
/// extension, and its settings cannot be changed. Nothing of it is left when it is closed.
/// </summary>
public sealed class DuckSession : IDisposable
{
    /// <summary>Within the limits' folder: where what does not fit into memory lies meanwhile.</summary>
    public const string SpillFolder = "spill";

    private const int StatementSelect = 1;
    private const int StatementExplain = 4;

    /// <summary>
    /// DuckDB's limit on memory does not see a text while it is made. These make one of any length from nothing, so their place is taken by bounded ones; whoever
    /// lets strangers ask must keep them from naming the originals (`system.main.repeat`).
    /// </summary>
    private static readonly string[] Bounds =
    [
        "CREATE MACRO repeat(value, times) AS CASE WHEN len(value) * times <= 10000 THEN system.main.repeat(value, times) ELSE error('repeat makes 10,000 characters at most') END",
        "CREATE MACRO lpad(value, size, fill) AS CASE WHEN size <= 10000 THEN system.main.lpad(value, size::INTEGER, fill) ELSE error('lpad makes 10,000 characters at most') END",
        "CREATE MACRO rpad(value, size, fill) AS CASE WHEN size <= 10000 THEN system.main.rpad(value, size::INTEGER, fill) ELSE error('rpad makes 10,000 characters at most') END",
        "CREATE MACRO printf(value) AS error('printf is not to be had here')",
        "CREATE MACRO format(value) AS error('format is not to be had here')",
    ];

    private nint database;
    private nint connection;
    private long rowsRead;

    private DuckSession(nint database, nint connection) => (this.database, this.connection) = (database, connection);

    /// <summary>How many rows were read of tables so far.</summary>
    public long RowsRead => Interlocked.Read(ref rowsRead);

    /// <summary>The version of the library at a path, as `v1.5.6`; throws <see cref="DllNotFoundException"/> or <see cref="BadImageFormatException"/> if it cannot be loaded.</summary>
    public static string Load(string path)
    {
        DuckApi.Use(path);
        return DuckApi.Text(DuckApi.LibraryVersion());
    }

    /// <summary>After <see cref="Load"/>.</summary>
    /// <param name="limits">What it may use.</param>
    /// <param name="zone">The time zone in which it prints and cuts instants, by its IANA id.</param>
    /// <param name="tables">All that can be asked.</param>
    public static DuckSession Open(DuckLimits limits, string zone, IEnumerable<ITable> tables)
    {
        Check(DuckApi.CreateConfig(out var config), "its settings");
        foreach (var (name, value) in Settings(limits))
        {
            // A limit that is not understood is no limit: without it nothing is asked.
            Check(DuckApi.SetConfig(config, name, value), name);
        }
        var state = DuckApi.OpenExt(":memory:", out var database, config, out var error);
        DuckApi.DestroyConfig(ref config);
        if (state != 0)
        {
            var message = DuckApi.Text(error);
            DuckApi.Free(error);
            throw new InvalidOperationException("DuckDB does not open: " + message);
        }
        Check(DuckApi.Connect(database, out var connection), "a connection");
        var session = new DuckSession(database, connection);
        foreach (var table in tables)
        {
            new DuckTable(table, rows => Interlocked.Add(ref session.rowsRead, rows)).Register(connection);
            session.Execute($"CREATE VIEW {table.Name} AS SELECT * FROM {table.Name}()");
        }
        foreach (var bound in Bounds)
        {
            session.Execute(bound);
        }
        if (limits.Folder is { } folder)
        {
            session.Execute($"SET allowed_directories = ['{folder.Replace("'", "''", StringComparison.Ordinal)}']");
            session.Execute("SET enable_external_access = false");
        }
        // Not before: the views are made by statements too.
        session.Execute($"SET TimeZone = '{zone}'");
        if (limits.Folder is null)
        {
            session.Execute("SET lock_configuration = true");
        }
        return session;
    }

    /// <summary>Breaks off what runs; it then throws <see cref="SqlRefusedException"/>. From any thread.</summary>
    public void Interrupt()
    {
        if (connection != 0)
        {
            DuckApi.Interrupt(connection);
        }
    }

    /// <summary>Starts the only statement of a text, which must read and do nothing else. Throws <see cref="SqlRefusedException"/> with DuckDB's words, or <see cref="NotOneReadException"/>.</summary>
    public DuckRows Ask(string sql) => Start(sql, onlyReads: true);

    /// <summary>Runs a statement of ours.</summary>
    public void Execute(string sql)
    {
        using var rows = Start(sql, onlyReads: false);
        while (rows.ReadChunk())
        {
        }
    }

    public void Dispose()
    {
        if (connection != 0)
        {
            DuckApi.Disconnect(ref connection);
            DuckApi.Close(ref database);
            connection = 0;
        }
    }

    private static void Check(int state, string what)
    {
        if (state != 0)
        {
            throw new InvalidOperationException($"DuckDB refuses {what}.");
        }
    }

    private static IEnumerable<(string Name, string Value)> Settings(DuckLimits limits)
    {
        yield return ("threads", limits.Threads.ToString(CultureInfo.InvariantCulture));
        yield return ("memory_limit", limits.MemoryMb.ToString(CultureInfo.InvariantCulture) + "MB");
        // Folders are said first: once nothing outside may be reached, they cannot be changed. What does not fit into memory is not put on the disk, but
        // beside an export: the disk of a server is not a place for questions.
        yield return ("temp_directory", limits.Folder is null ? "" : Path.Combine(limits.Folder, SpillFolder));
        if (limits.Folder is null)
        {
            yield return ("enable_external_access", "false");
        }
        yield return ("autoinstall_known_extensions", "false");
        yield return ("autoload_known_extensions", "false");
        yield return ("allow_community_extensions", "false");
        yield return ("max_expression_depth", "250");
    }

    private DuckRows Start(string sql, bool onlyReads)
    {
        var count = DuckApi.ExtractStatements(connection, sql, out var statements);
        try
        {
            if (count == 0 && DuckApi.Text(DuckApi.ExtractStatementsError(statements)) is { Length: > 0 } unreadable)
            {
                throw new SqlRefusedException(unreadable);
            }
            if (count != 1)
            {
                throw new NotOneReadException((int)Math.Min(count, 1_000));
            }
            return Start(statements, onlyReads);
        }
        finally
        {
            DuckApi.DestroyExtracted(ref statements);
        }
    }

    private DuckRows Start(nint statements, bool onlyReads)
    {
        var state = DuckApi.PrepareExtracted(connection, statements, 0, out var prepared);
        try
        {
            if (state != 0)
            {
                throw new SqlRefusedException(DuckApi.Text(DuckApi.PrepareError(prepared)));
            }
            if (onlyReads && (DuckApi.PreparedType(prepared) is not (StatementSelect or StatementExplain) || DuckApi.ParameterCount(prepared) > 0))
            {
                throw new NotOneReadException(1);
            }
            if (DuckApi.ExecuteStreaming(prepared, out var result) != 0)
            {
                var message = DuckApi.Text(DuckApi.ResultError(ref result));
                DuckApi.DestroyResult(ref result);
                throw new SqlRefusedException(message);
            }
            return new DuckRows(result);
        }
        finally
        {
            DuckApi.DestroyPrepare(ref prepared);
        }
    }
}

/// <summary>A text that is not exactly one statement that reads.</summary>
/// <param name="statements">How many it holds.</param>
public sealed class NotOneReadException(int statements) : Exception("Not one statement that reads.")
{
    public int Statements => statements;
}
