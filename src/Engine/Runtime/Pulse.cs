using System.Collections.Concurrent;

namespace Ciclo.Engine.Runtime;

/// <summary>How many events came in during the last 60 whole seconds, and when the newest did: a ring of seconds, so that counting costs one addition. Safe from any thread.</summary>
public sealed class Pulse
{
    private const int Seconds = 60;

    private readonly Lock gate = new();
    private readonly int[] counts = new int[Seconds];
    private readonly long[] seconds = new long[Seconds];
    private long? lastAt;

    /// <summary>When the newest came, in Unix milliseconds; null before the first.</summary>
    public long? LastAt
    {
        get
        {
            lock (gate)
            {
                return lastAt;
            }
        }
    }

    public void Count(int events, long nowMs)
    {
        if (events == 0)
        {
            return;
        }
        var second = nowMs / 1_000;
        lock (gate)
        {
            var at = (int)(second % Seconds);
            if (seconds[at] != second)
            {
                (seconds[at], counts[at]) = (second, 0);
            }
            counts[at] += events;
            lastAt = nowMs;
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

/// <summary>
/// The pulse of each source of a workspace since it was opened: of a key by its id, of files by the name that their source has. Histories
/// keep no key, so this is where it is known. Safe from any thread.
/// </summary>
public sealed class SourcePulses
{
    private readonly ConcurrentDictionary<string, Pulse> pulses = new(StringComparer.Ordinal);

    /// <summary>Everything that came in, from wherever it was.</summary>
    public Pulse All { get; } = new();

    /// <summary>Counts events for all and, where it is known, for their source.</summary>
    public void Count(int events, Pulse? source, long nowMs)
    {
        All.Count(events, nowMs);
        source?.Count(events, nowMs);
    }

    public Pulse OfKey(string id) => pulses.GetOrAdd("key:" + id, _ => new Pulse());

    public Pulse OfFiles(string source) => pulses.GetOrAdd("files:" + source, _ => new Pulse());
}
