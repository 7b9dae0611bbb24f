namespace Ciclo.Engine.Runtime;

/// <summary>How many events were admitted in the last 60 whole seconds: a ring of seconds, so that counting costs one addition. Safe from any thread.</summary>
public sealed class Pulse
{
    private const int Seconds = 60;

    private readonly Lock gate = new();
    private readonly int[] counts = new int[Seconds];
    private readonly long[] seconds = new long[Seconds];

    public void Count(int events, long nowMs)
    {
        var second = nowMs / 1_000;
        lock (gate)
        {
            var at = (int)(second % Seconds);
            if (seconds[at] != second)
            {
                (seconds[at], counts[at]) = (second, 0);
            }
            counts[at] += events;
        }
    }

    /// <summary>Events of the last 60 seconds, the running one included.</summary>
    public long LastMinute(long nowMs)
    {
        var second = nowMs / 1_000;
        var sum = 0L;
        lock (gate)
        {
            for (var i = 0; i < Seconds; i++)
            {
                sum += seconds[i] > second - Seconds && seconds[i] <= second ? counts[i] : 0;
            }
        }
        return sum;
    }
}
