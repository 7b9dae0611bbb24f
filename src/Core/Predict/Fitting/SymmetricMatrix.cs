namespace Ciclo.Core.Predict.Fitting;

/// <summary>The little that small fits need of linear algebra: Cholesky's factors (A.-L. Cholesky, 1910) of a symmetric matrix, row by row in one span.</summary>
internal static class SymmetricMatrix
{
    /// <summary>Solves (−curvature + damping·|its diagonal|)·step = gradient; false where that matrix is not positive.</summary>
    internal static bool TrySolveNegative(ReadOnlySpan<double> curvature, ReadOnlySpan<double> gradient, double damping, Span<double> step)
    {
        var n = gradient.Length;
        var factor = new double[n * n];
        for (var i = 0; i < factor.Length; i++)
        {
            factor[i] = -curvature[i];
        }
        for (var i = 0; i < n; i++)
        {
            factor[(i * n) + i] += damping * Math.Max(Math.Abs(curvature[(i * n) + i]), 1e-8);
        }
        if (!TryFactor(factor, n))
        {
            return false;
        }
        gradient.CopyTo(step);
        Solve(factor, step);
        return true;
    }

    /// <summary>(−curvature)⁻¹; NaN where the ground is not concave, for then there is no such thing.</summary>
    internal static double[,] InverseOfNegative(ReadOnlySpan<double> curvature, int n)
    {
        var inverse = new double[n, n];
        var (unit, column) = (new double[n], new double[n]);
        for (var j = 0; j < n; j++)
        {
            Array.Clear(unit);
            unit[j] = 1;
            if (!TrySolveNegative(curvature, unit, 0, column))
            {
                Array.Fill(column, double.NaN);
            }
            for (var i = 0; i < n; i++)
            {
                inverse[i, j] = column[i];
            }
        }
        return inverse;
    }

    /// <summary>Replaces a matrix by its lower factor; false where it is not positive.</summary>
    internal static bool TryFactor(double[] matrix, int n)
    {
        for (var j = 0; j < n; j++)
        {
            for (var i = j; i < n; i++)
            {
                var sum = matrix[(i * n) + j];
                for (var k = 0; k < j; k++)
                {
                    sum -= matrix[(i * n) + k] * matrix[(j * n) + k];
                }
                if (i > j)
                {
                    matrix[(i * n) + j] = sum / matrix[(j * n) + j];
                }
                else if (sum > 1e-14 * Math.Abs(matrix[(j * n) + j]))
                {
                    matrix[(j * n) + j] = Math.Sqrt(sum);
                }
                else
                {
                    return false;
                }
            }
        }
        return true;
    }

    /// <summary>Solves by a factor, in place.</summary>
    internal static void Solve(double[] factor, Span<double> right)
    {
        var n = right.Length;
        for (var i = 0; i < n; i++)
        {
            for (var k = 0; k < i; k++)
            {
                right[i] -= factor[(i * n) + k] * right[k];
            }
            right[i] /= factor[(i * n) + i];
        }
        for (var i = n - 1; i >= 0; i--)
        {
            for (var k = i + 1; k < n; k++)
            {
                right[i] -= factor[(k * n) + i] * right[k];
            }
            right[i] /= factor[(i * n) + i];
        }
    }
}
