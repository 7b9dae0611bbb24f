using Ciclo.Core.Analytics;
using Ciclo.Core.Metrics;
using Ciclo.Core.Time;
using Ciclo.Engine.Runtime;
using Ciclo.Modules.Measure.Contracts;

namespace Ciclo.Modules.Acquisition;

/// <summary>What a question needs of the histories: which measures, in which periods, by what, and under which settings. Safe from any thread.</summary>
internal sealed class AcquisitionPlan
{
    /// <summary>A bit for each measure: it is asked for each visit.</summary>
    private readonly int needed;

    public AcquisitionPlan(MetricQuestion question, WebSettings settings, IReadOnlySet<Channel> paid, decimal margin, Rates rates, ChosenCell? chosen)
    {
        var costs = question.Choice(AcquisitionMetrics.Costs);
        needed = question.Metrics.SelectMany(metric => Shape.NeededBy(metric, costs)).Aggregate(0, (all, measure) => all | (1 << (int)measure));
        (Periods, Breakdown, Settings, Paid, Margin, Rates, Chosen) = (question.Periods, question.Breakdown, settings, paid, margin, rates, chosen);
        Model = AcquisitionMetrics.ModelOf(question.Choice(AcquisitionMetrics.Model));
        Conversion = question.Choice(AcquisitionMetrics.Conversion);
        IsClassicBounce = question.Choice(WebMetrics.Bounce) == "classic";
        GapMs = Durations.Minute * long.Parse(question.Choice(WebMetrics.Inactivity).TrimEnd('m'), System.Globalization.CultureInfo.InvariantCulture);
        NeedsCustomers = NeedsAny(Summed.NewCustomers, Summed.PaidCustomers, Summed.Margin, Summed.CustomerDays);
        NeedsConversions = NeedsAny(Summed.Conversions, Summed.PaidConversions);
        NeedsVisits = NeedsAny(Summed.Visits, Summed.Bounces, Summed.Pages, Summed.Visitors, Summed.VisitorCredits, Summed.TimedMs);
        // Rows name the visit that a number is of, so they need sources whatever the breakdown.
        NeedsCredits = Breakdown.Length > 0 || chosen is not null || NeedsAny(Summed.PaidCustomers, Summed.PaidConversions);
        IsBySource = AcquisitionMetrics.Dimensions.Contains(Breakdown, StringComparer.Ordinal);
    }

    public Periods Periods { get; }

    /// <summary>Empty for none.</summary>
    public string Breakdown { get; }

    public WebSettings Settings { get; }

    /// <summary>Channels that have costs in the periods asked for.</summary>
    public IReadOnlySet<Channel> Paid { get; }

    /// <summary>Of revenue, from 0 to 1.</summary>
    public decimal Margin { get; }

    public Rates Rates { get; }

    public ChosenCell? Chosen { get; }

    public AttributionModel Model { get; }

    /// <summary>The name of the event that is a conversion.</summary>
    public string Conversion { get; }

    public bool IsClassicBounce { get; }

    public long GapMs { get; }

    public bool NeedsVisits { get; }

    public bool NeedsCustomers { get; }

    public bool NeedsConversions { get; }

    public bool NeedsRevenue => Needs(Summed.Revenue);

    public bool NeedsHistories => NeedsVisits || NeedsCustomers || NeedsConversions || NeedsRevenue;

    /// <summary>Whether credit has to be shared among visits; without a breakdown all of it is one number's.</summary>
    public bool NeedsCredits { get; }

    public bool IsBySource { get; }

    /// <summary>Until when there is data: now, or the newest event where that is over a day old.</summary>
    public static long DataUntil(EngineState state) => state.Staged.History.LastAt is var newest && newest < state.Now - Durations.Day ? newest : state.Now;

    public bool Needs(Summed measure) => (needed & (1 << (int)measure)) != 0;

    public bool NeedsAny(params ReadOnlySpan<Summed> measures)
    {
        foreach (var measure in measures)
        {
            if (Needs(measure))
            {
                return true;
            }
        }
        return false;
    }
}
