using Ciclo.Bench.Questions;
using Ciclo.Core.Analytics;
using Ciclo.Core.Folds;
using Ciclo.Engine.Runtime;
using Ciclo.Engine.Runtime.Analysis;

namespace Ciclo.Bench.Targets;

/// <summary>P6 on our side.</summary>
internal sealed class FunnelSide(EngineHistory history) : IOurSide
{
    public Task PrepareAsync(BenchEvents events) => history.OpenAsync(events);

    public string Answer() => history.Engine.Read(state => string.Join(',', new FunnelScan(state, new FunnelQuestion(
    [
        "\"Product Viewed\" where revenue >= 50", "\"Product Added\"", "\"Checkout Started\"", "\"Order Completed\"",
    ])
    {
        WithTimes = false,
    }).Answer().Steps.Select(step => step.Profiles)));

    public ValueTask DisposeAsync() => history.CloseAsync();
}

/// <summary>P7's matrix on our side.</summary>
internal sealed class RetentionSide(EngineHistory history) : IOurSide
{
    public Task PrepareAsync(BenchEvents events) => history.OpenAsync(events);

    public string Answer() => history.Engine.Read(state =>
    {
        var matrix = new RetentionScan(state, new RetentionQuestion("\"Signed Up\"", "any", PeriodKind.Week, BenchEvents.Start, BenchEvents.End)).Answer();
        var weeks = Enumerable.Range(0, matrix.Periods.Count).ToArray();
        return string.Join(' ', from cohort in weeks from later in weeks where matrix.Count(cohort, later) > 0 select $"{cohort}:{later}={matrix.Count(cohort, later)}");
    });

    public ValueTask DisposeAsync() => history.CloseAsync();
}

/// <summary>P7's segment on our side.</summary>
internal sealed class SegmentSide(EngineHistory history) : IOurSide
{
    private const string Rule = "count(\"Order Completed\", 90d) >= 3 and sum(\"Order Completed\".revenue) >= 200.005";

    public Task PrepareAsync(BenchEvents events) => history.OpenAsync(events);

    public string Answer() => $"{history.Engine.Read(state => new SegmentCount(state, Rule, Core.Time.Zone.Utc, BenchEvents.End).Count())}";

    public ValueTask DisposeAsync() => history.CloseAsync();
}

/// <summary>P5 beside peers on our side: every history folded anew up to the end of the data, all moves on the way found, sizes taken of where it ends.</summary>
internal sealed class FrameworkSide(EngineHistory history) : IOurSide
{
    private static readonly WorkspaceRules Rules = BenchRules.Compile(BenchRules.Question, 1);

    public Task PrepareAsync(BenchEvents events) => history.OpenAsync(events);

    public string Answer() => history.Engine.Read(state =>
    {
        var plan = FoldPlan.Compile(Rules.Definitions, state.Staged.EventNames, state.Staged.Paths, FoldSettings.Default);
        var sizes = new int[9];
        foreach (var place in Queries.Replay<int>(state, plan, BenchEvents.End, Take))
        {
            sizes[place]++;
        }
        return string.Join(',', sizes);
    });

    public ValueTask DisposeAsync() => history.CloseAsync();

    private static void Take(int profile, ProfileFold fold, List<int> into)
    {
        if (!fold.IsEntered)
        {
            return;
        }
        into.Add(fold.StageOf(0));
        for (var segment = 0; segment < 3; segment++)
        {
            if (fold.IsMember(segment))
            {
                into.Add(6 + segment);
            }
        }
    }
}
