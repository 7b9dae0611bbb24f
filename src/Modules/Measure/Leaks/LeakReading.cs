using Ciclo.Core.Analytics;
using Ciclo.Core.Metrics;
using Ciclo.Engine.Runtime;
using Ciclo.Modules.Measure.Contracts;

namespace Ciclo.Modules.Measure.Leaks;

/// <summary>A campaign on which more was spent than its customers have brought.</summary>
public sealed record BadChannel(string Campaign, decimal LtvToCac, decimal Cost);

/// <summary>Customers who have not come back for much longer than they use to, and what they brought in a year.</summary>
public sealed record AtRisk(long Customers, decimal Revenue, Periods Day);

/// <summary>What the numbers say needs attention, the worst first.</summary>
public sealed record AttentionModel(IReadOnlyList<Leak> Leaks, IReadOnlyList<BadChannel> Channels, AtRisk? AtRisk, string? Currency);

/// <summary>Finds what got worse without being asked: steps that fewer people take, campaigns that do not pay.</summary>
internal sealed class LeakReading(WorkspaceEngine engine, MetricCatalogue catalogue, TimeProvider clock)
{
    private const int Most = 3;
    private const int FewestPeople = 50;

    /// <summary>Below it a campaign costs more than it has brought in.</summary>
    private const decimal PaysBack = 1;

    public AttentionModel Read(CancellationToken cancellation) => new(Leaks(cancellation), Channels(cancellation), Risk(cancellation), engine.Read(state => state.Currency));

    private List<Leak> Leaks(CancellationToken cancellation)
    {
        var now = Latest.Of(engine);
        var frequent = engine.Read(state => state.Staged.Schema.Events.OrderByDescending(pair => pair.Value).Take(LeakFold.MostNames).Select(pair => state.Staged.EventNames[pair.Key]).ToList());
        if (new SlicedScan(engine, clock).Run(() => new LeakFold(frequent, now), cancellation) is not { } folds)
        {
            return [];
        }
        folds.Skip(1).ToList().ForEach(folds[0].Join);
        // A step that fewer take shows at every event further on as well: the sharpest fall is where it happens, and each goal is told once.
        return
        [
            .. folds[0].Steps()
                .Where(step => step.Now.Whole >= FewestPeople && step.Before.Whole >= FewestPeople && step.Before.Value >= 0.1 && step.Now.Value < step.Before.Value && Proportions.DifferClearly(step.Now, step.Before))
                .OrderByDescending(step => step.Fall).ThenBy(step => step.To, StringComparer.Ordinal).DistinctBy(step => step.To).DistinctBy(step => step.From).Take(Most),
        ];
    }

    private AtRisk? Risk(CancellationToken cancellation)
    {
        var now = Latest.Of(engine);
        var day = Periods.Of(PeriodKind.Day, engine.Rules.Zone, now, now + 1);
        var found = catalogue.Answer(engine, new MetricQuestion([OrderMetrics.AtRisk, OrderMetrics.RevenueAtRisk], day, "", new Dictionary<string, string>()), cancellation);
        return found[0].Cells[0]?.Value is > 0 and var customers ? new AtRisk((long)customers, found[1].Cells[0]?.Value ?? 0, day) : null;
    }

    private List<BadChannel> Channels(CancellationToken cancellation)
    {
        if (catalogue.Find("ltv_cac") is not { } ratio || catalogue.Find("ad_cost") is not { } cost || !ratio.Breakdowns.Contains("campaign") || !cost.Breakdowns.Contains("campaign"))
        {
            return [];
        }
        // The quarter up to now: a campaign's customers need some weeks to show what they are worth.
        var now = Latest.Of(engine);
        var periods = Periods.Whole(engine.Rules.Zone, now - LeakFold.Earlier, now);
        var none = new Dictionary<string, string>();
        var costs = catalogue.Answer(engine, new MetricQuestion([cost], periods, "campaign", none), cancellation).ToDictionary(series => series.Breakdown, series => series.Cells[0]?.Value ?? 0, StringComparer.Ordinal);
        if (costs.Values.All(spent => spent == 0))
        {
            return [];
        }
        return
        [
            .. catalogue.Answer(engine, new MetricQuestion([ratio], periods, "campaign", none), cancellation)
                .Where(series => series.Cells[0]?.Value is < PaysBack && costs.GetValueOrDefault(series.Breakdown) > 0)
                .Select(series => new BadChannel(series.Breakdown, series.Cells[0]!.Value.Value!.Value, costs[series.Breakdown]))
                .OrderBy(channel => channel.LtvToCac).Take(Most),
        ];
    }
}
