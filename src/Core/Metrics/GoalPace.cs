namespace Ciclo.Core.Metrics;

/// <summary>What a goal asks of its number. Persisted by name.</summary>
public enum GoalKind
{
    AtLeast,
    AtMost,

    /// <summary>More than in the period before by a share of it.</summary>
    GrowBy,
}

/// <summary>How a goal stands.</summary>
public enum GoalStatus
{
    /// <summary>There is no number yet.</summary>
    NoData,
    OnTrack,
    AtRisk,
    Reached,
    Missed,
}

/// <summary>What the period will probably end with. <paramref name="Periods"/>: from how many earlier ones that is told; 0 for by its days alone. <paramref name="Share"/>: the median part of their whole that they had by then.</summary>
public sealed record GoalForecast(double Value, double Low, double High, int Periods, double Share);

/// <summary>Where a goal stands within its period. Pure.</summary>
public static class GoalPace
{
    /// <summary>The fewest earlier periods from which the course within a period is told.</summary>
    public const int FewestPeriods = 3;

    /// <summary>
    /// What the period ends with at the pace of earlier ones. A number that adds up is divided by the median of what share of their whole the earlier ones had by the
    /// same day; any other is moved by the median of what they still changed by. Without enough history: in proportion to the days passed, or the value as it is.
    /// Null where nothing can be told: the period has only begun, or earlier ones began with nothing.
    /// </summary>
    /// <param name="value">The value so far.</param>
    /// <param name="passed">The share of the period's time that has passed.</param>
    /// <param name="addsUp">Whether the number grows with its period, as orders do, rather than being a level or a ratio.</param>
    /// <param name="earlier">Earlier periods: their number by the same day, and in the end.</param>
    public static GoalForecast? Forecast(double value, double passed, bool addsUp, IReadOnlyList<(double SoFar, double Whole)> earlier)
    {
        if (!addsUp)
        {
            var rests = earlier.Select(one => one.Whole - one.SoFar).ToList();
            return rests.Count < FewestPeriods
                ? new GoalForecast(value, value, value, 0, 1)
                : new GoalForecast(value + AlertJudge.Median(rests), value + rests.Min(), value + rests.Max(), rests.Count, 1);
        }
        var shares = earlier.Where(one => one.Whole > 0).Select(one => one.SoFar / one.Whole).ToList();
        if (shares.Count < FewestPeriods)
        {
            return passed <= 0 ? null : new GoalForecast(value / passed, value / passed, value / passed, 0, passed);
        }
        var share = AlertJudge.Median(shares);
        return shares.Min() <= 0 ? null : new GoalForecast(value / share, value / shares.Max(), value / shares.Min(), shares.Count, share);
    }

    /// <param name="kind">What is asked.</param>
    /// <param name="target">The number that is asked for: of growth, what it comes to.</param>
    /// <param name="value">The value so far, or in the end.</param>
    /// <param name="forecast">What the period will end with; null where nothing can be told.</param>
    /// <param name="isOver">Whether the period has ended.</param>
    /// <param name="addsUp">Whether the number only grows within its period: then it is reached, or exceeded, before the end.</param>
    public static GoalStatus Status(GoalKind kind, double target, double? value, GoalForecast? forecast, bool isOver, bool addsUp)
    {
        if (value is not { } now)
        {
            return GoalStatus.NoData;
        }
        var isMet = kind == GoalKind.AtMost ? now <= target : now >= target;
        if (isOver)
        {
            return isMet ? GoalStatus.Reached : GoalStatus.Missed;
        }
        if (addsUp && isMet != (kind == GoalKind.AtMost))
        {
            return isMet ? GoalStatus.Reached : GoalStatus.Missed;
        }
        var ends = forecast?.Value ?? now;
        return (kind == GoalKind.AtMost ? ends <= target : ends >= target) ? GoalStatus.OnTrack : GoalStatus.AtRisk;
    }
}
