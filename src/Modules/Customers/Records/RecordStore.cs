using System.Text.Json;
using Microsoft.Data.Sqlite;

namespace Ciclo.Modules.Customers.Records;

/// <summary>The tables `customer_…` but for columns. Persons go in as one JSON list of public ids, so that the SQL is the same for any number.</summary>
internal static class RecordStore
{
    public static PersonRecords Of(SqliteConnection connection, string workspace, IReadOnlyList<string> ids, SqliteTransaction? transaction = null)
    {
        var notes = Rows(connection, """
            SELECT id, person, text, written_at, written_by, author_name FROM customer_notes
            WHERE workspace_id = $workspace AND person IN (SELECT value FROM json_each($ids)) ORDER BY written_at, id
            """, workspace, ids, row => new TeamNote(row.GetString(0), row.GetString(1), row.GetString(2), row.GetInt64(3), row.GetString(4), row.GetString(5)), transaction: transaction);
        var tags = Rows(connection, """
            SELECT DISTINCT tag FROM customer_tags WHERE workspace_id = $workspace AND person IN (SELECT value FROM json_each($ids)) ORDER BY tag
            """, workspace, ids, row => row.GetString(0), transaction: transaction);
        var lists = Rows(connection, """
            SELECT DISTINCT l.id, l.name FROM customer_list_members m JOIN customer_lists l ON l.workspace_id = m.workspace_id AND l.id = m.list_id
            WHERE m.workspace_id = $workspace AND m.person IN (SELECT value FROM json_each($ids)) ORDER BY l.name
            """, workspace, ids, row => new PeopleList(row.GetString(0), row.GetString(1), 0), transaction: transaction);
        return new PersonRecords(notes, tags, lists);
    }

    public static int AddNote(SqliteConnection connection, SqliteTransaction transaction, string workspace, TeamNote note) => Run(connection, transaction, """
        INSERT INTO customer_notes (workspace_id, id, person, text, written_at, written_by, author_name) VALUES ($workspace, $id, $person, $text, $at, $by, $name)
        """, workspace, ("$id", note.Id), ("$person", note.Person), ("$text", note.Text), ("$at", note.At), ("$by", note.AuthorId), ("$name", note.AuthorName));

    /// <summary>True if there was such a note about one of these.</summary>
    public static bool RemoveNote(SqliteConnection connection, SqliteTransaction transaction, string workspace, string id, IReadOnlyList<string> ids) => Run(connection, transaction, """
        DELETE FROM customer_notes WHERE workspace_id = $workspace AND id = $id AND person IN (SELECT value FROM json_each($ids))
        """, workspace, ("$id", id), ("$ids", JsonSerializer.Serialize(ids))) > 0;

    public static int Tag(SqliteConnection connection, SqliteTransaction transaction, string workspace, string tag, IReadOnlyList<string> persons, long at, string by) => Run(connection, transaction, """
        INSERT INTO customer_tags (workspace_id, tag, person, added_at, added_by) SELECT $workspace, $tag, value, $at, $by FROM json_each($ids) WHERE true
        ON CONFLICT (workspace_id, tag, person) DO NOTHING
        """, workspace, ("$tag", tag), ("$at", at), ("$by", by), ("$ids", JsonSerializer.Serialize(persons)));

    public static int Untag(SqliteConnection connection, SqliteTransaction transaction, string workspace, string tag, IReadOnlyList<string> ids) => Run(connection, transaction, """
        DELETE FROM customer_tags WHERE workspace_id = $workspace AND tag = $tag AND person IN (SELECT value FROM json_each($ids))
        """, workspace, ("$tag", tag), ("$ids", JsonSerializer.Serialize(ids)));

    /// <summary>The tags in use, those of most people first.</summary>
    public static IReadOnlyList<(string Tag, int People)> Tags(SqliteConnection connection, string workspace) => Rows(connection, """
        SELECT tag, count(*) FROM customer_tags WHERE workspace_id = $workspace GROUP BY tag ORDER BY count(*) DESC, tag LIMIT 200
        """, workspace, [], row => (row.GetString(0), row.GetInt32(1)));

    public static IReadOnlyList<string> Tagged(SqliteConnection connection, string workspace, string tag) => Rows(connection, """
        SELECT person FROM customer_tags WHERE workspace_id = $workspace AND tag = $name
        """, workspace, [], row => row.GetString(0), tag);

    public static IReadOnlyList<PeopleList> Lists(SqliteConnection connection, string workspace, SqliteTransaction? transaction = null) => Rows(connection, """
        SELECT id, name, (SELECT count(*) FROM customer_list_members m WHERE m.workspace_id = l.workspace_id AND m.list_id = l.id)
        FROM customer_lists l WHERE workspace_id = $workspace ORDER BY name
        """, workspace, [], row => new PeopleList(row.GetString(0), row.GetString(1), row.GetInt32(2)), transaction: transaction);

    public static IReadOnlyList<string> Listed(SqliteConnection connection, string workspace, string list) => Rows(connection, """
        SELECT person FROM customer_list_members WHERE workspace_id = $workspace AND list_id = $name
        """, workspace, [], row => row.GetString(0), list);

    public static int AddList(SqliteConnection connection, SqliteTransaction transaction, string workspace, string id, string name, long at, string by) => Run(connection, transaction, """
        INSERT INTO customer_lists (workspace_id, id, name, created_at, created_by) VALUES ($workspace, $id, $name, $at, $by)
        """, workspace, ("$id", id), ("$name", name), ("$at", at), ("$by", by));

    public static int Enlist(SqliteConnection connection, SqliteTransaction transaction, string workspace, string list, IReadOnlyList<string> persons, long at, string by) => Run(connection, transaction, """
        INSERT INTO customer_list_members (workspace_id, list_id, person, added_at, added_by) SELECT $workspace, $list, value, $at, $by FROM json_each($ids) WHERE true
        ON CONFLICT (workspace_id, list_id, person) DO NOTHING
        """, workspace, ("$list", list), ("$at", at), ("$by", by), ("$ids", JsonSerializer.Serialize(persons)));

    public static int Delist(SqliteConnection connection, SqliteTransaction transaction, string workspace, string list, IReadOnlyList<string> ids) => Run(connection, transaction, """
        DELETE FROM customer_list_members WHERE workspace_id = $workspace AND list_id = $list AND person IN (SELECT value FROM json_each($ids))
        """, workspace, ("$list", list), ("$ids", JsonSerializer.Serialize(ids)));

    public static bool RemoveList(SqliteConnection connection, SqliteTransaction transaction, string workspace, string list)
    {
        Run(connection, transaction, "DELETE FROM customer_list_members WHERE workspace_id = $workspace AND list_id = $list", workspace, ("$list", list));
        return Run(connection, transaction, "DELETE FROM customer_lists WHERE workspace_id = $workspace AND id = $list", workspace, ("$list", list)) > 0;
    }

    /// <summary>Takes away all that is said of these.</summary>
    public static void Forget(SqliteConnection connection, SqliteTransaction transaction, string workspace, IReadOnlyList<string> ids)
    {
        var of = ("$ids", (object)JsonSerializer.Serialize(ids));
        Run(connection, transaction, "DELETE FROM customer_notes WHERE workspace_id = $workspace AND person IN (SELECT value FROM json_each($ids))", workspace, of);
        Run(connection, transaction, "DELETE FROM customer_tags WHERE workspace_id = $workspace AND person IN (SELECT value FROM json_each($ids))", workspace, of);
        Run(connection, transaction, "DELETE FROM customer_list_members WHERE workspace_id = $workspace AND person IN (SELECT value FROM json_each($ids))", workspace, of);
    }

    public static IReadOnlyList<string>? Columns(SqliteConnection connection, string workspace, string user)
    {
        var rows = Rows(connection, "SELECT columns FROM customer_columns WHERE workspace_id = $workspace AND user_id = $name", workspace, [], row => row.GetString(0), user);
        return rows.Count == 0 ? null : rows[0].Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    public static int PutColumns(SqliteConnection connection, SqliteTransaction transaction, string workspace, string user, IReadOnlyList<string> columns) => Run(connection, transaction, """
        INSERT INTO customer_columns (workspace_id, user_id, columns) VALUES ($workspace, $user, $columns)
        ON CONFLICT (workspace_id, user_id) DO UPDATE SET columns = $columns
        """, workspace, ("$user", user), ("$columns", string.Join('\n', columns)));

    private static int Run(SqliteConnection connection, SqliteTransaction transaction, string sql, string workspace, params (string Name, object Value)[] values)
    {
        using var command = new SqliteCommand(sql, connection, transaction);
        command.Parameters.AddWithValue("$workspace", workspace);
        foreach (var (name, value) in values)
        {
            command.Parameters.AddWithValue(name, value);
        }
        return command.ExecuteNonQuery();
    }

    private static List<T> Rows<T>(SqliteConnection connection, string sql, string workspace, IReadOnlyList<string> ids, Func<SqliteDataReader, T> read, string name = "", SqliteTransaction? transaction = null)
    {
        using var command = new SqliteCommand(sql, connection, transaction);
        command.Parameters.AddWithValue("$workspace", workspace);
        command.Parameters.AddWithValue("$ids", JsonSerializer.Serialize(ids));
        command.Parameters.AddWithValue("$name", name);
        var rows = new List<T>();
        using var reader = command.ExecuteReader();
        while (reader.Read())
        {
            rows.Add(read(reader));
        }
        return rows;
    }
}
