using Ciclo.Data.Records;
using Microsoft.Data.Sqlite;

namespace Ciclo.Tests.Data;

public sealed class DatabaseTests : IDisposable
{
    private static readonly Migration[] First =
    [
        new("loyalty/001-accounts.sql", "CREATE TABLE accounts (id TEXT PRIMARY KEY, points INTEGER NOT NULL) STRICT;"),
        new("deals/001-deals.sql", "CREATE TABLE deals (id TEXT PRIMARY KEY, account TEXT NOT NULL REFERENCES accounts (id)) STRICT;"),
    ];

    private static readonly Migration Second = new("loyalty/002-tiers.sql", """
        ALTER TABLE accounts ADD COLUMN tier TEXT NOT NULL DEFAULT 'base';
        CREATE INDEX accounts_tier ON accounts (tier);
        """);

    private readonly string root = Directory.CreateTempSubdirectory("ciclo-records-").FullName;

    private string DatabaseFile => Path.Combine(root, "ciclo.db");

    public void Dispose() => Directory.Delete(root, recursive: true);

    [Fact]
    public async Task A_database_is_in_wal_mode_fully_synchronous_with_foreign_keys()
    {
        await using var database = Database.Open(DatabaseFile, First);
        var settings = await database.WriteAsync((connection, _) => (
            Scalar(connection, "PRAGMA journal_mode"), Scalar(connection, "PRAGMA synchronous"), Scalar(connection, "PRAGMA foreign_keys")), CancellationToken.None);
        Assert.Equal(("wal", "2", "1"), settings);
        var refusal = await Assert.ThrowsAsync<SqliteException>(() => WriteAsync(database, "INSERT INTO deals VALUES ('d', 'nobody')"));
        Assert.Contains("FOREIGN KEY", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Migrations_run_once_and_later_ones_keep_the_rows()
    {
        await using (var database = Database.Open(DatabaseFile, First))
        {
            await WriteAsync(database, "INSERT INTO accounts VALUES ('a', 5)");
        }
        for (var i = 0; i < 2; i++)
        {
            await using var database = Database.Open(DatabaseFile, [.. First, Second]);
            Assert.Equal("base", database.Read(connection => Scalar(connection, "SELECT tier FROM accounts WHERE id = 'a'")));
            Assert.Equal("3", database.Read(connection => Scalar(connection, "SELECT count(*) FROM schema_versions")));
        }
    }

    [Fact]
    public async Task A_schema_newer_than_the_program_is_refused_by_name()
    {
        await Database.Open(DatabaseFile, [.. First, Second]).DisposeAsync();
        var refusal = Assert.Throws<SchemaException>(() => Database.Open(DatabaseFile, First));
        Assert.Contains("loyalty/002-tiers.sql", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_script_that_was_changed_after_it_ran_is_refused_but_not_for_its_line_ends()
    {
        await Database.Open(DatabaseFile, [.. First, Second]).DisposeAsync();
        await Database.Open(DatabaseFile, [.. First, new Migration(Second.Name, Second.Sql.ReplaceLineEndings("\r\n"))]).DisposeAsync();
        Assert.Throws<SchemaException>(() => Database.Open(DatabaseFile, [.. First, new Migration(Second.Name, Second.Sql + " ")]));
    }

    [Fact]
    public async Task A_script_that_fails_leaves_nothing_of_itself_and_keeps_those_before()
    {
        var broken = new Migration("loyalty/002-tiers.sql", "CREATE TABLE half (id TEXT); INSERT INTO nowhere VALUES (1);");
        Assert.Throws<SchemaException>(() => Database.Open(DatabaseFile, [.. First, broken]));
        await using var database = Database.Open(DatabaseFile, First);
        Assert.Equal("0", database.Read(connection => Scalar(connection, "SELECT count(*) FROM sqlite_schema WHERE name = 'half'")));
        Assert.Equal("2", database.Read(connection => Scalar(connection, "SELECT count(*) FROM schema_versions")));
    }

    [Fact]
    public void Migrations_out_of_order_or_wrongly_named_are_refused()
    {
        Assert.Throws<SchemaException>(() => Database.Open(DatabaseFile, [Second, .. First]));
        Assert.Throws<SchemaException>(() => Database.Open(DatabaseFile, [First[0], First[0]]));
        foreach (var name in new[] { "001-a.sql", "m/1-a.sql", "m/001.sql", "m/001-a.txt", "m/00x-a.sql", "m/001_a.sql" })
        {
            Assert.Throws<ArgumentException>(() => new Migration(name, ""));
        }
    }

    [Fact]
    public async Task Work_that_throws_leaves_nothing_and_the_next_work_runs()
    {
        await using var database = Database.Open(DatabaseFile, First);
        await Assert.ThrowsAsync<InvalidOperationException>(() => database.WriteAsync<int>((connection, _) =>
        {
            Scalar(connection, "INSERT INTO accounts VALUES ('a', 1)");
            throw new InvalidOperationException();
        }, CancellationToken.None));
        await WriteAsync(database, "INSERT INTO accounts VALUES ('b', 1)");
        Assert.Equal("b", database.Read(connection => Scalar(connection, "SELECT group_concat(id) FROM accounts")));
    }

    [Fact]
    public async Task Writers_take_turns_and_lose_no_update()
    {
        await using var database = Database.Open(DatabaseFile, First);
        await WriteAsync(database, "INSERT INTO accounts VALUES ('a', 0)");
        await Task.WhenAll(Enumerable.Range(0, 40).Select(_ => Task.Run(() => database.WriteAsync((connection, _) =>
        {
            var points = int.Parse(Scalar(connection, "SELECT points FROM accounts")!);
            using var update = connection.CreateCommand();
            update.CommandText = "UPDATE accounts SET points = $points";
            update.Parameters.AddWithValue("$points", points + 1);
            return update.ExecuteNonQuery();
        }, CancellationToken.None))));
        Assert.Equal("40", database.Read(connection => Scalar(connection, "SELECT points FROM accounts")));
    }

    [Fact]
    public async Task A_read_sees_one_state_while_others_write_and_cannot_write_itself()
    {
        await using var database = Database.Open(DatabaseFile, First);
        await WriteAsync(database, "INSERT INTO accounts VALUES ('a', 0)");
        var (before, after) = database.Read(connection => (
            Scalar(connection, "SELECT count(*) FROM accounts"),
            WriteAsync(database, "INSERT INTO accounts VALUES ('b', 0)").ContinueWith(_ => Scalar(connection, "SELECT count(*) FROM accounts"), TaskScheduler.Default)
                .GetAwaiter().GetResult()));
        Assert.Equal(("1", "1"), (before, after));
        Assert.Equal("2", database.Read(connection => Scalar(connection, "SELECT count(*) FROM accounts")));
        Assert.Throws<SqliteException>(() => database.Read(connection => Scalar(connection, "DELETE FROM accounts")));
        Assert.Equal("2", database.Read(connection => Scalar(connection, "SELECT count(*) FROM accounts")));
    }

    [Fact]
    public async Task After_disposal_nothing_runs_and_the_file_is_whole_by_itself()
    {
        var database = Database.Open(DatabaseFile, First);
        await WriteAsync(database, "INSERT INTO accounts VALUES ('a', 0)");
        database.Read(connection => Scalar(connection, "SELECT count(*) FROM accounts"));
        await database.DisposeAsync();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => WriteAsync(database, "DELETE FROM accounts"));
        Assert.Throws<ObjectDisposedException>(() => database.Read(connection => 1));
        Assert.Equal([DatabaseFile], Directory.GetFiles(root));
    }

    private static Task<string?> WriteAsync(Database database, string sql) =>
        database.WriteAsync((connection, _) => Scalar(connection, sql), CancellationToken.None);

    private static string? Scalar(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return command.ExecuteScalar()?.ToString();
    }
}
