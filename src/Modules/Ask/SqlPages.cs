using System.Globalization;
using System.Text;
using Ciclo.Core;
using Ciclo.Core.Access;
using Ciclo.Data.Sql;
using Ciclo.Engine.Hosting;
using Ciclo.Kit;
using Ciclo.Modules.Access.Contracts;
using Ciclo.Modules.Ask.Pages;
using Ciclo.Modules.Ask.Parts;
using Ciclo.Modules.Ask.Saved;
using Ciclo.Modules.Ask.Views;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Ciclo.Modules.Ask;

/// <summary>`/sql`: the editor, answers, saved questions.</summary>
internal sealed class SqlPages(DataHost host)
{
    private const string FirstQuestion = "SELECT name, count(*) AS times, count(DISTINCT profile) AS people\nFROM events\nWHERE type = 'track'\nGROUP BY name\nORDER BY times DESC";

    private AskService Service => AskService.Of(host);

    public void Map(IEndpointRouteBuilder routes)
    {
        var pages = routes.MapGroup("/sql").RequirePermission(Permission.ReadNumbers);
        pages.MapReads("", (Func<HttpContext, IResult>)Page);
        pages.MapSends("/run", (Func<HttpContext, Task<IResult>>)RunAsync);
        pages.MapSends("/csv", (Func<HttpContext, Task<IResult>>)FileAsync);
        pages.MapSends("/save", (Func<HttpContext, Task<IResult>>)SaveAsync);
        pages.MapReads("/saved/{id}/delete", (Func<HttpContext, string, IResult>)DeletePage);
        pages.MapSends("/saved/{id}/delete", (Func<HttpContext, string, Task<IResult>>)DeleteAsync);
    }

    private IResult Page(HttpContext http)
    {
        var (query, example) = (http.Request.Query, ExampleOf(http.Request.Query["example"]));
        var saved = Saved(http);
        if (query["q"].ToString() is { Length: > 0 } id)
        {
            return saved.FirstOrDefault(one => one.Id == id) is { } found ? http.Page<SqlPage>(ModelOf(found.Sql, found, saved, runsAtOnce: true)) : Results.NotFound();
        }
        // A question that stands in the address is shown and not asked: a link from somebody else must not make the server work.
        var sql = query["sql"].ToString() is { Length: > 0 and <= AskOptions.LongestSql } said ? said : example ?? FirstQuestion;
        return http.Page<SqlPage>(ModelOf(sql, null, saved, runsAtOnce: example is not null));
    }

    private SqlPageModel ModelOf(string sql, SavedQuery? query, IReadOnlyList<SavedQuery> saved, bool runsAtOnce) =>
        new(sql, query, saved, runsAtOnce && Service.Library is not null, Service.Library is null ? Part.Duckdb.Missing : null, null, null);

    private static string? ExampleOf(string? name) =>
        name?.Split('.') is [var view, var number] && int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var index)
            ? AllViews.Find(view)?.Examples.ElementAtOrDefault(index)?.Sql
            : null;

    private async Task<IResult> RunAsync(HttpContext http)
    {
        var sql = SqlOf(http);
        var asked = await Service.AskAsync(AskerOf(http), sql, Actor.Of(http), http.RequestAborted);
        var result = new ResultModel(sql, asked.Value, asked.Error);
        // Without a script the form leads to a whole page.
        return http.Request.Headers.ContainsKey("HX-Request")
            ? http.Part<ResultPart>(result)
            : http.Page<SqlPage>(ModelOf(sql, null, Saved(http), runsAtOnce: false) with { Result = result }, asked.Error?.Status ?? StatusCodes.Status200OK);
    }

    private async Task<IResult> FileAsync(HttpContext http)
    {
        var sql = SqlOf(http);
        var asked = await Service.AskAsync(AskerOf(http), sql, Actor.Of(http), http.RequestAborted);
        if (!asked.IsAnswered)
        {
            return http.Page<SqlPage>(ModelOf(sql, null, Saved(http), runsAtOnce: false) with { Result = new ResultModel(sql, null, asked.Error) }, asked.Error.Status);
        }
        using var text = new StringWriter();
        using (var rows = new RowWriter(text, OutputFormat.Csv, [.. asked.Value.Columns.Select(column => column.Name)]))
        {
            foreach (var row in asked.Value.Rows)
            {
                rows.Write(Array.ConvertAll(row, SqlCommand.Cell));
            }
        }
        return Results.File(Encoding.UTF8.GetBytes("\uFEFF" + text), "text/csv; charset=utf-8", $"sql-{http.Locale().IsoDate(host.NowMs)}.csv");
    }

    private async Task<IResult> SaveAsync(HttpContext http)
    {
        var (visitor, form, saved) = (http.Visitor(), http.Request.Form, Saved(http));
        var (sql, name, description) = (SqlOf(http), form["name"].ToString().Trim(), form["description"].ToString().Trim());
        var known = http.Request.Query.ContainsKey("new") ? null : saved.FirstOrDefault(one => one.Id == form["id"].ToString());
        Text? refusal = name.Length is 0 or > SavedQuery.LongestName ? new($"Give it a name of up to {SavedQuery.LongestName} characters.", $"Ponle un nombre de hasta {SavedQuery.LongestName} caracteres.")
            : description.Length > SavedQuery.LongestDescription ? new($"The description has {SavedQuery.LongestDescription} characters at most.", $"La descripción tiene {SavedQuery.LongestDescription} caracteres como máximo.")
            : string.IsNullOrWhiteSpace(sql) ? AskError.Empty.Says
            : sql.Length > AskOptions.LongestSql ? AskError.TooLong.Says
            : known is null && saved.Count >= SavedQuery.Most ? new($"A workspace keeps {SavedQuery.Most} questions at most. Delete one that nobody asks.", $"Un espacio de trabajo guarda {SavedQuery.Most} preguntas como máximo. Borra una que nadie use.")
            : null;
        if (refusal is not null)
        {
            return http.Page<SqlPage>(ModelOf(sql, known, saved, runsAtOnce: false) with { Refusal = refusal }, StatusCodes.Status400BadRequest);
        }
        var query = new SavedQuery(known?.Id ?? "qry_" + Guid.CreateVersion7(host.Clock.GetUtcNow()).ToString("N"), name, description, sql, host.NowMs, visitor.UserId, visitor.Name);
        await host.Database.WriteAsync((connection, transaction) =>
        {
            SavedStore.Put(connection, transaction, visitor.WorkspaceId, query);
            AuditLog.Write(connection, transaction, host.NowMs, new AuditEntry(visitor.WorkspaceId, Actor.Of(http), AuditActions.QuerySaved, query.Id));
            return 0;
        }, http.RequestAborted);
        return Results.Redirect("/sql?q=" + query.Id);
    }

    private IResult DeletePage(HttpContext http, string id) => Saved(http).FirstOrDefault(one => one.Id == id) is { } query ? http.Page<DeletePage>(query) : Results.NotFound();

    private async Task<IResult> DeleteAsync(HttpContext http, string id)
    {
        var workspace = http.Visitor().WorkspaceId;
        var isGone = await host.Database.WriteAsync((connection, transaction) =>
        {
            var wasThere = SavedStore.Delete(connection, transaction, workspace, id);
            if (wasThere)
            {
                AuditLog.Write(connection, transaction, host.NowMs, new AuditEntry(workspace, Actor.Of(http), AuditActions.QueryDeleted, id));
            }
            return wasThere;
        }, http.RequestAborted);
        return isGone ? Results.Redirect("/sql") : Results.NotFound();
    }

    private IReadOnlyList<SavedQuery> Saved(HttpContext http) => host.Database.Read(connection => SavedStore.List(connection, http.Visitor().WorkspaceId));

    private Asker AskerOf(HttpContext http) => new(host, http.Visitor().Engine, http.Visitor().May(Permission.ReadPeople), ReaderLanguage.Of(http.Request));

    /// <summary>Forms send line ends as two characters; places in the text count them as one.</summary>
    private static string SqlOf(HttpContext http) => http.Request.Form["sql"].ToString().ReplaceLineEndings("\n");
}
