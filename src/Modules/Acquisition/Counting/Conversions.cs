using System.Runtime.InteropServices;
using Ciclo.Core.Metrics;

namespace Ciclo.Modules.Acquisition;

/// <summary>What is credited to visits. Each kind has paths of its own.</summary>
internal enum ConversionKind
{
    Customer,
    Conversion,
    Order,
}

/// <summary>A conversion to be credited. Amounts in millionths; <paramref name="Revenue"/> is that of an order or a refund.</summary>
/// <param name="Margin">What a new customer has brought to this day; <paramref name="Days"/>: since when.</param>
internal readonly record struct Conversion(ConversionKind Kind, int Profile, long At, int Period, long Revenue, long Margin, long Days, int FirstTouch, int Touches);

/// <summary>
/// Conversions with the visits before them, kept until all histories are read: the data-driven model needs all paths before it can share any. One thread
/// at a time.
/// </summary>
internal sealed class Conversions(AcquisitionPlan plan, TouchBook book)
{
    private static readonly int Kinds = Enum.GetValues<ConversionKind>().Length;

    private readonly List<Conversion> conversions = [];
    private readonly List<Touch> touches = [];
    private readonly AttributionPaths[] paths = [.. Enumerable.Range(0, Kinds).Select(_ => new AttributionPaths())];
    private long[] weights = new long[64];
    private long[] credits = new long[64];

    /// <summary>Takes a conversion in. <paramref name="before"/>: the visits of the 30 days before, in order; none counts as a direct one.</summary>
    public void Add(in Conversion conversion, ReadOnlySpan<Touch> before)
    {
        var first = touches.Count;
        touches.AddRange(before);
        if (before.IsEmpty)
        {
            touches.Add(new Touch(TouchBook.Direct, Channel.Direct, conversion.At));
        }
        conversions.Add(conversion with { FirstTouch = first, Touches = touches.Count - first });
        AddPath(conversion.Kind, TouchesOf(conversions[^1]), isConverted: true);
    }

    /// <summary>A path, or the end of one, that led to no conversion.</summary>
    public void AddPath(ConversionKind kind, ReadOnlySpan<Touch> path, bool isConverted = false)
    {
        if (plan.Model == AttributionModel.DataDriven)
        {
            paths[(int)kind].Add(path, isConverted);
        }
    }

    /// <summary>The effects by kind, over all threads' paths.</summary>
    public static RemovalEffects[] EffectsOf(IEnumerable<Conversions> all)
    {
        var joined = Enumerable.Range(0, Kinds).Select(_ => new AttributionPaths()).ToArray();
        foreach (var one in all)
        {
            for (var kind = 0; kind < Kinds; kind++)
            {
                joined[kind].Join(one.paths[kind]);
            }
        }
        return [.. joined.Select(path => path.Effects())];
    }

    /// <summary>Shares every conversion among its visits and adds it up.</summary>
    public void Credit(RemovalEffects[] effects, FactTally tally)
    {
        var values = new ValueCache(plan, book, tally);
        foreach (ref readonly var conversion in CollectionsMarshal.AsSpan(conversions))
        {
            if (!plan.NeedsCredits)
            {
                Add(tally, conversion, values.All, isPaid: false, Core.Values.Number.Scale, conversion.Revenue, conversion.Margin, conversion.Days, "");
                continue;
            }
            Credit(conversion, effects[(int)conversion.Kind], tally, values);
        }
    }

    private ReadOnlySpan<Touch> TouchesOf(in Conversion conversion) => CollectionsMarshal.AsSpan(touches).Slice(conversion.FirstTouch, conversion.Touches);

    private void Credit(in Conversion conversion, RemovalEffects effects, FactTally tally, ValueCache values)
    {
        var path = TouchesOf(conversion);
        Reserve(path.Length * 4);
        var weighed = weights.AsSpan(0, path.Length);
        Attribution.Weigh(plan.Model, path, conversion.At, effects, weighed);
        var people = Part(0, Core.Values.Number.Scale, path.Length);
        var revenue = Part(1, conversion.Revenue, path.Length);
        var margin = Part(2, conversion.Margin, path.Length);
        var days = Part(3, conversion.Days, path.Length);
        for (var i = 0; i < path.Length; i++)
        {
            if (weighed[i] > 0)
            {
                var isPaid = plan.Paid.Contains(path[i].Channel);
                Add(tally, conversion, values.Of(path[i].Source), isPaid, people[i], revenue[i], margin[i], days[i], book.LabelOf(path[i].Source));
            }
        }
    }

    private Span<long> Part(int number, long amount, int length)
    {
        var part = credits.AsSpan(number * length, length);
        Attribution.Split(amount, weights.AsSpan(0, length), part);
        return part;
    }

    private void Add(FactTally tally, in Conversion conversion, int value, bool isPaid, long credit, long revenue, long margin, long days, string what)
    {
        var fact = new Fact(conversion.Profile, conversion.At, what);
        switch (conversion.Kind)
        {
            case ConversionKind.Customer:
                tally.Add(Summed.NewCustomers, value, conversion.Period, credit, fact);
                tally.Add(Summed.Margin, value, conversion.Period, margin, fact);
                tally.Add(Summed.CustomerDays, value, conversion.Period, days, fact);
                if (isPaid)
                {
                    tally.Add(Summed.PaidCustomers, value, conversion.Period, credit, fact);
                }
                break;
            case ConversionKind.Conversion:
                tally.Add(Summed.Conversions, value, conversion.Period, credit, fact);
                if (isPaid)
                {
                    tally.Add(Summed.PaidConversions, value, conversion.Period, credit, fact);
                }
                break;
            default:
                tally.Add(Summed.Revenue, value, conversion.Period, revenue, fact);
                break;
        }
    }

    private void Reserve(int count)
    {
        if (credits.Length < count)
        {
            (weights, credits) = (new long[count], new long[count]);
        }
    }
}

/// <summary>The tally's number of a source's value, found once for each source.</summary>
internal sealed class ValueCache(AcquisitionPlan plan, TouchBook book, FactTally tally)
{
    private readonly List<int> known = [];

    /// <summary>The value of everything, where nothing is broken down.</summary>
    public int All { get; } = tally.ValueOf("");

    public int Of(int touch)
    {
        if (!plan.IsBySource)
        {
            return All;
        }
        while (known.Count <= touch)
        {
            known.Add(-1);
        }
        if (known[touch] < 0)
        {
            known[touch] = tally.ValueOf(book.ValueOf(touch, plan.Breakdown));
        }
        return known[touch];
    }
}
