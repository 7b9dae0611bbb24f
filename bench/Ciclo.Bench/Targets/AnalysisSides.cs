using Ciclo.Bench.Questions;
using Ciclo.Core.Analytics;
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
