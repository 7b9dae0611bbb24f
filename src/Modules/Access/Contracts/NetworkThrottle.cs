using Ciclo.Core.Time;

namespace Ciclo.Modules.Access.Contracts;

/// <summary>
/// How much one network may ask of pages that nobody signs in for, in a minute: so many requests, and so many that name what is not there, so that nobody guesses. Kept in memory: a
/// restart forgets it. Safe from any thread.
/// </summary>
public abstract class NetworkThrottle(int mostRequests, int mostWrong)
{
    public const long WindowMs = Durations.Minute;

    /// <summary>Networks that are remembered at once; when there are more, all begin anew.</summary>
    private const int MostNetworks = 50_000;

    private readonly Lock gate = new();
    private readonly Dictionary<string, (long From, int Requests, int Wrong)> networks = new(StringComparer.Ordinal);

    /// <summary>Counts a request; false where the network has none left.</summary>
    public bool Admit(string network, long now)
    {
        lock (gate)
        {
            var seen = Of(network, now);
            networks[network] = seen with { Requests = seen.Requests + 1 };
            return seen.Requests < mostRequests && seen.Wrong < mostWrong;
        }
    }

    /// <summary>Notes a request for what is not there.</summary>
    public void Wrong(string network, long now)
    {
        lock (gate)
        {
            var seen = Of(network, now);
            networks[network] = seen with { Wrong = seen.Wrong + 1 };
        }
    }

    private (long From, int Requests, int Wrong) Of(string network, long now)
    {
        if (networks.Count >= MostNetworks)
        {
            networks.Clear();
        }
        return networks.TryGetValue(network, out var seen) && now - seen.From < WindowMs ? seen : (now, 0, 0);
    }
}
