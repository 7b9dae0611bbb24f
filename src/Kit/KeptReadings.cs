using System.Collections.Concurrent;

namespace Ciclo.Kit;

/// <summary>
/// Answers of questions that pass over everybody, kept for whoever asks the same again. One of the same version is given for a minute; one that
/// took long is given for <see cref="FreshMs"/> whatever came in since, and up to a minute while a new one is made beside the request. Pages say
/// when their numbers were read. Safe from any thread.
/// </summary>
/// <param name="clock">For the age of an answer.</param>
public sealed class KeptReadings<T>(TimeProvider clock)
    where T : class
{
    public const long FreshMs = 5_000;

    private const long KeptMs = 60_000;
    private const int Most = 64;

    /// <summary>What is quicker than this is read anew for everybody.</summary>
    private static readonly TimeSpan Long = TimeSpan.FromMilliseconds(40);

    private readonly ConcurrentDictionary<string, Kept> known = new(StringComparer.Ordinal);

    private sealed class Kept(T value, long version, long at, TimeSpan took)
    {
        private int isRenewed;

        public T Value => value;

        public long At => at;

        public bool Serves(long asked, long age) => age is >= 0 and <= KeptMs && (version == asked || (took > Long && age <= FreshMs));

        /// <summary>Whether it may be given once more; the first who is told so makes the next one.</summary>
        public bool ServesWhileRenewed(long age, out bool renews)
        {
            renews = took > Long && age is >= 0 and <= KeptMs && Interlocked.Exchange(ref isRenewed, 1) == 0;
            return took > Long && age is >= 0 and <= KeptMs;
        }
    }

    /// <summary>The answer under a key, at a version of what it is read from.</summary>
    public T Of(string key, long version, Func<T> read)
    {
        var now = Now;
        if (known.TryGetValue(key, out var kept))
        {
            if (kept.Serves(version, now - kept.At))
            {
                return kept.Value;
            }
            if (kept.ServesWhileRenewed(now - kept.At, out var renews))
            {
                if (renews)
                {
                    _ = Task.Run(() => Read(key, version, read));
                }
                return kept.Value;
            }
        }
        return Read(key, version, read);
    }

    private long Now => clock.GetUtcNow().ToUnixTimeMilliseconds();

    private T Read(string key, long version, Func<T> read)
    {
        var (now, began) = (Now, clock.GetTimestamp());
        var value = read();
        if (known.Count >= Most)
        {
            // Periods that people typed: the oldest answers make room.
            foreach (var (old, _) in known.OrderBy(pair => pair.Value.At).Take(Most / 2).ToList())
            {
                known.TryRemove(old, out _);
            }
        }
        known[key] = new Kept(value, version, now, clock.GetElapsedTime(began));
        return value;
    }
}
