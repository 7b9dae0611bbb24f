namespace Ciclo.Core.Predict.Survival;

/// <summary>How long one group stays. <paramref name="Ratio"/>: what being in it multiplies the risk of leaving by, against the largest group; null for that one, and where nobody of either left.</summary>
public sealed record GroupStay(string Name, SurvivalCurve Curve, HazardRatio? Ratio);

/// <summary>A hazard ratio and between what it lies with 95 % probability (D. R. Cox 1972; ties by B. Efron 1977).</summary>
public readonly record struct HazardRatio(double Ratio, double Low, double High)
{
    /// <summary>Whether the interval leaves out 1: the groups leave at different paces.</summary>
    public bool IsClear => Low > 1 || High < 1;
}

/// <summary>How long people stay, all together and by group, and whether the groups differ. Times are in whatever unit they come.</summary>
public sealed record GroupedSurvival(SurvivalCurve All, IReadOnlyList<GroupStay> Groups, LogRank? Test)
{
    /// <summary>Groups that are shown; the smaller ones are joined.</summary>
    public const int MostGroups = 6;

    /// <summary>Fewer people make no group of their own.</summary>
    public const int FewestOfGroup = 10;

    /// <summary>How groups of the smaller ones are called.</summary>
    public const string Others = "…";

    /// <summary>
    /// Names the group of each row as it is shown: the largest keep their names, the rest are <see cref="Others"/>. Of equal size the earlier in the alphabet is the larger.
    /// </summary>
    public static IReadOnlyList<string> Joined(IReadOnlyList<string> groups)
    {
        var own = groups.GroupBy(name => name, StringComparer.Ordinal).Where(group => group.Count() >= FewestOfGroup)
            .OrderByDescending(group => group.Count()).ThenBy(group => group.Key, StringComparer.Ordinal).Take(MostGroups).Select(group => group.Key).ToHashSet(StringComparer.Ordinal);
        return [.. groups.Select(name => own.Contains(name) ? name : Others)];
    }

    /// <param name="times">How long each was seen.</param>
    /// <param name="ended">Whether each left then; otherwise they go on beyond.</param>
    /// <param name="groups">Of each row, as <see cref="Joined"/> names them.</param>
    public static GroupedSurvival Of(double[] times, bool[] ended, IReadOnlyList<string> groups)
    {
        var names = groups.GroupBy(name => name, StringComparer.Ordinal).OrderBy(group => group.Key == Others).ThenByDescending(group => group.Count()).ThenBy(group => group.Key, StringComparer.Ordinal)
            .Select(group => group.Key).ToList();
        var codes = groups.Select(name => names.IndexOf(name)).ToArray();
        var curves = names.Select((_, group) => CurveOf(times, ended, codes, group)).ToList();
        if (names.Count < 2)
        {
            return new GroupedSurvival(SurvivalCurve.Of(times, ended), [.. names.Select((name, group) => new GroupStay(name, curves[group], null))], null);
        }
        // Where nobody of a group left, its risk has no lowest value: it is told by its curve alone.
        var compared = curves[0].Ended == 0 ? [] : Enumerable.Range(1, names.Count - 1).Where(group => curves[group].Ended > 0).ToList();
        var ratios = new Dictionary<int, HazardRatio>();
        if (compared.Count > 0)
        {
            var rows = Enumerable.Range(0, times.Length).Where(row => codes[row] == 0 || compared.Contains(codes[row])).ToArray();
            var cox = CoxModel.Fitted(
                [.. compared.Select(group => names[group])], [.. compared.Select(group => Array.ConvertAll(rows, row => codes[row] == group ? 1.0 : 0.0))],
                Array.ConvertAll(rows, row => times[row]), Array.ConvertAll(rows, row => ended[row]));
            for (var at = 0; cox.Fit.HasConverged && at < compared.Count; at++)
            {
                var (low, high) = cox.Fit.Interval(at, 0.95);
                ratios[compared[at]] = new HazardRatio(Math.Exp(cox.Fit.Parameters[at]), Math.Exp(low), Math.Exp(high));
            }
        }
        return new GroupedSurvival(
            SurvivalCurve.Of(times, ended), [.. names.Select((name, group) => new GroupStay(name, curves[group], ratios.TryGetValue(group, out var found) ? found : null))],
            LogRank.Of(times, ended, codes, names.Count));
    }

    private static SurvivalCurve CurveOf(double[] times, bool[] ended, int[] codes, int group)
    {
        var rows = Enumerable.Range(0, times.Length).Where(row => codes[row] == group).ToArray();
        return SurvivalCurve.Of(Array.ConvertAll(rows, row => times[row]), Array.ConvertAll(rows, row => ended[row]));
    }
}
