using Ciclo.Core.Predict.Fitting;

namespace Ciclo.Core.Predict.Survival;

/// <summary>How ends at one time are taken: as if one after the other by chance (Efron, near to the truth), or each beside all (Breslow, quicker and lower).</summary>
public enum Ties
{
    Efron = 0,
    Breslow = 1,
}

/// <summary>
/// Proportional hazards (D. R. Cox, Regression models and life-tables, JRSS B 34, 1972) with ties by B. Efron (JASA 72, 1977) or N. E. Breslow (1974): what multiplies the risk of an end,
/// whatever the risk is over time.
/// </summary>
public sealed class CoxModel
{
    private CoxModel(Fit fit, double nullLogLikelihood, double concordance) => (Fit, NullLogLikelihood, Concordance) = (fit, nullLogLikelihood, concordance);

    /// <summary>A coefficient is the logarithm of what one more of its column multiplies the risk by.</summary>
    public Fit Fit { get; }

    /// <summary>Of the model in which nothing matters.</summary>
    public double NullLogLikelihood { get; }

    /// <summary>Of the pairs of which one is known to have ended first, how often the model gave that one the higher risk; equal risks count half (F. E. Harrell, JAMA 247, 1982).</summary>
    public double Concordance { get; }

    /// <summary>Fits coefficients to columns; each column has a value for each time.</summary>
    public static CoxModel Fitted(IReadOnlyList<string> names, IReadOnlyList<double[]> columns, ReadOnlySpan<double> times, ReadOnlySpan<bool> ended, Ties ties = Ties.Efron)
    {
        var rows = new Rows(columns, times, ended, ties);
        var start = new double[columns.Count];
        var none = rows.LogLikelihood(start, new double[start.Length], new double[start.Length * start.Length]);
        var fit = Ascent.OfReal(names, rows.LogLikelihood, start);
        return new CoxModel(fit, none, rows.ConcordanceOf(fit.Parameters));
    }

    private sealed class Rows
    {
        private readonly int width;
        private readonly Ties ties;
        private readonly double[] times;
        private readonly bool[] ended;

        /// <summary>Row by row, latest first, less the column's mean.</summary>
        private readonly double[] values;

        public Rows(IReadOnlyList<double[]> columns, ReadOnlySpan<double> times, ReadOnlySpan<bool> ended, Ties ties)
        {
            (width, this.ties) = (columns.Count, ties);
            var order = Enumerable.Range(0, times.Length).ToArray();
            Array.Sort(times.ToArray(), order);
            Array.Reverse(order);
            this.times = new double[order.Length];
            this.ended = new bool[order.Length];
            values = new double[order.Length * width];
            var means = columns.Select(column => column.Average()).ToArray();
            for (var i = 0; i < order.Length; i++)
            {
                (this.times[i], this.ended[i]) = (times[order[i]], ended[order[i]]);
                for (var k = 0; k < width; k++)
                {
                    values[(i * width) + k] = columns[k][order[i]] - means[k];
                }
            }
        }

        /// <summary>The partial likelihood: at each time at which somebody ends, who it was of those still at risk.</summary>
        public double LogLikelihood(ReadOnlySpan<double> parameters, Span<double> gradient, Span<double> curvature)
        {
            gradient.Clear();
            curvature.Clear();
            var (risk, ending) = (new Sums(width), new Sums(width));
            var height = 0.0;
            for (var i = 0; i < times.Length;)
            {
                var (time, ends) = (times[i], 0);
                ending.Clear();
                for (; i < times.Length && times[i] == time; i++)
                {
                    var row = values.AsSpan(i * width, width);
                    var score = 0.0;
                    for (var k = 0; k < width; k++)
                    {
                        score += row[k] * parameters[k];
                    }
                    var weight = Math.Exp(score);
                    risk.Add(weight, row);
                    if (ended[i])
                    {
                        ends++;
                        height += score;
                        ending.Add(weight, row);
                        for (var k = 0; k < width; k++)
                        {
                            gradient[k] += row[k];
                        }
                    }
                }
                for (var l = 0; l < ends; l++)
                {
                    height -= risk.Take(ending, ties == Ties.Efron ? (double)l / ends : 0, gradient, curvature);
                }
            }
            return height;
        }

        public double ConcordanceOf(double[] parameters)
        {
            var scores = new double[times.Length];
            for (var i = 0; i < scores.Length; i++)
            {
                for (var k = 0; k < width; k++)
                {
                    scores[i] += values[(i * width) + k] * parameters[k];
                }
            }
            var levels = scores.Distinct().Order().ToArray();
            var ranks = Array.ConvertAll(scores, score => Array.BinarySearch(levels, score) + 1);
            var tree = new long[levels.Length + 1];
            var (pairs, right, later) = (0.0, 0.0, 0L);
            for (var i = 0; i < times.Length;)
            {
                var first = i;
                while (i < times.Length && times[i] == times[first])
                {
                    i++;
                }
                // Who is lost sight of at a time went on beyond it; two ends at one time are no pair.
                Put(first, i, false);
                for (var j = first; j < i; j++)
                {
                    if (ended[j])
                    {
                        var (below, upTo) = (CountUpTo(tree, ranks[j] - 1), CountUpTo(tree, ranks[j]));
                        pairs += later;
                        right += below + ((upTo - below) / 2.0);
                    }
                }
                Put(first, i, true);
            }
            return pairs > 0 ? right / pairs : 0.5;

            void Put(int from, int to, bool thoseWhoEnded)
            {
                for (var j = from; j < to; j++)
                {
                    if (ended[j] == thoseWhoEnded)
                    {
                        later++;
                        for (var at = ranks[j]; at < tree.Length; at += at & -at)
                        {
                            tree[at]++;
                        }
                    }
                }
            }
        }

        private static long CountUpTo(long[] tree, int rank)
        {
            var sum = 0L;
            for (; rank > 0; rank -= rank & -rank)
            {
                sum += tree[rank];
            }
            return sum;
        }
    }

    /// <summary>Weights of a set of rows, and their first two moments.</summary>
    private sealed class Sums(int width)
    {
        private readonly double[] first = new double[width];
        private readonly double[] second = new double[width * width];
        private double weights;

        public void Clear()
        {
            weights = 0;
            Array.Clear(first);
            Array.Clear(second);
        }

        public void Add(double weight, ReadOnlySpan<double> row)
        {
            weights += weight;
            for (var i = 0; i < width; i++)
            {
                var part = weight * row[i];
                first[i] += part;
                for (var j = 0; j <= i; j++)
                {
                    second[(i * width) + j] += part * row[j];
                }
            }
        }

        /// <summary>Takes one end's share out of the derivatives and answers the logarithm of the weights at risk, of those who end a part less.</summary>
        public double Take(Sums ending, double part, Span<double> gradient, Span<double> curvature)
        {
            var left = weights - (part * ending.weights);
            for (var i = 0; i < width; i++)
            {
                var mean = (first[i] - (part * ending.first[i])) / left;
                gradient[i] -= mean;
                for (var j = 0; j <= i; j++)
                {
                    var at = (i * width) + j;
                    var covariance = ((second[at] - (part * ending.second[at])) / left) - (mean * (first[j] - (part * ending.first[j])) / left);
                    curvature[at] -= covariance;
                    if (i != j)
                    {
                        curvature[(j * width) + i] -= covariance;
                    }
                }
            }
            return Math.Log(left);
        }
    }
}
