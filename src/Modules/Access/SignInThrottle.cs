using Ciclo.Core.Time;

namespace Ciclo.Modules.Access;

/// <summary>What became of a try. Only the first that is refused in a row is worth a line in the audit log.</summary>
public enum TryOutcome
{
    Begun = 0,
    FirstRefused = 1,
    Refused = 2,
}

/// <summary>
/// Ten tries in 15 minutes for an account and for an address. A try is counted before its password is looked at, so that tries sent at
/// once do not pass together; a right one is taken back. Kept in memory: a restart forgets it.
/// </summary>
public sealed class SignInThrottle
{
    public const int MostTries = 10;
    public const long WindowMs = 15 * Durations.Minute;

    /// <summary>Subjects that are remembered; beyond it those whose last try is oldest are forgotten.</summary>
    private const int MostSubjects = 100_000;

    private readonly Lock gate = new();
    private readonly Dictionary<string, Tries> subjects = new(StringComparer.Ordinal);

    /// <summary>Counts a try by both, unless either has none left: then neither is counted.</summary>
    public TryOutcome Begin(string account, string address, long now)
    {
        lock (gate)
        {
            MakeRoom(now);
            var (byAccount, byAddress) = (Of(AccountKey(account), now), Of(AddressKey(address), now));
            var full = byAccount.Times.Count >= MostTries ? byAccount : byAddress.Times.Count >= MostTries ? byAddress : null;
            if (full is not null)
            {
                var outcome = full.IsTold ? TryOutcome.Refused : TryOutcome.FirstRefused;
                full.IsTold = true;
                return outcome;
            }
            byAccount.Times.Add(now);
            byAddress.Times.Add(now);
            return TryOutcome.Begun;
        }
    }

    /// <summary>
    /// The try begun at that time was right: it and the wrong ones before it no longer count for the account, and it no longer counts for
    /// the address. Wrong ones from the address do: who has one account must not be able to guess at others for ever.
    /// </summary>
    public void Succeed(string account, string address, long begunAt)
    {
        lock (gate)
        {
            subjects.Remove(AccountKey(account));
            if (subjects.TryGetValue(AddressKey(address), out var tries))
            {
                tries.Times.Remove(begunAt);
            }
        }
    }

    /// <summary>Forgets the tries at an account: its password is another one now.</summary>
    public void Forget(string account)
    {
        lock (gate)
        {
            subjects.Remove(AccountKey(account));
        }
    }

    private static string AccountKey(string account) => "account " + account;

    private static string AddressKey(string address) => "address " + address;

    private Tries Of(string subject, long now)
    {
        if (!subjects.TryGetValue(subject, out var tries))
        {
            subjects.Add(subject, tries = new Tries());
        }
        if (tries.Times.RemoveAll(at => at <= now - WindowMs) > 0)
        {
            tries.IsTold = false;
        }
        return tries;
    }

    private void MakeRoom(long now)
    {
        if (subjects.Count + 2 <= MostSubjects)
        {
            return;
        }
        foreach (var (subject, _) in subjects.Where(pair => pair.Value.Last <= now - WindowMs).ToList())
        {
            subjects.Remove(subject);
        }
        foreach (var (subject, _) in subjects.OrderBy(pair => pair.Value.Last).Take(Math.Max(0, subjects.Count - (MostSubjects * 9 / 10))).ToList())
        {
            subjects.Remove(subject);
        }
    }

    private sealed class Tries
    {
        public List<long> Times { get; } = [];

        public bool IsTold { get; set; }

        public long Last => Times.Count == 0 ? long.MinValue : Times[^1];
    }
}
