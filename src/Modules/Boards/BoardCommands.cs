using System.CommandLine;
using Ciclo.Core;
using Ciclo.Engine.Hosting;
using Ciclo.Kit;
using Ciclo.Modules.Boards.Pdf;

namespace Ciclo.Modules.Boards;

/// <summary>`ciclo boards list|pdf`.</summary>
internal static class BoardCommands
{
    public static Command Make(CommandRunner runner)
    {
        var name = new Option<string>("--name") { Description = "A dashboard's name or id.", Required = true };
        var file = new Option<string>("--out") { Description = "The file to write.", Required = true };
        var by = new Option<string?>("--by") { Description = "day, week, month, quarter or year. Default: the dashboard's." };
        var period = new Option<string?>("--period") { Description = "whole (the last that is over), now, or a date in it. Default: the dashboard's." };
        return new Command("boards", "Dashboards of the workspace, and those that come with the program.")
        {
            runner.Bind(new Command("list", "Every dashboard that is not somebody's own."), (_, context, _) => Task.FromResult(List(context))),
            runner.Bind(new Command("pdf", "Write a dashboard as a PDF.") { name, file, by, period }, (arguments, context, cancellation) =>
                PdfAsync(context, arguments.GetValue(name)!, arguments.GetValue(file)!, arguments.GetValue(by), arguments.GetValue(period), cancellation)),
        };
    }

    private static int List(CommandContext context)
    {
        using var rows = context.Rows("id", "name", "kind", "cards");
        foreach (var board in BoardApi.All(context.Host, new BoardService(context.Host), context.Engine, context.Language))
        {
            rows.Write(board.Id, board.Name, board.IsReady ? "ready" : "workspace", board.Cards.Count);
        }
        return 0;
    }

    private static async Task<int> PdfAsync(CommandContext context, string name, string file, string? by, string? period, CancellationToken cancellation)
    {
        var found = BoardApi.All(context.Host, new BoardService(context.Host), context.Engine, context.Language)
            .Where(board => board.Id == name || board.Name.Equals(name, StringComparison.OrdinalIgnoreCase)).ToList();
        if (found is not [var board, ..])
        {
            return context.Fail(new Text($"There is no dashboard '{name}'. `ciclo boards list` shows them.", $"No existe el tablero '{name}'. `ciclo boards list` los muestra."));
        }
        if (found.Count > 1)
        {
            return context.Fail(new Text(
                $"{found.Count} dashboards are called '{name}'. Say which by its id: {string.Join(", ", found.Select(one => one.Id))}.",
                $"{found.Count} tableros se llaman '{name}'. Di cuál por su id: {string.Join(", ", found.Select(one => one.Id))}."));
        }
        if (BoardPeriod.Wrong(by, period) is { } wrong)
        {
            return context.Fail(wrong);
        }
        var asked = BoardPeriod.Read(by, period, board.Period);
        var bytes = BoardReport.Make(context.Host, context.Engine, new Locale(context.Language, context.Engine.Rules.Zone), board, asked, context.Host.NowMs, out _);
        await File.WriteAllBytesAsync(context.PathOf(file), bytes, cancellation);
        context.Error.WriteLine(new Text($"{file}: {bytes.Length:N0} bytes.", $"{file}: {bytes.Length:N0} bytes.").In(context.Language));
        return 0;
    }
}
