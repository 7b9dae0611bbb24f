namespace Ciclo.Core.Metrics;

internal enum Standing
{
    /// <summary>Not begun, or ended.</summary>
    None = 0,
    Live = 1,
    Paused = 2,
    /// <summary>Paused for so long that it counts as churn; it can still be resumed.</summary>
    Lapsed = 3,
}

/// <summary>One subscription of a customer while its events are booked.</summary>
internal sealed class Subscription
{
    public SubscriptionTerms Terms = SubscriptionTerms.Unsaid;
    public Standing Standing;

    /// <summary>MRR in minor units while it is live.</summary>
    public long Minor;

    public int PausedOn;

    /// <summary>What its pause took from the MRR.</summary>
    public long PausedMinor;

    /// <summary>The day that is being booked, and how the subscription stood when it began.</summary>
    public int Day = int.MinValue;
    public Standing StoodAs;
    public long StoodMinor;
    public int StoodPlan;

    /// <summary>Whether that day began a term: by a start, an end of a pause, or another interval.</summary>
    public bool BeginsTerm;
    public bool IsRenewed;

    private int anchor;
    private int terms;
    private int began;

    /// <summary>The day on which the term that runs ends.</summary>
    public int Due { get; private set; } = int.MaxValue;

    public bool IsHeld => Standing is Standing.Live or Standing.Paused;

    /// <summary>Whether so much of the term is over that a renewal means its end; one before that is late news of the term before.</summary>
    public bool IsPastHalf(int day) => day - began >= (Due - began + 1) / 2;

    public void BeginTerm(int day)
    {
        (anchor, terms) = (day, 0);
        NextTerm();
    }

    /// <summary>Terms are counted from the first day of all, so that a month that begins on the 31st keeps to it.</summary>
    public void NextTerm()
    {
        began = terms == 0 ? anchor : Due;
        terms++;
        var count = Math.Max(1, (long)((Terms.IntervalCount?.Micros ?? 0) / Values.Number.Scale)) * terms;
        Due = Terms.Interval switch
        {
            BillingInterval.Day => AfterDays(count),
            BillingInterval.Week => AfterDays(count * 7),
            BillingInterval.Year => AfterMonths(count * 12),
            BillingInterval.Unknown => int.MaxValue,
            _ => AfterMonths(count),
        };
    }

    private int AfterDays(long days) => days > 1_000_000 ? int.MaxValue : anchor + (int)days;

    private int AfterMonths(long months)
    {
        var date = DateOnly.FromDayNumber(anchor + Epoch);
        return months > (9_998 - date.Year) * 12L ? int.MaxValue : date.AddMonths((int)months).DayNumber - Epoch;
    }

    private static readonly int Epoch = new DateOnly(1970, 1, 1).DayNumber;
}
