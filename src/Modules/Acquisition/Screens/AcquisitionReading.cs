using Ciclo.Core.Metrics;
using Ciclo.Engine.Runtime;
using Ciclo.Modules.Measure.Contracts;

namespace Ciclo.Modules.Acquisition;

/// <summary>The numbers of a channel, or of one of its campaigns: <paramref name="Value"/> is that of the breakdown.</summary>
public sealed record SourceNumbers(string Value, IReadOnlyDictionary<string, MetricCell> Cells)
{
    public MetricCell Of(Metric metric) => Cells[metric.Id];

    public bool HasCost => Of(AcquisitionMetrics.AdCost).Part > 0;

    /// <summary>What each unit of money has brought back; null where nothing was spent.</summary>
    public decimal? Ratio => Of(AcquisitionMetrics.LtvCac).Value;
}

public sealed record ChannelNumbers(SourceNumbers Channel, IReadOnlyList<SourceNumbers> Campaigns);

/// <summary>A network's followers at the period's end, and what they gained over it where they were counted before.</summary>
public sealed record NetworkNumbers(string Network, decimal Followers, decimal? Gained);

/// <summary>
/// What the page shows. Visits, credits, costs and money of campaigns add up to those of channels, and those to all, so that one pass over histories answers
/// everything but the payback.
/// </summary>
public sealed record AcquisitionReading(
    AcquisitionAsked Asked, SourceNumbers All, MetricCell? Payback, IReadOnlyList<ChannelNumbers> Channels, IReadOnlyList<MetricCell> Visits, IReadOnlyList<MetricCell> Customers,
    IReadOnlyList<NetworkNumbers> Networks, string? Currency, bool IsBusy)
{
    private static readonly Metric[] Asks =
    [
        WebMetrics.Visits, WebMetrics.BounceRate, AcquisitionMetrics.NewCustomers, AcquisitionMetrics.AdCost, AcquisitionMetrics.Cpa, AcquisitionMetrics.Cac,
        AcquisitionMetrics.Revenue, AcquisitionMetrics.LtvCac,
    ];

    /// <summary>Campaigns that cost something, those that brought back least first.</summary>
    public IEnumerable<SourceNumbers> Paying => Channels.SelectMany(channel => channel.Campaigns).Where(campaign => campaign.HasCost).OrderBy(campaign => campaign.Ratio);

    public static AcquisitionReading Of(MetricCatalogue catalogue, WorkspaceEngine engine, AcquisitionAsked asked, CancellationToken cancellation)
    {
        var currency = engine.Read(state => state.Currency);
        try
        {
            var series = catalogue.Answer(engine, new MetricQuestion(Asks, asked.Steps, "channel_campaign", asked.Settings), cancellation);
            var payback = catalogue.Answer(engine, new MetricQuestion([AcquisitionMetrics.Payback], asked.Whole, "", asked.Settings), cancellation)[0].Cells[0];
            var campaigns = series.GroupBy(one => one.Breakdown, StringComparer.Ordinal).Select(group => new SourceNumbers(group.Key, Sums(group))).ToList();
            return new AcquisitionReading(
                asked, Together("", campaigns), payback, ChannelsOf(campaigns), Course(series, WebMetrics.Visits, asked), Course(series, AcquisitionMetrics.NewCustomers, asked),
                NetworksOf(catalogue, engine, asked, cancellation), currency, IsBusy: false);
        }
        catch (MetricsBusyException)
        {
            return new AcquisitionReading(asked, Together("", []), null, [], [], [], [], currency, IsBusy: true);
        }
    }

    private static List<ChannelNumbers> ChannelsOf(List<SourceNumbers> campaigns) =>
    [
        .. campaigns.GroupBy(campaign => ChannelCampaign.Parts(campaign.Value).Channel, StringComparer.Ordinal)
            .Select(group => new ChannelNumbers(Together(group.Key, group), [.. group.OrderByDescending(Weight)]))
            .OrderByDescending(channel => Weight(channel.Channel)),
    ];

    /// <summary>What costs most first, then what is visited most.</summary>
    private static (decimal, decimal) Weight(SourceNumbers one) => (one.Of(AcquisitionMetrics.AdCost).Part, one.Of(WebMetrics.Visits).Part);

    private static List<MetricCell> Course(IReadOnlyList<MetricSeries> series, Metric metric, AcquisitionAsked asked) =>
        [.. Enumerable.Range(0, asked.Steps.Count).Select(step => Sum(metric, series.Where(one => one.Metric == metric).Select(one => one.Cells[step])))];

    private static List<NetworkNumbers> NetworksOf(MetricCatalogue catalogue, WorkspaceEngine engine, AcquisitionAsked asked, CancellationToken cancellation)
    {
        var series = catalogue.Answer(engine, new MetricQuestion([AcquisitionMetrics.Followers, AcquisitionMetrics.FollowersGained], asked.Whole, "network", asked.Settings), cancellation);
        return
        [
            .. from one in series
               where one.Metric == AcquisitionMetrics.Followers && one.Cells[0] is not null
               let gained = series.First(other => other.Metric == AcquisitionMetrics.FollowersGained && other.Breakdown == one.Breakdown).Cells[0]
               orderby one.Cells[0]!.Value.Part descending
               select new NetworkNumbers(one.Breakdown, one.Cells[0]!.Value.Part, gained?.Part),
        ];
    }

    private static SourceNumbers Together(string value, IEnumerable<SourceNumbers> parts) =>
        new(value, Asks.ToDictionary(metric => metric.Id, metric => Sum(metric, parts.Select(part => (MetricCell?)part.Of(metric)))));

    private static Dictionary<string, MetricCell> Sums(IEnumerable<MetricSeries> series)
    {
        var found = series.ToDictionary(one => one.Metric.Id, one => Sum(one.Metric, one.Cells));
        return Asks.ToDictionary(metric => metric.Id, metric => found.GetValueOrDefault(metric.Id, Sum(metric, [])));
    }

    private static MetricCell Sum(Metric metric, IEnumerable<MetricCell?> cells)
    {
        var (part, whole) = (0m, 0m);
        foreach (var cell in cells)
        {
            part += cell?.Part ?? 0;
            whole += cell?.Whole ?? 0;
        }
        return new MetricCell(part, metric.Form == MetricForm.Ratio ? whole : null);
    }
}
