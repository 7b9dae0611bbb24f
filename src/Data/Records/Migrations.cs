using System.Globalization;
using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Data.Sqlite;

namespace Ciclo.Data.Records;

/// <summary>
/// One step of a module's schema: constant SQL named `module/001-name.sql`. A script that was released never changes; a later one does.
/// </summary>
public sealed record Migration
{
    public Migration(string name, string sql)
    {
        var slash = name.IndexOf('/', StringComparison.Ordinal);
        if (slash < 1 || name.Length < slash + 6 || name[slash + 4] != '-' || !name.EndsWith(".sql", StringComparison.Ordinal)
            || !int.TryParse(name.AsSpan(slash + 1, 3), NumberStyles.None, CultureInfo.InvariantCulture, out var number))
        {
            throw new ArgumentException($"'{name}' is no name for a migration; expected module/001-name.sql.", nameof(name));
        }
        (Name, Module, Number, Sql) = (name, name[..slash], number, sql);
    }

    public string Name { get; }

    public string Module { get; }

    public int Number { get; }

    public string Sql { get; }

    /// <summary>SHA-256 of the script, whatever its line ends, so that a changed script is noticed and a checkout on Windows is not.</summary>
    public string Fingerprint =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Sql.Replace("\r\n", "\n", StringComparison.Ordinal))));

    /// <summary>The embedded scripts of an assembly: `X.Loyalty.Schema.001-accounts.sql` is `loyalty/001-accounts.sql`.</summary>
    public static IReadOnlyList<Migration> Embedded(Assembly assembly)
    {
        const string Marker = ".Schema.";
        var found = new List<Migration>();
        foreach (var resource in assembly.GetManifestResourceNames().Order(StringComparer.Ordinal))
        {
            var at = resource.IndexOf(Marker, StringComparison.Ordinal);
            if (at > 0 && resource.EndsWith(".sql", StringComparison.Ordinal))
            {
                using var reader = new StreamReader(assembly.GetManifestResourceStream(resource)!, Encoding.UTF8);
                var module = resource[(resource.LastIndexOf('.', at - 1) + 1)..at].ToLowerInvariant();
                found.Add(new Migration(module + "/" + resource[(at + Marker.Length)..], reader.ReadToEnd()));
            }
        }
        return found;
    }
}

/// <summary>The file's schema and this program's do not fit together; the message says what to do.</summary>
public sealed class SchemaException(string message) : Exception(message);

/// <summary>Brings a database to the schema that the program knows: in the order given, each script in a transaction of its own.</summary>
internal static class Migrator
{
    private const string CreateVersions = """
        CREATE TABLE IF NOT EXISTS schema_versions (
            module TEXT NOT NULL,
            number INTEGER NOT NULL,
            name TEXT NOT NULL,
            fingerprint TEXT NOT NULL,
            PRIMARY KEY (module, number))
        """;

    private const string ReadVersions = "SELECT name, fingerprint FROM schema_versions ORDER BY module, number";

    private const string AddVersion =
        "INSERT INTO schema_versions (module, number, name, fingerprint) VALUES ($module, $number, $name, $fingerprint)";

    public static void Run(SqliteConnection connection, IReadOnlyList<Migration> migrations)
    {
        RequireOrder(migrations);
        Execute(connection, null, CreateVersions);
        var applied = Applied(connection);
        RequireKnown(applied, migrations);
        foreach (var migration in migrations.Where(migration => !applied.ContainsKey(migration.Name)))
        {
            Apply(connection, migration);
        }
    }

    private static void RequireOrder(IReadOnlyList<Migration> migrations)
    {
        foreach (var module in migrations.GroupBy(migration => migration.Module, StringComparer.Ordinal))
        {
            var expected = 1;
            foreach (var migration in module)
            {
                if (migration.Number != expected++)
                {
                    throw new SchemaException($"Migration {migration.Name} stands where number {expected - 1:D3} of {module.Key} is due; "
                        + "numbers count up from 001 without gaps.");
                }
            }
        }
    }

    private static void RequireKnown(Dictionary<string, string> applied, IReadOnlyList<Migration> migrations)
    {
        var known = migrations.ToDictionary(migration => migration.Name, StringComparer.Ordinal);
        foreach (var (name, fingerprint) in applied)
        {
            if (!known.TryGetValue(name, out var migration))
            {
                throw new SchemaException($"The database has schema step {name}, which this program does not know: a newer version wrote it. "
                    + "Start that version, or restore the backup that was taken before the upgrade.");
            }
            if (migration.Fingerprint != fingerprint)
            {
                throw new SchemaException($"Schema step {name} is not the script that was applied to this database. "
                    + "Released scripts stay as they are; put the change into a new one.");
            }
        }
    }

    private static Dictionary<string, string> Applied(SqliteConnection connection)
    {
        using var command = connection.CreateCommand();
        command.CommandText = ReadVersions;
        using var reader = command.ExecuteReader();
        var applied = new Dictionary<string, string>(StringComparer.Ordinal);
        while (reader.Read())
        {
            applied.Add(reader.GetString(0), reader.GetString(1));
        }
        return applied;
    }

    private static void Apply(SqliteConnection connection, Migration migration)
    {
        using var transaction = connection.BeginTransaction(deferred: false);
        try
        {
            Execute(connection, transaction, migration.Sql);
        }
        catch (SqliteException error)
        {
            throw new SchemaException($"Schema step {migration.Name} failed and was taken back: {error.Message}");
        }
        using var command = connection.CreateCommand();
        command.Transaction = transaction;
        command.CommandText = AddVersion;
        command.Parameters.AddWithValue("$module", migration.Module);
        command.Parameters.AddWithValue("$number", migration.Number);
        command.Parameters.AddWithValue("$name", migration.Name);
        command.Parameters.AddWithValue("$fingerprint", migration.Fingerprint);
        command.ExecuteNonQuery();
        transaction.Commit();
    }

    private static void Execute(SqliteConnection connection, SqliteTransaction? transaction, string sql)
    {
        using var command = connection.CreateCommand();
        command.Transaction = transaction;
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
