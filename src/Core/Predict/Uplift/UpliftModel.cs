namespace Ciclo.Core.Predict.Uplift;

/// <summary>How the effect on each person is learnt.</summary>
public enum UpliftLearner
{
    /// <summary>Two models, of the treated and of the others; the effect is their difference.</summary>
    T = 0,

    /// <summary>Models of the effects that the two of T impute to each person (S. R. Künzel, J. S. Sekhon, P. J. Bickel, B. Yu, PNAS 116, 2019): steadier where one group is small.</summary>
    X = 1,
}

/// <summary>People whose outcome is known, of whom some were treated by chance. A person has <paramref name="Width"/> values, one after the other.</summary>
public sealed record UpliftTable(double[] Values, int Width, bool[] Treated, double[] Outcomes)
{
    public int People => Outcomes.Length;
}

/// <summary>Guesses the effect of treating on each person, from people that the guess has not seen.</summary>
public static class UpliftModel
{
    /// <summary>
    /// The effect expected for each person, by a model of the other folds. Folds are drawn by the seed. Outcomes that are all 0 or 1 are learnt by logistic regression, others by a linear one.
    /// </summary>
    public static double[] Effects(UpliftTable table, UpliftLearner learner, int folds = 5, int seed = 1)
    {
        var isLogistic = Array.TrueForAll(table.Outcomes, outcome => outcome is 0 or 1);
        var foldOf = Enumerable.Range(0, table.People).Select(person => person % folds).ToArray();
        new Random(seed).Shuffle(foldOf);
        var effects = new double[table.People];
        Parallel.For(0, folds, fold =>
        {
            var (treated, others) = (Rows(table, foldOf, fold, true), Rows(table, foldOf, fold, false));
            var effect = learner == UpliftLearner.T ? OfT(table, treated, others, isLogistic) : OfX(table, treated, others, isLogistic);
            for (var person = 0; person < effects.Length; person++)
            {
                if (foldOf[person] == fold)
                {
                    effects[person] = effect(person);
                }
            }
        });
        return effects;
    }

    private static Func<int, double> OfT(UpliftTable table, int[] treated, int[] others, bool isLogistic)
    {
        var (with, without) = (Learn(table, treated, person => table.Outcomes[person], isLogistic), Learn(table, others, person => table.Outcomes[person], isLogistic));
        return person => with(person) - without(person);
    }

    private static Func<int, double> OfX(UpliftTable table, int[] treated, int[] others, bool isLogistic)
    {
        var (with, without) = (Learn(table, treated, person => table.Outcomes[person], isLogistic), Learn(table, others, person => table.Outcomes[person], isLogistic));
        var ofTreated = Learn(table, treated, person => table.Outcomes[person] - without(person), false);
        var ofOthers = Learn(table, others, person => with(person) - table.Outcomes[person], false);
        var share = (double)treated.Length / (treated.Length + others.Length);
        return person => (share * ofOthers(person)) + ((1 - share) * ofTreated(person));
    }

    private static Func<int, double> Learn(UpliftTable table, int[] rows, Func<int, double> outcome, bool isLogistic)
    {
        var learner = RidgeLearner.Fitted(table.Values, table.Width, rows, Array.ConvertAll(rows, person => outcome(person)), isLogistic);
        return person => learner.Guess(table.Values.AsSpan(person * table.Width, table.Width));
    }

    private static int[] Rows(UpliftTable table, int[] foldOf, int fold, bool isTreated) =>
        [.. Enumerable.Range(0, table.People).Where(person => foldOf[person] != fold && table.Treated[person] == isTreated)];
}
