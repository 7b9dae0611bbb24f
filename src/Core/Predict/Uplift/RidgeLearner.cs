using Ciclo.Core.Predict.Fitting;

namespace Ciclo.Core.Predict.Uplift;

/// <summary>
/// A linear or logistic regression with a slight ridge (A. E. Hoerl, R. W. Kennard 1970), by iterated least squares: the base learner of uplift. Columns are expected to be about
/// standardised.
/// </summary>
internal sealed class RidgeLearner
{
    private const int MostSteps = 25;

    private readonly double[] weights;
    private readonly bool isLogistic;

    private RidgeLearner(double[] weights, bool isLogistic) => (this.weights, this.isLogistic) = (weights, isLogistic);

    /// <summary>Fits outcomes (0 or 1 where logistic) of the rows that are listed; a row has <paramref name="width"/> values.</summary>
    internal static RidgeLearner Fitted(double[] values, int width, ReadOnlySpan<int> rows, ReadOnlySpan<double> outcomes, bool isLogistic, double ridge = 1)
    {
        var n = width + 1;
        var (weights, hessian, gradient) = (new double[n], new double[n * n], new double[n]);
        for (var step = 0; step < MostSteps; step++)
        {
            Array.Clear(hessian);
            Array.Clear(gradient);
            for (var r = 0; r < rows.Length; r++)
            {
                var row = values.AsSpan(rows[r] * width, width);
                var guess = Score(weights, row, isLogistic);
                Add(row, outcomes[r] - guess, isLogistic ? Math.Max(guess * (1 - guess), 1e-9) : 1, hessian, gradient, n);
            }
            for (var k = 0; k < n; k++)
            {
                hessian[(k * n) + k] += k == 0 ? 1e-9 : ridge;
                gradient[k] -= k == 0 ? 0 : ridge * weights[k];
            }
            if (!SymmetricMatrix.TryFactor(hessian, n))
            {
                break;
            }
            SymmetricMatrix.Solve(hessian, gradient);
            var moved = 0.0;
            for (var k = 0; k < n; k++)
            {
                weights[k] += gradient[k];
                moved = Math.Max(moved, Math.Abs(gradient[k]));
            }
            if (!isLogistic || moved < 1e-8)
            {
                break;
            }
        }
        return new RidgeLearner(weights, isLogistic);
    }

    internal double Guess(ReadOnlySpan<double> row) => Score(weights, row, isLogistic);

    private static double Score(double[] weights, ReadOnlySpan<double> row, bool isLogistic)
    {
        var sum = weights[0];
        for (var k = 0; k < row.Length; k++)
        {
            sum += weights[k + 1] * row[k];
        }
        return isLogistic ? 1 / (1 + Math.Exp(-sum)) : sum;
    }

    /// <summary>Zeros are passed over: most columns of texts are.</summary>
    private static void Add(ReadOnlySpan<double> row, double residual, double weight, double[] hessian, double[] gradient, int n)
    {
        gradient[0] += residual;
        hessian[0] += weight;
        for (var i = 1; i < n; i++)
        {
            var x = row[i - 1];
            if (x == 0)
            {
                continue;
            }
            gradient[i] += residual * x;
            var part = weight * x;
            hessian[i * n] += part;
            var line = hessian.AsSpan(i * n, i + 1);
            for (var j = 1; j <= i; j++)
            {
                line[j] += part * row[j - 1];
            }
        }
    }
}
