using Ciclo.Core;
using Ciclo.Core.Metrics;
using Ciclo.Engine.Hosting;
using Ciclo.Engine.Runtime;
using Ciclo.Modules.Measure.Contracts;

namespace Ciclo.Modules.Boards;

/// <summary>
/// Dashboards that come with the program, one for each part of a customer's life and one over all, made from the catalogue: a number that it gains is on
/// its dashboard by itself. They are changed by copying them.
/// </summary>
public static class ReadyBoards
{
    public const string Overview = "overview";

    /// <summary>As many numbers as stand in two rows.</summary>
    private const int MostNumbers = 8;

    private static readonly LifePart[] Parts = [LifePart.Acquisition, LifePart.Activation, LifePart.Retention, LifePart.Revenue, LifePart.Referral, LifePart.Feedback];

    private static readonly BoardCard Cohorts = new("cohorts", CardKind.Cohorts, CardSize.Wide);

    /// <summary>The first number of each part that says how it goes, for the overview.</summary>
    private static readonly string[] Telling = ["unique_visitors", "new_customers", "conversion_rate", "active_people", "crr", "revenue", "mrr", "nps"];

    public static IReadOnlyList<Board> All(DataHost host, WorkspaceEngine engine, Language language) =>
        [.. Parts.Select(IdOf).Prepend(Overview).Select(id => Find(host, engine, id, language)!)];

    /// <summary>One of them in a language; null for another id.</summary>
    public static Board? Find(DataHost host, WorkspaceEngine engine, string id, Language language)
    {
        var catalogue = MetricCatalogue.Of(host);
        if (id == Overview)
        {
            return Make(id, new Text("Overview", "Panorama"), new Text("The whole cycle on one page: who comes, who stays and what they bring.", "Todo el ciclo en una página: quién llega, quién se queda y lo que aporta."), language, OverviewCards(catalogue));
        }
        if (Array.FindIndex(Parts, part => IdOf(part) == id) is not (>= 0 and var index))
        {
            return null;
        }
        var cards = CardsOf([.. catalogue.All.Where(metric => metric.Part == Parts[index])]).Concat(MoreOf(Parts[index], engine));
        return Make(id, MetricWords.PartOf(Parts[index]), MeaningOf(Parts[index]), language, [.. cards]);
    }

    private static Board Make(string id, Text name, Text description, Language language, IReadOnlyList<BoardCard> cards) =>
        new(id, name.In(language), description.In(language), "", Sharing.Workspace, BoardPeriod.Usual, cards, 0, 0);

    private static string IdOf(LifePart part) => part == LifePart.Feedback ? "satisfaction" : part.ToString().ToLowerInvariant();

    private static List<BoardCard> OverviewCards(MetricCatalogue catalogue) =>
    [
        .. Telling.Select(catalogue.Find).OfType<Metric>().Select(Number),
        new("stages", CardKind.Stages, CardSize.Large),
        Course(OrderMetrics.Revenue, CardKind.Bars),
        Course(EngagementMetrics.Active, CardKind.Line),
        new("mrr-bridge", CardKind.Mrr, CardSize.Large),
    ];

    private static IEnumerable<BoardCard> CardsOf(IReadOnlyList<Metric> metrics)
    {
        // What is always told by the values of a breakdown, or again by another measure, is no number for the top.
        foreach (var metric in metrics.Where(metric => metric.Id != EngagementMetrics.Growth.Id).Take(MostNumbers))
        {
            yield return Number(metric);
        }
        foreach (var metric in metrics.Take(2))
        {
            yield return Course(metric, metric.Form == MetricForm.Sum ? CardKind.Bars : CardKind.Line);
        }
        foreach (var metric in metrics.Where(metric => metric.Breakdowns.Count > 0).Take(2))
        {
            yield return new BoardCard("by-" + metric.Id, CardKind.Table, CardSize.Large) { Metric = metric.Id, Breakdown = metric.Breakdowns[0] };
        }
    }

    private static IEnumerable<BoardCard> MoreOf(LifePart part, WorkspaceEngine engine)
    {
        if (part == LifePart.Revenue)
        {
            return [new BoardCard("mrr-bridge", CardKind.Mrr, CardSize.Large)];
        }
        var steps = part is LifePart.Activation or LifePart.Retention ? engine.Read(FunnelOf.Suggested) : [];
        return steps.Count < 2 ? []
            : part == LifePart.Activation ? [new BoardCard("funnel", CardKind.Funnel, CardSize.Large) { Steps = steps }]
            : [Cohorts with { Steps = [steps[^1], steps[^1]] }];
    }

    private static BoardCard Number(Metric metric) => new("n-" + metric.Id, CardKind.Number, CardSize.Small) { Metric = metric.Id };

    private static BoardCard Course(Metric metric, CardKind kind) => new("c-" + metric.Id, kind, CardSize.Large) { Metric = metric.Id };

    private static Text MeaningOf(LifePart part) => part switch
    {
        LifePart.Acquisition => new("Who comes, from where, and what it costs.", "Quién llega, de dónde y cuánto cuesta."),
        LifePart.Activation => new("How soon people get to what they came for.", "Qué tan pronto la gente llega a lo que buscaba."),
        LifePart.Retention => new("Who stays active and who comes back.", "Quién sigue activo y quién regresa."),
        LifePart.Revenue => new("Orders, subscriptions and what customers are worth.", "Pedidos, suscripciones y lo que vale cada cliente."),
        LifePart.Referral => new("Who brings others, and who takes part in loyalty.", "Quién trae a otros y quién participa en lealtad."),
        _ => new("What customers say of you.", "Lo que dicen de ti los clientes."),
    };
}
