using Ciclo.Core.Metrics;
using Ciclo.Engine.Hosting;
using Ciclo.Modules.Keys.Contracts;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Ciclo.Modules.Revenue;

/// <summary>Amounts in major units of the answer's currency; reductions are negative. <paramref name="Period"/>: its first date.</summary>
public sealed record MrrAnswer(
    string Period, decimal Opening, decimal New, decimal Expansion, decimal Contraction, decimal Churn, decimal Reactivation, decimal Pause, decimal Resume, decimal Closing);

public sealed record MrrListAnswer(string? Currency, IReadOnlyList<MrrAnswer> Data);

/// <summary>`GET /api/v1/mrr`: the rows that `ciclo mrr` prints.</summary>
internal static class MrrEndpoint
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        var host = routes.ServiceProvider.GetRequiredService<DataHost>();
        var table = new MrrTable(host);
        routes.MapGroup("/api/v1").RequireScope("read").WithTags("Numbers").MapGet("/mrr",
                (HttpContext http, string? from, string? to, string? by, [FromQuery(Name = "pause_as")] string? pause) => Answer(http, host, table, from, to, by, pause))
            .Produces<MrrListAnswer>().ProducesProblem(400)
            .WithSummary("MRR by period: what it began with, its movements, what it ended with. Opening and movements add up to closing.");
    }

    private static IResult Answer(HttpContext http, DataHost host, MrrTable table, string? from, string? to, string? by, string? pause)
    {
        var engine = http.Caller().Engine;
        try
        {
            var rows = table.Read(engine, MrrAsked.PeriodsOf(engine, host.NowMs, from, to, by), MrrAsked.PauseOf(pause), http.RequestAborted);
            return Results.Json(new MrrListAnswer(MrrTable.CurrencyOf(engine), [.. rows.Select(row => Answer(row, engine.Rules.Zone.Format(row.Start)[..10]))]), ApiJson.Options);
        }
        catch (RefusedException refused)
        {
            return Problems.BadRequest(http, "bad_period", refused.Text);
        }
    }

    private static MrrAnswer Answer(MrrRow row, string period)
    {
        decimal Of(MrrKind kind) => row.Movements[(int)kind];
        return new MrrAnswer(
            period, row.Opening, Of(MrrKind.New), Of(MrrKind.Expansion), Of(MrrKind.Contraction), Of(MrrKind.Churn), Of(MrrKind.Reactivation), Of(MrrKind.Pause), Of(MrrKind.Resume), row.Closing);
    }
}
