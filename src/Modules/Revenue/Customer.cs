using Ciclo.Core.Analytics;
using Ciclo.Core.Metrics;
using Ciclo.Core.Time;
using Ciclo.Modules.Measure.Contracts;

namespace Ciclo.Modules.Revenue;

/// <summary>The periods of a question by instants and by calendar days.</summary>
internal sealed class Span
{
    private readonly int[] days;
    private readonly Periods periods;

    public Span(Periods periods, Zone zone, long now)
    {
        this.periods = periods;
        days = new int[periods.Count + 1];
        Ends = new long[periods.Count + 1];
        for (var i = 0; i < days.Length; i++)
        {
            days[i] = zone.DayOf(periods.StartOf(i));
            // What is to come does not make anybody leave: a period that goes on is looked at as of now.
            Ends[i] = Math.Min(periods.StartOf(i), now);
            Begun += i < periods.Count && periods.StartOf(i) <= now ? 1 : 0;
        }
    }

    public int Count => periods.Count;

    /// <summary>How many periods have begun.</summary>
    public int Begun { get; }

    /// <summary>Where each period begins, and where the last ends, or now where that is later.</summary>
    public long[] Ends { get; }

    /// <summary>The number of the first end after an instant; their count where there is none.</summary>
    public int NextEnd(long at)
    {
        var (low, high) = (0, Ends.Length);
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = Ends[middle] > at ? (low, middle) : (middle + 1, high);
        }
        return low;
    }

    /// <summary>The period of an instant; -1 for none.</summary>
    public int Find(long at) => periods.Find(at);

    /// <summary>The first instant after a period.</summary>
    public long EndOf(int period) => periods.StartOf(period + 1);

    /// <summary>The first period whose end knows of an instant: 0 for what was before all, the count for what comes after.</summary>
    public int From(long at) => at < periods.Start ? 0 : at >= periods.End ? Count : periods.IndexOf(at);

    /// <summary>The period of a calendar day; -1 for one before all, the count for one after.</summary>
    public int FindDay(int day)
    {
        var found = Array.BinarySearch(days, day);
        return found >= 0 ? found : ~found - 1;
    }
}

/// <summary>What one customer did that money came of, and the question it is looked at for. One for each thread; filled anew for each customer.</summary>
internal sealed class Customer(MetricQuestion question, Span span, MrrBook mrr, OrderBook orders, Zone zone, int decimals)
{
    private readonly long microsPerMinor = (long)Math.Pow(10, 6 - decimals);
    private readonly bool takesRefunds = question.Choice(OrderMetrics.Refunds) == "net";
    private readonly List<(OrderLine Line, int Period)> counted = [];
    private bool isCounted;

    public Span Span => span;

    public MrrBook Mrr => mrr;

    public OrderBook Orders => orders;

    public Zone Zone => zone;

    /// <summary>What is in the orders, where a counter needs it.</summary>
    public ProductLines? Products { get; set; }

    /// <summary>Tells an event's order from others; 0 where it names none.</summary>
    public Func<int, UInt128> OrderIdOf { get; set; } = _ => 0;

    /// <summary>Periods, ascending, in which the customer did anything, and when first.</summary>
    public List<(int Period, long At)> Active { get; } = [];

    /// <summary>The orders of the periods, and refunds where they are taken off. Found once for all counters.</summary>
    public IReadOnlyList<(OrderLine Line, int Period)> Counted
    {
        get
        {
            if (!isCounted)
            {
                isCounted = true;
                foreach (var line in orders.Lines)
                {
                    if ((line.IsOrder || takesRefunds) && span.Find(line.At) is >= 0 and var period)
                    {
                        counted.Add((line, period));
                    }
                }
            }
            return counted;
        }
    }

    public bool Chose(MetricSetting setting, string choice) => question.Choice(setting) == choice;

    public bool IsBrokenDown => question.Breakdown.Length > 0;

    public Int128 MicrosOf(long minor) => (Int128)minor * microsPerMinor;

    public void Clear()
    {
        mrr.Clear();
        orders.Clear();
        Active.Clear();
        counted.Clear();
        isCounted = false;
    }
}
