using Ciclo.Core.Analytics;
using Ciclo.Core.Metrics;
using Microsoft.Data.Sqlite;

namespace Ciclo.Modules.Goals.Contracts;

/// <summary>
/// A goal as pages of numbers show it: a line at <paramref name="Target"/>, in the metric's unit, in periods of that kind. <paramref name="Settings"/>,
/// <paramref name="Breakdown"/> and <paramref name="Value"/> say of which number of the metric.
/// </summary>
public sealed record GoalLine(long Id, string Name, string Metric, string Settings, string Breakdown, string Value, PeriodKind? Period, bool IsAtMost, double Target);

/// <summary>The targets of numbers, for pages that show those numbers.</summary>
public static class GoalLines
{
    /// <summary>The goals under way on some metrics that ask for a number; goals of growth have none that stands for every period.</summary>
    public static IReadOnlyList<GoalLine> Of(SqliteConnection connection, string workspace, IReadOnlyCollection<string> metrics) =>
    [
        .. GoalStore.List(connection, null, workspace).Where(goal => goal.ArchivedAt is null && goal.Kind != GoalKind.GrowBy && metrics.Contains(goal.Number.Metric))
            .Select(goal => new GoalLine(
                goal.Id, goal.Name, goal.Number.Metric, goal.Number.Settings, goal.Number.Breakdown, goal.Number.Value, goal.Period, goal.Kind == GoalKind.AtMost, goal.Amount)),
    ];
}
