using System.Collections.Concurrent;
using Ciclo.Data.Journal;
using Microsoft.Data.Sqlite;

namespace Ciclo.Data.Records;

/// <summary>
/// The records: one SQLite file in WAL mode, `synchronous=FULL` (a commit that returned is on disk), foreign keys on.
/// One writer at a time, in order of arrival; any number of readers beside it, each on the state as of its start.
/// </summary>
public sealed class Database : IAsyncDisposable
{
    private const string Pragmas = "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA busy_timeout = 5000; PRAGMA secure_delete = ON;";

    private readonly string file;
    private readonly SqliteConnection writer;
    private readonly SemaphoreSlim turn = new(1, 1);
    private readonly ConcurrentBag<SqliteConnection> idleReaders = [];
    private readonly EndSignal commits = new(0);
    private volatile bool disposed;

    private Database(string file, SqliteConnection writer)
    {
        this.file = file;
        this.writer = writer;
    }

    /// <summary>
    /// Opens or makes the file and brings its schema up to date. Throws <see cref="SchemaException"/> for a newer or changed schema or a
    /// script that fails, <see cref="SqliteException"/> for a file that is no database.
    /// </summary>
    public static Database Open(string file, IReadOnlyList<Migration> migrations)
    {
        var connection = Connect(file, SqliteOpenMode.ReadWriteCreate);
        try
        {
            Migrator.Run(connection, migrations);
            return new Database(file, connection);
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Runs work in the one write transaction there is and answers when it is committed and durable. When the work throws, nothing of it
    /// is kept. Cancelling only gives up waiting for the turn.
    /// </summary>
    public async Task<T> WriteAsync<T>(Func<SqliteConnection, SqliteTransaction, T> work, CancellationToken cancellation)
    {
        await turn.WaitAsync(cancellation);
        try
        {
            ObjectDisposedException.ThrowIf(disposed, this);
            using var transaction = writer.BeginTransaction(deferred: false);
            var result = work(writer, transaction);
            transaction.Commit();
            commits.Advance(commits.Value + 1);
            return result;
        }
        finally
        {
            turn.Release();
        }
    }

    /// <summary>How many transactions were committed since the file was opened.</summary>
    public long Commits => commits.Value;

    /// <summary>Completes when <see cref="Commits"/> is above a number read before: whoever follows a table looks again then, and nobody polls.</summary>
    public Task CommittedAsync(long seen, CancellationToken cancellation) => commits.PassAsync(seen, cancellation).AsTask();

    /// <summary>Runs a query on a connection that cannot write. All its statements see one state; later commits stay unseen.</summary>
    public T Read<T>(Func<SqliteConnection, T> read)
    {
        ObjectDisposedException.ThrowIf(disposed, this);
        var connection = idleReaders.TryTake(out var idle) ? idle : Connect(file, SqliteOpenMode.ReadOnly);
        var reusable = false;
        try
        {
            // Begun by hand: commands then need no transaction object, and stores read the same way inside and outside of one.
            Execute(connection, "BEGIN DEFERRED");
            var result = read(connection);
            Execute(connection, "COMMIT");
            reusable = true;
            return result;
        }
        finally
        {
            GiveBack(connection, reusable);
        }
    }

    /// <summary>What SQLite finds wrong with a file that nobody has open; null if nothing.</summary>
    public static string? Check(string file)
    {
        try
        {
            using var connection = Connect(file, SqliteOpenMode.ReadWrite);
            using var command = new SqliteCommand("PRAGMA integrity_check(1)", connection);
            return command.ExecuteScalar() is string and not "ok" and var problem ? problem : null;
        }
        catch (SqliteException broken)
        {
            return broken.Message;
        }
    }

    /// <summary>Writes a copy as of now to a new file, while others read and write.</summary>
    public void CopyTo(string path)
    {
        using var source = Connect(file, SqliteOpenMode.ReadOnly);
        var text = new SqliteConnectionStringBuilder { DataSource = path, Mode = SqliteOpenMode.ReadWriteCreate, Pooling = false };
        using var target = new SqliteConnection(text.ToString());
        target.Open();
        source.BackupDatabase(target);
    }

    public async ValueTask DisposeAsync()
    {
        await turn.WaitAsync(CancellationToken.None);
        disposed = true;
        turn.Release();
        while (idleReaders.TryTake(out var reader))
        {
            await reader.DisposeAsync();
        }
        // The last connection to close folds the write-ahead log into the file.
        await writer.DisposeAsync();
    }

    private static SqliteConnection Connect(string file, SqliteOpenMode mode)
    {
        // This class keeps its own connections: the provider's pool would hold the file open after disposal.
        var text = new SqliteConnectionStringBuilder { DataSource = file, Mode = mode, ForeignKeys = true, Pooling = false };
        var connection = new SqliteConnection(text.ToString());
        try
        {
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText = mode == SqliteOpenMode.ReadOnly ? "PRAGMA busy_timeout = 5000;" : Pragmas;
            command.ExecuteNonQuery();
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    private void GiveBack(SqliteConnection connection, bool reusable)
    {
        if (reusable)
        {
            idleReaders.Add(connection);
        }
        else
        {
            connection.Dispose();
        }
        // A read that ended while the database was closed must not leave its connection, and so the file, open.
        if (disposed && idleReaders.TryTake(out var late))
        {
            late.Dispose();
        }
    }

    private static void Execute(SqliteConnection connection, string sql)
    {
        using var command = new SqliteCommand(sql, connection);
        command.ExecuteNonQuery();
    }
}
