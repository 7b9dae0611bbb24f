using Ciclo.Core.Analytics;
using Ciclo.Core.Metrics;
using Ciclo.Core.Time;

namespace Ciclo.Modules.Acquisition.Tests;

/// <summary>The metrics as one would count them by hand from the plain list of what happened: slowly, and with nothing in common with the program but definitions.</summary>
internal sealed class VisitReference(VisitWorld world, Periods periods, string breakdown)
{
    public sealed record Visit(List<Happening> Events, ChannelSource Source);

    private readonly Dictionary<(string Metric, string Value, int Period), (decimal Part, decimal Whole)> cells = [];

    public IReadOnlyDictionary<(string Metric, string Value, int Period), (decimal Part, decimal Whole)> Cells => cells;

    public static List<Visit> VisitsOf(List<Happening> events)
    {
        var visits = new List<List<Happening>>();
        foreach (var one in events.Where(one => one.IsOfVisit))
        {
            if (visits.Count > 0 && one.At - visits[^1][^1].At <= 30 * Durations.Minute)
            {
                visits[^1].Add(one);
            }
            else
            {
                visits.Add([one]);
            }
        }
        return [.. visits.Select(visit => new Visit(visit, visit.Find(one => one.Said is not null)?.Said ?? ChannelSource.Direct))];
    }

    public VisitReference CountVisits(bool isClassic)
    {
        foreach (var person in world.People)
        {
            var seen = new HashSet<(string, int)>();
            foreach (var visit in VisitsOf(person))
            {
                var (first, last) = (visit.Events[0], visit.Events[^1]);
                var pages = visit.Events.Where(one => one.What == What.Page).ToList();
                var isEngaged = last.At - first.At > 10_000 || pages.Count >= 2 || visit.Events.Exists(one => one.What == What.KeyTrack);
                var value = ValueOf(visit);
                var isBounce = isClassic ? pages.Count == 1 : !isEngaged;
                Add("visits", value, first.At, 1, 0);
                Add("bounce_rate", value, first.At, isBounce ? 1 : 0, 1);
                Add("pages_per_session", value, first.At, 0, 1);
                Add("avg_time_on_site", value, first.At, visit.Events.Count > 1 ? last.At - first.At : 0, visit.Events.Count > 1 ? 1 : 0);
                foreach (var page in pages)
                {
                    Add("page_views", value, page.At, 1, 0);
                    Add("pages_per_session", value, page.At, 1, 0);
                    if (periods.Find(page.At) is >= 0 and var period && seen.Add((value, period)))
                    {
                        Add("unique_visitors", value, page.At, 1, 0);
                        Add("acquisition_rate", value, page.At, 0, 1);
                    }
                }
            }
        }
        return this;
    }

    public VisitReference CountCustomers(Func<List<Visit>, ChannelSource> credit, IReadOnlyList<CostRow> costs)
    {
        var paid = costs.Where(row => periods.Find(Zone.Utc.StartOfDay(row.Day)) >= 0).Select(row => row.Source.Channel).ToHashSet();
        foreach (var row in costs)
        {
            var (at, value, cost) = (Zone.Utc.StartOfDay(row.Day), ValueOf(row.Source), (decimal)row.Cost.Micros / 1_000_000);
            Add("ad_cost", value, at, cost, 0);
            Add("ctr", value, at, row.Clicks, row.Impressions);
            Add("cac", value, at, cost, 0);
            Add("cpa", value, at, cost, 0);
            Add("ltv_cac", value, at, 0, cost);
        }
        foreach (var person in world.People)
        {
            var visits = VisitsOf(person);
            ChannelSource By(long at) => credit([.. visits.Where(visit => visit.Events[0].At <= at && visit.Events[0].At >= at - (30 * Durations.Day))]);
            if (person.Find(one => one.What is What.Order or What.Subscription) is { } first)
            {
                var value = ValueOf(By(first.At));
                Add("new_customers", value, first.At, 1, 0);
                Add("acquisition_rate", value, first.At, 1, 0);
                Add("cac", value, first.At, 0, 1);
                Add("ltv_cac", value, first.At, person.Sum(one => one.What == What.Order ? one.Cents : one.What == What.Refund ? -one.Cents : 0) / 100m, 0);
            }
            foreach (var one in person)
            {
                if (one.What == What.Order)
                {
                    var by = By(one.At);
                    Add("attributed_conversions", ValueOf(by), one.At, 1, 0);
                    Add("cpa", ValueOf(by), one.At, 0, paid.Contains(by.Channel) ? 1 : 0);
                    Add("attributed_revenue", ValueOf(by), one.At, one.Cents / 100m, 0);
                }
                else if (one.What == What.Refund)
                {
                    var before = person.TakeWhile(other => other != one).Where(other => other.What == What.Order).ToList();
                    var order = before.FindLast(other => other.OrderId == one.OrderId) ?? before.LastOrDefault() ?? one;
                    Add("attributed_revenue", ValueOf(By(order.At)), one.At, -one.Cents / 100m, 0);
                }
            }
        }
        return this;
    }

    private void Add(string metric, string value, long at, decimal part, decimal whole)
    {
        if (periods.Find(at) is >= 0 and var period)
        {
            var (parts, wholes) = cells.GetValueOrDefault((metric, value, period));
            cells[(metric, value, period)] = (parts + part, wholes + whole);
        }
    }

    private string ValueOf(Visit visit) => breakdown == "landing_page" ? visit.Events.Find(one => one.What == What.Page)?.Path ?? ChannelSource.NotSet : ValueOf(visit.Source);

    private string ValueOf(ChannelSource source) => breakdown switch
    {
        "channel" => ChannelNames.Of(source.Channel).En,
        "source" => source.Source,
        "campaign" => source.Campaign.Length == 0 ? ChannelSource.NotSet : source.Campaign,
        "channel_campaign" => $"{ChannelNames.Of(source.Channel).En} › {(source.Campaign.Length == 0 ? ChannelSource.NotSet : source.Campaign)}",
        _ => "",
    };
}
