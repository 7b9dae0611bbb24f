using Ciclo.Core.Time;

namespace Ciclo.Core.Metrics;

/// <summary>How the credit for a conversion is shared among the visits before it.</summary>
public enum AttributionModel
{
    /// <summary>All to the last visit that is not direct; to the last one where all are.</summary>
    LastNonDirect = 0,
    Last = 1,
    First = 2,
    Linear = 3,
    /// <summary>40 % to the first, 40 % to the last, 20 % to those between; halves where there are two.</summary>
    Position = 4,
    /// <summary>A visit a week before the conversion counts half as much as one at its instant.</summary>
    TimeDecay = 5,
    /// <summary>By how much fewer would have converted without the channel (<see cref="RemovalEffects"/>).</summary>
    DataDriven = 6,
}

/// <summary>A visit before a conversion.</summary>
/// <param name="Source">Its source, as a number in the caller's book.</param>
public readonly record struct Touch(int Source, Channel Channel, long At);

/// <summary>
/// Shares credit. First and Last take the visits as they are; all other models pass over direct visits where there is another, as Google Analytics does
/// (support.google.com/analytics/answer/10596866): who comes back by an address they know was won by what brought them before.
/// </summary>
public static class Attribution
{
    /// <summary>Visits further back than this before a conversion get no credit.</summary>
    public const long LookbackMs = 30 * Durations.Day;

    public const long HalfLifeMs = 7 * Durations.Day;

    private const double WeightScale = 1L << 40;

    /// <summary>The weights of the touches before a conversion, in order of time, at least one. Their sum is over 0.</summary>
    /// <param name="at">When it happened.</param>
    /// <param name="effects">Needed for <see cref="AttributionModel.DataDriven"/> alone.</param>
    public static void Weigh(AttributionModel model, ReadOnlySpan<Touch> touches, long at, RemovalEffects? effects, Span<long> weights)
    {
        weights.Clear();
        if (model is AttributionModel.First or AttributionModel.Last)
        {
            weights[model == AttributionModel.First ? 0 : touches.Length - 1] = 1;
            return;
        }
        var (count, first, last) = (0, -1, -1);
        for (var i = 0; i < touches.Length; i++)
        {
            if (touches[i].Channel != Channel.Direct)
            {
                (count, first, last) = (count + 1, first < 0 ? i : first, i);
            }
        }
        var isDirect = count == 0;
        (count, first, last) = isDirect ? (touches.Length, 0, touches.Length - 1) : (count, first, last);
        for (var i = 0; i < touches.Length; i++)
        {
            if (isDirect || touches[i].Channel != Channel.Direct)
            {
                weights[i] = model switch
                {
                    AttributionModel.LastNonDirect => i == last ? 1 : 0,
                    // 2 (n − 2) : 1 : … : 1 : 2 (n − 2) is 40 : 20 : 40.
                    AttributionModel.Position when count > 2 => i == first || i == last ? 2 * (count - 2) : 1,
                    AttributionModel.TimeDecay => Math.Max(1, (long)(WeightScale * Math.Pow(2, -(double)(at - touches[i].At) / HalfLifeMs))),
                    AttributionModel.DataDriven => (long)(WeightScale * effects!.Of(touches[i].Channel) / CountOf(touches, touches[i].Channel)),
                    _ => 1,
                };
            }
        }
        if (model == AttributionModel.DataDriven && !weights.ContainsAnyExcept(0))
        {
            Weigh(AttributionModel.Linear, touches, at, null, weights);
        }
    }

    /// <summary>
    /// Shares an amount in proportion to weights, at least one of them over 0; the parts add up to it exactly. Each is the exact share rounded down, and
    /// what is left goes, one unit each, to the largest remainders, of equals to the first.
    /// </summary>
    public static void Split(long amount, ReadOnlySpan<long> weights, Span<long> parts)
    {
        Int128 whole = 0;
        var (only, weighed) = (0, 0);
        for (var i = 0; i < weights.Length; i++)
        {
            whole += weights[i];
            (only, weighed) = weights[i] > 0 ? (i, weighed + 1) : (only, weighed);
        }
        if (amount == 0 || weighed == 1)
        {
            parts[..weights.Length].Clear();
            parts[only] = amount;
            return;
        }
        // A refund is shared as the payment was: by its size, with the sign put back.
        var size = Int128.Abs(amount);
        var left = size;
        for (var i = 0; i < weights.Length; i++)
        {
            parts[i] = (long)(size * weights[i] / whole);
            left -= parts[i];
        }
        for (; left > 0; left--)
        {
            var (best, most) = (-1, (Int128)(-1));
            for (var i = 0; i < weights.Length; i++)
            {
                var remainder = (size * weights[i]) - (parts[i] * whole);
                (best, most) = remainder > most ? (i, remainder) : (best, most);
            }
            parts[best]++;
        }
        if (amount < 0)
        {
            foreach (ref var part in parts[..weights.Length])
            {
                part = -part;
            }
        }
    }

    private static int CountOf(ReadOnlySpan<Touch> touches, Channel channel)
    {
        var count = 0;
        foreach (ref readonly var touch in touches)
        {
            count += touch.Channel == channel ? 1 : 0;
        }
        return count;
    }
}
