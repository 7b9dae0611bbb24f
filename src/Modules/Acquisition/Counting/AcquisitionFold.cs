using Ciclo.Core.Analytics;
using Ciclo.Core.Events;
using Ciclo.Core.Metrics;
using Ciclo.Engine.Runtime;

namespace Ciclo.Modules.Acquisition;

/// <summary>One thread's share of visits and conversions. What bots did is passed over; what servers sent begins no visit.</summary>
internal sealed class AcquisitionFold(AcquisitionPlan plan) : IHistoryFold
{
    public const int IsOrder = 8;
    public const int IsRefund = 16;
    public const int IsSubscription = 32;
    public const int IsConversion = 64;

    private readonly VisitSources sources = new(plan.Settings);
    private readonly SessionFold sessions = new(plan.GapMs);
    private VisitTally? visits;
    private CustomerReader? customers;
    private EngineState? seen;
    private VisitSources.Fields fields;

    public IReadOnlyList<string> Paths { get; } = CustomerReader.Paths;

    public FactTally Tally { get; } = new(plan.Periods.Count, plan.Chosen);

    public Conversions Conversions => Customers.Conversions;

    private VisitTally Visits => visits ??= new VisitTally(plan, sources, Tally);

    private CustomerReader Customers => customers ??= new CustomerReader(plan, new Conversions(plan, sources.Book));

    public int CodeOf(EventKind kind, string name)
    {
        if ((kind.Flags & PackedFlags.Bot) != 0)
        {
            return -1;
        }
        var isVisit = (kind.Flags & (PackedFlags.System | PackedFlags.Server)) == 0 && (plan.NeedsVisits || plan.NeedsCredits);
        var code = kind.Type switch
        {
            CallType.Page or CallType.Screen => isVisit ? SessionFold.Extends | SessionFold.IsPage : 0,
            CallType.Track => (isVisit ? SessionFold.Extends | (WebMetrics.KeyEvents.Contains(name, StringComparer.Ordinal) ? SessionFold.IsKey : 0) : 0) | CodeOf(name),
            _ => 0,
        };
        return code == 0 ? -1 : code;
    }

    public void Take(in ProfileEvents profile)
    {
        if (!ReferenceEquals(seen, profile.State))
        {
            (seen, fields) = (profile.State, VisitSources.Fields.Of(profile.State.Staged.Paths));
            Visits.Begin(profile.State);
        }
        sessions.Fold(profile.Events.At, profile.Events.Codes);
        sources.Begin(sessions.Sessions.Length);
        if (plan.NeedsVisits && !plan.Settings.IsInternal(profile.State, profile.Profile))
        {
            Visits.Add(profile, sessions.Sessions, fields);
        }
        if (plan.NeedsCustomers || plan.NeedsConversions || plan.NeedsRevenue)
        {
            Customers.Add(profile, sessions.Sessions, sources, fields);
        }
    }

    private int CodeOf(string name) =>
        (name == "Order Completed" && (plan.NeedsCustomers || plan.NeedsRevenue) ? IsOrder : 0)
        | (name == "Order Refunded" && (plan.NeedsAny(Summed.Margin) || plan.NeedsRevenue) ? IsRefund : 0)
        | (name == "Subscription Started" && plan.NeedsCustomers ? IsSubscription : 0)
        | (name == plan.Conversion && plan.NeedsConversions ? IsConversion : 0);
}
