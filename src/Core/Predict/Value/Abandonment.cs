using System.Numerics;
using MathNet.Numerics.Integration;

namespace Ciclo.Core.Predict.Value;

/// <summary>
/// ∫ (α+τ)^−ν · (β+τ)^−(s+1) dτ over an interval, to some twelve digits: what the Pareto/NBD's papers write as a difference of two hypergeometric functions, which cancels or overflows
/// where customers order often. Gauss and Legendre's rule in v = ln(min(α,β)+τ), in which the integrand is smooth however near to 0 its poles lie.
/// </summary>
internal static class Abandonment
{
    internal const int Nodes = 32;

    /// <summary>e^−60 of the largest part is nothing beside it.</summary>
    private const double Deep = 60;

    internal static readonly double[] At = new double[Nodes];

    internal static readonly double[] LogWeight = new double[Nodes];

    static Abandonment()
    {
        var rule = new GaussLegendreRule(0, 1, Nodes);
        for (var i = 0; i < Nodes; i++)
        {
            (At[i], LogWeight[i]) = (rule.GetAbscissa(i), Math.Log(rule.GetWeight(i)));
        }
    }

    /// <summary>The logarithm of the integral from <paramref name="from"/> to <paramref name="to"/>; −∞ where they are the same.</summary>
    internal static double Log(double alpha, double beta, double rate, double s, double from, double to)
    {
        Span<double> total = stackalloc double[Nodes];
        Span<double> ofAlpha = stackalloc double[Nodes];
        Span<double> ofBeta = stackalloc double[Nodes];
        return Lay(alpha, beta, rate, s, from, to, total, ofAlpha, ofBeta);
    }

    /// <summary>The same; writes the nodes' parts of the integral (which sum to 1) and ln(α+τ), ln(β+τ) there.</summary>
    internal static double Lay(double alpha, double beta, double rate, double s, double from, double to, Span<double> parts, Span<double> logAlpha, Span<double> logBeta)
    {
        var near = Math.Min(alpha, beta);
        var start = near + from;
        var length = Math.Log((near + to) / start);
        if (!(length > 0))
        {
            parts.Clear();
            logAlpha.Fill(Math.Log(alpha + from));
            logBeta.Fill(Math.Log(beta + from));
            return double.NegativeInfinity;
        }
        var (far, origin) = (Math.Max(alpha, beta) - near, Math.Log(start));
        length = Cut(length, start, far, alpha <= beta, rate, s);
        var most = new Vector<double>(double.NegativeInfinity);
        for (var i = 0; i < Nodes; i += Vector<double>.Count)
        {
            var v = new Vector<double>(origin) + (new Vector<double>(length) * new Vector<double>(At, i));
            var other = Vector.Log(new Vector<double>(far) + Vector.Exp(v));
            var (la, lb) = alpha <= beta ? (v, other) : (other, v);
            var log = new Vector<double>(LogWeight, i) + v - (new Vector<double>(rate) * la) - (new Vector<double>(s + 1) * lb);
            most = Vector.Max(most, log);
            log.CopyTo(parts[i..]);
            la.CopyTo(logAlpha[i..]);
            lb.CopyTo(logBeta[i..]);
        }
        var peak = most[0];
        for (var i = 1; i < Vector<double>.Count; i++)
        {
            peak = Math.Max(peak, most[i]);
        }
        var sum = Vector<double>.Zero;
        for (var i = 0; i < Nodes; i += Vector<double>.Count)
        {
            var part = Vector.Exp(new Vector<double>(parts[i..]) - new Vector<double>(peak));
            sum += part;
            part.CopyTo(parts[i..]);
        }
        var total = Vector.Sum(sum);
        for (var i = 0; i < Nodes; i += Vector<double>.Count)
        {
            (new Vector<double>(parts[i..]) / new Vector<double>(total)).CopyTo(parts[i..]);
        }
        return peak + Math.Log(total * length);
    }

    /// <summary>Where the integrand has fallen so far that the rest does not count, the nodes are kept for what does.</summary>
    private static double Cut(double length, double start, double far, bool isAlphaNear, double rate, double s)
    {
        var (powerNear, powerFar) = isAlphaNear ? (rate - 1, s + 1) : (s, rate);
        double Fall(double v) => (powerNear * v) + (powerFar * Math.Log((far + (start * Math.Exp(v))) / (far + start)));
        if (Fall(length) <= Deep)
        {
            return length;
        }
        var (shallow, deep) = (0.0, length);
        for (var i = 0; i < 60 && deep - shallow > 0.05 * deep; i++)
        {
            var middle = (shallow + deep) / 2;
            (shallow, deep) = Fall(middle) > Deep ? (shallow, middle) : (middle, deep);
        }
        return deep;
    }
}
