using System.Text.Json;
using Ciclo.Core.Events;
using Ciclo.Core.Identity;
using Ciclo.Core.Values;
using Ciclo.Data.Journal;
using Ciclo.Engine.Runtime;

namespace Ciclo.Modules.Customers.Search;

/// <summary>A person found, and how well.</summary>
internal readonly record struct Found(int Profile, Fit Fit, EntryKind Kind);

/// <summary>
/// Finds people of a workspace by name, e-mail, telephone or any id. It keeps texts by identifier, never by profile, so merges and their undoing
/// change nothing in it: who holds an identifier is asked when somebody searches. Made from the histories when first needed, a slice at a time
/// so that no fold waits for long, and kept up by reading the journal on from there. Names that a person had before still find them.
/// </summary>
internal sealed class PeopleIndex(WorkspaceEngine engine) : IDisposable
{
    private const int NodesAtOnce = 4_096;

    /// <summary>Past so much of the journal it is quicker to make the index anew than to read on.</summary>
    private const long FarBehind = 256L << 20;

    private readonly SemaphoreSlim one = new(1, 1);
    private TextPages texts = new();
    private IdentityGraph? madeFrom;
    private int erasures;
    private int nodes;
    private int nodesAtStart;
    private long position;

    /// <summary>How much of it is made, from 0 to 1.</summary>
    public double Progress => madeFrom is null ? 0 : nodesAtStart == 0 ? 1 : Math.Min(1, (double)nodes / nodesAtStart);

    public long Bytes => texts.Bytes;

    public void Dispose() => one.Dispose();

    /// <summary>
    /// The people that a text finds, the best first: whoever has it as an id, then whole names and ids, beginnings, beginnings of words, pieces. Accents and
    /// case do not count; of telephone numbers only the digits do. Each once. What was folded before the call is found.
    /// </summary>
    public async Task<List<Found>> FindAsync(string query, CancellationToken cancellation)
    {
        await one.WaitAsync(cancellation);
        try
        {
            CatchUp(cancellation);
            var hits = texts.Find(Folded.Of(query), Folded.PhoneOf(query));
            return engine.Read(state => Ranked(state, hits, query));
        }
        finally
        {
            one.Release();
        }
    }

    /// <summary>Makes it, or brings it up to what is folded, so that whoever searches next does not wait for that.</summary>
    public void Warm(CancellationToken cancellation)
    {
        one.Wait(cancellation);
        try
        {
            CatchUp(cancellation);
        }
        finally
        {
            one.Release();
        }
    }

    private static List<Found> Ranked(EngineState state, List<(int Node, EntryKind Kind, Fit Fit)> hits, string query)
    {
        var identity = state.Staged.Identity;
        var best = new Dictionary<int, (Fit Fit, EntryKind Kind)>();
        foreach (var (node, kind, fit) in hits)
        {
            var profile = identity.ProfileOf(node);
            if (profile >= 0 && (!best.TryGetValue(profile, out var held) || (fit, kind).CompareTo(held) < 0))
            {
                best[profile] = (fit, kind);
            }
        }
        var trimmed = query.Trim();
        var exact = identity.Find(trimmed) is >= 0 and var node0 ? identity.ProfileOf(node0) : -1;
        return
        [
            .. exact >= 0 ? [new Found(exact, Fit.Whole, EntryKind.Id)] : Array.Empty<Found>(),
            .. best.Where(one => one.Key != exact).Select(one => new Found(one.Key, one.Value.Fit, one.Value.Kind))
                .OrderBy(one => one.Fit).ThenBy(one => one.Kind).ThenByDescending(one => one.Profile),
        ];
    }

    private void CatchUp(CancellationToken cancellation)
    {
        var (identity, count, end, gone) = engine.Read(state => (state.Staged.Identity, state.Staged.Identity.NodeCount, state.Staged.Position, state.Staged.Erasures.All.Count));
        // A rebuild numbers identifiers anew; and whoever was erased shall not stay here.
        if (identity != madeFrom || gone != erasures || end - position > FarBehind || end < position)
        {
            (texts, madeFrom, erasures, nodes, nodesAtStart, position) = (new TextPages(), identity, gone, 0, count, end);
            AddNodes(count, withTraits: true, cancellation);
            return;
        }
        // One that broke off is gone on with: traits up to where it began, from the histories; what came since, from the journal.
        AddNodes(nodesAtStart, withTraits: true, cancellation);
        AddNodes(count, withTraits: false, cancellation);
        ReadOn(end, cancellation);
    }

    private void AddNodes(int until, bool withTraits, CancellationToken cancellation)
    {
        while (nodes < until)
        {
            cancellation.ThrowIfCancellationRequested();
            var last = Math.Min(until, nodes + NodesAtOnce);
            engine.Read(state =>
            {
                AddSlice(state, nodes, last, withTraits);
                return 0;
            });
            nodes = last;
        }
    }

    private void AddSlice(EngineState state, int from, int to, bool withTraits)
    {
        var identity = state.Staged.Identity;
        if (identity != madeFrom)
        {
            return;
        }
        var names = new TraitPaths(state.Staged.Paths);
        var seen = new HashSet<(EntryKind, string)>();
        using var reader = new HistoryReader(state.Staged.History, kind => kind.Type == CallType.Identify);
        for (var node = from; node < to; node++)
        {
            if (identity.ProfileOf(node) < 0)
            {
                continue;
            }
            var identifier = identity.IdentifierOf(node);
            texts.Add(node, identifier.Kind == IdentifierKind.Email ? EntryKind.Email : EntryKind.Id, Folded.Of(identifier.Value));
            if (Folded.PhoneOf(identifier.Value) is { Length: > 6 } phone && identifier.Kind == IdentifierKind.External)
            {
                texts.Add(node, EntryKind.Phone, phone);
            }
            if (!withTraits)
            {
                continue;
            }
            seen.Clear();
            reader.Open([node]);
            while (reader.Next(out var e, hearsAll: false))
            {
                if (e.Type == CallType.Identify)
                {
                    Keep(node, seen, names.Name(e), names.Text(e, names.Phone), names.Text(e, names.Email));
                }
            }
        }
    }

    private void Keep(int node, HashSet<(EntryKind, string)> seen, string name, string phone, string email)
    {
        foreach (var entry in new[] { (EntryKind.Name, Folded.Of(name)), (EntryKind.Phone, Folded.PhoneOf(phone)), (EntryKind.Email, Folded.Of(email)) })
        {
            if (entry.Item2.Length > 0 && seen.Add(entry))
            {
                texts.Add(node, entry.Item1, entry.Item2);
            }
        }
    }

    private void ReadOn(long end, CancellationToken cancellation)
    {
        if (position >= end)
        {
            return;
        }
        var news = new List<(Identifier Primary, string Name, string Phone, string Email)>();
        using (var reader = engine.Journal.ReadFrom(position))
        {
            while (reader.NextPosition < end && reader.TryRead(out _, out var payload))
            {
                cancellation.ThrowIfCancellationRequested();
                JournalNames.Collect(payload.Span, news);
            }
            position = reader.NextPosition;
        }
        engine.Read(state =>
        {
            var seen = new HashSet<(EntryKind, string)>();
            foreach (var (primary, name, phone, email) in news)
            {
                if (state.Staged.Identity.NodeOf(primary) is >= 0 and var node && node < nodes)
                {
                    seen.Clear();
                    Keep(node, seen, name, phone, email);
                }
            }
            return 0;
        });
    }

    /// <summary>The traits that name a person, by the workspace's numbers of paths.</summary>
    private readonly struct TraitPaths(Names paths)
    {
        private readonly int name = paths.Find("name");
        private readonly int first = paths.Find("first_name");
        private readonly int last = paths.Find("last_name");

        public int Phone { get; } = paths.Find("phone");

        public int Email { get; } = paths.Find("email");

        public string Name(in PackedEvent e) => Text(e, name) is { Length: > 0 } whole ? whole : $"{Text(e, first)} {Text(e, last)}".Trim();

        public string Text(in PackedEvent e, int path) => path >= 0 && e.Get(path) is { Kind: ValueKind.Text } value ? value.AsText : "";
    }
}

/// <summary>The names in the identify calls of a frame, and the identifier that their events are kept under.</summary>
internal static class JournalNames
{
    public static void Collect(ReadOnlySpan<byte> payload, List<(Identifier Primary, string Name, string Phone, string Email)> into)
    {
        var records = new FrameReader(payload);
        while (records.Read())
        {
            if (records.Kind == RecordKind.Event && EventRecord.TryRead(records.Body, out var e) && e.Type == CallType.Identify && !e.PropertiesJson.IsEmpty && PrimaryOf(e) is { } primary)
            {
                using var json = JsonDocument.Parse(e.PropertiesJson.ToArray());
                var traits = json.RootElement;
                var name = TextOf(traits, "name");
                into.Add((primary, name.Length > 0 ? name : $"{TextOf(traits, "first_name", "firstName")} {TextOf(traits, "last_name", "lastName")}".Trim(), TextOf(traits, "phone"), TextOf(traits, "email")));
            }
        }
    }

    private static Identifier? PrimaryOf(in EventRecord e)
    {
        static string Text(ReadOnlySpan<byte> utf8) => System.Text.Encoding.UTF8.GetString(utf8);
        return !e.UserId.IsEmpty ? Identifier.UserId(Text(e.UserId)) : !e.Email.IsEmpty ? Identifier.Email(Text(e.Email)) : !e.AnonymousId.IsEmpty ? Identifier.AnonymousId(Text(e.AnonymousId)) : null;
    }

    private static string TextOf(JsonElement traits, params ReadOnlySpan<string> names)
    {
        foreach (var name in names)
        {
            if (traits.ValueKind == JsonValueKind.Object && traits.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String)
            {
                return value.GetString()!;
            }
        }
        return "";
    }
}
