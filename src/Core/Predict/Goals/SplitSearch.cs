namespace Ciclo.Core.Predict.Goals;

/// <summary>Which bins of a column go left, and what that gains; a gain of 0 is no split.</summary>
internal readonly struct Split(double gain, int feature, ulong word0, ulong word1, ulong word2, ulong word3)
{
    public double Gain => gain;

    public int Feature => feature;

    public bool GoesLeft(byte bin) => ((Word(bin >> 6) >> (bin & 63)) & 1) != 0;

    public ulong Word(int place) => place switch { 0 => word0, 1 => word1, 2 => word2, _ => word3 };

    public static Split Of(double gain, int feature, ReadOnlySpan<ulong> words) => new(gain, feature, words[0], words[1], words[2], words[3]);
}

/// <summary>
/// The best split of a leaf on one column, by the gain of second-order steps (T. Chen and C. Guestrin, XGBoost, KDD 2016, eq. 7). Missing values go to the side where they gain more.
/// </summary>
internal readonly struct SplitSearch(double gradientUnit, double curvatureUnit, BoostedOptions options)
{
    private readonly double ridge = options.Ridge;
    private readonly double leastCurvature = options.LeastCurvature;

    public Split OfNumbers(int feature, ReadOnlySpan<long> sums)
    {
        var (total, missing) = (Sum(sums), Unpack(sums[0]));
        var whole = Score(total);
        var (best, bestBin, bestMissingLeft) = (0.0, 0, false);
        var below = (Gradient: 0.0, Curvature: 0.0);
        for (var bin = 1; bin < sums.Length - 1; bin++)
        {
            if (sums[bin] == 0)
            {
                continue;
            }
            var here = Unpack(sums[bin]);
            below = (below.Gradient + here.Gradient, below.Curvature + here.Curvature);
            var gain = Gain(below, total, whole);
            if (gain > best)
            {
                (best, bestBin, bestMissingLeft) = (gain, bin, false);
            }
            if (missing.Curvature > 0 && (gain = Gain((below.Gradient + missing.Gradient, below.Curvature + missing.Curvature), total, whole)) > best)
            {
                (best, bestBin, bestMissingLeft) = (gain, bin, true);
            }
        }
        // Missing against all that are there.
        if (missing.Curvature > 0 && Gain(missing, total, whole) is var alone && alone > best)
        {
            (best, bestBin, bestMissingLeft) = (alone, 0, true);
        }
        if (best <= 0)
        {
            return default;
        }
        Span<ulong> words = stackalloc ulong[4];
        words.Clear();
        for (var bin = bestMissingLeft ? 0 : 1; bin <= bestBin; bin++)
        {
            words[bin >> 6] |= 1UL << (bin & 63);
        }
        return Split.Of(best, feature, words);
    }

    public Split OneAgainstRest(int feature, ReadOnlySpan<long> sums)
    {
        var total = Sum(sums);
        var whole = Score(total);
        var (best, bestBin) = (0.0, -1);
        for (var bin = 0; bin < sums.Length; bin++)
        {
            if (sums[bin] != 0 && Gain(Unpack(sums[bin]), total, whole) is var gain && gain > best)
            {
                (best, bestBin) = (gain, bin);
            }
        }
        return bestBin < 0 ? default : new Split(best, feature, 1UL << bestBin, 0, 0, 0);
    }

    public Split OfOrdered(int feature, ReadOnlySpan<long> sums, double smoothing)
    {
        Span<double> slopes = stackalloc double[256];
        Span<int> order = stackalloc int[256];
        var count = 0;
        for (var bin = 0; bin < sums.Length; bin++)
        {
            if (sums[bin] != 0)
            {
                var here = Unpack(sums[bin]);
                slopes[count] = here.Gradient / (here.Curvature + smoothing);
                order[count++] = bin;
            }
        }
        slopes[..count].Sort(order[..count]);
        var total = Sum(sums);
        var (whole, best, bestCount) = (Score(total), 0.0, 0);
        var below = (Gradient: 0.0, Curvature: 0.0);
        for (var i = 0; i < count - 1; i++)
        {
            var here = Unpack(sums[order[i]]);
            below = (below.Gradient + here.Gradient, below.Curvature + here.Curvature);
            if (Gain(below, total, whole) is var gain && gain > best)
            {
                (best, bestCount) = (gain, i + 1);
            }
        }
        if (bestCount == 0)
        {
            return default;
        }
        Span<ulong> words = stackalloc ulong[4];
        words.Clear();
        foreach (var bin in order[..bestCount])
        {
            words[bin >> 6] |= 1UL << (bin & 63);
        }
        return Split.Of(best, feature, words);
    }

    private (double Gradient, double Curvature) Sum(ReadOnlySpan<long> sums)
    {
        var total = 0L;
        foreach (var word in sums)
        {
            total += word;
        }
        return Unpack(total);
    }

    private (double Gradient, double Curvature) Unpack(long word) => ((word >> 32) * gradientUnit, (uint)word * curvatureUnit);

    private double Gain((double Gradient, double Curvature) left, (double Gradient, double Curvature) total, double whole)
    {
        var right = (Gradient: total.Gradient - left.Gradient, Curvature: total.Curvature - left.Curvature);
        return left.Curvature < leastCurvature || right.Curvature < leastCurvature ? 0 : Score(left) + Score(right) - whole;
    }

    private double Score((double Gradient, double Curvature) side) => side.Gradient * side.Gradient / (side.Curvature + ridge);
}
