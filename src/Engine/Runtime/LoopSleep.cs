using Ciclo.Core.Time;
using Ciclo.Data.Journal;

namespace Ciclo.Engine.Runtime;

/// <summary>How the loop of a workspace sleeps: until an event comes, a deadline is reached, a piece of housekeeping ends, or somebody wakes it.</summary>
internal sealed class LoopSleep(Journal journal, TimeProvider clock)
{
    /// <summary>The wall clock can be set forward while a deadline is waited for: it is looked at now and then.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(60);

    private TaskCompletionSource wake = NewWake();

    public void Wake() => Volatile.Read(ref wake).TrySetResult();

    /// <param name="position">The end of what has been taken from the journal.</param>
    /// <param name="leftMs">Milliseconds until the next deadline; <see cref="Instants.Never"/> for none: then no clock wakes it.</param>
    /// <param name="work">The piece under way; null for none.</param>
    /// <param name="cancellation">Ends the sleep.</param>
    public async Task SleepAsync(long position, long leftMs, Task? work, CancellationToken cancellation)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var more = journal.WaitForMoreAsync(position, end.Token).AsTask();
        var delay = Task.Delay(leftMs == Instants.Never ? Timeout.InfiniteTimeSpan : Limited(leftMs), clock, end.Token);
        await Task.WhenAny(more, wake.Task, work ?? delay, delay);
        await end.CancelAsync();
        if (wake.Task.IsCompleted)
        {
            Volatile.Write(ref wake, NewWake());
        }
        await more.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private static TimeSpan Limited(long leftMs) => leftMs < Longest.TotalMilliseconds ? TimeSpan.FromMilliseconds(Math.Max(1, leftMs)) : Longest;

    private static TaskCompletionSource NewWake() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
