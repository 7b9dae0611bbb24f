using MathNet.Numerics.Distributions;

namespace Ciclo.Core.Predict.Survival;

/// <summary>How many were seen up to a time, how many ended at it, and the part that goes on beyond it, with the standard error of that part.</summary>
public readonly record struct SurvivalPoint(double Time, int AtRisk, int Ended, double Surviving, double Error);

/// <summary>
/// The product-limit estimator (E. L. Kaplan, P. Meier, Nonparametric estimation from incomplete observations, JASA 53, 1958) with Greenwood's variance (1926) and intervals in the
/// logarithm. Time is in whatever unit it comes. Where some end and others are lost sight of at one time, the ends come first.
/// </summary>
public sealed class SurvivalCurve
{
    private readonly List<SurvivalPoint> points = [];

    private SurvivalCurve(ReadOnlySpan<double> times, ReadOnlySpan<bool> ended)
    {
        var order = times.ToArray();
        var events = ended.ToArray();
        Array.Sort(order, events);
        var (surviving, greenwood) = (1.0, 0.0);
        for (var i = 0; i < order.Length;)
        {
            var (time, atRisk, ends) = (order[i], order.Length - i, 0);
            for (; i < order.Length && order[i] == time; i++)
            {
                ends += events[i] ? 1 : 0;
            }
            surviving *= 1 - ((double)ends / atRisk);
            greenwood += ends == 0 ? 0 : (double)ends / ((double)atRisk * (atRisk - ends));
            points.Add(new SurvivalPoint(time, atRisk, ends, surviving, surviving > 0 ? surviving * Math.Sqrt(greenwood) : 0));
            Ended += ends;
        }
        Count = order.Length;
    }

    public int Count { get; }

    /// <summary>How many ended; the others are known not to have until their time.</summary>
    public int Ended { get; }

    /// <summary>Each different time, ascending.</summary>
    public IReadOnlyList<SurvivalPoint> Points => points;

    public static SurvivalCurve Of(ReadOnlySpan<double> times, ReadOnlySpan<bool> ended) => new(times, ended);

    /// <summary>The part that goes on beyond a time. Beyond the last time that was seen it is that of the last.</summary>
    public double At(double time) => PointAt(time).Surviving;

    /// <summary>The newest point as of a time; before the first all go on.</summary>
    public SurvivalPoint PointAt(double time)
    {
        var (low, high) = (0, points.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = points[middle].Time <= time ? (middle + 1, high) : (low, middle);
        }
        return low == 0 ? new SurvivalPoint(0, Count, 0, 1, 0) : points[low - 1];
    }

    /// <summary>Between what the part at a point lies with such probability.</summary>
    public static (double Low, double High) Interval(in SurvivalPoint point, double level = 0.95)
    {
        if (point.Surviving <= 0)
        {
            return (0, 0);
        }
        var reach = Normal.InvCDF(0, 1, (1 + level) / 2) * point.Error / point.Surviving;
        return (point.Surviving * Math.Exp(-reach), Math.Min(1, point.Surviving * Math.Exp(reach)));
    }

    /// <summary>The least time by which the part that goes on has fallen to <paramref name="surviving"/> or below, and between what it lies; null where it does not fall so far.</summary>
    public (double? Time, double? Low, double? High) Quantile(double surviving, double level = 0.95)
    {
        double? First(Func<SurvivalPoint, double> of)
        {
            foreach (var point in points)
            {
                // A half is a half, whatever the order of multiplications leaves of it.
                if (point.Ended > 0 && of(point) <= surviving + 1e-12)
                {
                    return point.Time;
                }
            }
            return null;
        }
        return (First(point => point.Surviving), First(point => Interval(point, level).Low), First(point => Interval(point, level).High));
    }

    /// <summary>The mean time until the end within <paramref name="horizon"/>: the area under the curve.</summary>
    public double MeanWithin(double horizon)
    {
        var (area, before, surviving) = (0.0, 0.0, 1.0);
        foreach (var point in points.TakeWhile(point => point.Time < horizon))
        {
            area += surviving * (point.Time - before);
            (before, surviving) = (point.Time, point.Surviving);
        }
        return area + (surviving * (horizon - before));
    }
}
