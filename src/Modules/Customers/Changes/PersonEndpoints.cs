using Ciclo.Core;
using Ciclo.Core.Access;
using Ciclo.Engine.Hosting;
using Ciclo.Modules.Access.Contracts;
using Ciclo.Modules.Customers.Records;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Ciclo.Modules.Customers.Changes;

/// <summary>Notes, tags and lists of one customer.</summary>
internal sealed class PersonEndpoints(DataHost host)
{
    public void Map(IEndpointRouteBuilder routes)
    {
        var change = routes.MapGroup("/customers/{id}").RequirePermission(Permission.ChangePeople);
        change.MapSends("/notes", AddNoteAsync);
        change.MapSends("/notes/{note}/remove", RemoveNoteAsync);
        change.MapSends("/tags", AddTagAsync);
        change.MapSends("/tags/remove", RemoveTagAsync);
        change.MapSends("/lists", EnlistAsync);
        change.MapSends("/lists/remove", DelistAsync);
    }

    private async Task<IResult> AddNoteAsync(HttpContext http, string id)
    {
        var visitor = http.Visitor();
        var text = http.Request.Form["text"].ToString().ReplaceLineEndings("\n").Trim();
        if (PublicIdsOf(visitor, id) is not { } ids)
        {
            return CustomerEndpoints.NotFound(http, id);
        }
        if (text.Length is 0 or > TeamNote.LongestText)
        {
            return Refused(http, new Text($"A note has 1 to {TeamNote.LongestText} characters; this one has {text.Length}.", $"Una nota tiene de 1 a {TeamNote.LongestText} caracteres; esta tiene {text.Length}."), id);
        }
        var note = new TeamNote("nte_" + Guid.CreateVersion7(host.Clock.GetUtcNow()).ToString("N"), ids[0], text, host.NowMs, visitor.UserId, visitor.Name);
        var isKept = await WriteAsync(http, (connection, transaction) =>
        {
            if (RecordStore.Of(connection, visitor.WorkspaceId, ids, transaction).Notes.Count >= TeamNote.MostOfAPerson)
            {
                return false;
            }
            RecordStore.AddNote(connection, transaction, visitor.WorkspaceId, note);
            return true;
        }, AuditActions.NoteWritten, note.Id);
        return isKept ? CustomerEndpoints.Back(id, "note") : Refused(http, new Text(
            $"There are {TeamNote.MostOfAPerson} notes already. Delete one that is no longer needed.", $"Ya hay {TeamNote.MostOfAPerson} notas. Borra una que ya no haga falta."), id);
    }

    private Task<IResult> RemoveNoteAsync(HttpContext http, string id, string note) => ChangeAsync(http, id, "note-removed", AuditActions.NoteDeleted, note,
        (connection, transaction, workspace, ids) => RecordStore.RemoveNote(connection, transaction, workspace, note, ids));

    private async Task<IResult> AddTagAsync(HttpContext http, string id)
    {
        var tag = string.Join(' ', http.Request.Form["tag"].ToString().Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        if (tag.Length is 0 or > PersonRecords.LongestTag)
        {
            return Refused(http, new Text($"A tag has 1 to {PersonRecords.LongestTag} characters.", $"Una etiqueta tiene de 1 a {PersonRecords.LongestTag} caracteres."), id);
        }
        return await ChangeAsync(http, id, "tagged", AuditActions.Tagged, id, (connection, transaction, workspace, ids) =>
        {
            var held = RecordStore.Of(connection, workspace, ids, transaction).Tags;
            if (held.Count >= PersonRecords.MostTags)
            {
                return false;
            }
            if (!held.Contains(tag, StringComparer.Ordinal))
            {
                RecordStore.Tag(connection, transaction, workspace, tag, [ids[0]], host.NowMs, http.Visitor().UserId);
            }
            return true;
        });
    }

    private Task<IResult> RemoveTagAsync(HttpContext http, string id) => ChangeAsync(http, id, "untagged", AuditActions.Untagged, id,
        (connection, transaction, workspace, ids) => RecordStore.Untag(connection, transaction, workspace, http.Request.Form["tag"].ToString(), ids) > 0);

    private Task<IResult> EnlistAsync(HttpContext http, string id)
    {
        var list = http.Request.Form["list"].ToString();
        return ChangeAsync(http, id, "listed", AuditActions.ListFilled, list, (connection, transaction, workspace, ids) =>
        {
            if (RecordStore.Lists(connection, workspace, transaction).FirstOrDefault(one => one.Id == list) is not { Members: < PeopleList.MostMembers })
            {
                return false;
            }
            RecordStore.Enlist(connection, transaction, workspace, list, [ids[0]], host.NowMs, http.Visitor().UserId);
            return true;
        });
    }

    private Task<IResult> DelistAsync(HttpContext http, string id)
    {
        var list = http.Request.Form["list"].ToString();
        return ChangeAsync(http, id, "delisted", AuditActions.ListEmptied, list,
            (connection, transaction, workspace, ids) => RecordStore.Delist(connection, transaction, workspace, list, ids) > 0);
    }

    private delegate bool Change(Microsoft.Data.Sqlite.SqliteConnection connection, Microsoft.Data.Sqlite.SqliteTransaction transaction, string workspace, IReadOnlyList<string> ids);

    private async Task<IResult> ChangeAsync(HttpContext http, string id, string done, string action, string what, Change change)
    {
        var visitor = http.Visitor();
        if (PublicIdsOf(visitor, id) is not { } ids)
        {
            return CustomerEndpoints.NotFound(http, id);
        }
        var isDone = await WriteAsync(http, (connection, transaction) => change(connection, transaction, visitor.WorkspaceId, ids), action, what);
        return isDone ? CustomerEndpoints.Back(id, done) : Refused(http, new Text(
            "Nothing was changed: it is no longer there, or there is no room for more. Load the customer’s page again.",
            "No se cambió nada: ya no está o no cabe más. Vuelve a cargar la página del cliente."), id);
    }

    /// <summary>The change and its entry in the audit log, or neither.</summary>
    private Task<bool> WriteAsync(HttpContext http, Func<Microsoft.Data.Sqlite.SqliteConnection, Microsoft.Data.Sqlite.SqliteTransaction, bool> change, string action, string what) =>
        host.Database.WriteAsync((connection, transaction) =>
        {
            var isDone = change(connection, transaction);
            if (isDone)
            {
                AuditLog.Write(connection, transaction, host.NowMs, new AuditEntry(http.Visitor().WorkspaceId, Actor.Of(http), action, what));
            }
            return isDone;
        }, http.RequestAborted);

    /// <summary>The public ids of a profile, that of its canonical identifier first; null where nobody is known by it.</summary>
    private static List<string>? PublicIdsOf(Visitor visitor, string reference) => visitor.Engine.Read(state => People.Find(state, reference) is { Profile: >= 0 } found
        ? new List<string> { found.Id }.Concat(People.PublicIdsOf(state.Staged.Identity, found.Profile)).Distinct(StringComparer.Ordinal).ToList()
        : null);

    private static IResult Refused(HttpContext http, Text why, string id) => Refusals.Page(http, why, "/customers/" + Uri.EscapeDataString(id));
}
