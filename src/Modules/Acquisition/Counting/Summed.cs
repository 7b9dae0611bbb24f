using Ciclo.Core.Metrics;

namespace Ciclo.Modules.Acquisition;

/// <summary>What is added up; each metric is one of these, or one over another. Credits and money are counted in millionths, so that parts of either add up exactly.</summary>
internal enum Summed
{
    Visits,
    Bounces,
    Pages,
    Visitors,
    /// <summary>Milliseconds of visits with two events or more.</summary>
    TimedMs,
    TimedVisits,
    NewCustomers,
    /// <summary>New customers of channels that have costs.</summary>
    PaidCustomers,
    /// <summary>People who came, on the scale of credits.</summary>
    VisitorCredits,
    Conversions,
    PaidConversions,
    Revenue,
    /// <summary>What new customers have brought to this day.</summary>
    Margin,
    /// <summary>Days since new customers' first orders.</summary>
    CustomerDays,
    Cost,
    Clicks,
    Impressions,
}

/// <summary>Which measures a metric is made of: <paramref name="Part"/> alone or over <paramref name="Whole"/>; both on the scale of one unit.</summary>
internal readonly record struct Shape(Summed Part, Summed? Whole, long Unit)
{
    private const long Millionths = Core.Values.Number.Scale;

    public static Shape Of(Metric metric, string costs) => metric.Id switch
    {
        "visits" => new(Summed.Visits, null, 1),
        "unique_visitors" => new(Summed.Visitors, null, 1),
        "page_views" => new(Summed.Pages, null, 1),
        "pages_per_session" => new(Summed.Pages, Summed.Visits, 1),
        "avg_time_on_site" => new(Summed.TimedMs, Summed.TimedVisits, 1),
        "bounce_rate" => new(Summed.Bounces, Summed.Visits, 1),
        "new_customers" => new(Summed.NewCustomers, null, Millionths),
        "acquisition_rate" => new(Summed.NewCustomers, Summed.VisitorCredits, Millionths),
        "ad_cost" => new(Summed.Cost, null, Millionths),
        "ad_clicks" => new(Summed.Clicks, null, 1),
        "ctr" => new(Summed.Clicks, Summed.Impressions, 1),
        "attributed_conversions" => new(Summed.Conversions, null, Millionths),
        "cpa" => new(Summed.Cost, Summed.PaidConversions, Millionths),
        "cac" => new(Summed.Cost, costs == "paid" ? Summed.PaidCustomers : Summed.NewCustomers, Millionths),
        "attributed_revenue" => new(Summed.Revenue, null, Millionths),
        "ltv_cac" or "payback_months" => new(Summed.Margin, Summed.Cost, Millionths),
        _ => throw new ArgumentException($"'{metric.Id}' is no metric of acquisition.", nameof(metric)),
    };

    /// <summary>What has to be added up for it.</summary>
    public static IEnumerable<Summed> NeededBy(Metric metric, string costs)
    {
        var shape = Of(metric, costs);
        yield return shape.Part;
        if (shape.Whole is { } whole)
        {
            yield return whole;
        }
        if (metric == AcquisitionMetrics.Payback)
        {
            yield return Summed.NewCustomers;
            yield return Summed.CustomerDays;
        }
    }
}
