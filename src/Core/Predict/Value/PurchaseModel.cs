using Ciclo.Core.Predict.Fitting;

namespace Ciclo.Core.Predict.Value;

/// <summary>
/// A fitted model of when customers order and when they silently leave. Times are weeks (in BG/BB: occasions). What it says of a customer is what it says of all with that history.
/// </summary>
public abstract class PurchaseModel(Fit fit)
{
    /// <summary>Ten years: a next order that takes longer is none.</summary>
    protected const double Longest = 521.8;

    public Fit Fit => fit;

    /// <summary>The same model with other parameters.</summary>
    public abstract PurchaseModel With(double[] parameters);

    /// <summary>The probability that a customer with this history still is one.</summary>
    public abstract double Alive(in PurchaseHistory history);

    /// <summary>The probabilities that a customer who still is one orders more than 0, 1, 2 … times within so many weeks, until they are too small to matter.</summary>
    protected abstract IEnumerable<double> OrdersBeyond(PurchaseHistory history, double weeks);

    /// <summary>The probability that a customer who still is one orders within so many weeks.</summary>
    protected abstract double AnyOrder(in PurchaseHistory history, double weeks);

    /// <summary>Expected orders within so many weeks from now, of a customer who still is one.</summary>
    protected abstract double ExpectedWhileAlive(in PurchaseHistory history, double weeks);

    /// <summary>Expected orders within so many weeks from now; of <see cref="PurchaseHistory.New"/>, after the first order.</summary>
    public double Expected(in PurchaseHistory history, double weeks) => weeks <= 0 ? 0 : Alive(history) * ExpectedWhileAlive(history, weeks);

    /// <summary>Writes the orders expected until each of some times, and answers <see cref="Alive"/>.</summary>
    /// <param name="weeks">Times from now on, above 0.</param>
    public double ExpectedUntil(in PurchaseHistory history, ReadOnlySpan<double> weeks, Span<double> orders)
    {
        var alive = Alive(history);
        for (var i = 0; i < weeks.Length; i++)
        {
            orders[i] = alive * ExpectedWhileAlive(history, weeks[i]);
        }
        return alive;
    }

    /// <summary>Of the number of orders within so many weeks: the probability of none, its mean, and the mean of its square.</summary>
    public virtual (double None, double Mean, double Square) Moments(in PurchaseHistory history, double weeks)
    {
        var (none, mean, square, at, alive) = (1.0, 0.0, 0.0, 0, Alive(history));
        foreach (var beyond in OrdersBeyond(history, weeks))
        {
            none = at == 0 ? 1 - (alive * beyond) : none;
            mean += alive * beyond;
            square += alive * beyond * ((2 * at) + 1);
            at++;
        }
        return (none, mean, square);
    }

    /// <summary>The probability of exactly so many orders within so many weeks.</summary>
    public double Probability(in PurchaseHistory history, int orders, double weeks)
    {
        var (alive, above, at) = (Alive(history), 1.0, 0);
        foreach (var beyond in OrdersBeyond(history, weeks))
        {
            if (at++ == orders)
            {
                return (alive * (above - beyond)) + (orders == 0 ? 1 - alive : 0);
            }
            above = beyond;
        }
        return at == orders ? (alive * above) + (orders == 0 ? 1 - alive : 0) : 0;
    }

    /// <summary>The fewest and the most orders within so many weeks, so that what happens lies between them with at least that probability.</summary>
    public (int Low, int High) Range(in PurchaseHistory history, double weeks, double level = 0.8)
    {
        var (alive, tail, low, high, at) = (Alive(history), (1 - level) / 2, 0, 0, 0);
        foreach (var beyond in OrdersBeyond(history, weeks))
        {
            at++;
            var above = alive * beyond;
            low = above > 1 - tail ? at : low;
            high = above > tail ? at : high;
            if (above <= tail)
            {
                break;
            }
        }
        return (low, high);
    }

    /// <summary>
    /// By when that part of the customers with this history who still are customers will have ordered again, in weeks from now: 0.5 for the median. Null where that takes more than
    /// ten years, as many of them leave first.
    /// </summary>
    /// <param name="accuracy">By what part of it the answer may be off.</param>
    public virtual double? NextOrder(in PurchaseHistory history, double part, double accuracy = 1e-9)
    {
        var (early, late) = (0.0, 1.0);
        for (; AnyOrder(history, late) < part; late *= 2)
        {
            if (late > Longest)
            {
                return null;
            }
            early = late;
        }
        while (late - early > accuracy * late)
        {
            var middle = (early + late) / 2;
            (early, late) = AnyOrder(history, middle) < part ? (middle, late) : (early, middle);
        }
        return late;
    }
}
