using System.Collections.Concurrent;

namespace Ciclo.Modules.Keys;

/// <summary>When one key was last found, by the clock of <see cref="KeyUses"/>.</summary>
public sealed class KeyUse
{
    internal long At;
    internal long StoredAt;
}

/// <summary>
/// When keys were last used. The clock is set now and then from outside, so that finding a key on the way of every request reads no clock
/// and, but for once a tick, writes nothing that other processors look at.
/// </summary>
public sealed class KeyUses
{
    private readonly ConcurrentDictionary<string, KeyUse> uses = new(StringComparer.Ordinal);
    private long now;

    public KeyUse Of(string id) => uses.GetOrAdd(id, _ => new KeyUse());

    /// <summary>Sets the time that is noted from now on, in Unix milliseconds.</summary>
    public void SetNow(long ms) => Volatile.Write(ref now, ms);

    public void Note(KeyUse use)
    {
        var at = Volatile.Read(ref now);
        if (Volatile.Read(ref use.At) != at)
        {
            Volatile.Write(ref use.At, at);
        }
    }

    /// <summary>When a key was last used since the directory was opened; null if it was not.</summary>
    public long? LastOf(string id) => uses.TryGetValue(id, out var use) && Volatile.Read(ref use.At) is > 0 and var at ? at : null;

    /// <summary>The uses that <see cref="Stored"/> has not been told of.</summary>
    public IReadOnlyList<(string Id, long At)> News() =>
        [.. uses.Select(pair => (pair.Key, At: Volatile.Read(ref pair.Value.At), pair.Value.StoredAt)).Where(use => use.At > use.StoredAt).Select(use => (use.Key, use.At))];

    public void Stored(IEnumerable<(string Id, long At)> stored)
    {
        foreach (var (id, at) in stored)
        {
            Of(id).StoredAt = at;
        }
    }
}
