using Ciclo.Core;
using Ciclo.Engine.Hosting;
using Ciclo.Engine.Runtime;
using Ciclo.Kit;
using Ciclo.Modules.Boards.Pdf;
using Ciclo.Modules.Boards.Reading;
using Ciclo.Modules.Boards.Schedules;
using Ciclo.Modules.Keys.Contracts;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Ciclo.Modules.Boards;

/// <summary>A dashboard in a list. <paramref name="Kind"/>: `ready` comes with the program, `workspace` was made by people.</summary>
public sealed record DashboardAnswer(string Id, string Name, string Description, string Kind, int Cards, string Pdf);

/// <summary>A dashboard with its numbers of one period.</summary>
public sealed record DashboardNumbersAnswer(string Id, string Name, string Description, string Period, IReadOnlyList<CardAnswer> Cards);

/// <summary>What a card shows. <paramref name="Refusal"/>: why it shows nothing.</summary>
public sealed record CardAnswer(string Id, string Kind, string Title, IReadOnlyList<NumberAnswer> Numbers, string? Text, string? Refusal);

/// <summary>
/// One number: money in major units, shares from 0 to 1, durations in milliseconds; null is no data. <paramref name="Name"/>: of which period, value, step or stage.
/// </summary>
public sealed record NumberAnswer(string Name, decimal? Value, string Says);

/// <summary>Dashboards over HTTP: those of the workspace and those that come with the program; what is somebody's own is not there.</summary>
internal static class BoardApi
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        var read = routes.MapGroup("/api/v1").RequireScope("read").WithTags("Dashboards");
        read.MapGet("/dashboards", List).Produces<Page<DashboardAnswer>>().WithSummary("The dashboards of the workspace, and those that come with the program.");
        read.MapGet("/dashboards/{id}", Numbers).Produces<DashboardNumbersAnswer>().ProducesProblem(400).ProducesProblem(404)
            .WithSummary("A dashboard with its numbers of a period: `by` day, week, month, quarter or year; `period` whole (the last that is over), now, or a date in it.");
        read.MapGet("/dashboards/{id}.pdf", Pdf).Produces<byte[]>(200, "application/pdf").ProducesProblem(400).ProducesProblem(404).WithSummary("The same as a PDF, in the caller's language.");
        read.MapGet("/dashboards/{id}/reports/{report}", Report).Produces<byte[]>(200, "application/pdf").ProducesProblem(404).WithSummary("A report that was made on schedule, as a PDF.");
    }

    /// <summary>What a card shows, as numbers.</summary>
    public static CardAnswer AnswerOf(CardReading reading, Language language) => new(
        reading.Card.Id, BoardWords.Name(reading.Card.Kind), reading.Title, reading.Face switch
        {
            NumberFace number => [Of("", number.Number), Of(number.BeforeName, number.Before)],
            CourseFace course => [.. course.Lines.SelectMany(line => line.Numbers.Select((number, i) => Of(course.Lines.Count > 1 ? $"{course.Periods[i]}, {line.Name}" : course.Periods[i], number)))],
            BarsFace bars => [.. bars.Lines.Select(line => Of(line.Name, line.Number))],
            MatrixFace matrix => [.. matrix.Lines.SelectMany(line => line.Cells.Select((cell, i) => Of($"{line.Name} + {i + 1}", cell.Number)).Prepend(Of(line.Name, line.Size)))],
            _ => [],
        }, (reading.Face as TextFace)?.Markdown, reading.Face is RefusalFace refusal ? refusal.Says.In(language) : null);

    private static NumberAnswer Of(string name, Shown number) => new(name, number.Value, number.Says);

    private static IResult List(HttpContext http, DataHost host, BoardService boards) => Results.Json(new Page<DashboardAnswer>(
        [.. All(host, boards, http.Caller().Engine, Problems.LanguageOf(http)).Select(board => new DashboardAnswer(
            board.Id, board.Name, board.Description, board.IsReady ? "ready" : "workspace", board.Cards.Count, $"/api/v1/dashboards/{board.Id}.pdf"))], null), ApiJson.Options);

    /// <summary>What whoever is no user may see, in the order of the list.</summary>
    internal static IEnumerable<Board> All(DataHost host, BoardService boards, WorkspaceEngine engine, Language language) =>
        boards.List(engine.Id).Where(board => board.Sharing == Sharing.Workspace).Concat(ReadyBoards.All(host, engine, language));

    private static IResult Numbers(HttpContext http, DataHost host, BoardService boards, string id, string? by, string? period)
    {
        if (Find(http, boards, id) is not { } board)
        {
            return Problems.Of(http, 404, BoardError.NotFound.Code, BoardError.NotFound.Message);
        }
        if (BoardPeriod.Wrong(by, period) is { } wrong)
        {
            return Problems.BadRequest(http, "bad_period", wrong);
        }
        var (engine, l, asked) = (http.Caller().Engine, LocaleOf(http), BoardPeriod.Read(by, period, board.Period));
        var reader = BoardReader.Of(host);
        return Tagged.Json(http, new DashboardNumbersAnswer(
            board.Id, board.Name, board.Description, BoardEndpoints.ModelOf(l, engine, board, asked, mayChange: false, []).Told,
            [.. board.Cards.Select(card => AnswerOf(reader.Read(engine, l, board, card, asked), l.Language))]));
    }

    private static IResult Pdf(HttpContext http, DataHost host, BoardService boards, string id, string? by, string? period) => BoardPeriod.Wrong(by, period) is { } wrong ? Problems.BadRequest(http, "bad_period", wrong)
        : Find(http, boards, id) is { } board ? Results.File(BoardReport.Make(host, http.Caller().Engine, LocaleOf(http), board, BoardPeriod.Read(by, period, board.Period), host.NowMs, out _), "application/pdf", BoardReport.FileName(board))
        : Problems.Of(http, 404, BoardError.NotFound.Code, BoardError.NotFound.Message);

    private static IResult Report(HttpContext http, BoardService boards, string id, string report)
    {
        var reports = http.RequestServices.GetRequiredService<ReportMaker>();
        return Find(http, boards, id) is { } board && reports.Find(http.Caller().Engine.Id, board.Id, report) is { } found && reports.Read(found) is { } bytes
            ? Results.File(bytes, "application/pdf", BoardReport.FileName(board, found.DueAt, LocaleOf(http)))
            : Problems.Of(http, 404, "no_report", new Text("There is no such report: the last ones are kept. Its dashboard lists them.", "No existe ese informe: se guardan los últimos. Su tablero los lista."));
    }

    private static Board? Find(HttpContext http, BoardService boards, string id) =>
        boards.Find(http.Caller().Engine, id, Problems.LanguageOf(http)) is { Sharing: Sharing.Workspace } board ? board : null;

    private static Locale LocaleOf(HttpContext http) => new(Problems.LanguageOf(http), http.Caller().Engine.Rules.Zone);
}
