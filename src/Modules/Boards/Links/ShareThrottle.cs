using Ciclo.Core.Time;

namespace Ciclo.Modules.Boards.Links;

/// <summary>
/// How much one network may ask of shared dashboards in a minute: enough to open some and watch one, too little to guess secrets or to wear the server out.
/// Kept in memory: a restart forgets it.
/// </summary>
public sealed class ShareThrottle
{
    public const int MostRequests = 600;
    public const int MostWrong = 20;
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
            return seen.Requests < MostRequests && seen.Wrong < MostWrong;
        }
    }

    /// <summary>Notes that a secret opened nothing.</summary>
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
