using System.Diagnostics;
using Ciclo.Bench.Report;

namespace Ciclo.Bench.Targets;

/// <summary>P9, our side: customers whose `since(…)` crosses its threshold at one instant; done when the move of each is durable in the feed.</summary>
internal sealed class OwnTimers(BenchOptions options)
{
    private const int DueInSeconds = 15;

    private static readonly string[] Rules =
    [
        $"""
        lifecycle: customer
        movement: free
        stages:
          - id: active
          - id: quiet
            when: since("Order Completed") > {DueInSeconds}s
        """,
    ];

    public async Task<Side> RunAsync(int count)
    {
        await using var workspace = await Workspace.OpenAsync(Path.Combine(options.Folder, "timers"), BenchRules.Compile(Rules, 1));
        var at = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();
        await workspace.SendAllAsync(Enumerable.Range(0, count / Batches.Size).Select(number =>
            ScaleTarget.Orders(Enumerable.Range(number * Batches.Size, Batches.Size).Select(customer => (customer, at)))));
        var due = at + (DueInSeconds * 1_000) + 1;
        if (TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds() >= due)
        {
            throw new InvalidOperationException($"{count} orders took longer than {DueInSeconds} s.");
        }
        var cpu = Environment.CpuUsage.TotalTime;
        var latest = await AllMadeKnownAsync(workspace, count);
        var (late, spent) = (TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds() - due, Environment.CpuUsage.TotalTime - cpu);
        return latest < due
            ? throw new InvalidOperationException("A timer fired before its time.")
            : new Side($"{late:N0} ms after the instant all are durable, CPU {spent.TotalMilliseconds:0} ms, memory {Environment.WorkingSet >> 20:N0} MiB", late);
    }

    /// <summary>Waits until the feed holds the moves into `quiet` of everybody; answers when the first of them was recorded.</summary>
    private static async Task<long> AllMadeKnownAsync(Workspace workspace, int count)
    {
        var feed = workspace.Engine.Feed;
        var (known, earliest) = (0, long.MaxValue);
        string? cursor = null;
        while (known < count)
        {
            var end = feed.End;
            var rows = feed.Read(cursor, 10_000)!;
            foreach (var row in rows.Where(row => row is { To: "quiet", Kind: "moved" }))
            {
                known++;
                earliest = Math.Min(earliest, row.RecordedAt);
            }
            cursor = rows.Count > 0 ? rows[^1].Cursor : cursor;
            if (rows.Count == 0)
            {
                await feed.WaitForMoreAsync(end, CancellationToken.None);
            }
        }
        return earliest;
    }
}
