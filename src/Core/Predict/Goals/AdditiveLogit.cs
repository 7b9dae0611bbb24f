using System.Numerics.Tensors;

namespace Ciclo.Core.Predict.Goals;

/// <summary>
/// Logistic regression with a ridge penalty (S. le Cessie and J. van Houwelingen, Ridge estimators in logistic regression, Applied Statistics 41, 1992). Each column adds a
/// log-odds of its own: categories one for each label; numbers a line, in the value and in its rank, that may bend at five quantiles (a linear spline); missing values one of their own.
/// The columns do not act on each other, so that what a column adds is exact.
/// </summary>
public sealed class AdditiveLogit
{
    private const int Knots = 5;
    private const int FewBins = 8;
    private const double Farthest = 4;

    private readonly double[][] added;

    private AdditiveLogit(double intercept, double[][] added, double penalty)
    {
        Intercept = intercept;
        this.added = added;
        Penalty = penalty;
    }

    /// <summary>The mean log-odds of the rows that it was trained on.</summary>
    public double Intercept { get; }

    /// <summary>The strength of the penalty: half of it, times the squares of all weights, is added to the log loss summed over rows.</summary>
    public double Penalty { get; }

    /// <summary>The log-odds that a bin of a column adds; their mean over the rows that it was trained on is 0.</summary>
    public double Added(int feature, byte bin) => bin < added[feature].Length ? added[feature][bin] : 0;

    internal void Write(BinaryWriter to)
    {
        to.Write(Intercept);
        to.Write(Penalty);
        to.Put(added, to.Put);
    }

    internal static AdditiveLogit Read(BinaryReader from)
    {
        var (intercept, penalty) = (from.ReadDouble(), from.ReadDouble());
        return new AdditiveLogit(intercept, from.List(from.Doubles), penalty);
    }

    public double[] Scores(BinnedTable table)
    {
        var scores = new double[table.Rows];
        Array.Fill(scores, Intercept);
        AddUp(table, added, scores);
        return scores;
    }

    /// <summary>
    /// One model for each penalty, from the strongest on, each begun where the one before ended.
    /// </summary>
    public static List<AdditiveLogit> Path(BinnedTable table, BinnedFeature[] features, bool[] target, IReadOnlyList<double> penalties)
    {
        var design = new Design(table, features, target);
        var point = design.Origin();
        var models = new List<AdditiveLogit>();
        foreach (var penalty in penalties)
        {
            new Minimizer(point.Length).Run(
                (at, gradient) => design.Loss(at, gradient, penalty), point, design.Curvature(penalty), mostSteps: 150, tolerance: 1e-6);
            models.Add(design.ModelAt(point, penalty));
        }
        return models;
    }

    private static void AddUp(BinnedTable table, double[][] added, double[] scores)
    {
        for (var j = 0; j < added.Length; j++)
        {
            var (bins, values) = (table[j], new double[256]);
            added[j].CopyTo(values, 0);
            for (var i = 0; i < scores.Length; i++)
            {
                scores[i] += values[bins[i]];
            }
        }
    }

    /// <summary>The rows as counts and basis functions a bin. The first parameter is the intercept.</summary>
    private sealed class Design
    {
        private readonly BinnedTable table;
        private readonly double[] target;
        private readonly double[][][] bases;
        private readonly double[][] shares;
        private readonly double[] scores;
        private readonly double[] odds;
        private readonly double rate;
        private readonly int size = 1;

        public Design(BinnedTable table, BinnedFeature[] features, bool[] target)
        {
            this.table = table;
            this.target = Array.ConvertAll(target, one => one ? 1.0 : 0.0);
            rate = Math.Clamp(this.target.Sum() / target.Length, 1e-6, 1 - 1e-6);
            shares = new double[features.Length][];
            bases = new double[features.Length][][];
            for (var j = 0; j < features.Length; j++)
            {
                var counts = new double[features[j].Bins];
                foreach (var bin in table[j])
                {
                    counts[bin]++;
                }
                TensorPrimitives.Divide(counts, target.Length, counts);
                shares[j] = counts;
                bases[j] = features[j].IsNumeric ? Splines(features[j], counts) : Indicators(counts);
                size += bases[j].Length;
            }
            scores = new double[target.Length];
            odds = new double[target.Length];
        }

        public double[] Origin()
        {
            var origin = new double[size];
            origin[0] = Math.Log(rate / (1 - rate));
            return origin;
        }

        public double[] Curvature(double penalty)
        {
            var (weight, at) = (rate * (1 - rate) * target.Length, 1);
            var curvature = new double[size];
            curvature[0] = weight;
            for (var j = 0; j < bases.Length; j++)
            {
                foreach (var basis in bases[j])
                {
                    curvature[at++] = (weight * TensorPrimitives.Dot<double>(shares[j], Squares(basis))) + penalty;
                }
            }
            return curvature;
        }

        public double Loss(ReadOnlySpan<double> point, Span<double> gradient, double penalty)
        {
            Array.Fill(scores, point[0]);
            AddUp(table, Values(point), scores);
            // log(1 + e^s) − y s, and its slope, without an overflow on either side.
            TensorPrimitives.Sigmoid<double>(scores, odds);
            var (loss, product) = (0.0, 1.0);
            for (var i = 0; i < scores.Length; i++)
            {
                var score = scores[i];
                loss += Math.Max(score, 0) - (score * target[i]);
                // Each factor is a half at least, so that the logarithm is taken once for many.
                product *= Math.Max(odds[i], 1 - odds[i]);
                if ((i & 511) == 511)
                {
                    loss -= Math.Log(product);
                    product = 1;
                }
            }
            loss -= Math.Log(product);
            TensorPrimitives.Subtract<double>(odds, target, odds);
            gradient[0] = TensorPrimitives.Sum<double>(odds);
            var (at, sums) = (1, new double[256]);
            for (var j = 0; j < bases.Length; j++)
            {
                Array.Clear(sums);
                var bins = table[j];
                for (var i = 0; i < bins.Length; i++)
                {
                    sums[bins[i]] += odds[i];
                }
                foreach (var basis in bases[j])
                {
                    gradient[at] = TensorPrimitives.Dot(basis, sums.AsSpan(0, basis.Length)) + (penalty * point[at]);
                    at++;
                }
            }
            return loss + (penalty / 2 * TensorPrimitives.SumOfSquares(point[1..]));
        }

        public AdditiveLogit ModelAt(ReadOnlySpan<double> point, double penalty)
        {
            var (values, intercept) = (Values(point), point[0]);
            for (var j = 0; j < values.Length; j++)
            {
                var mean = TensorPrimitives.Dot<double>(values[j], shares[j]);
                TensorPrimitives.Subtract(values[j], mean, values[j]);
                intercept += mean;
            }
            return new(intercept, values, penalty);
        }

        private double[][] Values(ReadOnlySpan<double> point)
        {
            var (values, at) = (new double[bases.Length][], 1);
            for (var j = 0; j < bases.Length; j++)
            {
                values[j] = new double[shares[j].Length];
                foreach (var basis in bases[j])
                {
                    TensorPrimitives.MultiplyAdd(basis, point[at++], values[j], values[j]);
                }
            }
            return values;
        }

        private static double[] Squares(double[] basis) => Array.ConvertAll(basis, value => value * value);

        private static double[][] Indicators(double[] shares) => [.. Enumerable.Range(0, shares.Length).Where(bin => shares[bin] > 0).Select(bin => Indicator(shares.Length, bin))];

        private static double[] Indicator(int size, int bin)
        {
            var one = new double[size];
            one[bin] = 1;
            return one;
        }

        private static double[][] Splines(BinnedFeature feature, double[] shares)
        {
            var bins = shares.Length;
            var splines = new List<double[]>();
            if (shares[0] > 0)
            {
                splines.Add(Indicator(bins, 0));
            }
            if (shares[0] >= 1)
            {
                return [.. splines];
            }
            var (value, rank, below) = (new double[bins], new double[bins], 0.0);
            for (var bin = 1; bin < bins; bin++)
            {
                value[bin] = feature.Middles[bin];
                rank[bin] = (below + (shares[bin] / 2)) / (1 - shares[0]);
                below += shares[bin];
            }
            splines.Add(Standard(value, shares));
            if (bins - 1 > FewBins)
            {
                splines.Add(Standard(rank, shares));
                for (var knot = 1; knot <= Knots; knot++)
                {
                    var from = (double)knot / (Knots + 1);
                    splines.Add(Standard(Array.ConvertAll(rank, at => Math.Max(0, at - from)), shares));
                }
            }
            else if (bins - 1 > 2)
            {
                splines.AddRange(Enumerable.Range(1, bins - 1).Where(bin => shares[bin] > 0).Select(bin => Indicator(bins, bin)));
            }
            return [.. splines];
        }

        /// <summary>With mean 0 and deviation 1 over the values that are there, nothing farther out than four deviations; missing is 0.</summary>
        private static double[] Standard(double[] values, double[] shares)
        {
            var there = 1 - shares[0];
            var (mean, square) = (0.0, 0.0);
            for (var bin = 1; bin < values.Length; bin++)
            {
                mean += shares[bin] / there * values[bin];
            }
            for (var bin = 1; bin < values.Length; bin++)
            {
                square += shares[bin] / there * (values[bin] - mean) * (values[bin] - mean);
            }
            var standard = new double[values.Length];
            for (var bin = 1; bin < values.Length && square > 0; bin++)
            {
                standard[bin] = Math.Clamp((values[bin] - mean) / Math.Sqrt(square), -Farthest, Farthest);
            }
            return standard;
        }
    }
}
