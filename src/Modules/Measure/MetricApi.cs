using Ciclo.Core;
using Ciclo.Core.Metrics;
using Ciclo.Engine.Hosting;
using Ciclo.Modules.Keys.Contracts;
using Ciclo.Modules.Measure.Contracts;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Ciclo.Modules.Measure;

/// <summary>One metric of the catalogue. Texts are in the caller's language. <paramref name="Stages"/>: the stage that it belongs to, by a framework's id.</summary>
public sealed record MetricAnswer(
    string Id, string Label, string Formula, string Part, string Unit, string Row, IReadOnlyList<string> Breakdowns, IReadOnlyDictionary<string, IReadOnlyList<string>> Settings,
    IReadOnlyDictionary<string, string> Stages);

/// <summary>One number: money in major units, shares from 0 to 1, durations in seconds; null is no data.</summary>
public sealed record MetricValueAnswer(string Period, string Metric, string Breakdown, decimal? Value, decimal? Low, decimal? High);

/// <summary>Numbers over HTTP.</summary>
internal static class MetricApi
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        var read = routes.MapGroup("/api/v1").RequireScope("read").WithTags("Metrics");
        read.MapGet("/metrics", List).Produces<Page<MetricAnswer>>().WithSummary("The catalogue: every metric with its formula, unit, breakdowns and settings.");
        read.MapGet("/metrics/{id}", Values).Produces<Page<MetricValueAnswer>>().ProducesProblem(400).ProducesProblem(404).ProducesProblem(503)
            .WithSummary("A metric's numbers: `from` (a date, included), `to` (left out), `by` day, week, month, quarter or year, `breakdown`; its settings by their names.");
    }

    private static IResult List(HttpContext http, DataHost host)
    {
        var language = Problems.LanguageOf(http);
        return Results.Json(new Page<MetricAnswer>([.. MetricCatalogue.Of(host).All.Select(metric => new MetricAnswer(
            metric.Id, metric.Label.In(language), metric.Formula.In(language), metric.Part.ToString().ToLowerInvariant(), metric.Unit.ToString().ToLowerInvariant(), metric.Row.In(language), metric.Breakdowns,
            metric.Settings.ToDictionary(setting => setting.Id, setting => (IReadOnlyList<string>)[.. setting.Choices.Select(choice => choice.Id)]),
            FrameworkStages.Frameworks.Where(framework => FrameworkStages.StageOf(framework, metric) is not null)
                .ToDictionary(framework => framework, framework => FrameworkStages.StageOf(framework, metric)!, StringComparer.Ordinal)))], null), ApiJson.Options);
    }

    private static IResult Values(HttpContext http, DataHost host, string id, string? from, string? to, string? by, string? breakdown)
    {
        var (engine, catalogue) = (http.Caller().Engine, MetricCatalogue.Of(host));
        if (catalogue.Find(id) is not { } metric)
        {
            return Problems.Of(http, 404, "no_metric", Refusals.NoMetric(id));
        }
        if (!AskedPeriods.TryKind(by ?? "month", out var kind))
        {
            return Problems.BadRequest(http, "bad_period", AskedPeriods.WrongKind);
        }
        if (!AskedPeriods.TryBetween(kind, engine.Rules.Zone, from, to, out var periods))
        {
            return Problems.BadRequest(http, "bad_dates", AskedPeriods.WrongDates);
        }
        if (breakdown is { Length: > 0 } && !metric.Breakdowns.Contains(breakdown))
        {
            return Problems.BadRequest(http, "bad_breakdown", Refusals.NoBreakdown(metric, breakdown));
        }
        var question = new MetricQuestion([metric], periods, breakdown ?? "", MetricAsked.Settings([metric], http.Request.Query));
        var series = catalogue.Answer(engine, question, http.RequestAborted);
        var values = series.SelectMany(one => one.Cells.Select((cell, i) => new MetricValueAnswer(
            PeriodOptions.NameOf(periods, i), metric.Id, one.Breakdown, Scaled(metric, cell?.Value), Scaled(metric, cell?.Interval?.Low), Scaled(metric, cell?.Interval?.High))));
        return Results.Json(new Page<MetricValueAnswer>([.. values], null), ApiJson.Options);
    }

    private static decimal? Scaled(Metric metric, decimal? value) => metric.Unit == MetricUnit.Duration ? value / 1_000 : value;
}
