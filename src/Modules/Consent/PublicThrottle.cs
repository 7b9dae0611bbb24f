using Ciclo.Core.Time;

namespace Ciclo.Modules.Consent;

/// <summary>
/// How much one network may ask of the public pages in a minute. Much for links that are right: a mail provider unsubscribes many people from few machines; little for those that are wrong, so
/// that nobody guesses. Kept in memory: a restart forgets it.
/// </summary>
internal sealed class PublicThrottle
{
    public const int MostRequests = 3_000;
    public const int MostWrong = 30;

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
            return seen.Requests < MostRequests && seen.Wrong < MostWrong;
        }
    }

    /// <summary>Notes a link that is none of ours.</summary>
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
        return networks.TryGetValue(network, out var seen) && now - seen.From < Durations.Minute ? seen : (now, 0, 0);
    }
}
