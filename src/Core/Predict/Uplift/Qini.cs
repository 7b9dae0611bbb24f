using MathNet.Numerics.Distributions;

namespace Ciclo.Core.Predict.Uplift;

/// <summary>A tenth of the people, from those whom treating is expected to move most: how many, and by how much the treated of them did better.</summary>
public readonly record struct UpliftPart(int People, double Effect, double Error);

/// <summary>
/// What choosing by expected effect gains over choosing by chance (N. J. Radcliffe, Using control groups to target on predicted lift, 2007): the area between the curve of outcomes won and
/// the straight line, over the part of people treated from 0 to 1, in outcomes for each treated person. <paramref name="Error"/>: its standard error.
/// </summary>
public sealed record Qini(double Area, double Error, IReadOnlyList<UpliftPart> Tenths)
{
    /// <summary>The area is above nothing but for one chance in forty: who is chosen matters. Below that nothing is claimed.</summary>
    public bool HasGain => Area - (Normal.InvCDF(0, 1, 0.975) * Error) > 0;

    /// <summary>Measures effects that were expected against what came. Equal effects are one step: their order says nothing.</summary>
    public static Qini Of(double[] effects, bool[] treated, double[] outcomes)
    {
        var order = Order(effects);
        var people = order.Length;
        var all = treated.Count(one => one);
        var (area, heightBefore, reached) = (0.0, 0.0, 0);
        var (nt, nc, yt, yc) = (0, 0, 0.0, 0.0);
        var ranks = new double[people];
        for (var i = 0; i < people;)
        {
            var first = i;
            for (; i < people && effects[order[i]] == effects[order[first]]; i++)
            {
                var person = order[i];
                (nt, yt) = treated[person] ? (nt + 1, yt + outcomes[person]) : (nt, yt);
                (nc, yc) = treated[person] ? (nc, yc) : (nc + 1, yc + outcomes[person]);
            }
            var height = nc == 0 ? 0 : (yt - (yc * nt / nc)) / all;
            area += (height + heightBefore) / 2 * (i - reached) / people;
            (heightBefore, reached) = (height, i);
            for (var j = first; j < i; j++)
            {
                ranks[order[j]] = (first + i) / 2.0 / people;
            }
        }
        // The curve's end is the average effect: choosing by chance is the line to it.
        return new Qini(area - (heightBefore / 2), ErrorOf(ranks, treated, outcomes), Parts(order, treated, outcomes));
    }

    /// <summary>For each person the place among <see cref="Tenths"/>, from 0; −1 for a tenth in which a group has fewer than two, which is left out.</summary>
    public static int[] TenthsOf(double[] effects, bool[] treated)
    {
        var (order, places, next) = (Order(effects), new int[effects.Length], 0);
        foreach (var (from, to) in Bounds(order.Length))
        {
            var with = order[from..to].Count(person => treated[person]);
            var place = with > 1 && to - from - with > 1 ? next++ : -1;
            foreach (var person in order[from..to])
            {
                places[person] = place;
            }
        }
        return places;
    }

    /// <summary>The most movable first.</summary>
    private static int[] Order(double[] effects)
    {
        var order = Enumerable.Range(0, effects.Length).ToArray();
        Array.Sort(Array.ConvertAll(effects, effect => -effect), order);
        return order;
    }

    private static IEnumerable<(int From, int To)> Bounds(int people) =>
        Enumerable.Range(0, 10).Select(tenth => ((int)((long)people * tenth / 10), (int)((long)people * (tenth + 1) / 10)));

    /// <summary>The area is the covariance of rank and effect, a mean over people: its error is that of the mean.</summary>
    private static double ErrorOf(double[] ranks, bool[] treated, double[] outcomes)
    {
        var (n, ofTreated) = (ranks.Length, Mean(treated, outcomes, true));
        var ofOthers = Mean(treated, outcomes, false);
        var share = (double)treated.Count(one => one) / n;
        var (sum, squares) = (0.0, 0.0);
        for (var i = 0; i < n; i++)
        {
            var part = (0.5 - ranks[i]) * (treated[i] ? (outcomes[i] - ofTreated) / share : (ofOthers - outcomes[i]) / (1 - share));
            sum += part;
            squares += part * part;
        }
        return Math.Sqrt(Math.Max(0, squares - (sum * sum / n))) / n;
    }

    private static double Mean(bool[] treated, double[] outcomes, bool ofTreated)
    {
        var (sum, count) = (0.0, 0);
        for (var i = 0; i < outcomes.Length; i++)
        {
            (sum, count) = treated[i] == ofTreated ? (sum + outcomes[i], count + 1) : (sum, count);
        }
        return sum / count;
    }

    private static List<UpliftPart> Parts(int[] order, bool[] treated, double[] outcomes)
    {
        var parts = new List<UpliftPart>();
        foreach (var (from, to) in Bounds(order.Length))
        {
            var (with, without) = (default(Experiments.Moments), default(Experiments.Moments));
            for (var i = from; i < to; i++)
            {
                var (person, outcome) = (order[i], outcomes[order[i]]);
                (with, without) = treated[person] ? (with.With(outcome), without) : (with, without.With(outcome));
            }
            if (with.People > 1 && without.People > 1)
            {
                var effect = AverageEffect.Of(with, without);
                parts.Add(new UpliftPart(to - from, effect.Effect, effect.Error));
            }
        }
        return parts;
    }
}
