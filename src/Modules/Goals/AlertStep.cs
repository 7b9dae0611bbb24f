namespace Ciclo.Modules.Goals;

/// <summary>What follows from looking at an alert: rows to store, and what is told.</summary>
public sealed record AlertOutcome(IReadOnlyList<Firing> Rows, IReadOnlyList<Firing> Told, DateOnly? ResolvedBy);

/// <summary>Holds what a rule says of periods against what fired before. Pure: looking again at the same numbers changes and tells nothing.</summary>
public static class AlertStep
{
    /// <param name="alert">The alert.</param>
    /// <param name="course">What the rule says, oldest period first.</param>
    /// <param name="known">What fired before in these periods and earlier.</param>
    /// <param name="at">When what is said of a period is known; Unix milliseconds.</param>
    /// <param name="causes">Says what moved a period's number; asked for periods that newly fire.</param>
    public static AlertOutcome Of(Alert alert, AlertCourse course, IReadOnlyList<Firing> known, Func<JudgedPeriod, long> at, Func<JudgedPeriod, IReadOnlyList<Cause>> causes)
    {
        var rows = known.ToDictionary(firing => firing.Period);
        var (changed, told) = (new HashSet<DateOnly>(), new List<Firing>());
        DateOnly? resolvedBy = null;
        var isHeld = false;
        foreach (var judged in course.Judged)
        {
            var (date, finding) = (course.DateOf(judged), judged.Finding);
            var (before, now) = (rows.GetValueOrDefault(date), at(judged));
            if (finding.Gap != Core.Metrics.AlertGap.None)
            {
                continue;
            }
            if (finding.Fires)
            {
                var firing = before is null
                    ? new Firing(alert.Id, date, isHeld || IsOpenBefore(rows, course, judged) ? FiringState.Ongoing : FiringState.Fired, now, null, null, null, null, null, causes(judged), null, "", "")
                    : before.State == FiringState.Withdrawn ? before with { State = FiringState.Ongoing, EndedAt = null } : before;
                firing = firing with { Value = finding.Value, Expected = finding.Expected, Low = finding.Low, High = finding.High };
                if (before is null && firing.State == FiringState.Fired)
                {
                    told.Add(firing);
                }
                if (firing != before)
                {
                    Set(firing);
                }
                (isHeld, resolvedBy) = (true, null);
                continue;
            }
            if (before is { State: not FiringState.Withdrawn })
            {
                // What came late made it untrue: the number is as it should be after all.
                Set(before with { State = FiringState.Withdrawn, EndedAt = before.EndedAt ?? now, Value = finding.Value });
            }
            foreach (var open in rows.Values.Where(firing => firing.Period < date && firing.IsOpen).ToList())
            {
                Set(open with { EndedAt = now });
                resolvedBy = date;
            }
            isHeld = false;
        }
        return new AlertOutcome([.. changed.Order().Select(date => rows[date])], told, resolvedBy);

        void Set(Firing firing)
        {
            rows[firing.Period] = firing;
            changed.Add(firing.Period);
        }
    }

    /// <summary>Whether the period just before the first judged one is of the same row.</summary>
    private static bool IsOpenBefore(Dictionary<DateOnly, Firing> rows, AlertCourse course, JudgedPeriod judged) =>
        judged.Period > 0 && rows.TryGetValue(course.Course.Dates[judged.Period - 1], out var before) && before.State != FiringState.Withdrawn;
}
