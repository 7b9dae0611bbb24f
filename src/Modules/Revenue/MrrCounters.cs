using Ciclo.Core.Metrics;

namespace Ciclo.Modules.Revenue;

/// <summary>What one customer adds to the metrics of subscriptions.</summary>
internal static class MrrCounters
{
    /// <summary>The MRR at the end of each period.</summary>
    public static void Level(Customer one, Counts counts)
    {
        if (one.IsBrokenDown)
        {
            foreach (var change in one.Mrr.Plans)
            {
                counts.Add(Math.Max(0, one.Span.FindDay(change.Day)), one.Span.Count, one.MicrosOf(change.Minor), 0, change.At, group: change.Plan + 1);
            }
            return;
        }
        foreach (var movement in one.Mrr.Movements)
        {
            counts.Add(Math.Max(0, one.Span.FindDay(movement.Day)), one.Span.Count, one.MicrosOf(movement.Minor), 0, movement.At);
        }
    }

    /// <summary>Movements of one kind.</summary>
    public static void Movements(Customer one, Counts counts, MrrKind kind)
    {
        foreach (var movement in one.Mrr.Movements)
        {
            if (movement.Kind == kind && one.Span.FindDay(movement.Day) is >= 0 and var period && period < one.Span.Count)
            {
                counts.Add(period, period + 1, one.MicrosOf(movement.Minor), 0, movement.At);
            }
        }
    }

    /// <summary>What is left, in each period, of the MRR at its start; with expansion it is net retention, without it gross.</summary>
    public static void Retained(Customer one, Counts counts, bool withExpansion)
    {
        var movements = one.Mrr.Movements;
        var (next, level, i) = (0, 0L, 0);
        for (; i < movements.Length && one.Span.FindDay(movements[i].Day) < 0; i++)
        {
            level += movements[i].Minor;
        }
        while (i < movements.Length && one.Span.FindDay(movements[i].Day) is var period && period < one.Span.Count)
        {
            var first = i;
            for (; i < movements.Length && one.Span.FindDay(movements[i].Day) == period; i++)
            {
            }
            Keep(next, period, level);
            Add(period, period + 1, KeptOf(movements[first..i], level, withExpansion), level, movements[i - 1].At);
            next = period + 1;
            level += SumOf(movements[first..i]);
        }
        Keep(next, one.Span.Count, level);

        void Keep(int from, int until, long minor) => Add(from, until, minor, minor, one.Mrr.FirstAt ?? 0);

        void Add(int from, int until, long part, long whole, long at)
        {
            if (whole > 0 && from < until)
            {
                counts.Add(from, until, one.MicrosOf(part), one.MicrosOf(whole), at);
            }
        }
    }

    public static void Renewals(Customer one, Counts counts)
    {
        var byAmount = one.Chose(MrrMetrics.RenewalBy, "amount");
        foreach (var renewal in one.Mrr.Renewals)
        {
            if (one.Span.FindDay(renewal.Day) is >= 0 and var period && period < one.Span.Count)
            {
                var due = byAmount ? one.MicrosOf(renewal.Minor) : Counts.One;
                counts.Add(period, period + 1, renewal.IsRenewed ? due : 0, due, one.Zone.StartOfDay(renewal.Day));
            }
        }
    }

    /// <summary>Of the MRR that a customer began a period with, what its movements left. After a churn the customer is lost, whatever comes after it.</summary>
    private static long KeptOf(ReadOnlySpan<MrrMovement> movements, long start, bool withExpansion)
    {
        var (kept, level, paused, resumed) = (start, start, 0L, 0L);
        for (var i = 0; i < movements.Length; i++)
        {
            var minor = movements[i].Minor;
            level += minor;
            switch (movements[i].Kind)
            {
                case MrrKind.Expansion when withExpansion:
                case MrrKind.Contraction or MrrKind.Churn:
                    kept += minor;
                    break;
                case MrrKind.Pause:
                    paused += minor;
                    break;
                case MrrKind.Resume:
                    resumed += minor;
                    break;
            }
            var endsDay = i + 1 == movements.Length || movements[i + 1].Day != movements[i].Day;
            if (endsDay && level == 0 && HasChurn(movements, i))
            {
                break;
            }
        }
        return kept + paused + Math.Min(resumed, Math.Max(0, -paused));
    }

    /// <summary>Whether there is churn on the day of a movement that is the day's last.</summary>
    private static bool HasChurn(ReadOnlySpan<MrrMovement> movements, int last)
    {
        for (var i = last; i >= 0 && movements[i].Day == movements[last].Day; i--)
        {
            if (movements[i].Kind == MrrKind.Churn)
            {
                return true;
            }
        }
        return false;
    }

    private static long SumOf(ReadOnlySpan<MrrMovement> movements)
    {
        var sum = 0L;
        foreach (var movement in movements)
        {
            sum += movement.Minor;
        }
        return sum;
    }
}
