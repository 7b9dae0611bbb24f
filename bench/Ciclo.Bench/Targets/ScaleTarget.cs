using System.Diagnostics;
using System.Globalization;
using System.Text;
using Ciclo.Bench.Report;
using Ciclo.Core.Time;

namespace Ciclo.Bench.Targets;

/// <summary>
/// P4: what one event of one customer costs among ever more customers, each with a timer pending; what nothing new costs; and the memory that
/// pending timers take.
/// </summary>
internal sealed class ScaleTarget(BenchOptions options, Results results) : ITarget
{
    private const int Measured = 3_000;
    private static readonly int[] Sizes = [10_000, 100_000, 1_000_000];
    private static readonly TimeSpan Idle = TimeSpan.FromSeconds(5);

    public IReadOnlyList<string> Ids => ["P4", "growth-profiles"];

    public async Task RunAsync()
    {
        var points = new List<(double, double)>();
        foreach (var size in Sizes)
        {
            await using var workspace = await Workspace.OpenAsync(Path.Combine(options.Folder, "scale"), BenchRules.Compile(BenchRules.Framework(0), 1));
            await workspace.SendAllAsync(OneOrderEach(size));
            await workspace.Engine.CheckpointAsync(CancellationToken.None);
            // What the filling left to do beside the loop, and the compilers, come to rest.
            await SendSinglyAsync(workspace, size, Measured);
            await Task.Delay(Idle);
            var cpu = await CpuOfAsync(() => SendSinglyAsync(workspace, size, Measured));
            points.Add((size, cpu.TotalMicroseconds / Measured));
            if (size == Sizes[^1])
            {
                await AddRestAsync(workspace, size);
            }
        }
        results.Add(new Growth("growth-profiles", "P4: one event of one customer: durable, folded, made known, one at a time", "customers", "µs CPU an event", 0.1, "flat",
            [new GrowthLine("", points)]));
    }

    private async Task AddRestAsync(Workspace workspace, int size)
    {
        await workspace.Engine.RestAsync(CancellationToken.None);
        var turns = workspace.Engine.Turns;
        var idle = await CpuOfAsync(() => Task.Delay(Idle));
        turns = workspace.Engine.Turns - turns;
        results.Add("P4", $"nothing new, {size:N0} customers, {Idle.TotalSeconds:0} s, once housekeeping rests", "no CPU", $"{idle.TotalMilliseconds:0} ms CPU, {turns} turns of the loop", 50 / Math.Max(idle.TotalMilliseconds, 1));
        var (timers, places) = workspace.Engine.Read(state => (state.Placement.Timers, state.Placement.Places.Size));
        var bytes = (timers * 16L) + places;
        results.Add("P9", $"{timers:N0} timers pending: their queues, and the places of their customers with the instants", "< 200 MB", $"{bytes / 1e6:0} MB", 200e6 / bytes);
    }

    private static async Task<TimeSpan> CpuOfAsync(Func<Task> work)
    {
        var before = Environment.CpuUsage.TotalTime;
        await work();
        return Environment.CpuUsage.TotalTime - before;
    }

    /// <summary>One order of each customer within the last fifty days: `since(…) > 55d` is pending for each.</summary>
    private static IEnumerable<ReadOnlyMemory<byte>> OneOrderEach(int customers)
    {
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();
        for (var first = 0; first < customers; first += Batches.Size)
        {
            yield return Orders(Enumerable.Range(first, Batches.Size).Select(customer => (customer, now - (customer * 50L * Durations.Day / customers))));
        }
    }

    private static async Task SendSinglyAsync(Workspace workspace, int customers, int count)
    {
        var random = new Random(count);
        for (var i = 0; i < count; i++)
        {
            var now = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();
            await workspace.Engine.FoldedAsync(await workspace.SendAsync(Orders([(random.Next(customers), now)]).Span), CancellationToken.None);
        }
    }

    /// <summary>A batch with one order of each of these customers.</summary>
    internal static ReadOnlyMemory<byte> Orders(IEnumerable<(int Customer, long At)> orders)
    {
        var body = new StringBuilder("{\"batch\":[");
        foreach (var (customer, at) in orders)
        {
            body.Append(body[^1] == '}' ? "," : "").Append(CultureInfo.InvariantCulture,
                $"{{\"type\":\"track\",\"userId\":\"u{customer}\",\"event\":\"Order Completed\",\"timestamp\":\"{Instants.Format(at)}\",\"properties\":{{\"revenue\":20}}}}");
        }
        return Encoding.UTF8.GetBytes(body.Append("]}").ToString());
    }
}
