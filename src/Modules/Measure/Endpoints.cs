using System.Globalization;
using Ciclo.Core;
using Ciclo.Core.Access;
using Ciclo.Core.Analytics;
using Ciclo.Core.Metrics;
using Ciclo.Core.Time;
using Ciclo.Engine.Hosting;
using Ciclo.Engine.Runtime;
using Ciclo.Kit;
using Ciclo.Modules.Access.Contracts;
using Ciclo.Modules.Goals.Contracts;
using Ciclo.Modules.Lifecycles.Contracts;
using Ciclo.Modules.Measure.Contracts;
using Ciclo.Modules.Measure.Drivers;
using Ciclo.Modules.Measure.Leaks;
using Ciclo.Modules.Measure.Pages;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Ciclo.Modules.Measure;

/// <summary>`/numbers`: the catalogue with its numbers, one number over time, and the rows behind it.</summary>
internal sealed class Endpoints(DataHost host)
{
    private readonly KeptReadings<PartModel> parts = new(host.Clock);
    private readonly KeptReadings<AttentionModel> attention = new(host.Clock);
    private readonly KeptReadings<MetricModel> metrics = new(host.Clock);

    private static IReadOnlyList<LifecycleInfo> Frameworks { get; } = [.. ShippedDefinitions.Lifecycles.Select(file => LifecycleInfo.Of(file.Lifecycle!))];

    private MetricCatalogue Catalogue => MetricCatalogue.Of(host);

    public void Map(IEndpointRouteBuilder routes)
    {
        var numbers = routes.MapGroup("/numbers").RequirePermission(Permission.ReadNumbers);
        numbers.MapReads("", (HttpContext http) => http.Page<CataloguePage>(CatalogueOf(http)));
        numbers.MapReads("/definitions", (HttpContext http) => http.Page<DefinitionsPage>(new DefinitionsModel(Catalogue.All, Frameworks)));
        numbers.MapReads("/attention", (HttpContext http) => http.Part<AttentionPart>(AttentionOf(http.Visitor().Engine, CancellationToken.None)));
        numbers.MapReads("/part", (HttpContext http) => http.Part<PartCard>(PartOf(http)));
        new StageEndpoints(host, (engine, question) => Ask(engine, question, CancellationToken.None)).Map(routes);
        numbers.MapReads("/{id}", MetricPageOf);
        numbers.MapReads("/{id}/csv", MetricFile);
        var people = routes.MapGroup("/numbers").RequirePermission(Permission.ReadPeople);
        people.MapReads("/{id}/rows", RowsPageOf);
        people.MapReads("/{id}/rows/csv", RowsFile);
    }

    /// <summary>Counts what the first visitors ask for, so that none of them waits for code and files that nobody has used yet.</summary>
    public void Warm(WorkspaceEngine engine, CancellationToken cancellation)
    {
        AttentionOf(engine, cancellation);
        foreach (var part in Catalogue.All.Select(metric => metric.Part).Distinct())
        {
            PartOf(engine, part, MetricAsked.By(QueryCollection.Empty), cancellation);
        }
    }

    private AttentionModel AttentionOf(WorkspaceEngine engine, CancellationToken cancellation) =>
        attention.Of(engine.Id, engine.Changes, () => new LeakReading(engine, Catalogue, host.Clock).Read(cancellation));

    private CatalogueModel CatalogueOf(HttpContext http) => new(
        MetricAsked.By(http.Request.Query), [.. Catalogue.All.Select(metric => metric.Part).Distinct()], http.Visitor().Engine.Read(state => state.Staged.History.Count) > 0);

    private PartModel PartOf(HttpContext http)
    {
        var engine = http.Visitor().Engine;
        var part = Enum.TryParse<LifePart>(http.Request.Query["part"], ignoreCase: true, out var asked) && Enum.IsDefined(asked) ? asked : LifePart.Acquisition;
        return PartOf(engine, part, MetricAsked.By(http.Request.Query), CancellationToken.None).WithGoals(host, engine.Id);
    }

    private PartModel PartOf(WorkspaceEngine engine, LifePart part, PeriodKind by, CancellationToken cancellation) => parts.Of($"{engine.Id}/{part}/{by}", engine.Changes, () =>
    {
        var all = Catalogue.All.Where(metric => metric.Part == part).ToList();
        var periods = AskedPeriods.Latest(by, engine.Rules.Zone, AskedPeriods.Shown(by), Latest.Of(engine));
        var (series, isBusy) = Ask(engine, new MetricQuestion(all, periods, "", new Dictionary<string, string>()), cancellation);
        return new PartModel(part.ToString(), MetricWords.PartOf(part), periods, series, engine.Read(state => state.Currency), isBusy);
    });

    private IResult MetricPageOf(HttpContext http, string id) =>
        Catalogue.Find(id) is { } metric && MetricOf(http, metric) is var model ? http.Page<MetricPage>(model with { Goals = GoalsOf(http, model) }) : Results.NotFound();

    /// <summary>A target stands for the number of everybody under the settings of the goal; beside other lines it would be of none of them.</summary>
    private List<GoalLine> GoalsOf(HttpContext http, MetricModel model) => model.Breakdown.Length > 0 ? [] :
    [
        .. host.Database.Read(connection => GoalLines.Of(connection, http.Visitor().WorkspaceId, [model.Metric.Id]))
            .Where(goal => goal.Breakdown.Length == 0 && goal.Period == model.Periods.Kind && goal.Settings == MetricLinks.Settings(Chosen(model)).TrimStart('&')),
    ];

    private static Dictionary<string, string> Chosen(MetricModel model) => model.Metric.Settings
        .Where(setting => model.Settings.TryGetValue(setting.Id, out var chosen) && chosen != setting.Choices[0].Id).ToDictionary(setting => setting.Id, setting => model.Settings[setting.Id], StringComparer.Ordinal);

    private MetricModel MetricOf(HttpContext http, Metric metric)
    {
        var (engine, query) = (http.Visitor().Engine, http.Request.Query);
        var (by, breakdown, settings) = (MetricAsked.By(query), MetricAsked.Breakdown(metric, query), MetricAsked.Settings([metric], query));
        var key = $"{engine.Id}/{metric.Id}/{by}/{breakdown}/{string.Join('&', settings.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => $"{pair.Key}={pair.Value}"))}";
        return metrics.Of(key, engine.Changes, () =>
        {
            var now = Latest.Of(engine);
            var periods = AskedPeriods.Latest(by, engine.Rules.Zone, AskedPeriods.Shown(by) * 2 - 1, now);
            var (series, isBusy) = Ask(engine, new MetricQuestion([metric], periods, breakdown, settings), CancellationToken.None);
            return new MetricModel(metric, periods, breakdown, settings, series, engine.Read(state => state.Currency), now < periods.End, isBusy);
        });
    }

    private IResult MetricFile(HttpContext http, string id)
    {
        if (Catalogue.Find(id) is not { } metric)
        {
            return Results.NotFound();
        }
        var model = MetricOf(http, metric);
        var rows = model.Series.SelectMany(series => series.Cells.Select((cell, i) => new[]
        {
            PeriodOptions.NameOf(model.Periods, i), metric.Id, series.Breakdown, cell?.Value?.ToString("0.##########", CultureInfo.InvariantCulture) ?? "",
        }));
        return Results.File(CsvText.Of(["period", "metric", "breakdown", "value"], rows), "text/csv; charset=utf-8", metric.Id + ".csv");
    }

    private IResult RowsPageOf(HttpContext http, string id) =>
        RowsOf(http, id, RowsModel.Shown) is { } model ? http.Page<RowsPage>(model) : Results.NotFound();

    private IResult RowsFile(HttpContext http, string id)
    {
        if (RowsOf(http, id, RowsModel.InFile) is not { } model)
        {
            return Results.NotFound();
        }
        if (model.IsBusy)
        {
            // A file without rows would say that there are none.
            return Results.Text(http.Locale().Say(MetricsBusyException.Says), statusCode: StatusCodes.Status503ServiceUnavailable);
        }
        var rows = model.Rows.Select(row => new[]
        {
            row.Name, Instants.Format(row.At), row.What, row.Part.ToString(CultureInfo.InvariantCulture), row.Whole.ToString(CultureInfo.InvariantCulture),
        });
        return Results.File(CsvText.Of(["user_id", "at", "what", "part", "whole"], rows), "text/csv; charset=utf-8", id + "-rows.csv");
    }

    private RowsModel? RowsOf(HttpContext http, string id, int most)
    {
        var (engine, query) = (http.Visitor().Engine, http.Request.Query);
        if (Catalogue.Find(id) is not { } metric || MetricAsked.One(MetricAsked.By(query), engine.Rules.Zone, query["period"]) is not { } periods)
        {
            return null;
        }
        var (breakdown, value) = (MetricAsked.Breakdown(metric, query), query["value"].ToString());
        var question = new MetricQuestion([metric], periods, breakdown, MetricAsked.Settings([metric], query));
        var (rows, isBusy) = AskRows(engine, question, value, most, http.RequestAborted);
        return engine.Read(state => new RowsModel(
            metric, periods, breakdown, value, http.Request.QueryString.Value ?? "", [.. rows.Rows.Select(row => Shown(state, row))], rows.Count, rows.Total, state.Currency, isBusy));
    }

    private (MetricRows Rows, bool IsBusy) AskRows(WorkspaceEngine engine, MetricQuestion question, string value, int most, CancellationToken cancellation)
    {
        try
        {
            return (Catalogue.Rows(engine, question, 0, value, most, cancellation), false);
        }
        catch (MetricsBusyException)
        {
            return (new MetricRows([], 0, new MetricCell(0, 0)), true);
        }
    }

    private static ShownRow Shown(EngineState state, MetricRow row) => row.Profile < 0
        ? new ShownRow("", "", row.At, row.What, row.Part, row.Whole)
        : new ShownRow(state.Staged.Identity.PublicId(row.Profile), state.Staged.Identity.PrintedUserId(row.Profile), row.At, row.What, row.Part, row.Whole);

    private (IReadOnlyList<MetricSeries> Series, bool IsBusy) Ask(WorkspaceEngine engine, MetricQuestion question, CancellationToken cancellation)
    {
        try
        {
            return (question.Metrics.Count == 0 ? [] : Catalogue.Answer(engine, question, cancellation), false);
        }
        catch (MetricsBusyException)
        {
            return ([], true);
        }
    }
}
