using Ciclo.Core.Events;
using Ciclo.Core.Values;
using Ciclo.Modules.Measure.Contracts;

namespace Ciclo.Modules.Revenue;

/// <summary>
/// Where counters put what one customer adds to a metric. Events that are rows of their own go on as they are; of the rest a customer is one row a period.
/// One for each thread.
/// </summary>
/// <param name="factors">What each metric's parts are multiplied by.</param>
internal sealed class Counts(MetricSink sink, decimal[] factors, int periods)
{
    /// <summary>A part of one, and a whole of one: counters work in millionths.</summary>
    public static readonly Int128 One = Number.Scale;

    private readonly record struct Entry(int From, int Until, Int128 Part, Int128 Whole, long At, int Event, int Group);

    private readonly List<Entry> entries = [];
    private readonly Int128[] parts = new Int128[periods + 1];
    private readonly Int128[] wholes = new Int128[periods + 1];
    private readonly long[] latest = new long[periods + 1];
    private Func<int, string> whatIs = _ => "";
    private int profile;

    /// <summary>Names of the breakdown's values: the number of a group less one.</summary>
    public Names GroupNames { get; } = new();

    /// <param name="whatIs">What an event is in the words of the data.</param>
    public void Begin(int profile, Func<int, string> whatIs) => (this.profile, this.whatIs) = (profile, whatIs);

    /// <summary>Adds to the periods from one up to another, the latter left out.</summary>
    /// <param name="at">When what is added happened.</param>
    /// <param name="e">The customer's event that is a row of its own; -1 for none.</param>
    /// <param name="group">The value of the breakdown; 0 without one.</param>
    public void Add(int from, int until, Int128 part, Int128 whole, long at, int e = -1, int group = 0)
    {
        if (from < until && (part != 0 || whole != 0))
        {
            entries.Add(new Entry(from, until, part, whole, at, e, group));
        }
    }

    /// <summary>The customer's share of a metric is complete.</summary>
    public void End(int metric)
    {
        for (var i = 0; i < entries.Count; i++)
        {
            if (entries[i] is { Event: >= 0 } one)
            {
                Send(metric, one.From, one.Group, one.At, sink.KeepsRows ? whatIs(one.Event) : "", one.Part, one.Whole);
            }
            else if (IsFirstOfGroup(i))
            {
                EndGroup(metric, entries[i].Group);
            }
        }
        entries.Clear();
    }

    private bool IsFirstOfGroup(int index)
    {
        for (var i = 0; i < index; i++)
        {
            if (entries[i].Event < 0 && entries[i].Group == entries[index].Group)
            {
                return false;
            }
        }
        return true;
    }

    private void EndGroup(int metric, int group)
    {
        var (first, end) = (periods, 0);
        foreach (var one in entries)
        {
            if (one.Event >= 0 || one.Group != group)
            {
                continue;
            }
            (first, end) = (Math.Min(first, one.From), Math.Max(end, one.Until));
            (parts[one.From], parts[one.Until]) = (parts[one.From] + one.Part, parts[one.Until] - one.Part);
            (wholes[one.From], wholes[one.Until]) = (wholes[one.From] + one.Whole, wholes[one.Until] - one.Whole);
            latest[one.From] = Math.Max(latest[one.From], one.At);
        }
        var (part, whole, at) = ((Int128)0, (Int128)0, 0L);
        for (var period = first; period < end; period++)
        {
            (part, whole, at) = (part + parts[period], whole + wholes[period], Math.Max(at, latest[period]));
            if (part != 0 || whole != 0)
            {
                Send(metric, period, group, at, "", part, whole);
            }
        }
        Array.Clear(parts, first, end - first + 1);
        Array.Clear(wholes, first, end - first + 1);
        Array.Clear(latest, first, end - first + 1);
    }

    private void Send(int metric, int period, int group, long at, string what, Int128 part, Int128 whole) => sink.Add(
        metric, period, group == 0 ? "" : GroupNames[group - 1], profile, at, what, DecimalOf(part) * factors[metric], DecimalOf(whole));

    /// <summary>Millionths as a decimal. Most are none or one, and a division costs more than all else that is done with a row.</summary>
    private static decimal DecimalOf(Int128 micros) => micros == 0 ? 0 : micros == One ? 1 : (decimal)micros / Number.Scale;
}
