using Ciclo.Core.Metrics;
using Ciclo.Core.Predict.Value;

namespace Ciclo.Core.Predict.Goals;

/// <summary>How well probabilities foresaw what came true.</summary>
public static class Accuracy
{
    /// <summary>
    /// The chance that somebody for whom the goal came true scored higher than somebody for whom it did not; ties count half (J. Hanley and B. McNeil 1982). NaN with one side empty.
    /// </summary>
    public static double Auc(ReadOnlySpan<double> scores, ReadOnlySpan<bool> target)
    {
        var (sorted, hits) = (scores.ToArray(), target.ToArray());
        Array.Sort(sorted, hits);
        var (positives, ranks) = (0L, 0.0);
        for (var begin = 0; begin < sorted.Length;)
        {
            var (end, inTie) = (begin, 0);
            for (; end < sorted.Length && sorted[end] == sorted[begin]; end++)
            {
                inTie += hits[end] ? 1 : 0;
            }
            ranks += inTie * ((begin + end + 1) / 2.0);
            positives += inTie;
            begin = end;
        }
        var pairs = (double)positives * (sorted.Length - positives);
        return pairs == 0 ? double.NaN : (ranks - (positives * (positives + 1) / 2.0)) / pairs;
    }

    /// <summary>The mean squared distance of the probability from 1 or 0 (G. Brier 1950).</summary>
    public static double Brier(ReadOnlySpan<double> probabilities, ReadOnlySpan<bool> target)
    {
        var sum = 0.0;
        for (var i = 0; i < target.Length; i++)
        {
            var away = probabilities[i] - (target[i] ? 1 : 0);
            sum += away * away;
        }
        return sum / target.Length;
    }

    /// <summary>The mean of −ln of the probability of what happened; probabilities nearer to 0 or 1 than 1e-12 count as that far.</summary>
    public static double LogLoss(ReadOnlySpan<double> probabilities, ReadOnlySpan<bool> target)
    {
        var sum = 0.0;
        for (var i = 0; i < target.Length; i++)
        {
            sum -= Math.Log(Math.Max(1e-12, target[i] ? probabilities[i] : 1 - probabilities[i]));
        }
        return sum / target.Length;
    }

    /// <summary>The same from log-odds.</summary>
    public static double LogLossOfScores(ReadOnlySpan<double> scores, ReadOnlySpan<bool> target)
    {
        var sum = 0.0;
        for (var i = 0; i < target.Length; i++)
        {
            var signed = target[i] ? -scores[i] : scores[i];
            sum += Math.Max(signed, 0) + Math.Log(1 + Math.Exp(-Math.Abs(signed)));
        }
        return sum / target.Length;
    }

    public static double Probability(double score) => 1 / (1 + Math.Exp(-score));
}

/// <summary>People of one tenth by score: the probability foreseen, what came true, and how many times the overall rate that is. The first tenth scored highest.</summary>
public sealed record Decile(int Place, int People, int Hits, double Foreseen, double Actual, double Lift)
{
    private const double Least = 1e-6;

    /// <summary>
    /// The interval of 80 % of a chance: that of what came true in the tenth of the test whose foreseen chance is nearest (E. Wilson 1927), moved in log-odds as the chance stands to that tenth's.
    /// It holds the chance itself. Null without tenths.
    /// </summary>
    public static (double Low, double High)? Between(IReadOnlyList<Decile> tenths, double chance)
    {
        if (tenths.Count == 0)
        {
            return null;
        }
        var (odds, nearest) = (LogOdds(chance), tenths[0]);
        foreach (var tenth in tenths)
        {
            nearest = Math.Abs(LogOdds(tenth.Foreseen) - odds) < Math.Abs(LogOdds(nearest.Foreseen) - odds) ? tenth : nearest;
        }
        var (low, high) = Proportions.Interval(new Share(nearest.Hits, nearest.People), Forecast.Reach);
        var away = odds - LogOdds(nearest.Foreseen);
        return (Math.Min(chance, Accuracy.Probability(LogOdds(low) + away)), Math.Max(chance, Accuracy.Probability(LogOdds(high) + away)));
    }

    private static double LogOdds(double chance) => Math.Log(Math.Max(Least, chance) / Math.Max(Least, 1 - chance));
}

/// <summary>What goes well if everybody from this probability on is acted upon.</summary>
/// <param name="Gain">Hits among them times the benefit, minus people among them times the cost.</param>
public sealed record ThresholdPoint(double Threshold, int People, int Hits, double Gain);

/// <summary>A back-test: what was foreseen for rows that the model had not seen, beside what happened.</summary>
public sealed class BackTest
{
    private const int CurvePoints = 100;

    private readonly double[] probabilities;
    private readonly bool[] target;
    private readonly int[] order;

    /// <param name="probabilities">One a row; rows of different folds together.</param>
    public BackTest(double[] probabilities, bool[] target)
    {
        this.probabilities = probabilities;
        this.target = target;
        order = [.. Enumerable.Range(0, target.Length).OrderByDescending(row => probabilities[row]).ThenBy(row => row)];
        Rows = target.Length;
        Positives = target.Count(one => one);
        Auc = Accuracy.Auc(probabilities, target);
        Brier = Accuracy.Brier(probabilities, target);
        LogLoss = Accuracy.LogLoss(probabilities, target);
        Deciles = [.. Enumerable.Range(0, 10).Select(DecileAt).Where(decile => decile.People > 0)];
    }

    public int Rows { get; }

    public int Positives { get; }

    public double Auc { get; }

    public double Brier { get; }

    public double LogLoss { get; }

    /// <summary>Also the calibration: what was foreseen against what happened, tenth by tenth.</summary>
    public IReadOnlyList<Decile> Deciles { get; }

    /// <summary>How many times more often the goal came true in the tenth that scored highest than overall.</summary>
    public double LiftOfTopDecile => Deciles[0].Lift;

    /// <summary>
    /// The gain at up to 100 thresholds from the highest on, and the best of all. Acting on nobody gains 0 and is the answer where no threshold gains more.
    /// </summary>
    /// <param name="cost">Of acting on one person, in the money of the benefit.</param>
    /// <param name="benefit">Of one person for whom the goal came true and who was acted upon, before the cost.</param>
    public (IReadOnlyList<ThresholdPoint> Curve, ThresholdPoint Best) Threshold(double cost, double benefit)
    {
        var (curve, best, hits) = (new List<ThresholdPoint>(), new ThresholdPoint(1, 0, 0, 0), 0);
        var step = Math.Max(1, Rows / CurvePoints);
        for (var i = 0; i < Rows; i++)
        {
            hits += target[order[i]] ? 1 : 0;
            // People of one probability are acted upon together or not at all.
            if (i + 1 < Rows && probabilities[order[i + 1]] == probabilities[order[i]])
            {
                continue;
            }
            var point = new ThresholdPoint(probabilities[order[i]], i + 1, hits, (hits * benefit) - ((i + 1) * cost));
            best = point.Gain > best.Gain ? point : best;
            if (curve.Count == 0 || i + 1 - curve[^1].People >= step || i + 1 == Rows)
            {
                curve.Add(point);
            }
        }
        return (curve, best);
    }

    private Decile DecileAt(int place)
    {
        var (begin, end) = ((int)((long)Rows * place / 10), (int)((long)Rows * (place + 1) / 10));
        var rows = order.AsSpan(begin, end - begin);
        var (hits, foreseen) = (0, 0.0);
        foreach (var row in rows)
        {
            hits += target[row] ? 1 : 0;
            foreseen += probabilities[row];
        }
        var people = Math.Max(1, rows.Length);
        var actual = (double)hits / people;
        return new(place + 1, rows.Length, hits, foreseen / people, actual, Positives == 0 ? 0 : actual * Rows / Positives);
    }
}
