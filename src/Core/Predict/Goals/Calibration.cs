namespace Ciclo.Core.Predict.Goals;

/// <summary>
/// Turns scores (log-odds) into probabilities that come true as often as they say, keeping their order. Learned from scores of rows that the model had not seen; the better of two ways on
/// rows that neither had seen: a line in log-odds (J. Platt 1999, with his smoothed targets) or steps (B. Zadrozny and C. Elkan, KDD 2002), joined by lines so that no two scores tie.
/// </summary>
public sealed class Calibration
{
    private const int Parts = 5;

    private readonly double slope;
    private readonly double offset;
    private readonly double[] knots;
    private readonly double[] values;

    private Calibration(double slope, double offset, double[] knots, double[] values)
    {
        this.slope = slope;
        this.offset = offset;
        this.knots = knots;
        this.values = values;
    }

    internal void Write(BinaryWriter to)
    {
        to.Write(slope);
        to.Write(offset);
        to.Put(knots);
        to.Put(values);
    }

    internal static Calibration Read(BinaryReader from) => new(from.ReadDouble(), from.ReadDouble(), from.Doubles(), from.Doubles());

    /// <summary>`line` or `steps`.</summary>
    public string Kind => knots.Length == 0 ? "line" : "steps";

    /// <summary>Learned from scores and what happened. Fewer rows of the rarer side than 200 are too few for steps.</summary>
    public static Calibration Learn(double[] scores, bool[] target)
    {
        const int FewestForSteps = 200;
        var line = Line(scores, target);
        var positives = target.Count(one => one);
        if (Math.Min(positives, target.Length - positives) < FewestForSteps)
        {
            return line;
        }
        var (lineLoss, stepLoss) = (0.0, 0.0);
        for (var part = 0; part < Parts; part++)
        {
            var learned = Enumerable.Range(0, target.Length).Where(row => row % Parts != part).ToArray();
            var tried = Enumerable.Range(0, target.Length).Where(row => row % Parts == part).ToArray();
            var (learnedScores, learnedTarget) = (Array.ConvertAll(learned, row => scores[row]), Array.ConvertAll(learned, row => target[row]));
            var triedTarget = Array.ConvertAll(tried, row => target[row]);
            var (byLine, bySteps) = (Line(learnedScores, learnedTarget), Steps(learnedScores, learnedTarget));
            lineLoss += Accuracy.LogLoss(Array.ConvertAll(tried, row => byLine.Probability(scores[row])), triedTarget);
            stepLoss += Accuracy.LogLoss(Array.ConvertAll(tried, row => bySteps.Probability(scores[row])), triedTarget);
        }
        return stepLoss < lineLoss ? Steps(scores, target) : line;
    }

    public double Probability(double score)
    {
        if (knots.Length == 0)
        {
            return Accuracy.Probability((slope * score) + offset);
        }
        var place = Array.BinarySearch(knots, score);
        place = place < 0 ? ~place : place;
        // Beyond the ends the line in log-odds goes on, so that order is kept there too.
        if (place == 0 || place == knots.Length)
        {
            var end = place == 0 ? 0 : knots.Length - 1;
            return Accuracy.Probability(Math.Log(values[end] / (1 - values[end])) + score - knots[end]);
        }
        var share = (score - knots[place - 1]) / (knots[place] - knots[place - 1]);
        return values[place - 1] + (share * (values[place] - values[place - 1]));
    }

    private static Calibration Line(double[] scores, bool[] target)
    {
        var positives = target.Count(one => one);
        var (high, low) = ((positives + 1.0) / (positives + 2.0), 1.0 / (target.Length - positives + 2.0));
        var wanted = Array.ConvertAll(target, one => one ? high : low);
        var point = new[] { 1.0, 0.0 };
        // Newton's steps on two parameters; a small penalty on the slope's distance from 1 where scores hardly differ.
        for (var step = 0; step < 30; step++)
        {
            var (g0, g1, h00, h01, h11) = (point[0] - 1, 0.0, 1.0, 0.0, 1e-9);
            for (var i = 0; i < scores.Length; i++)
            {
                var p = Accuracy.Probability((point[0] * scores[i]) + point[1]);
                var (away, weight) = (p - wanted[i], p * (1 - p));
                g0 += away * scores[i];
                g1 += away;
                h00 += weight * scores[i] * scores[i];
                h01 += weight * scores[i];
                h11 += weight;
            }
            var determinant = (h00 * h11) - (h01 * h01);
            var (d0, d1) = (((h11 * g0) - (h01 * g1)) / determinant, ((h00 * g1) - (h01 * g0)) / determinant);
            point[0] -= Math.Clamp(d0, -1, 1);
            point[1] -= Math.Clamp(d1, -2, 2);
            if (Math.Abs(d0) + Math.Abs(d1) < 1e-9)
            {
                break;
            }
        }
        // A slope of 0 or less would turn the order round: such a score tells nothing, and nearly the base rate is said for all.
        return new(Math.Max(point[0], 1e-3), point[1], [], []);
    }

    /// <summary>Pool adjacent violators; each block stands at its mean score with a rate drawn a little to the middle, so that none says 0 or 1.</summary>
    private static Calibration Steps(double[] scores, bool[] target)
    {
        var (sorted, hits) = (scores.ToArray(), target.ToArray());
        Array.Sort(sorted, hits);
        var blocks = new List<(double Count, double Hits, double Scores)>();
        for (var i = 0; i < sorted.Length; i++)
        {
            blocks.Add((1, hits[i] ? 1 : 0, sorted[i]));
            while (blocks.Count > 1 && blocks[^1].Hits * blocks[^2].Count <= blocks[^2].Hits * blocks[^1].Count)
            {
                var (one, other) = (blocks[^2], blocks[^1]);
                blocks.RemoveAt(blocks.Count - 1);
                blocks[^1] = (one.Count + other.Count, one.Hits + other.Hits, one.Scores + other.Scores);
            }
        }
        var rate = (double)target.Count(one => one) / target.Length;
        var means = blocks.ConvertAll(block => block.Scores / block.Count).ToArray();
        var rates = blocks.ConvertAll(block => (block.Hits + rate) / (block.Count + 1)).ToArray();
        for (var i = 1; i < rates.Length; i++)
        {
            rates[i] = Math.Max(rates[i], rates[i - 1]);
        }
        return new(1, 0, means, rates);
    }
}
