using Ciclo.Core.Experiments;
using MathNet.Numerics.Distributions;

namespace Ciclo.Core.Predict.Uplift;

/// <summary>What is wrong with a column that is to say whom to treat.</summary>
public enum HindsightKind
{
    None = 0,

    /// <summary>The groups differ in it by more than chance: it was written after treating.</summary>
    Moved = 1,

    /// <summary>Some value of it stands only beside one outcome: it was written after the outcome.</summary>
    KnowsOutcome = 2,
}

/// <summary>
/// Finds columns that know what came after: people were drawn by chance, so nothing from before can differ between the groups, and nothing from before decides an outcome. With such a
/// column any targeting looks good.
/// </summary>
public static class Hindsight
{
    /// <summary>A column from before is taken for one from after once in a hundred; what is lost by it is little.</summary>
    private const double MovedByChance = 0.01;

    private const double DecidedByChance = 1e-6;

    /// <summary>Looks at a column of numbers.</summary>
    public static HindsightKind OfNumbers(double[] values, bool[] treated, double[] outcomes)
    {
        var (with, without) = (default(Moments), default(Moments));
        for (var i = 0; i < values.Length; i++)
        {
            (with, without) = treated[i] ? (with.With(values[i]), without) : (with, without.With(values[i]));
        }
        var effect = AverageEffect.Of(with, without);
        if (effect.Error > 0 && Math.Abs(effect.Effect) > Reach(MovedByChance) * effect.Error)
        {
            return HindsightKind.Moved;
        }
        return Decides(Array.ConvertAll(values, value => value == 0 ? 0 : 1), 2, outcomes) ? HindsightKind.KnowsOutcome : HindsightKind.None;
    }

    /// <summary>Looks at a column of texts, numbered from 0.</summary>
    public static HindsightKind OfTexts(int[] codes, int levels, bool[] treated, double[] outcomes)
    {
        var (with, without) = (new double[levels], new double[levels]);
        for (var i = 0; i < codes.Length; i++)
        {
            (treated[i] ? with : without)[codes[i]]++;
        }
        var (ofTreated, ofOthers) = (with.Sum(), without.Sum());
        for (var level = 0; level < levels; level++)
        {
            var both = (with[level] + without[level]) / (ofTreated + ofOthers);
            var error = Math.Sqrt(both * (1 - both) * ((1 / ofTreated) + (1 / ofOthers)));
            if (error > 0 && Math.Abs((with[level] / ofTreated) - (without[level] / ofOthers)) > Reach(MovedByChance / levels) * error)
            {
                return HindsightKind.Moved;
            }
        }
        return Decides(codes, levels, outcomes) ? HindsightKind.KnowsOutcome : HindsightKind.None;
    }

    private static double Reach(double probability) => Normal.InvCDF(0, 1, 1 - (probability / 2));

    private static bool Decides(int[] codes, int levels, double[] outcomes)
    {
        var (people, happened) = (new double[levels], new double[levels]);
        for (var i = 0; i < codes.Length; i++)
        {
            people[codes[i]]++;
            happened[codes[i]] += outcomes[i] != 0 ? 1 : 0;
        }
        var share = happened.Sum() / codes.Length;
        return Enumerable.Range(0, levels).Any(level =>
            (happened[level] == 0 && Math.Pow(1 - share, people[level]) < DecidedByChance) || (happened[level] == people[level] && Math.Pow(share, people[level]) < DecidedByChance && share < 1));
    }
}
