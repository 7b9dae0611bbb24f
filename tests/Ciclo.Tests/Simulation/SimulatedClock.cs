namespace Ciclo.Tests.Simulation;

/// <summary>A clock that stands still until it is told to move, forward or back. Timers fire as it passes them.</summary>
internal sealed class SimulatedClock(long startMs) : TimeProvider
{
    private readonly Lock gate = new();
    private readonly List<Timer> timers = [];
    private long nowMs = startMs;

    public long NowMs
    {
        get
        {
            lock (gate)
            {
                return nowMs;
            }
        }
    }

    public override DateTimeOffset GetUtcNow() => DateTimeOffset.FromUnixTimeMilliseconds(NowMs);

    /// <summary>Timers waiting: a test may wait for the code under test to go to sleep.</summary>
    public int Waiting
    {
        get
        {
            lock (gate)
            {
                return timers.Count;
            }
        }
    }

    public void Advance(TimeSpan by)
    {
        List<Timer> due;
        lock (gate)
        {
            nowMs += (long)by.TotalMilliseconds;
            due = timers.FindAll(timer => timer.DueAt <= nowMs);
            timers.RemoveAll(timer => timer.DueAt <= nowMs);
        }
        due.ForEach(timer => timer.Fire());
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new Timer(this, () => callback(state));
        timer.Change(dueTime, period);
        return timer;
    }

    private sealed class Timer(SimulatedClock clock, Action fire) : ITimer
    {
        public long DueAt { get; private set; }

        public void Fire() => fire();

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (clock.gate)
            {
                clock.timers.Remove(this);
                if (dueTime != Timeout.InfiniteTimeSpan)
                {
                    DueAt = clock.nowMs + (long)dueTime.TotalMilliseconds;
                    clock.timers.Add(this);
                }
            }
            return true;
        }

        public void Dispose()
        {
            lock (clock.gate)
            {
                clock.timers.Remove(this);
            }
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
