using System.CommandLine;
using Ciclo.Core;
using Ciclo.Data.Sql;
using Ciclo.Engine.Hosting;
using Ciclo.Modules.Access.Contracts;
using Ciclo.Modules.Ask.Views;

namespace Ciclo.Modules.Ask;

/// <summary>`ciclo sql "SELECT …"`: rows as they are made, without the limit of rows that the page has.</summary>
internal static class SqlCommand
{
    public static Command Make(CommandRunner runner)
    {
        var sql = new Argument<string>("sql") { Description = "One statement that reads: SELECT, WITH, FROM, DESCRIBE, SUMMARIZE, SHOW or EXPLAIN." };
        var format = new Option<string?>("--format") { Description = "table, csv, json or jsonl. Default: table on a terminal, csv elsewhere." };
        format.AcceptOnlyFromAmong("table", "csv", "json", "jsonl");
        var command = new Command("sql", "Ask the data in SQL: views of events, people, stages, orders and more, with limits of time and memory.") { sql, format };
        return runner.Bind(command, async (arguments, context, cancellation) =>
        {
            var asker = new Asker(context.Host, context.Engine, MaySeePeople: true, context.Language);
            var shape = arguments.GetValue(format) ?? (context.IsTerminal ? "table" : "csv");
            var asked = await AskService.Of(context.Host).RunAsync(asker, arguments.GetValue(sql) ?? "", Actor.CommandLine, (rows, _, _) => Print(rows, context, shape), written => written.Count, cancellation);
            return asked.IsAnswered ? 0 : context.Fail(SaysWithPlace(asked.Error));
        });
    }

    private static Written Print(DuckRows rows, CommandContext context, string shape)
    {
        var count = 0L;
        using var table = shape == "jsonl" ? null : new RowWriter(context.Out, Enum.Parse<OutputFormat>(shape, ignoreCase: true), [.. rows.Columns.Select(column => column.Name)]);
        while (rows.ReadChunk())
        {
            for (var row = 0; row < rows.Count; row++, count++)
            {
                var cells = AskService.Cells(rows, row);
                if (table is null)
                {
                    context.Out.Write(SqlJson.Object(rows.Columns.Select((column, i) => (column.Name, cells[i]))).Json + "\n");
                }
                else
                {
                    table.Write(Array.ConvertAll(cells, Cell));
                }
            }
        }
        return new Written(count);
    }

    /// <summary>A cell as rows are printed: numbers are never taken for formulas, whatever sign they begin with.</summary>
    internal static object? Cell(object? cell) => cell switch
    {
        null or bool or string or long => cell,
        double number => double.IsFinite(number) ? new JsonCell(SqlJson.Print(number)) : SqlJson.Print(number),
        SqlNumber => new JsonCell(SqlJson.Print(cell)),
        _ => SqlJson.Print(cell),
    };

    private static Text SaysWithPlace(AskError error) => error.Line is { } line
        ? new Text($"Line {line}, column {error.Column ?? 1}: {error.Says.En}", $"Línea {line}, columna {error.Column ?? 1}: {error.Says.Es}")
        : error.Says;

    private sealed record Written(long Count);
}
