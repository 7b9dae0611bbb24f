using Microsoft.Data.Sqlite;

namespace Ciclo.Modules.Access;

/// <summary>Parameters and rows of constant statements, in fewer words.</summary>
internal static class SqlRows
{
    public static SqliteCommand With(this SqliteCommand command, string name, object? value)
    {
        command.Parameters.AddWithValue(name, value ?? DBNull.Value);
        return command;
    }

    /// <summary>Runs a statement that changes rows; answers how many.</summary>
    public static int Run(this SqliteCommand command)
    {
        using (InTransaction(command))
        {
            return command.ExecuteNonQuery();
        }
    }

    public static List<T> Rows<T>(this SqliteCommand command, Func<SqliteDataReader, T> read)
    {
        using (InTransaction(command))
        {
            using var reader = command.ExecuteReader();
            var rows = new List<T>();
            while (reader.Read())
            {
                rows.Add(read(reader));
            }
            return rows;
        }
    }

    public static long Count(this SqliteCommand command)
    {
        using (InTransaction(command))
        {
            return (long)command.ExecuteScalar()!;
        }
    }

    /// <summary>A question inside a write transaction must name it; only the connection knows whether there is one.</summary>
    private static SqliteCommand InTransaction(SqliteCommand command)
    {
        using var blank = command.Connection!.CreateCommand();
        command.Transaction ??= blank.Transaction;
        return command;
    }

    public static long? Instant(this SqliteDataReader reader, int column) => reader.IsDBNull(column) ? null : reader.GetInt64(column);
}
