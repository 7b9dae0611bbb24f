using Ciclo.Core;
using Ciclo.Core.Metrics;
using Ciclo.Engine.Hosting;
using Ciclo.Modules.Keys.Contracts;
using Ciclo.Modules.Measure.Contracts;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;

namespace Ciclo.Modules.Revenue;

/// <summary>Amounts in major units of the answer's currency; reductions are negative. <paramref name="Period"/>: its first date.</summary>
public sealed record MrrAnswer(
    string Period, decimal Opening, decimal New, decimal Expansion, decimal Contraction, decimal Churn, decimal Reactivation, decimal Pause, decimal Resume, decimal Closing);

public sealed record MrrListAnswer(string? Currency, IReadOnlyList<MrrAnswer> Data);

/// <summary>`GET /api/v1/mrr`: the rows that `ciclo mrr` prints.</summary>
internal static class MrrEndpoint
{
    public static void Map(IEndpointRouteBuilder routes, DataHost host) =>
        routes.MapGroup("/api/v1").RequireScope("read").WithTags("Metrics").MapGet("/mrr",
                (HttpContext http, string? from, string? to, string? by, [FromQuery(Name = "pause_as")] string? pause) => Answer(http, host, from, to, by ?? "month", pause))
            .Produces<MrrListAnswer>().ProducesProblem(400).ProducesProblem(503)
            .WithSummary("MRR by period: what it began with, its movements, what it ended with. Opening and movements add up to closing.");

    private static IResult Answer(HttpContext http, DataHost host, string? from, string? to, string by, string? pause)
    {
        var engine = http.Caller().Engine;
        if (!AskedPeriods.TryKind(by, out var kind))
        {
            return Problems.BadRequest(http, "bad_period", AskedPeriods.WrongKind);
        }
        if (!AskedPeriods.TryBetween(kind, engine.Rules.Zone, from, to, out var periods))
        {
            return Problems.BadRequest(http, "bad_dates", AskedPeriods.WrongDates);
        }
        var choices = MrrMetrics.PauseAs.Choices.Select(choice => choice.Id).ToList();
        if (pause is not null && !choices.Contains(pause))
        {
            return Problems.BadRequest(http, "bad_setting", new Text($"`pause_as` is one of {string.Join(", ", choices)}.", $"`pause_as` es uno de {string.Join(", ", choices)}."));
        }
        var rows = MrrTable.Read(host, engine, periods, pause ?? choices[0], http.RequestAborted);
        return Results.Json(new MrrListAnswer(engine.Read(state => state.Currency), [.. rows.Select((row, i) => Of(row, PeriodOptions.NameOf(periods, i)))]), ApiJson.Options);
    }

    private static MrrAnswer Of(MrrRow row, string period)
    {
        decimal Moved(MrrKind kind) => row.Movements[(int)kind];
        return new MrrAnswer(
            period, row.Opening, Moved(MrrKind.New), Moved(MrrKind.Expansion), Moved(MrrKind.Contraction), Moved(MrrKind.Churn), Moved(MrrKind.Reactivation), Moved(MrrKind.Pause),
            Moved(MrrKind.Resume), row.Closing);
    }
}
