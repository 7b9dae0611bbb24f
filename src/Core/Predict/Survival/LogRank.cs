using Ciclo.Core.Predict.Fitting;
using MathNet.Numerics.Distributions;

namespace Ciclo.Core.Predict.Survival;

/// <summary>Whether groups end alike: χ², its degrees of freedom, and the probability of as much where they do.</summary>
public readonly record struct LogRank(double ChiSquare, int Degrees, double Probability)
{
    /// <summary>
    /// The log-rank test (N. Mantel, Evaluation of survival data and two new rank order statistics, 1966; R. Peto, J. Peto, 1972) over any number of groups, numbered from 0. Groups that are never at
    /// risk where somebody ends do not count.
    /// </summary>
    public static LogRank Of(ReadOnlySpan<double> times, ReadOnlySpan<bool> ended, ReadOnlySpan<int> groups, int groupCount)
    {
        var order = Enumerable.Range(0, times.Length).ToArray();
        Array.Sort(times.ToArray(), order);
        var (atRisk, difference, variance) = (new double[groupCount], new double[groupCount], new double[groupCount * groupCount]);
        foreach (var group in groups)
        {
            atRisk[group]++;
        }
        var (all, ends, leaving) = ((double)times.Length, new double[groupCount], new double[groupCount]);
        for (var i = 0; i < order.Length;)
        {
            var time = times[order[i]];
            Array.Clear(ends);
            Array.Clear(leaving);
            for (; i < order.Length && times[order[i]] == time; i++)
            {
                leaving[groups[order[i]]]++;
                ends[groups[order[i]]] += ended[order[i]] ? 1 : 0;
            }
            var total = ends.Sum();
            for (var g = 0; total > 0 && g < groupCount; g++)
            {
                difference[g] += ends[g] - (total * atRisk[g] / all);
                for (var h = 0; all > 1 && h < groupCount; h++)
                {
                    variance[(g * groupCount) + h] += total * (all - total) / (all - 1) * atRisk[g] / all * ((g == h ? 1 : 0) - (atRisk[h] / all));
                }
            }
            for (var g = 0; g < groupCount; g++)
            {
                atRisk[g] -= leaving[g];
                all -= leaving[g];
            }
        }
        return Test(difference, variance, groupCount);
    }

    /// <summary>The differences add up to nothing, so one group says what the others leave: the last of those with a variance is left out.</summary>
    private static LogRank Test(double[] difference, double[] variance, int groupCount)
    {
        var used = Enumerable.Range(0, groupCount).Where(g => variance[(g * groupCount) + g] > 1e-12).SkipLast(1).ToArray();
        var n = used.Length;
        var matrix = new double[n * n];
        for (var i = 0; i < n * n; i++)
        {
            matrix[i] = variance[(used[i / n] * groupCount) + used[i % n]];
        }
        var wanted = Array.ConvertAll(used, g => difference[g]);
        var solved = wanted.ToArray();
        if (n == 0 || !SymmetricMatrix.TryFactor(matrix, n))
        {
            return new LogRank(0, n, 1);
        }
        SymmetricMatrix.Solve(matrix, solved);
        var chi = wanted.Zip(solved, (a, b) => a * b).Sum();
        return new LogRank(chi, n, 1 - ChiSquared.CDF(n, Math.Max(0, chi)));
    }
}
