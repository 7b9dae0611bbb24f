using Ciclo.Core.Events;
using Ciclo.Core.Identity;
using Ciclo.Core.Time;
using Ciclo.Core.Values;
using Ciclo.Engine.Hosting;
using Ciclo.Engine.Runtime;
using Ciclo.Modules.Customers.Search;

namespace Ciclo.Modules.Customers.List;

/// <summary>Everybody in an order as of an instant, by the numbers of profiles.</summary>
internal sealed record SortedOrder(string Workspace, ListOrder Order, int[] Profiles, long At, IdentityGraph Identity)
{
    /// <summary>The given profiles in this order; whoever came since stands at the end, the newest first.</summary>
    public List<int> Of(IReadOnlyCollection<int> found)
    {
        var wanted = found.ToHashSet();
        var sorted = new List<int>(wanted.Count);
        foreach (var profile in Profiles)
        {
            if (wanted.Remove(profile))
            {
                sorted.Add(profile);
            }
        }
        sorted.AddRange(wanted.OrderDescending());
        return sorted;
    }
}

/// <summary>
/// The orders that need a look into every history, by name and by last event: made over all profiles in slices, one at a time, and kept for some minutes,
/// so that the pages of a list belong together.
/// </summary>
internal sealed class SortedOrders(DataHost host) : IDisposable
{
    private const long KeptMs = 5 * Durations.Minute;
    private const int ProfilesAtOnce = 50_000;

    private readonly SemaphoreSlim one = new(1, 1);
    private readonly Dictionary<(string, ListOrder), SortedOrder> kept = [];

    public static SortedOrders Of(DataHost host) => host.Shared(held => new SortedOrders(held));

    public void Dispose() => one.Dispose();

    /// <summary>An order that still serves; null if it has to be made.</summary>
    public SortedOrder? Kept(WorkspaceEngine engine, ListOrder order)
    {
        var (now, identity) = (host.NowMs, engine.Read(state => state.Staged.Identity));
        lock (kept)
        {
            return kept.TryGetValue((engine.Id, order), out var held) && held.Identity == identity && now - held.At < KeptMs ? held : null;
        }
    }

    /// <summary>Throws <see cref="OperationCanceledException"/> when given up.</summary>
    public async Task<SortedOrder> MakeAsync(WorkspaceEngine engine, ListOrder order, CancellationToken cancellation)
    {
        await one.WaitAsync(cancellation);
        try
        {
            var made = Kept(engine, order) ?? await Task.Run(() => Make(engine, order, cancellation), cancellation);
            lock (kept)
            {
                kept[(engine.Id, order)] = made;
            }
            return made;
        }
        finally
        {
            one.Release();
        }
    }

    private SortedOrder Make(WorkspaceEngine engine, ListOrder order, CancellationToken cancellation)
    {
        var (at, identity) = (host.NowMs, engine.Read(state => state.Staged.Identity));
        int[] profiles = order == ListOrder.Name ? ByName(engine, cancellation) : ByLastSeen(engine, cancellation);
        return new SortedOrder(engine.Id, order, profiles, at, identity);
    }

    private int[] ByLastSeen(WorkspaceEngine engine, CancellationToken cancellation)
    {
        var seen = new SlicedScan(engine, host.Clock).Run(() => new LastSeen(), cancellation)?.SelectMany(fold => fold.Found).ToList() ?? [];
        seen.Sort((a, b) => b.At != a.At ? b.At.CompareTo(a.At) : b.Profile.CompareTo(a.Profile));
        return [.. seen.Select(one => one.Profile)];
    }

    /// <summary>Whoever said no name stands by the text that is shown for them.</summary>
    private int[] ByName(WorkspaceEngine engine, CancellationToken cancellation)
    {
        var named = new SlicedScan(engine, host.Clock).Run(() => new LastNames(), cancellation)?.SelectMany(fold => fold.Found).ToDictionary(one => one.Profile, one => one.Name) ?? [];
        var keys = new List<(string Name, int Profile)>(named.Count);
        for (int from = 0, count = 1; from < count; from += ProfilesAtOnce)
        {
            cancellation.ThrowIfCancellationRequested();
            count = engine.Read(state =>
            {
                var identity = state.Staged.Identity;
                for (var profile = from; profile < Math.Min(identity.NodeCount, from + ProfilesAtOnce); profile++)
                {
                    if (identity.IsProfile(profile))
                    {
                        keys.Add((Folded.Of(named.TryGetValue(profile, out var name) ? name : identity.PrintedUserId(profile)), profile));
                    }
                }
                return identity.NodeCount;
            });
        }
        keys.Sort((a, b) => string.CompareOrdinal(a.Name, b.Name) is var byName && byName != 0 ? byName : a.Profile.CompareTo(b.Profile));
        return [.. keys.Select(one => one.Profile)];
    }

    private sealed class LastSeen : IHistoryFold
    {
        public List<(long At, int Profile)> Found { get; } = [];

        public IReadOnlyList<string> Paths => [];

        public int CodeOf(EventKind kind, string name) => 0;

        public void Take(in ProfileEvents profile) => Found.Add((profile.Events.At[^1], profile.Profile));
    }

    /// <summary>What each person was last called, as <see cref="PersonLook.NameOf"/> says it.</summary>
    private sealed class LastNames : IHistoryFold
    {
        public List<(string Name, int Profile)> Found { get; } = [];

        public IReadOnlyList<string> Paths { get; } = ["name", "first_name", "last_name"];

        public int CodeOf(EventKind kind, string name) => kind.Type == CallType.Identify ? 0 : -1;

        public void Take(in ProfileEvents profile)
        {
            var (events, paths) = (profile.State.Staged.Paths, Paths);
            var name = new NameReading(events.Find(paths[0]), events.Find(paths[1]), events.Find(paths[2]));
            for (var i = 0; i < profile.Events.Count; i++)
            {
                name.Hear(profile.Events.Event(i));
            }
            if (name.Text.Length > 0)
            {
                Found.Add((name.Text, profile.Profile));
            }
        }
    }
}

/// <summary>What a person is called after some identify calls: the newest name, else the newest first and last name.</summary>
internal struct NameReading(int name, int first, int last)
{
    private string whole = "";
    private string given = "";
    private string family = "";

    public readonly string Text => whole.Length > 0 ? whole : $"{given} {family}".Trim();

    public void Hear(in PackedEvent e) => (whole, given, family) = (TextOr(e, name, whole), TextOr(e, first, given), TextOr(e, last, family));

    private static string TextOr(in PackedEvent e, int path, string before) =>
        path < 0 || !e.TryGet(path, out var value) ? before : value.Kind == ValueKind.Text ? value.AsText.Trim() : "";
}
