using System.Diagnostics.Metrics;
using Ciclo.Engine.Collect;

namespace Ciclo.Modules.Collect;

/// <summary>Counts of what came in, as `System.Diagnostics` metrics of the meter `Ciclo.Collect`.</summary>
internal sealed class CollectMetrics : IDisposable
{
    /// <summary>Boxed once: it is the status of nearly every request.</summary>
    private static readonly object Ok = 200;

    private readonly Meter meter = new("Ciclo.Collect");
    private readonly Counter<long> requests;
    private readonly Counter<long> admitted;
    private readonly Counter<long> rejected;

    public CollectMetrics()
    {
        requests = meter.CreateCounter<long>("ciclo.collect.requests", "{request}", "Requests answered, by status code.");
        admitted = meter.CreateCounter<long>("ciclo.collect.admitted", "{event}", "Events admitted and durable.");
        rejected = meter.CreateCounter<long>("ciclo.collect.rejected", "{event}", "Items refused and kept with a reason.");
    }

    public void Answered(int status) => requests.Add(1, new KeyValuePair<string, object?>("status", status == 200 ? Ok : status));

    public void Kept(in AdmissionResult result)
    {
        admitted.Add(result.Admitted);
        rejected.Add(result.Rejected);
    }

    public void Dispose() => meter.Dispose();
}
