using Ciclo.Core.Analytics;

namespace Ciclo.Core.Metrics;

/// <summary>One period's number: <paramref name="Part"/> alone, or over <paramref name="Whole"/>.</summary>
public readonly record struct Point(double Part, double? Whole = null)
{
    /// <summary>Null over nothing.</summary>
    public double? Value => Whole is not { } whole ? Part : whole == 0 ? null : Part / whole;
}

/// <summary>What an alert looks at. Persisted by name.</summary>
public enum AlertKind
{
    /// <summary>The value against a number.</summary>
    Threshold,

    /// <summary>The value against that of an earlier period.</summary>
    Change,

    /// <summary>The value against what is usual at that time of the week.</summary>
    Anomaly,
}

/// <summary>Which way it fires. Persisted by name.</summary>
public enum AlertSide
{
    Above,
    Below,
    Either,
}

/// <summary>What a change is counted from. Persisted by name.</summary>
public enum AlertBase
{
    /// <summary>The period before.</summary>
    Previous,

    /// <summary>The same period a week before.</summary>
    Week,

    /// <summary>The same period a year before; a day's is the same day of the week 52 weeks before.</summary>
    Year,
}

/// <summary>How far chance alone reaches, by what a metric's numbers are.</summary>
public enum ChanceModel
{
    /// <summary>Nothing is known of it: amounts of money, estimates.</summary>
    None,

    /// <summary>Things that come one by one, each by itself: the number's standard error is its root (Poisson).</summary>
    Counts,

    /// <summary>A share of people or things that did something, each by itself (binomial).</summary>
    Shares,
}

/// <summary>
/// When an alert fires. <paramref name="Amount"/>: of a threshold the number itself; of a change how much, as a share (0.2 is 20 %) or, with
/// <paramref name="InPoints"/>, in the metric's own unit; of an anomaly how many robust standard deviations.
/// </summary>
public sealed record AlertRule(AlertKind Kind, AlertSide Side, double Amount, bool InPoints = false, AlertBase Base = AlertBase.Previous);

/// <summary>Why a period says nothing.</summary>
public enum AlertGap
{
    None,

    /// <summary>The period itself has no number.</summary>
    NoValue,

    /// <summary>There are too few earlier ones to tell what is usual.</summary>
    NoHistory,
}

/// <summary>
/// What a rule says of one period. <paramref name="Low"/> and <paramref name="High"/> bound what does not fire, null where a side is open;
/// <paramref name="Expected"/> is what it was held against. <paramref name="IsWithinChance"/>: it is far enough off, and chance alone would do that too.
/// <paramref name="References"/> are the earlier periods' positions.
/// </summary>
public sealed record AlertFinding(
    bool Fires, double? Value, double? Expected, double? Low, double? High, bool IsWithinChance, IReadOnlyList<int> References, AlertGap Gap = AlertGap.None)
{
    public static AlertFinding None(AlertGap gap, double? value = null) => new(false, value, null, null, null, false, [], gap);
}

/// <summary>Decides whether a rule fires in a period, from the numbers of that period and the ones before. Pure; a back-test and the running alert ask the same.</summary>
public static class AlertJudge
{
    /// <summary>How many earlier periods of the same day of the week, earlier weeks or earlier months tell what is usual.</summary>
    public const int MostReferences = 12;

    /// <summary>Two-sided 1 %, as everywhere a difference is called clear.</summary>
    private const double Clear = 2.5758293035489004;

    /// <summary>The median absolute deviation of a normal distribution is this part of its standard deviation (F. R. Hampel, JASA 69, 1974).</summary>
    private const double MadToDeviation = 1.4826022185056018;

    /// <summary>What a constant series is taken to vary by, as a share of its value.</summary>
    private const double LeastSpread = 0.01;

    /// <summary>The fewest earlier periods from which what is usual is told.</summary>
    public static int FewestReferences(PeriodKind by) => by == PeriodKind.Month ? 6 : 8;

    /// <param name="rule">When it fires.</param>
    /// <param name="by">The kind of periods; anomalies are of days, weeks and months.</param>
    /// <param name="chance">What the numbers are.</param>
    /// <param name="dates">The first date of each period, ascending.</param>
    /// <param name="points">Each period's number; null before the data begins.</param>
    /// <param name="at">The period to judge.</param>
    /// <param name="usual">What anomalies are told from, of <see cref="Usual"/>; null: the points themselves.</param>
    public static AlertFinding Judge(
        AlertRule rule, PeriodKind by, ChanceModel chance, IReadOnlyList<DateOnly> dates, IReadOnlyList<Point?> points, int at, IReadOnlyList<Point?>? usual = null)
    {
        if (points[at]?.Value is not { } value)
        {
            return AlertFinding.None(AlertGap.NoValue);
        }
        return rule.Kind switch
        {
            AlertKind.Threshold => Threshold(rule, value),
            AlertKind.Change => Change(rule, by, chance, dates, points, at, value),
            _ => Anomaly(rule, by, chance, dates, points, usual ?? points, at, value),
        };
    }

    /// <summary>
    /// The numbers without those that were anomalies themselves: what is off for three weeks would else widen what is usual until it counts as such. Where too few
    /// others are left all count again, so that what lasts becomes the new usual after some five weeks. The points themselves for other rules.
    /// </summary>
    public static IReadOnlyList<Point?> Usual(AlertRule rule, PeriodKind by, ChanceModel chance, IReadOnlyList<DateOnly> dates, IReadOnlyList<Point?> points) => rule.Kind != AlertKind.Anomaly
        ? points
        : [.. points.Select((point, i) => Judge(rule with { Side = AlertSide.Either }, by, chance, dates, points, i).Fires ? null : point)];

    private static AlertFinding Threshold(AlertRule rule, double value) => rule.Side == AlertSide.Above
        ? new(value > rule.Amount, value, null, null, rule.Amount, false, [])
        : new(value < rule.Amount, value, null, rule.Amount, null, false, []);

    private static AlertFinding Change(AlertRule rule, PeriodKind by, ChanceModel chance, IReadOnlyList<DateOnly> dates, IReadOnlyList<Point?> points, int at, double value)
    {
        var from = Find(dates, Earlier(dates[at], by, rule.Base));
        if (from < 0 || points[from]?.Value is not { } before || (!rule.InPoints && before == 0))
        {
            return AlertFinding.None(AlertGap.NoHistory, value);
        }
        var far = rule.InPoints ? rule.Amount : rule.Amount * Math.Abs(before);
        var (low, high) = Around(chance, before, far);
        var isOff = IsOff(rule.Side, value, low, high);
        var isChance = isOff && !IsBeyondChance(chance, points[at]!.Value, points[from]!.Value, 1);
        return new AlertFinding(isOff && !isChance, value, before, rule.Side == AlertSide.Above ? null : low, rule.Side == AlertSide.Below ? null : high, isChance, [from]);
    }

    private static AlertFinding Anomaly(
        AlertRule rule, PeriodKind by, ChanceModel chance, IReadOnlyList<DateOnly> dates, IReadOnlyList<Point?> points, IReadOnlyList<Point?> usual, int at, double value)
    {
        var earlier = Enumerable.Range(1, MostReferences).Select(back => Find(dates, Back(dates[at], by, back))).Where(i => i >= 0 && points[i]?.Value is not null).ToList();
        if (earlier.Count < FewestReferences(by))
        {
            return AlertFinding.None(AlertGap.NoHistory, value);
        }
        var clean = earlier.Where(i => usual[i] is not null).ToList();
        var references = clean.Count < FewestReferences(by) ? earlier : clean;
        var values = references.Select(i => points[i]!.Value.Value!.Value).ToList();
        var median = Median(values);
        var spread = MadToDeviation * Median([.. values.Select(one => Math.Abs(one - median))]);
        // Half of the values alike give a spread of none, and then anything would be an anomaly: it varies at least as chance makes it.
        var least = chance switch
        {
            ChanceModel.Counts => Math.Sqrt(Math.Max(1, median)),
            ChanceModel.Shares => Math.Sqrt(Math.Max(0, median * (1 - median)) / Math.Max(1, points[at]!.Value.Whole ?? 1)),
            _ => LeastSpread * Math.Abs(median),
        };
        var far = rule.Amount * Math.Max(spread, least);
        var (low, high) = Around(chance, median, far);
        return new AlertFinding(IsOff(rule.Side, value, low, high), value, median, rule.Side == AlertSide.Above ? null : low, rule.Side == AlertSide.Below ? null : high, false, references);
    }

    /// <summary>
    /// Whether a number differs from another by more than chance: shares by the test of <see cref="Proportions"/>, counts by the standard error of their
    /// difference (Poisson), both two-sided at 1 %; true where nothing is known of chance.
    /// </summary>
    /// <param name="model">What the numbers are.</param>
    /// <param name="now">The number.</param>
    /// <param name="before">What it is held against: of shares the sum over <paramref name="periods"/>, of counts their mean.</param>
    /// <param name="periods">How many periods the earlier number is of.</param>
    public static bool IsBeyondChance(ChanceModel model, Point now, Point before, int periods) => model switch
    {
        ChanceModel.Shares => Proportions.DifferClearly(new Share((int)now.Part, (int)(now.Whole ?? 0)), new Share((int)before.Part, (int)(before.Whole ?? 0))),
        ChanceModel.Counts => Math.Abs(now.Part - before.Part) > Clear * Math.Sqrt((now.Part + (periods * before.Part)) / (1 + periods) * (1 + (1.0 / periods))),
        _ => true,
    };

    public static double Median(IReadOnlyCollection<double> values)
    {
        var sorted = values.Order().ToList();
        var middle = sorted.Count / 2;
        return sorted.Count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    /// <summary>Counts and shares do not fall below nothing.</summary>
    private static (double Low, double High) Around(ChanceModel chance, double middle, double far) => (chance == ChanceModel.None ? middle - far : Math.Max(0, middle - far), middle + far);

    private static bool IsOff(AlertSide side, double value, double low, double high) =>
        (side != AlertSide.Above && value < low) || (side != AlertSide.Below && value > high);

    /// <summary>The first date of the period that a change is counted from.</summary>
    private static DateOnly Earlier(DateOnly date, PeriodKind by, AlertBase from) => (from, by) switch
    {
        (AlertBase.Year, PeriodKind.Day or PeriodKind.Week) => date.AddDays(-364),
        (AlertBase.Year, _) => date.AddYears(-1),
        (AlertBase.Week, _) => date.AddDays(-7),
        (_, PeriodKind.Day) => date.AddDays(-1),
        _ => Back(date, by, 1),
    };

    /// <summary>The period that is usual for this one: a day's is the same day of the week.</summary>
    private static DateOnly Back(DateOnly date, PeriodKind by, int count) => by switch
    {
        PeriodKind.Day or PeriodKind.Week => date.AddDays(-7 * count),
        PeriodKind.Month => date.AddMonths(-count),
        PeriodKind.Quarter => date.AddMonths(-3 * count),
        _ => date.AddYears(-count),
    };

    private static int Find(IReadOnlyList<DateOnly> dates, DateOnly date)
    {
        var (low, high) = (0, dates.Count - 1);
        while (low <= high)
        {
            var middle = (low + high) / 2;
            if (dates[middle] == date)
            {
                return middle;
            }
            (low, high) = dates[middle] < date ? (middle + 1, high) : (low, middle - 1);
        }
        return -1;
    }
}
