using System.Globalization;
using System.Text;
using Ciclo.Core;
using Ciclo.Core.Access;
using Ciclo.Engine.Hosting;
using Ciclo.Kit;
using Ciclo.Modules.Access.Contracts;
using Ciclo.Modules.Customers.List;
using Ciclo.Modules.Customers.Pages;
using Ciclo.Modules.Customers.Records;
using Ciclo.Modules.Customers.Search;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Ciclo.Modules.Customers;

/// <summary>The list of customers: its page, the rows that take longer, suggestions, columns, the file of it.</summary>
internal sealed class ListEndpoints(DataHost host)
{
    /// <summary>People who are put on a list by one click.</summary>
    public const int MostAtOnce = 50_000;

    private const int RowsOfFileAtOnce = 500;
    private const int MostSuggested = 8;
    private static readonly Dictionary<string, Text> Done = new(StringComparer.Ordinal)
    {
        ["columns"] = new("Your columns are kept.", "Tus columnas se guardaron."),
        ["erased"] = new("The person is being erased; from now on their identifiers are refused. `ciclo erase list` shows the proof.", "Se está borrando a la persona; desde ahora se rechazan sus identificadores. `ciclo erase list` muestra la prueba."),
        ["filled"] = new("They are on the list.", "Ya están en la lista."),
    };

    public void Map(IEndpointRouteBuilder routes)
    {
        var people = routes.MapGroup("").RequirePermission(Permission.ReadPeople);
        people.MapReads("/customers", PageAsync);
        people.MapGet("/customers-rows", (Func<HttpContext, Task<IResult>>)RowsAsync);
        people.MapGet("/customers-suggest", (Func<HttpContext, Task<IResult>>)SuggestAsync);
        people.MapSends("/customers-columns", (Func<HttpContext, Task<IResult>>)ColumnsAsync);
        routes.MapGroup("").RequirePermission(Permission.EraseAndExport).MapSends("/customers-export", (Func<HttpContext, Task<IResult>>)ExportAsync);
    }

    private async Task<IResult> PageAsync(HttpContext http)
    {
        Text? said = Done.TryGetValue(http.Request.Query["done"].ToString(), out var text) ? text : null;
        return http.Page<CustomersPage>(await ListReading.OfAsync(host, http.Visitor(), CustomersAsked.From(http.Request.Query), false, said, http.RequestAborted));
    }

    private async Task<IResult> RowsAsync(HttpContext http)
    {
        var locale = http.Locale();
        try
        {
            var reading = await ListReading.OfAsync(host, http.Visitor(), CustomersAsked.From(http.Request.Query), true, null, http.RequestAborted);
            return reading.Rows is null ? Results.BadRequest() : http.Page<RowsPart>(reading);
        }
        catch (RefusedException refused)
        {
            return http.Page<RefusedPart>(refused.Text);
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested)
        {
            return Results.Empty;
        }
    }

    private async Task<IResult> SuggestAsync(HttpContext http)
    {
        var query = http.Request.Query["query"].ToString().Trim();
        // One letter stands in nearly every name: it says nothing, and costs most.
        if (query.Length is < 2 or > CustomersAsked.LongestQuery)
        {
            return Results.Content("", "text/html; charset=utf-8");
        }
        var engine = http.Visitor().Engine;
        var found = await new ListFinder(host, engine).Index.FindAsync(query, http.RequestAborted);
        var rows = ListRows.Looks(host, http.Visitor(), found.Take(MostSuggested).Select(one => one.Profile));
        var lifecycles = engine.Read(Lifecycles.Contracts.LifecycleInfo.AllOf);
        return http.Page<SuggestPart>(new Suggested(query, rows, found.Count, lifecycles));
    }

    private async Task<IResult> ColumnsAsync(HttpContext http)
    {
        var visitor = http.Visitor();
        var known = visitor.Engine.Read(ListColumns.Of).All.Select(column => column.Id).ToHashSet(StringComparer.Ordinal);
        var columns = http.Request.Form["column"].OfType<string>().Where(known.Contains).Distinct(StringComparer.Ordinal).Take(ListColumns.Most).ToList();
        await host.Database.WriteAsync((connection, transaction) => RecordStore.PutColumns(connection, transaction, visitor.WorkspaceId, visitor.UserId, columns), http.RequestAborted);
        var asked = CustomersAsked.From(http.Request.Form);
        return Results.Redirect(asked.Path + (asked.IsFiltered ? "&" : "?") + "done=columns");
    }

    private async Task<IResult> ExportAsync(HttpContext http)
    {
        var (visitor, asked) = (http.Visitor(), CustomersAsked.From(http.Request.Form));
        if (asked.Rule is { } rule && RuleRuns.Check(visitor.Engine, rule) is not null)
        {
            return Results.Redirect(asked.Path);
        }
        var found = await new ListFinder(host, visitor.Engine).FindAsync(asked, http.RequestAborted);
        var columns = visitor.Engine.Read(ListColumns.Of);
        var chosen = columns.Chosen(host.Database.Read(connection => RecordStore.Columns(connection, visitor.WorkspaceId, visitor.UserId)), asked.Stage?.Split(':')[0]);
        // Written down before the first byte leaves: a file that breaks off was taken out too.
        await AuditLog.WriteAsync(host, new AuditEntry(visitor.WorkspaceId, Actor.Of(http), AuditActions.Exported, "customers.csv", $"{found.Profiles.Count} rows"), http.RequestAborted);
        var locale = http.Locale();
        http.Response.Headers.CacheControl = "no-store";
        return Results.Stream(stream => WriteAsync(stream, visitor, found.Profiles, columns, chosen, locale, http.RequestAborted), "text/csv; charset=utf-8",
            $"customers-{locale.IsoDate(host.NowMs)}.csv");
    }

    private async Task WriteAsync(Stream stream, Visitor visitor, IReadOnlyList<int> profiles, ListColumns columns, IReadOnlyList<ListColumn> chosen, Locale locale, CancellationToken cancellation)
    {
        var text = new StringWriter(CultureInfo.InvariantCulture);
        using var rows = new RowWriter(text, OutputFormat.Csv, ["name", "user_id", .. chosen.Select(column => column.Id)]);
        foreach (var part in profiles.Chunk(RowsOfFileAtOnce).DefaultIfEmpty([]))
        {
            foreach (var person in ListRows.Looks(host, visitor, part))
            {
                rows.Write([person.Name, person.UserId, .. chosen.Select(column => (object)columns.TextOf(person, column.Id, locale, isPlain: true))]);
            }
            if (part.Length < RowsOfFileAtOnce)
            {
                rows.Dispose();
            }
            await stream.WriteAsync(Encoding.UTF8.GetBytes(text.ToString()), cancellation);
            text.GetStringBuilder().Clear();
        }
    }
}
