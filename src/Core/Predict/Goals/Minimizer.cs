using System.Numerics.Tensors;

namespace Ciclo.Core.Predict.Goals;

/// <summary>Gives the value at a point and writes its gradient.</summary>
internal delegate double SmoothFunction(ReadOnlySpan<double> point, Span<double> gradient);

/// <summary>
/// The least of a smooth convex function by L-BFGS (D. Liu and J. Nocedal, On the limited memory BFGS method for large scale optimization, Math. Programming 45, 1989, algorithm 2.1),
/// started from a diagonal guess of the curvature.
/// </summary>
internal sealed class Minimizer(int size)
{
    private const int Memory = 10;

    private readonly List<(double[] Step, double[] Change, double Product)> pairs = [];

    /// <summary>
    /// Moves the point downhill until a step is worth less than <paramref name="tolerance"/> of the value, or for <paramref name="mostSteps"/> steps.
    /// </summary>
    public void Run(SmoothFunction function, double[] point, double[] curvature, int mostSteps, double tolerance)
    {
        pairs.Clear();
        var (gradient, direction, next, nextGradient) = (new double[size], new double[size], new double[size], new double[size]);
        var value = function(point, gradient);
        for (var step = 0; step < mostSteps; step++)
        {
            Direct(gradient, curvature, direction);
            var slope = TensorPrimitives.Dot<double>(gradient, direction);
            var lower = double.PositiveInfinity;
            for (var length = 1.0; length > 1e-8; length /= 2)
            {
                TensorPrimitives.MultiplyAdd(direction, length, point, next);
                lower = function(next, nextGradient);
                if (lower <= value + (1e-4 * length * slope))
                {
                    break;
                }
            }
            if (!(lower < value))
            {
                return;
            }
            Remember(point, next, gradient, nextGradient);
            var gained = value - lower;
            next.CopyTo(point, 0);
            nextGradient.CopyTo(gradient, 0);
            value = lower;
            if (gained < tolerance * Math.Abs(value))
            {
                return;
            }
        }
    }

    private void Direct(double[] gradient, double[] curvature, double[] direction)
    {
        TensorPrimitives.Negate<double>(gradient, direction);
        Span<double> weights = stackalloc double[Memory];
        for (var i = pairs.Count - 1; i >= 0; i--)
        {
            weights[i] = TensorPrimitives.Dot<double>(pairs[i].Step, direction) / pairs[i].Product;
            TensorPrimitives.MultiplyAdd(pairs[i].Change, -weights[i], direction, direction);
        }
        TensorPrimitives.Divide<double>(direction, curvature, direction);
        for (var i = 0; i < pairs.Count; i++)
        {
            var back = TensorPrimitives.Dot<double>(pairs[i].Change, direction) / pairs[i].Product;
            TensorPrimitives.MultiplyAdd(pairs[i].Step, weights[i] - back, direction, direction);
        }
    }

    private void Remember(double[] point, double[] next, double[] gradient, double[] nextGradient)
    {
        var (step, change) = (new double[size], new double[size]);
        TensorPrimitives.Subtract<double>(next, point, step);
        TensorPrimitives.Subtract<double>(nextGradient, gradient, change);
        var product = TensorPrimitives.Dot<double>(step, change);
        if (product <= 0)
        {
            return;
        }
        if (pairs.Count == Memory)
        {
            pairs.RemoveAt(0);
        }
        pairs.Add((step, change, product));
    }
}
