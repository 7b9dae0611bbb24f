using Ciclo.Core.Time;

namespace Ciclo.Modules.Messages.Sending;

/// <summary>
/// Lets a provider that fails rest: after failures in a row nothing is tried for a while, then a little, and if that fails for twice as long. Pure but for its own state; safe from any
/// thread.
/// </summary>
internal sealed class Breaker
{
    /// <summary>A connection that fails says more of the provider than a message that is put off.</summary>
    public const int ConnectionWeight = 4;

    private const int OpensAt = 12;
    private const long First = 15 * Durations.Second;
    private const long Longest = 5 * Durations.Minute;

    private readonly Lock gate = new();
    private int weight;
    private int rests;
    private long until;

    /// <summary>Whether it is tried after a rest: with one connection, until something works.</summary>
    public bool IsTrying
    {
        get
        {
            lock (gate)
            {
                return rests > 0;
            }
        }
    }

    /// <summary>When it is asked again; 0 if it is not resting.</summary>
    public long RestsUntil(long now)
    {
        lock (gate)
        {
            return until > now ? until : 0;
        }
    }

    public void Failed(int by, long now)
    {
        lock (gate)
        {
            weight += by;
            if (weight >= OpensAt || (rests > 0 && by >= ConnectionWeight))
            {
                Open(now);
            }
        }
    }

    /// <summary>It took a message and does not answer: nothing more is handed to it meanwhile.</summary>
    public void Hangs(long now)
    {
        lock (gate)
        {
            Open(now);
        }
    }

    public void Worked()
    {
        lock (gate)
        {
            (weight, rests, until) = (0, 0, 0);
        }
    }

    private void Open(long now)
    {
        if (until > now)
        {
            return;
        }
        until = now + Math.Min(Longest, First << Math.Min(rests, 8));
        rests++;
        weight = 0;
    }
}
