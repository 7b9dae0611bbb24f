using System.Text.Json;
using Ciclo.Engine.Hosting;
using Ciclo.Data.Sql;
using Ciclo.Modules.Access.Contracts;
using Ciclo.Modules.Ask.Views;
using Ciclo.Modules.Keys.Contracts;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Ciclo.Modules.Ask;

/// <summary>A question in SQL.</summary>
public sealed record SqlRequest(string? Sql);

/// <summary>A column of an answer; the type as SQL writes it.</summary>
public sealed record SqlColumnAnswer(string Name, string Type);

/// <summary>
/// An answer: rows as lists of cells in the order of the columns. Exact decimals are JSON numbers, instants RFC 3339, lists and structs JSON as text.
/// <paramref name="IsCut"/>: there are more rows than the 10,000 that are sent.
/// </summary>
public sealed record SqlAnswer(IReadOnlyList<SqlColumnAnswer> Columns, IReadOnlyList<IReadOnlyList<JsonElement?>> Rows, bool IsCut, long RowsRead, long TookMs);

/// <summary>Why a question has no answer, with where in its text.</summary>
internal static class SqlApi
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        var read = routes.MapGroup("/api/v1").RequireScope("read").WithTags("SQL");
        read.MapGet("/sql", (HttpContext http, DataHost host, string? sql) => AskAsync(http, host, sql))
            .Produces<SqlAnswer>().ProducesProblem(400).ProducesProblem(429).ProducesProblem(503)
            .WithSummary("Ask the data in SQL: one statement that reads `sql`, over the views that `SHOW TABLES` lists.");
        read.MapPost("/sql", (HttpContext http, DataHost host, SqlRequest request) => AskAsync(http, host, request.Sql))
            .Produces<SqlAnswer>().ProducesProblem(400).ProducesProblem(429).ProducesProblem(503)
            .WithSummary("The same with the question in the body.");
    }

    private static async Task<IResult> AskAsync(HttpContext http, DataHost host, string? sql)
    {
        var asker = new Asker(host, http.Caller().Engine, MaySeePeople: true, Problems.LanguageOf(http));
        var asked = await AskService.Of(host).AskAsync(asker, sql ?? "", Actor.Of(http), http.RequestAborted);
        return asked.IsAnswered ? Results.Stream(stream => WriteAsync(stream, asked.Value), "application/json") : Refused(http, asked.Error);
    }

    private static IResult Refused(HttpContext http, AskError error)
    {
        if (error.Status == StatusCodes.Status429TooManyRequests)
        {
            http.Response.Headers.RetryAfter = "1";
        }
        var says = error.Line is { } line ? new Core.Text($"Line {line}, column {error.Column ?? 1}: {error.Says.En}", $"Línea {line}, columna {error.Column ?? 1}: {error.Says.Es}") : error.Says;
        return Problems.Of(http, error.Status, error.Code, says);
    }

    private static async Task WriteAsync(Stream stream, Answer answer)
    {
        await using var json = new Utf8JsonWriter(stream);
        json.WriteStartObject();
        json.WriteStartArray("columns");
        foreach (var column in answer.Columns)
        {
            json.WriteStartObject();
            json.WriteString("name", column.Name);
            json.WriteString("type", column.Type);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteStartArray("rows");
        foreach (var row in answer.Rows)
        {
            json.WriteStartArray();
            foreach (var cell in row)
            {
                SqlJson.Write(json, cell);
            }
            json.WriteEndArray();
            if (json.BytesPending > 1 << 16)
            {
                await json.FlushAsync();
            }
        }
        json.WriteEndArray();
        json.WriteBoolean("is_cut", answer.IsCut);
        json.WriteNumber("rows_read", answer.RowsRead);
        json.WriteNumber("took_ms", answer.TookMs);
        json.WriteEndObject();
    }
}
