namespace Ciclo.Modules.Messages.Sending;

/// <summary>
/// So many messages a minute to each domain, evenly, with a burst of a tenth of a minute. Pure but for its own state: the instant is an argument. Not safe from several threads.
/// </summary>
internal sealed class DomainPace
{
    private const int MostDomains = 50_000;

    /// <summary>When each domain has had all that was let through, and when the last of those that were put off has its turn.</summary>
    private readonly Dictionary<string, (double Taken, double Planned)> domains = new(StringComparer.Ordinal);

    /// <summary>
    /// 0 and a place is taken, or the instant at which there is one: a later one for each that asks, so that those put off do not come back together. <paramref name="perMinute"/> 0: no limit.
    /// </summary>
    public long Take(string domain, int perMinute, long now)
    {
        if (perMinute <= 0)
        {
            return 0;
        }
        var each = 60_000.0 / perMinute;
        var burst = Math.Max(6_000.0, each);
        var (taken, planned) = domains.GetValueOrDefault(domain);
        var at = Math.Max(taken, now - burst + each);
        if (at > now)
        {
            planned = Math.Max(planned, at);
            domains[domain] = (taken, planned + each);
            return (long)Math.Ceiling(planned);
        }
        if (domains.Count >= MostDomains)
        {
            Forget(now);
        }
        domains[domain] = (at + each, planned);
        return 0;
    }

    private void Forget(long now)
    {
        foreach (var (domain, _) in domains.Where(one => one.Value.Taken <= now && one.Value.Planned <= now).ToList())
        {
            domains.Remove(domain);
        }
    }
}
