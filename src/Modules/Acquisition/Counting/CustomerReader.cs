using System.Runtime.InteropServices;
using Ciclo.Core.Analytics;
using Ciclo.Core.Metrics;
using Ciclo.Core.Time;
using Ciclo.Engine.Runtime;
using Ciclo.Modules.Measure.Contracts;

namespace Ciclo.Modules.Acquisition;

/// <summary>Finds the conversions of one profile after the other: its first order or subscription, its orders and refunds, the event that is asked for.</summary>
internal sealed class CustomerReader(AcquisitionPlan plan, Conversions conversions)
{
    private readonly EventFields events = new();
    private readonly OrderBook orders = new(plan.Rates);
    private readonly List<Touch> path = [];
    private VisitSources.Fields fields;
    private VisitSources sources = null!;

    public static IReadOnlyList<string> Paths => OrderFields.Paths;

    public Conversions Conversions => conversions;

    public void Add(in ProfileEvents profile, ReadOnlySpan<Session> sessions, VisitSources from, in VisitSources.Fields paths)
    {
        (sources, fields) = (from, paths);
        events.Begin(profile, Paths);
        ReadOrders(profile.Events);
        if (plan.NeedsCustomers)
        {
            AddCustomer(profile, sessions);
        }
        if (plan.NeedsConversions)
        {
            AddConversions(profile, sessions);
        }
        if (plan.NeedsRevenue)
        {
            AddOrders(profile, sessions);
        }
    }

    private void ReadOrders(HistoryScan scan)
    {
        orders.Clear();
        for (var i = 0; (plan.NeedsRevenue || plan.Needs(Summed.Margin)) && i < scan.Count; i++)
        {
            if ((scan.Codes[i] & (AcquisitionFold.IsOrder | AcquisitionFold.IsRefund)) != 0)
            {
                OrderFields.Read(events, i, scan.At[i], (scan.Codes[i] & AcquisitionFold.IsRefund) != 0, orders);
            }
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
            conversions.Add(new Conversion(ConversionKind.Customer, profile.Profile, at, period, 0, MarginOf(), days, 0, 0), Before(profile, sessions, at));
        }
        else if (at >= plan.Periods.End)
        {
            conversions.AddPath(ConversionKind.Customer, Between(profile, sessions, plan.Periods.Start - Attribution.LookbackMs));
        }
    }

    private void AddConversions(in ProfileEvents profile, ReadOnlySpan<Session> sessions)
    {
        var codes = profile.Events.Codes;
        var last = plan.Periods.Start - Attribution.LookbackMs;
        for (var i = 0; i < codes.Length; i++)
        {
            var at = profile.Events.At[i];
            if ((codes[i] & AcquisitionFold.IsConversion) != 0 && plan.Periods.Find(at) is >= 0 and var period)
            {
                conversions.Add(new Conversion(ConversionKind.Conversion, profile.Profile, at, period, 0, 0, 0, 0, 0), Before(profile, sessions, at));
                last = at + 1;
            }
        }
        conversions.AddPath(ConversionKind.Conversion, Between(profile, sessions, last));
    }

    /// <summary>A refund takes credit back from the visits that its order had it from.</summary>
    private void AddOrders(in ProfileEvents profile, ReadOnlySpan<Session> sessions)
    {
        var last = plan.Periods.Start - Attribution.LookbackMs;
        foreach (var line in orders.Lines)
        {
            if (plan.Periods.Find(line.At) is >= 0 and var period)
            {
                var earned = line.IsOrder ? line.Event : OrderOf(profile.Events, line.Event);
                conversions.Add(new Conversion(ConversionKind.Order, profile.Profile, line.At, period, Micros(line.Micros), 0, 0, 0, 0), Before(profile, sessions, profile.Events.At[earned]));
                last = line.At + 1;
            }
        }
        conversions.AddPath(ConversionKind.Order, Between(profile, sessions, last));
    }

    /// <summary>What a profile's orders have brought to this day, refunds taken off.</summary>
    private long MarginOf()
    {
        Int128 sum = 0;
        foreach (var line in orders.Lines)
        {
            sum += line.Micros;
        }
        return (long)Math.Round(Micros(sum) * plan.Margin, MidpointRounding.ToEven);
    }

    /// <summary>Nobody's orders reach the limit of nine million million.</summary>
    private static long Micros(Int128 micros) => (long)Int128.Clamp(micros, long.MinValue, long.MaxValue);

    /// <summary>The order that a refund is of: that of its number, else the last one before; the refund itself where there is none.</summary>
    private int OrderOf(HistoryScan scan, int refund)
    {
        var (id, last) = (events.Id(OrderFields.OrderId, refund), refund);
        for (var i = refund - 1; i >= 0; i--)
        {
            if ((scan.Codes[i] & AcquisitionFold.IsOrder) != 0)
            {
                if (id == 0 || events.Id(OrderFields.OrderId, i) == id)
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
