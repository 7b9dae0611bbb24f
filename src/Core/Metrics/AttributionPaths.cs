namespace Ciclo.Core.Metrics;

/// <summary>
/// Steps from channel to channel on all paths, those that ended in a conversion and those that did not: the transitions of a Markov chain. A visit after
/// one by the same channel is no step. Direct visits count only on paths that have no other, as in <see cref="Attribution"/>.
/// </summary>
public sealed class AttributionPaths
{
    private readonly int count = ChannelNames.Count;
    private readonly long[] steps = new long[(ChannelNames.Count + 1) * (ChannelNames.Count + 2)];

    /// <summary>The touches of one path, in order of time; a path without any is none.</summary>
    public void Add(ReadOnlySpan<Touch> touches, bool isConverted)
    {
        if (touches.IsEmpty)
        {
            return;
        }
        var hasOther = false;
        foreach (ref readonly var touch in touches)
        {
            hasOther |= touch.Channel != Channel.Direct;
        }
        var state = count;
        foreach (ref readonly var touch in touches)
        {
            if ((hasOther && touch.Channel == Channel.Direct) || (int)touch.Channel == state)
            {
                continue;
            }
            Step(state, (int)touch.Channel)++;
            state = (int)touch.Channel;
        }
        Step(state, isConverted ? count : count + 1)++;
    }

    /// <summary>Adds what another counted.</summary>
    public void Join(AttributionPaths other)
    {
        for (var i = 0; i < steps.Length; i++)
        {
            steps[i] += other.steps[i];
        }
    }

    public RemovalEffects Effects() => RemovalEffects.Of(Chances(), count);

    /// <summary>Rows: each channel, then the start; columns: each channel, conversion, none. A channel that nobody came by has an empty row.</summary>
    private double[,] Chances()
    {
        var chances = new double[count + 1, count + 2];
        for (var from = 0; from <= count; from++)
        {
            var all = 0L;
            for (var to = 0; to < count + 2; to++)
            {
                all += Step(from, to);
            }
            for (var to = 0; to < count + 2 && all > 0; to++)
            {
                chances[from, to] = (double)Step(from, to) / all;
            }
        }
        return chances;
    }

    private ref long Step(int from, int to) => ref steps[(from * (count + 2)) + to];
}

/// <summary>
/// By which share conversions would fall if a channel led nowhere (Anderl, Becker, von Wangenheim, Schumann 2016, "Mapping the customer journey"): with N
/// the chain's fundamental matrix, the chance from the start to come by a channel c is N[start, c] / N[c, c], and what is lost with it is that times the
/// chance to convert from c.
/// </summary>
public sealed class RemovalEffects
{
    private readonly double[] effects;

    private RemovalEffects(double[] effects) => this.effects = effects;

    /// <summary>From 0 to 1; 0 for a channel that nobody came by, and for all where nobody converted.</summary>
    public double Of(Channel channel) => effects[(int)channel];

    /// <param name="chances">Rows: the channels, then the start; columns: the channels, conversion, none.</param>
    internal static RemovalEffects Of(double[,] chances, int count)
    {
        var visits = Inverse(chances, count + 1);
        var converts = new double[count + 1];
        for (var from = 0; from <= count; from++)
        {
            for (var by = 0; by <= count; by++)
            {
                converts[from] += visits[from, by] * chances[by, count];
            }
        }
        var found = new double[count];
        for (var channel = 0; channel < count && converts[count] > 0; channel++)
        {
            found[channel] = visits[count, channel] / visits[channel, channel] * converts[channel] / converts[count];
        }
        return new RemovalEffects(found);
    }

    /// <summary>(I − Q)⁻¹ by Gauss and Jordan, the start as the last state. Each path ends, so the matrix has an inverse and its pivots are over 0.</summary>
    private static double[,] Inverse(double[,] chances, int size)
    {
        var (matrix, inverse) = (new double[size, size], new double[size, size]);
        for (var row = 0; row < size; row++)
        {
            inverse[row, row] = 1;
            for (var column = 0; column < size; column++)
            {
                matrix[row, column] = (row == column ? 1 : 0) - (column < size - 1 ? chances[row, column] : 0);
            }
        }
        for (var pivot = 0; pivot < size; pivot++)
        {
            Divide(matrix, inverse, pivot, matrix[pivot, pivot]);
            for (var row = 0; row < size; row++)
            {
                if (row != pivot && matrix[row, pivot] != 0)
                {
                    Subtract(matrix, inverse, row, pivot, matrix[row, pivot]);
                }
            }
        }
        return inverse;
    }

    private static void Divide(double[,] matrix, double[,] inverse, int row, double by)
    {
        for (var column = 0; column < matrix.GetLength(0); column++)
        {
            matrix[row, column] /= by;
            inverse[row, column] /= by;
        }
    }

    private static void Subtract(double[,] matrix, double[,] inverse, int row, int pivot, double times)
    {
        for (var column = 0; column < matrix.GetLength(0); column++)
        {
            matrix[row, column] -= times * matrix[pivot, column];
            inverse[row, column] -= times * inverse[pivot, column];
        }
    }
}
