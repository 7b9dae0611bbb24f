using System.Runtime.InteropServices;
using Ciclo.Core.Analytics;
using Ciclo.Core.Metrics;
using Ciclo.Core.Time;
using Ciclo.Engine.Runtime;

namespace Ciclo.Modules.Acquisition;

/// <summary>Finds the conversions of one profile after the other: its first order or subscription, its orders and refunds, the event that is asked for.</summary>
internal sealed class CustomerReader(AcquisitionPlan plan, Conversions conversions)
{
    private readonly OrderAmounts amounts = new();
    private readonly List<Touch> path = [];
    private VisitSources.Fields fields;
    private VisitSources sources = null!;

    public static IReadOnlyList<string> Paths => OrderAmounts.Paths;

    public Conversions Conversions => conversions;

    public void Add(in ProfileEvents profile, ReadOnlySpan<Session> sessions, VisitSources from, in VisitSources.Fields paths)
    {
        (sources, fields) = (from, paths);
        if (plan.NeedsCustomers)
        {
            AddCustomer(profile, sessions);
        }
        if (plan.NeedsConversions)
        {
            AddEach(profile, sessions, ConversionKind.Conversion, AcquisitionFold.IsConversion);
        }
        if (plan.NeedsRevenue)
        {
            AddEach(profile, sessions, ConversionKind.Order, AcquisitionFold.IsOrder | AcquisitionFold.IsRefund);
        }
    }

    private void AddCustomer(in ProfileEvents profile, ReadOnlySpan<Session> sessions)
    {
        var first = IndexOf(profile.Events, AcquisitionFold.IsOrder | AcquisitionFold.IsSubscription);
        var at = first < 0 ? long.MaxValue : profile.Events.At[first];
        var period = plan.Periods.Find(at);
        if (period >= 0)
        {
            var days = (AcquisitionPlan.DataUntil(profile.State) - at) * Core.Values.Number.Scale / Durations.Day;
            conversions.Add(new Conversion(ConversionKind.Customer, profile.Profile, at, period, 0, MarginOf(profile), days, 0, 0), Before(profile, sessions, at));
        }
        else if (at >= plan.Periods.End)
        {
            conversions.AddPath(ConversionKind.Customer, Between(profile, sessions, plan.Periods.Start - Attribution.LookbackMs));
        }
    }

    private void AddEach(in ProfileEvents profile, ReadOnlySpan<Session> sessions, ConversionKind kind, int mask)
    {
        var codes = profile.Events.Codes;
        var last = plan.Periods.Start - Attribution.LookbackMs;
        for (var i = 0; i < codes.Length; i++)
        {
            var at = profile.Events.At[i];
            if ((codes[i] & mask) == 0 || plan.Periods.Find(at) is not (>= 0 and var period))
            {
                continue;
            }
            var isRefund = (codes[i] & AcquisitionFold.IsRefund) != 0 && kind == ConversionKind.Order;
            var revenue = kind != ConversionKind.Order ? 0 : isRefund ? -amounts.Of(profile, i) : amounts.Of(profile, i);
            var earned = isRefund ? OrderOf(profile, i) : i;
            conversions.Add(new Conversion(kind, profile.Profile, at, period, revenue, 0, 0, 0, 0), Before(profile, sessions, profile.Events.At[earned]));
            last = at + 1;
        }
        conversions.AddPath(kind, Between(profile, sessions, last));
    }

    /// <summary>What a profile's orders have brought to this day, refunds taken off.</summary>
    private long MarginOf(in ProfileEvents profile)
    {
        if (!plan.Needs(Summed.Margin))
        {
            return 0;
        }
        var codes = profile.Events.Codes;
        var sum = 0L;
        for (var i = 0; i < codes.Length; i++)
        {
            sum += (codes[i] & AcquisitionFold.IsOrder) != 0 ? amounts.Of(profile, i) : (codes[i] & AcquisitionFold.IsRefund) != 0 ? -amounts.Of(profile, i) : 0;
        }
        return (long)Math.Round(sum * plan.Margin, MidpointRounding.ToEven);
    }

    /// <summary>The order that a refund is of: that of its number, else the last one before; the refund itself where there is none.</summary>
    private static int OrderOf(in ProfileEvents profile, int refund)
    {
        var (id, last) = (OrderAmounts.IdOf(profile, refund), refund);
        for (var i = refund - 1; i >= 0; i--)
        {
            if ((profile.Events.Codes[i] & AcquisitionFold.IsOrder) != 0)
            {
                if (id.IsNull || OrderAmounts.IdOf(profile, i) == id)
                {
                    return i;
                }
                last = last == refund ? i : last;
            }
        }
        return last;
    }

    private static int IndexOf(HistoryScan events, int mask)
    {
        for (var i = 0; i < events.Count; i++)
        {
            if ((events.Codes[i] & mask) != 0)
            {
                return i;
            }
        }
        return -1;
    }

    /// <summary>The visits that began in the 30 days before an instant, or at it.</summary>
    private ReadOnlySpan<Touch> Before(in ProfileEvents profile, ReadOnlySpan<Session> sessions, long at)
    {
        var last = sessions.Length - 1;
        while (last >= 0 && sessions[last].Start > at)
        {
            last--;
        }
        return PathOf(profile, sessions, at - Attribution.LookbackMs, last);
    }

    /// <summary>The visits from an instant to the end of what is asked for, which led to nothing.</summary>
    private ReadOnlySpan<Touch> Between(in ProfileEvents profile, ReadOnlySpan<Session> sessions, long from)
    {
        if (plan.Model != AttributionModel.DataDriven)
        {
            return [];
        }
        var last = sessions.Length - 1;
        while (last >= 0 && sessions[last].Start >= plan.Periods.End)
        {
            last--;
        }
        return PathOf(profile, sessions, from, last);
    }

    private ReadOnlySpan<Touch> PathOf(in ProfileEvents profile, ReadOnlySpan<Session> sessions, long from, int last)
    {
        path.Clear();
        if (!plan.NeedsCredits)
        {
            return [];
        }
        var first = last;
        while (first >= 0 && sessions[first].Start >= from)
        {
            first--;
        }
        for (var i = first + 1; i <= last; i++)
        {
            var touch = sources.Of(profile.Events, sessions, i, fields);
            path.Add(new Touch(touch, sources.Book.ChannelOf(touch), sessions[i].Start));
        }
        return CollectionsMarshal.AsSpan(path);
    }
}
