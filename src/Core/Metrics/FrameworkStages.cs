namespace Ciclo.Core.Metrics;

/// <summary>
/// The stage that each number belongs to in each framework that ships: by the number's part of life, but for those named one by one. A lifecycle of one's own takes a
/// stage's numbers from a framework that has a stage of that id.
/// </summary>
public static class FrameworkStages
{
    /// <summary>The frameworks that ship, by their ids.</summary>
    public static IReadOnlyList<string> Frameworks { get; } = ["customer", "aarrr", "growth"];

    private static readonly string[] Web =
        ["visits", "unique_visitors", "page_views", "pages_per_session", "avg_time_on_site", "bounce_rate", "social_followers", "ad_clicks", "ctr"];

    private static readonly string[] Buying = ["orders", "revenue", "units_sold", "customers", "aov", "arpu", "arppu"];

    private static readonly string[] Habits = ["active_people", "stickiness", "growth_accounting", "purchase_frequency"];

    /// <summary>The stage's id; null for the numbers that every stage has of its own, and for a lifecycle that does not ship.</summary>
    public static string? StageOf(string framework, Metric metric) => (framework, metric.Part) switch
    {
        (_, LifePart.Stage) => null,
        ("customer", LifePart.Acquisition) => Web.Contains(metric.Id) ? "awareness" : "acquisition",
        ("customer", _) when Buying.Contains(metric.Id) || Habits.Contains(metric.Id) => "engagement",
        ("customer", LifePart.Activation) => "onboarding",
        ("customer", LifePart.Retention or LifePart.Revenue) => "retention",
        ("customer", _) => "advocacy",
        ("aarrr", LifePart.Acquisition) => "acquisition",
        ("aarrr", LifePart.Activation) => metric.Id == "aov" ? "revenue" : "activation",
        ("aarrr", LifePart.Retention or LifePart.Feedback) => "retention",
        ("aarrr", LifePart.Revenue) => "revenue",
        ("aarrr", _) => "referral",
        ("growth", LifePart.Acquisition) => "attraction",
        ("growth", _) when Buying.Contains(metric.Id) => "conversion",
        ("growth", LifePart.Activation) => "activation",
        ("growth", LifePart.Retention or LifePart.Revenue) => "retention",
        ("growth", LifePart.Feedback) => "loyalty",
        ("growth", _) => metric.Id == "loyalty_participation" ? "loyalty" : "referral",
        _ => null,
    };

    /// <summary>The numbers of a stage among those of a catalogue, in its order; none where no framework has such a stage.</summary>
    public static IReadOnlyList<Metric> NumbersOf(string lifecycle, string stage, IEnumerable<Metric> catalogue)
    {
        var all = catalogue.ToList();
        return Frameworks.Where(framework => framework == lifecycle || !Frameworks.Contains(lifecycle))
            .Select(framework => all.Where(metric => StageOf(framework, metric) == stage).ToList())
            .FirstOrDefault(found => found.Count > 0) ?? [];
    }
}
