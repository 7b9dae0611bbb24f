using Ciclo.Bench.Questions;
using Ciclo.Core.Time;
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
