using Ciclo.Modules.Templates.Content;
using Microsoft.Data.Sqlite;

namespace Ciclo.Modules.Templates;

/// <summary>The tables of templates. Writes run in the caller's transaction.</summary>
internal static class TemplateStore
{
    private const string Columns = "id, version, draft, draft_number, has_changes, updated_at";

    public static IReadOnlyList<Template> List(SqliteConnection connection, SqliteTransaction? transaction, string workspaceId)
    {
        using var command = new SqliteCommand($"select {Columns} from templates where workspace_id = @workspace order by name, id", connection, transaction);
        command.Parameters.AddWithValue("@workspace", workspaceId);
        return ReadAll(command);
    }

    public static Template? Find(SqliteConnection connection, SqliteTransaction? transaction, string workspaceId, string id)
    {
        using var command = new SqliteCommand($"select {Columns} from templates where workspace_id = @workspace and id = @id", connection, transaction);
        Name(command, workspaceId, id);
        return ReadAll(command).FirstOrDefault();
    }

    /// <summary>The draft before its last change; null where there is nothing to undo.</summary>
    public static TemplateContent? Before(SqliteConnection connection, SqliteTransaction? transaction, string workspaceId, string id)
    {
        using var command = new SqliteCommand("select before from templates where workspace_id = @workspace and id = @id", connection, transaction);
        Name(command, workspaceId, id);
        return command.ExecuteScalar() is string before ? TemplateContent.FromJson(before) : null;
    }

    public static void Put(SqliteConnection connection, SqliteTransaction transaction, string workspaceId, Template template, TemplateContent? before)
    {
        using var command = new SqliteCommand("""
            insert into templates (workspace_id, id, name, version, draft, before, draft_number, has_changes, updated_at)
            values (@workspace, @id, @name, @version, @draft, @before, @number, @changes, @now)
            on conflict (workspace_id, id) do update set name = @name, version = @version, draft = @draft, before = @before, draft_number = @number, has_changes = @changes, updated_at = @now
            """, connection, transaction);
        Name(command, workspaceId, template.Id);
        command.Parameters.AddWithValue("@name", template.Draft.Name);
        command.Parameters.AddWithValue("@version", template.Version);
        command.Parameters.AddWithValue("@draft", template.Draft.ToJson());
        command.Parameters.AddWithValue("@before", before is null ? DBNull.Value : before.ToJson());
        command.Parameters.AddWithValue("@number", template.DraftNumber);
        command.Parameters.AddWithValue("@changes", template.HasChanges ? 1 : 0);
        command.Parameters.AddWithValue("@now", template.UpdatedAt);
        command.ExecuteNonQuery();
    }

    public static void AddVersion(SqliteConnection connection, SqliteTransaction transaction, string workspaceId, string id, int version, TemplateContent content, string by, long now)
    {
        using var command = new SqliteCommand(
            "insert into template_versions (workspace_id, template_id, version, content, made_by, made_at) values (@workspace, @id, @version, @content, @by, @now)", connection, transaction);
        Name(command, workspaceId, id);
        command.Parameters.AddWithValue("@version", version);
        command.Parameters.AddWithValue("@content", content.ToJson());
        command.Parameters.AddWithValue("@by", by);
        command.Parameters.AddWithValue("@now", now);
        command.ExecuteNonQuery();
    }

    public static TemplateContent? Version(SqliteConnection connection, SqliteTransaction? transaction, string workspaceId, string id, int version)
    {
        using var command = new SqliteCommand("select content from template_versions where workspace_id = @workspace and template_id = @id and version = @version", connection, transaction);
        Name(command, workspaceId, id);
        command.Parameters.AddWithValue("@version", version);
        return command.ExecuteScalar() is string content ? TemplateContent.FromJson(content) : null;
    }

    /// <summary>The newest first.</summary>
    public static IReadOnlyList<TemplateVersion> Versions(SqliteConnection connection, SqliteTransaction? transaction, string workspaceId, string id)
    {
        using var command = new SqliteCommand("select version, made_by, made_at from template_versions where workspace_id = @workspace and template_id = @id order by version desc limit 100", connection, transaction);
        Name(command, workspaceId, id);
        using var reader = command.ExecuteReader();
        var versions = new List<TemplateVersion>();
        while (reader.Read())
        {
            versions.Add(new TemplateVersion(reader.GetInt32(0), reader.GetString(1), reader.GetInt64(2)));
        }
        return versions;
    }

    /// <summary>Takes a template off the list. Its versions stay: what was sent by them can still be shown.</summary>
    public static void Delete(SqliteConnection connection, SqliteTransaction transaction, string workspaceId, string id)
    {
        using var command = new SqliteCommand("delete from templates where workspace_id = @workspace and id = @id", connection, transaction);
        Name(command, workspaceId, id);
        command.ExecuteNonQuery();
    }

    /// <summary>The highest version that a template of this id ever had, also one that was deleted; 0 for none.</summary>
    public static int LastVersion(SqliteConnection connection, SqliteTransaction transaction, string workspaceId, string id)
    {
        using var command = new SqliteCommand("select coalesce(max(version), 0) from template_versions where workspace_id = @workspace and template_id = @id", connection, transaction);
        Name(command, workspaceId, id);
        return Convert.ToInt32(command.ExecuteScalar());
    }

    private static void Name(SqliteCommand command, string workspaceId, string id)
    {
        command.Parameters.AddWithValue("@workspace", workspaceId);
        command.Parameters.AddWithValue("@id", id);
    }

    private static List<Template> ReadAll(SqliteCommand command)
    {
        using var reader = command.ExecuteReader();
        var templates = new List<Template>();
        while (reader.Read())
        {
            templates.Add(new Template(reader.GetString(0), reader.GetInt32(1), TemplateContent.FromJson(reader.GetString(2)), reader.GetInt32(3), reader.GetInt32(4) != 0, reader.GetInt64(5)));
        }
        return templates;
    }
}
