namespace Ciclo.Engine.Runtime;

/// <summary>
/// The instant that a workspace's histories are folded to. It does not go back with the machine's clock: what a timer has made known would
/// be withdrawn, and made known a second time later. A clock set back by up to <see cref="MostSetBack"/> makes it stand still until that
/// time is reached again; one set back further was wrong before, and is followed.
/// </summary>
internal sealed class EngineClock(TimeProvider clock)
{
    /// <summary>Two hours: a change between summer and winter time that was taken for one of UTC, twice over.</summary>
    public const long MostSetBack = 2 * 3_600_000;

    private readonly Lock gate = new();
    private long reached = long.MinValue;

    public long Now
    {
        get
        {
            var now = clock.GetUtcNow().ToUnixTimeMilliseconds();
            lock (gate)
            {
                return Math.Max(now, reached > now + MostSetBack ? now : reached);
            }
        }
    }

    /// <summary>Takes note of an instant that the workspace has been folded to, or at which it received something.</summary>
    public void Reach(long at)
    {
        var now = clock.GetUtcNow().ToUnixTimeMilliseconds();
        lock (gate)
        {
            reached = reached > now + MostSetBack ? at : Math.Max(reached, at);
        }
    }
}
