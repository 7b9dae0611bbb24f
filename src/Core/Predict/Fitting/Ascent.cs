namespace Ciclo.Core.Predict.Fitting;

/// <summary>A log-likelihood at some parameters: answers its value, and writes its gradient and the matrix of its second derivatives (row by row).</summary>
public delegate double LogLikelihood(ReadOnlySpan<double> parameters, Span<double> gradient, Span<double> curvature);

/// <summary>
/// What is known of positive parameters before any customer is seen: the logarithm of each is normal about that of <paramref name="Center"/>, with so much spread.
/// </summary>
public sealed record LogPrior(IReadOnlyList<double> Center, double Spread)
{
    internal double At(ReadOnlySpan<double> logs)
    {
        var sum = 0.0;
        for (var i = 0; i < logs.Length; i++)
        {
            var off = (logs[i] - Math.Log(Center[i])) / Spread;
            sum -= off * off / 2;
        }
        return sum;
    }

    internal void Slope(ReadOnlySpan<double> logs, Span<double> gradient, Span<double> curvature)
    {
        for (var i = 0; i < logs.Length; i++)
        {
            gradient[i] -= (logs[i] - Math.Log(Center[i])) / (Spread * Spread);
            curvature[(i * logs.Length) + i] -= 1 / (Spread * Spread);
        }
    }
}

/// <summary>
/// Newton's way up a log-likelihood, damped as by Levenberg (1944) and Marquardt (1963) where the ground is not concave. Parameters that are positive by their meaning are
/// climbed in their logarithms, where likelihoods of this kind are nearer to a parabola and no step leads out of bounds.
/// </summary>
public static class Ascent
{
    private const int MostSteps = 200;

    /// <summary>In logarithms: at most a factor of seven.</summary>
    private const double LongestStep = 2;

    /// <summary>A parameter of 1e±9 is one that the data do not bound.</summary>
    private const double FarthestLog = 20.7;

    /// <summary>Of a logarithm: a factor of twenty.</summary>
    private const double WidestError = 3;

    /// <summary>The most likely positive parameters; with a prior, those most likely after it.</summary>
    /// <param name="names">Of the parameters, in their order.</param>
    public static Fit OfPositive(IReadOnlyList<string> names, LogLikelihood likelihood, ReadOnlySpan<double> start, LogPrior? prior = null)
    {
        var logs = start.ToArray();
        for (var i = 0; i < logs.Length; i++)
        {
            logs[i] = Math.Clamp(Math.Log(logs[i]), -FarthestLog, FarthestLog);
        }
        var (height, covariance, steps, arrived) = Climb((at, gradient, curvature) => InLogs(likelihood, at, gradient, curvature, prior), logs, LongestStep, FarthestLog);
        // A parameter that may as well be twenty times another is not told by the data, whether or not the ground is level there.
        var isTold = Enumerable.Range(0, logs.Length).All(i => Math.Abs(logs[i]) < FarthestLog && covariance[i, i] < WidestError * WidestError);
        return new Fit(names, Array.ConvertAll(logs, Math.Exp), height - (prior?.At(logs) ?? 0), covariance, arrived && isTold)
        {
            IsPositive = true,
            Steps = steps,
            IsShrunken = prior is not null,
        };
    }

    /// <summary>The most likely parameters, which may be any numbers.</summary>
    public static Fit OfReal(IReadOnlyList<string> names, LogLikelihood likelihood, ReadOnlySpan<double> start)
    {
        var point = start.ToArray();
        var (height, covariance, steps, arrived) = Climb(likelihood, point, double.PositiveInfinity, double.PositiveInfinity);
        return new Fit(names, point, height, covariance, arrived) { Steps = steps };
    }

    private static double InLogs(LogLikelihood likelihood, ReadOnlySpan<double> logs, Span<double> gradient, Span<double> curvature, LogPrior? prior)
    {
        var n = logs.Length;
        Span<double> parameters = stackalloc double[n];
        for (var i = 0; i < n; i++)
        {
            parameters[i] = Math.Exp(logs[i]);
        }
        var height = likelihood(parameters, gradient, curvature);
        for (var i = 0; i < n; i++)
        {
            gradient[i] *= parameters[i];
            for (var j = 0; j < n; j++)
            {
                curvature[(i * n) + j] *= parameters[i] * parameters[j];
            }
        }
        for (var i = 0; i < n; i++)
        {
            curvature[(i * n) + i] += gradient[i];
        }
        prior?.Slope(logs, gradient, curvature);
        return height + (prior?.At(logs) ?? 0);
    }

    private static (double Height, double[,] Covariance, int Steps, bool HasArrived) Climb(LogLikelihood surface, double[] point, double longestStep, double farthest)
    {
        var n = point.Length;
        var (gradient, curvature, step, next) = (new double[n], new double[n * n], new double[n], new double[n]);
        var (nextGradient, nextCurvature) = (new double[n], new double[n * n]);
        var height = surface(point, gradient, curvature);
        var (damping, steps, arrived) = (0.0, 0, n == 0);
        while (!arrived && steps++ < MostSteps)
        {
            if (!SymmetricMatrix.TrySolveNegative(curvature, gradient, damping, step))
            {
                damping = Math.Max(damping * 10, 1e-3);
                continue;
            }
            // What a parabola through here would still gain: below the last digit of the height there is nothing to climb.
            var gain = Dot(gradient, step);
            if (damping < 1e-6 && gain < 1e-10 + (1e-14 * Math.Abs(height)))
            {
                arrived = true;
                break;
            }
            var longest = step.Max(Math.Abs);
            var scale = longest > longestStep ? longestStep / longest : 1;
            for (var i = 0; i < n; i++)
            {
                next[i] = Math.Clamp(point[i] + (scale * step[i]), -farthest, farthest);
            }
            var nextHeight = surface(next, nextGradient, nextCurvature);
            // A sum of many terms is known to some twelve digits.
            if (!(nextHeight >= height - (1e-12 * Math.Abs(height))))
            {
                damping = Math.Max(damping * 10, 1e-3);
                arrived = damping > 1e12;
                continue;
            }
            damping = damping < 1e-7 ? 0 : damping / 10;
            (height, gradient, nextGradient, curvature, nextCurvature) = (nextHeight, nextGradient, gradient, nextCurvature, curvature);
            // At the edge of what is allowed there is no peak, and none to be waited for.
            arrived = next.SequenceEqual(point);
            next.CopyTo(point, 0);
        }
        return (height, SymmetricMatrix.InverseOfNegative(curvature, n), steps, arrived);
    }

    private static double Dot(double[] a, double[] b)
    {
        var sum = 0.0;
        for (var i = 0; i < a.Length; i++)
        {
            sum += a[i] * b[i];
        }
        return sum;
    }
}
