using Ciclo.Core.Predict.Goals;

namespace Ciclo.Modules.Predict.Models;

/// <summary>How a lead stands: how well they fit (who they are) and how engaged they are (what they did), each 0 to 100, a grade from A to D, and whether sales are to see them.</summary>
public sealed record LeadScore(int Fit, int Engagement, string Grade, bool IsQualified)
{
    /// <summary>Grade and qualification in one text, to see whether they changed.</summary>
    public string Mark => MarkOf(Grade, IsQualified);

    public static string MarkOf(string grade, bool isQualified) => isQualified ? grade + "+" : grade;
}

/// <summary>
/// From which probability on a lead has which grade. Chosen once, from the first test: the best tenth is A, the next two tenths are B, the next three C. Then kept, so that a grade means the
/// same chance after later trainings, whoever the leads of the day are.
/// </summary>
public sealed record LeadCuts(double A, double B, double C)
{
    public static IReadOnlyList<string> Grades { get; } = ["A", "B", "C", "D"];

    public bool IsInOrder => A is > 0 and <= 1 && B > 0 && C > 0 && A > B && B > C;

    public string GradeOf(double probability) => probability >= A ? "A" : probability >= B ? "B" : probability >= C ? "C" : "D";

    public static LeadCuts Of(IReadOnlyList<CutPoint> curve)
    {
        var all = curve[^1].People;
        var (a, b, c) = (At(0.1), At(0.3), At(0.6));
        // Where many share a probability, grades would fall together.
        b = b < a ? b : a / 2;
        return new LeadCuts(a, b, c < b ? c : b / 2);

        double At(double share) => curve.First(point => point.People >= share * all || point == curve[^1]).Threshold;
    }
}

/// <summary>How leads are graded: by the test of a training and the settings of the day.</summary>
internal sealed record LeadRule(LeadCard Card, ViewSettings View)
{
    /// <param name="added">What each column adds to the score.</param>
    public LeadScore Of(GoalModel model, double[] added, double probability)
    {
        var ((fit, engagement), rounded) = (LeadCard.Halves(model, added), LeadCard.Rounded(probability));
        return new LeadScore(LeadCard.Of100(Card.Fit, fit), LeadCard.Of100(Card.Engagement, engagement), View.CutsOf(Card).GradeOf(rounded), rounded >= View.ThresholdOf(Card));
    }
}

/// <summary>Of the tested people, those at or above a probability, and for how many of them it came true.</summary>
public sealed record CutPoint(double Threshold, int People, int Hits);

/// <summary>What the test of a lead score says beside that of any goal.</summary>
/// <param name="Curve">From the highest probability to the lowest; the last point is everybody.</param>
/// <param name="Fit">What adds up to fit, at the hundredths of the tested people, ascending; with <paramref name="Engagement"/> it makes sums into 0 to 100.</param>
public sealed record LeadCard(IReadOnlyList<CutPoint> Curve, IReadOnlyList<double> Fit, IReadOnlyList<double> Engagement)
{
    private const int Steps = 100;

    /// <param name="model">That will be used.</param>
    /// <param name="recent">The people of the test, with what was known then.</param>
    internal static LeadCard Of(GoalModel model, FeatureTable recent, BackTest test)
    {
        var binned = model.Bin(recent, [.. Enumerable.Range(0, recent.Rows)]);
        var (added, fit, engagement) = (new double[model.Features.Length], new double[recent.Rows], new double[recent.Rows]);
        for (var row = 0; row < recent.Rows; row++)
        {
            model.Contributions(binned, row, added);
            (fit[row], engagement[row]) = Halves(model, added);
        }
        return new LeadCard([.. test.Threshold(0, 1).Curve.Select(point => new CutPoint(Rounded(point.Threshold), point.People, point.Hits))], Knots(fit), Knots(engagement));
    }

    /// <summary>Probabilities as they are written: with more digits somebody at a cut would have the grade above it and a score below.</summary>
    public static double Rounded(double probability) => Math.Round(probability, 4);

    /// <summary>What fit and engagement add to a score, in log-odds against the mean of all.</summary>
    internal static (double Fit, double Engagement) Halves(GoalModel model, ReadOnlySpan<double> added)
    {
        var (fit, engagement) = (0.0, 0.0);
        for (var j = 0; j < added.Length; j++)
        {
            (fit, engagement) = HabitColumns.IsFit(model.Features[j].Name) ? (fit + added[j], engagement) : (fit, engagement + added[j]);
        }
        return (fit, engagement);
    }

    /// <summary>Of 100 leads of the test, how many stood below; equal ones count half.</summary>
    public static int Of100(IReadOnlyList<double> knots, double sum) =>
        (int)Math.Round(Steps * (knots.Count(knot => knot < sum - 1e-9) + (0.5 * knots.Count(knot => Math.Abs(knot - sum) <= 1e-9))) / knots.Count);

    /// <summary>The point at which acting on everybody from there on gains most; null where acting on nobody is best.</summary>
    public CutPoint? Best(double cost, double worth) => Curve.MaxBy(point => Gain(point, cost, worth)) is { } best && Gain(best, cost, worth) > 0 ? best : null;

    public static double Gain(CutPoint point, double cost, double worth) => (point.Hits * worth) - (point.People * cost);

    /// <summary>People of the test with a grade, and for how many of them it came true.</summary>
    public IReadOnlyList<(string Grade, int People, int Hits)> ByGrade(LeadCuts cuts)
    {
        var (found, before) = (new List<(string, int, int)>(), new CutPoint(1, 0, 0));
        foreach (var (grade, from) in LeadCuts.Grades.Zip(new[] { cuts.A, cuts.B, cuts.C, 0.0 }))
        {
            var until = Curve.LastOrDefault(point => point.Threshold >= from) ?? before;
            found.Add((grade, until.People - before.People, until.Hits - before.Hits));
            before = until;
        }
        return found;
    }

    private static double[] Knots(double[] sums)
    {
        Array.Sort(sums);
        return [.. Enumerable.Range(0, Steps + 1).Select(step => Math.Round(sums[(int)((long)step * (sums.Length - 1) / Steps)], 4))];
    }
}
