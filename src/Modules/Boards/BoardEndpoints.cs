using Ciclo.Core.Access;
using Ciclo.Core.Analytics;
using Ciclo.Core.Time;
using Ciclo.Engine.Hosting;
using Ciclo.Engine.Runtime;
using Ciclo.Kit;
using Ciclo.Modules.Access.Contracts;
using Ciclo.Modules.Boards.Pages;
using Ciclo.Modules.Boards.Pdf;
using Ciclo.Modules.Boards.Reading;
using Ciclo.Modules.Boards.Schedules;
using Ciclo.Modules.Measure.Contracts;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Ciclo.Modules.Boards;

/// <summary>`/dashboards`: the list, and dashboards being read. The page answers at once; each card follows by itself.</summary>
internal sealed class BoardEndpoints(DataHost host, BoardService boards, ReportMaker reports)
{
    /// <summary>A wall screen is told at most so often that there is something new.</summary>
    private static readonly TimeSpan Pace = TimeSpan.FromSeconds(30);

    public void Map(IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/dashboards").RequirePermission(Permission.ReadNumbers);
        group.MapReads("", (HttpContext http) => List(http, null));
        group.MapSends("", (Func<HttpContext, Task<IResult>>)AddAsync);
        group.MapReads("/{id}", (HttpContext http, string id) => Find(http, id) is { } board ? http.Page<BoardPage>(ModelOf(http, board)) : Results.NotFound());
        group.MapReads("/{id}/tv", (HttpContext http, string id) => Find(http, id) is { } board ? http.Page<WallPage>(ModelOf(http, board)) : Results.NotFound());
        group.MapGet("/{id}/live", (HttpContext http, string id) => Find(http, id) is null ? Results.NotFound() : Live(http.Visitor().Engine));
        group.MapReads("/{id}/cards/{card}", CardOf);
        group.MapReads("/{id}/pdf", PdfOf);
        group.MapReads("/{id}/reports/{report}", ReportOf);
        group.MapSends("/{id}/copy", CopyAsync);
    }

    /// <summary>A dashboard that the visitor may see; null for any other.</summary>
    internal Board? Find(HttpContext http, string id) =>
        boards.Find(http.Visitor().Engine, id, http.Locale().Language) is { } board && board.Shows(http.Visitor()) ? board : null;

    /// <summary>The period that an address asks for.</summary>
    internal static BoardPeriod PeriodOf(HttpContext http, Board board) => BoardPeriod.Read(http.Request.Query["by"], http.Request.Query["at"], board.Period);

    internal static BoardModel ModelOf(Locale l, WorkspaceEngine engine, Board board, BoardPeriod period, bool mayChange, IReadOnlyList<ReportRow> made)
    {
        var latest = Latest.Of(engine);
        var told = period.Of(period.By, l.Zone, latest, 1);
        var known = AskedPeriods.Latest(period.By, l.Zone, AskedPeriods.Shown(period.By), latest);
        var names = Enumerable.Range(0, known.Count).Reverse().Select(i => (PeriodOptions.NameOf(known, i), MetricWords.Period(l, period.By, known.DateOf(i))));
        return new BoardModel(
            board, period, MetricWords.Period(l, period.By, told.DateOf(0)) + (latest < told.End ? l.Say(", so far", ", hasta hoy") : ""), [.. names], mayChange,
            engine.Read(state => state.Staged.History.Count > 0), made);
    }

    private BoardModel ModelOf(HttpContext http, Board board)
    {
        var visitor = http.Visitor();
        return ModelOf(http.Locale(), visitor.Engine, board, PeriodOf(http, board), board.MayChange(visitor), reports.List(visitor.WorkspaceId, board.Id));
    }

    private IResult List(HttpContext http, BoardError? error)
    {
        var (visitor, query) = (http.Visitor(), http.Request.Query["query"].ToString().Trim());
        bool Fits(Board board) => query.Length == 0 || board.Name.Contains(query, StringComparison.CurrentCultureIgnoreCase) || board.Description.Contains(query, StringComparison.CurrentCultureIgnoreCase);
        var own = boards.List(visitor.WorkspaceId).Where(board => board.Shows(visitor) && Fits(board)).ToList();
        var ready = ReadyBoards.All(host, visitor.Engine, http.Locale().Language).Where(Fits).ToList();
        return http.Page<ListPage>(new ListModel(ready, own, UserNames.Of(host, own.Select(board => board.Owner)), query, error), PageAnswers.StatusOf(error));
    }

    private async Task<IResult> AddAsync(HttpContext http)
    {
        var form = http.Request.Form;
        var (made, error) = await boards.AddAsync(http.Visitor().WorkspaceId, form["name"].ToString(), form["description"].ToString(), BoardPeriod.Usual, [], Actor.Of(http), http.RequestAborted);
        return made is null ? List(http, error) : Results.Redirect($"/dashboards/{made.Id}/edit");
    }

    private async Task<IResult> CopyAsync(HttpContext http, string id)
    {
        if (Find(http, id) is not { } board)
        {
            return Results.NotFound();
        }
        var name = http.Locale().Say($"{board.Name}, copy", $"{board.Name}, copia");
        var (made, error) = await boards.AddAsync(
            http.Visitor().WorkspaceId, name[..Math.Min(name.Length, Board.LongestName)], board.Description, board.Period, board.Cards, Actor.Of(http), http.RequestAborted);
        return made is null ? List(http, error) : Results.Redirect($"/dashboards/{made.Id}/edit");
    }

    private IResult CardOf(HttpContext http, string id, string card)
    {
        if (Find(http, id) is not { } board || board.Card(card) is not { } found)
        {
            return Results.NotFound();
        }
        var reading = BoardReader.Of(host).Read(http.Visitor().Engine, http.Locale(), board, found, PeriodOf(http, board));
        return http.Part<CardPart>(new CardModel(reading, HasLinks: true, Arrangement.WidthOf(found.Size)));
    }

    private IResult PdfOf(HttpContext http, string id)
    {
        if (Find(http, id) is not { } board)
        {
            return Results.NotFound();
        }
        var bytes = BoardReport.Make(host, http.Visitor().Engine, http.Locale(), board, PeriodOf(http, board), host.NowMs, out _);
        return Results.File(bytes, "application/pdf", BoardReport.FileName(board));
    }

    private IResult ReportOf(HttpContext http, string id, string report) =>
        Find(http, id) is { } board && reports.Find(http.Visitor().WorkspaceId, board.Id, report) is { } found && reports.Read(found) is { } bytes
            ? Results.File(bytes, "application/pdf", BoardReport.FileName(board, found.DueAt, http.Locale()))
            : Results.NotFound();

    private EventStream Live(WorkspaceEngine engine) => new(host.Clock, async (line, cancellation) =>
    {
        for (var seen = engine.Changes; ; seen = engine.Changes)
        {
            await line.UntilAsync(engine.ChangedAsync(seen, cancellation), cancellation);
            await line.SayAsync("more", "1", cancellation);
            await line.UntilAsync(Task.Delay(Pace, host.Clock, cancellation), cancellation);
        }
    });
}
