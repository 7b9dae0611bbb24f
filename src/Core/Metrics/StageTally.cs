using Ciclo.Core.Time;

namespace Ciclo.Core.Metrics;

/// <summary>Counts of one stage; a person's stays come one after another, so the last person seen is enough to count each once.</summary>
internal sealed class StageTally(StageFlowQuestion question)
{
    private readonly int[] changes = new int[question.Points + 1];
    private readonly StayLengths stays = new();
    private int atStart;
    private int entries;
    private int entriesBefore;
    private int exits;
    private int exitsBefore;
    private int cohort;
    private int converted;
    private int cohortBefore;
    private int convertedBefore;
    private long enteredBy;
    private long enteredBeforeBy;
    private long leftBy;
    private long leftBeforeBy;
    private long cohortBy;
    private long cohortBeforeBy;

    /// <summary>A stay (at, until]; until and later are long.MaxValue for what has not happened by the period's end.</summary>
    public void Stay(long person, long at, long until, long later)
    {
        Count(person, at, question.From, question.To, ref enteredBy, ref entries);
        Count(person, at, question.Before, question.From, ref enteredBeforeBy, ref entriesBefore);
        Count(person, until, question.From, question.To, ref leftBy, ref exits);
        Count(person, until, question.Before, question.From, ref leftBeforeBy, ref exitsBefore);
        atStart += at <= question.From && until > question.From ? 1 : 0;
        changes[PointOf(at)]++;
        changes[PointOf(until)]--;
        var isWithin = later != long.MaxValue && later - at <= question.HorizonMs;
        if (Count(person, at, question.CohortFrom, question.CohortTo, ref cohortBy, ref cohort) && isWithin)
        {
            converted++;
        }
        if (Count(person, at, question.CohortFrom - question.Length, question.CohortFrom, ref cohortBeforeBy, ref cohortBefore) && isWithin)
        {
            convertedBefore++;
        }
        if (at > question.To - StayLengths.Longest)
        {
            stays.Add((until == long.MaxValue ? question.To : until) - at, until != long.MaxValue);
        }
    }

    public void Join(StageTally other)
    {
        for (var i = 0; i < changes.Length; i++)
        {
            changes[i] += other.changes[i];
        }
        stays.Join(other.stays);
        atStart += other.atStart;
        entries += other.entries;
        entriesBefore += other.entriesBefore;
        exits += other.exits;
        exitsBefore += other.exitsBefore;
        cohort += other.cohort;
        converted += other.converted;
        cohortBefore += other.cohortBefore;
        convertedBefore += other.convertedBefore;
    }

    public StageFigures Figures()
    {
        var sizes = new int[question.Points];
        var people = 0;
        for (var i = 0; i < sizes.Length; i++)
        {
            people += changes[i];
            sizes[i] = people;
        }
        return new StageFigures(
            people, atStart, entries, entriesBefore, exits, exitsBefore, new Share(converted, cohort), new Share(convertedBefore, cohortBefore), stays.Median(), stays.Count, sizes);
    }

    /// <summary>Counts the person once if the instant lies in (from, to]; says whether it did now.</summary>
    private static bool Count(long person, long at, long from, long to, ref long by, ref int count)
    {
        if (at <= from || at > to || by == person)
        {
            return false;
        }
        by = person;
        count++;
        return true;
    }

    /// <summary>The first point at or after an instant; the one behind the last for what comes later.</summary>
    private int PointOf(long at)
    {
        if (at > question.To)
        {
            return question.Points;
        }
        var point = at <= question.From ? 0 : (int)Math.Min((at - question.From - 1) / Math.Max(1, question.Length / question.Points), question.Points - 1);
        return point;
    }
}

/// <summary>
/// How long stays last, to the hour and up to a year: for their median by the product-limit estimator (E. L. Kaplan, P. Meier, Nonparametric
/// estimation from incomplete observations, JASA 53, 1958), in which a stay that goes on counts up to where it is known.
/// </summary>
internal sealed class StayLengths
{
    public const long Longest = 365 * Durations.Day;

    private const int Hours = (int)(Longest / Durations.Hour) + 1;

    private readonly int[] ended = new int[Hours];
    private readonly int[] open = new int[Hours];

    public int Count { get; private set; }

    public void Add(long lengthMs, bool isEnded)
    {
        var hour = (int)Math.Min(lengthMs / Durations.Hour, Hours - 1);
        (isEnded ? ended : open)[hour]++;
        Count++;
    }

    public void Join(StayLengths other)
    {
        for (var i = 0; i < Hours; i++)
        {
            ended[i] += other.ended[i];
            open[i] += other.open[i];
        }
        Count += other.Count;
    }

    /// <summary>The end of the hour in which the share of stays that go on falls to a half; null if it never does.</summary>
    public long? Median()
    {
        var (atRisk, surviving) = (Count, 1.0);
        for (var hour = 0; hour < Hours && atRisk > 0; hour++)
        {
            surviving *= 1 - ((double)ended[hour] / atRisk);
            if (surviving <= 0.5)
            {
                return (hour + 1) * Durations.Hour;
            }
            atRisk -= ended[hour] + open[hour];
        }
        return null;
    }
}
