using System.Text;
using Ciclo.Core.Events;

namespace Ciclo.Core.Identity;

/// <summary>
/// Who is one person, kept up to date as evidence comes in. The answer is a function of the set of evidence and commands alone
/// (<see cref="IdentityFunction"/> is that function, written down plainly): not of their order, nor of duplicates.
/// <para>Nodes are identifiers, numbered from 0 by first appearance. A profile is named by its canonical node, the identifier seen first.
/// Events are kept under their primary node, so a profile's events are those of its members.</para>
/// <para>One writer. Reads see the partition of the last <see cref="TakeChanges"/>; a node new since then is a profile of its own.
/// Reads from other threads must not overlap a write.</para>
/// </summary>
public sealed class IdentityGraph
{
    private const int LargestExternal = 1 + ExternalIds.MaxTypeLength + 1 + ExternalIds.MaxValueLength;

    private readonly IdentityState state;
    private readonly ProfileChanges changes;

    public IdentityGraph(IdentityLimits limits)
        : this(new IdentityState(limits))
    {
    }

    private IdentityGraph(IdentityState state)
    {
        this.state = state;
        changes = new ProfileChanges(state);
    }

    public IdentityLimits Limits => state.Limits;

    /// <summary>Numbers given to identifiers, those of removed ones included.</summary>
    public int NodeCount => state.Nodes.Count;

    /// <summary>Identifiers known, those included that only a command or an alias names.</summary>
    public int IdentifierCount => state.Nodes.Count - state.Nodes.Removed;

    public int LinkCount => state.Calls.Count + state.Exempt.Count;

    /// <summary>All links, with what came of them.</summary>
    public IEnumerable<LinkRow> Links => IdentityListing.Links(state);

    /// <summary>The separations that stand.</summary>
    public IEnumerable<SeparationRow> Separations => IdentityListing.Separations(state);

    /// <summary>The components over the limit, in which only links by alias or by a person join.</summary>
    public IEnumerable<QuarantineRow> Quarantined => IdentityListing.Quarantined(state);

    /// <summary>
    /// Takes an admitted event as evidence, and returns the node that its events are kept under: its identifier of highest priority,
    /// or -1 if it has none. Allocates nothing if the event says nothing new.
    /// </summary>
    public int Observe(in EventRecord record)
    {
        var user = Hold(IdentifierKind.UserId, record.UserId, record.Timestamp);
        var email = Hold(IdentifierKind.Email, record.Email, record.Timestamp);
        var anonymous = Hold(IdentifierKind.AnonymousId, record.AnonymousId, record.Timestamp);
        var primary = user >= 0 ? user : email >= 0 ? email : anonymous >= 0 ? anonymous : HoldFirstExternal(record);
        if (primary < 0)
        {
            return -1;
        }
        Link(primary, email, record);
        Link(primary, anonymous, record);
        var rest = record.ExternalIdBytes;
        while (ExternalIds.TryTake(ref rest, out var type, out var value))
        {
            Link(primary, HoldExternal(type, value, record.Timestamp), record);
        }
        if (record.Type == CallType.Alias && Identifier.IsCounted(record.PreviousId))
        {
            ObserveAlias(user >= 0 ? user : anonymous, record);
        }
        return primary;
    }

    /// <summary>
    /// A person says that two identifiers are one customer. Identifiers as <see cref="Identifier.TryParse"/> reads them, or `prf_…` of one known;
    /// they may be new. A join after a separation of the same pair lifts it. False, and nothing done, if one cannot be read,
    /// has a blocked value, or both are the same.
    /// </summary>
    public bool Join(string a, string b, long at, string commandId) => Command(IdentityCommandKind.Join, a, b, at, commandId);

    /// <summary>A person says that two identifiers are not one customer: whatever links them, no profile holds both, until a lift or a later join.</summary>
    public bool Separate(string a, string b, long at, string commandId) => Command(IdentityCommandKind.Separate, a, b, at, commandId);

    /// <summary>Takes a separation back. Evidence counts again as if it had never been separated, earlier joins too.</summary>
    public bool Lift(string a, string b, long at, string commandId) => Command(IdentityCommandKind.Lift, a, b, at, commandId);

    /// <summary>
    /// Computes the stale components again and adds to <paramref name="into"/> each profile whose members or canonical node changed since the last call,
    /// and each node that is no profile any more. True if any was added.
    /// </summary>
    public bool TakeChanges(List<IdentityChange> into) => changes.Take(into);

    /// <summary>The profile that holds a node; -1 if no event carries the node yet.</summary>
    public int ProfileOf(int node) => state.Profiles.Of(node);

    public bool IsProfile(int node) => state.Profiles.IsProfile(node);

    /// <summary>The nodes of a profile, ascending; empty if the node is no profile. Good until the next <see cref="TakeChanges"/>.</summary>
    public ReadOnlySpan<int> MembersOf(int profile) => state.Profiles.MembersOf(profile);

    /// <summary>The node of an identifier, whether or not an event carries it; -1 if it is not known.</summary>
    public int NodeOf(in Identifier identifier) => state.Nodes.Find(identifier.Key);

    /// <summary>
    /// These nodes and those that only their links name: what <see cref="Remove"/> can take away so that the graph is as if it had never heard of
    /// them. Null where somebody else's answer hangs on one of them, or might. Not beside a write.
    /// </summary>
    public IReadOnlySet<int>? Removable(IEnumerable<int> nodes) => IdentityRemoval.Closed(state, nodes);

    /// <summary>
    /// Removes what <see cref="Removable"/> answered: their texts are overwritten, their numbers stay empty for ever. Throws
    /// <see cref="InvalidOperationException"/> while a snapshot is held.
    /// </summary>
    public void Remove(IReadOnlySet<int> nodes) => IdentityRemoval.Remove(state, nodes);

    public Identifier IdentifierOf(int node) => state.Nodes.IdentifierOf(node);

    /// <summary>The earliest timestamp of an event that carries the node.</summary>
    public long FirstSeenOf(int node) => state.Nodes[node].FirstSeen;

    /// <summary>`prf_…` of a node. A profile's is that of its canonical node; each member's leads to the profile.</summary>
    public string PublicId(int node) => PublicIds.Of(state.Nodes[node].Key);

    /// <summary>The same as <see cref="PublicIds.Length"/> bytes.</summary>
    public void WritePublicId(int node, Span<byte> utf8) => PublicIds.Write(state.Nodes[node].Key, utf8);

    /// <summary>A profile's user id seen first; without one `anonymous:` or `email:` and the one seen first; else its public id.</summary>
    public string PrintedUserId(int profile) => IdentityListing.PrintedUserId(state, profile);

    /// <summary>What a profile is known by: by kind, then in the order seen.</summary>
    public IReadOnlyList<ProfileIdentifier> IdentifiersOf(int profile) => IdentityListing.IdentifiersOf(state, profile);

    /// <summary>The identifiers that evidence connects with a node, whether or not a limit or a separation keeps them apart; itself among them.</summary>
    public IEnumerable<int> ComponentOf(int node) => IdentityListing.ComponentOf(state, node);

    /// <summary>The links whose first end is a node: over the nodes of a component, each of its links once.</summary>
    public IEnumerable<LinkRow> LinksOf(int node) => IdentityListing.LinksOf(state, node);

    /// <summary>
    /// The node that a text names, or -1 if no event carries it: `user_id:V`, `anonymous_id:V`, `email:V`, `external_id:TYPE:V`, `prf_…`,
    /// a bare user id, or a printed `anonymous:V`.
    /// </summary>
    public int Find(string reference)
    {
        var isIdentifier = Identifier.TryParse(reference, out var identifier);
        // `anonymous:` is a form of printing, not one of asking: a user id that looks like it comes first.
        if (isIdentifier && !reference.StartsWith("anonymous:", StringComparison.Ordinal) && FindHeld(identifier.Key) is >= 0 and var named)
        {
            return named;
        }
        if (PublicIds.TryParse(reference, out var top) && state.Nodes.FindPublic(top) is >= 0 and var known && state.Nodes.IsHeld(known))
        {
            return known;
        }
        var bare = FindHeld(Identifier.UserId(reference).Key);
        return bare >= 0 || !isIdentifier ? bare : FindHeld(identifier.Key);
    }

    /// <summary>
    /// Fixes the graph as it is: evidence, commands, the partition, and what is still to be computed and reported. Its rows are shared until the
    /// snapshot is disposed: what is written to meanwhile is copied first. Not beside a write, and one snapshot at a time.
    /// </summary>
    public IdentitySnapshot Capture() => new(state);

    /// <summary>Writes a checkpoint: <see cref="Capture"/>, and what it wrote at once.</summary>
    public void Write(BinaryWriter writer)
    {
        using var snapshot = Capture();
        writer.Flush();
        snapshot.Write(writer.BaseStream);
    }

    /// <summary>
    /// Reads what <see cref="IdentitySnapshot.Write"/> wrote. Under other limits than it was written with, everything is computed again at the next
    /// <see cref="TakeChanges"/>. Throws <see cref="InvalidDataException"/> or <see cref="EndOfStreamException"/> if it is damaged.
    /// </summary>
    public static IdentityGraph Read(Stream stream, IdentityLimits limits) => new(IdentityCheckpoint.Read(stream, limits));

    /// <summary>The same from the stream under a reader.</summary>
    public static IdentityGraph Read(BinaryReader reader, IdentityLimits limits) => Read(reader.BaseStream, limits);

    private int Hold(IdentifierKind kind, ReadOnlySpan<byte> value, long at)
    {
        if (!Identifier.IsCounted(value))
        {
            return -1;
        }
        var node = NodeOf(kind, value);
        state.Hold(node, at);
        return node;
    }

    private int HoldExternal(ReadOnlySpan<byte> type, ReadOnlySpan<byte> value, long at)
    {
        if (!Identifier.IsCounted(type, value))
        {
            return -1;
        }
        Span<byte> joined = stackalloc byte[LargestExternal];
        joined[0] = (byte)IdentifierKind.External;
        type.CopyTo(joined[1..]);
        joined[1 + type.Length] = 0;
        value.CopyTo(joined[(2 + type.Length)..]);
        joined = joined[..(2 + type.Length + value.Length)];
        var key = Hash.Of(joined);
        var node = state.Nodes.Find(key);
        if (node < 0)
        {
            node = state.AddNode(key, IdentifierKind.External, joined[1..]);
        }
        state.Hold(node, at);
        return node;
    }

    /// <summary>Of several external ids alone, the first by (type, value) stands for the event, in whatever order the client sent them.</summary>
    private int HoldFirstExternal(in EventRecord record)
    {
        scoped ReadOnlySpan<byte> firstType = default, firstValue = default;
        var rest = record.ExternalIdBytes;
        while (ExternalIds.TryTake(ref rest, out var type, out var value))
        {
            if (!Identifier.IsCounted(type, value))
            {
                continue;
            }
            var order = firstType.IsEmpty ? -1 : type.SequenceCompareTo(firstType);
            if (order < 0 || (order == 0 && value.SequenceCompareTo(firstValue) < 0))
            {
                firstType = type;
                firstValue = value;
            }
        }
        return firstType.IsEmpty ? -1 : HoldExternal(firstType, firstValue, record.Timestamp);
    }

    private void Link(int primary, int other, in EventRecord record)
    {
        if (other >= 0 && other != primary)
        {
            state.Link(primary, other, exempt: false, record.Timestamp, record.MessageId, LinkSource.Call);
        }
    }

    private void ObserveAlias(int near, in EventRecord record)
    {
        if (near < 0)
        {
            return;
        }
        LinkAlias(near, NodeOf(IdentifierKind.UserId, record.PreviousId), record);
        LinkAlias(near, NodeOf(IdentifierKind.AnonymousId, record.PreviousId), record);
    }

    private void LinkAlias(int near, int far, in EventRecord record)
    {
        if (near != far)
        {
            state.Link(near, far, exempt: true, record.Timestamp, record.MessageId, LinkSource.Alias);
        }
    }

    private int NodeOf(IdentifierKind kind, ReadOnlySpan<byte> bytes)
    {
        var key = Hash.Of((byte)kind, bytes);
        var node = state.Nodes.Find(key);
        return node >= 0 ? node : state.AddNode(key, kind, bytes);
    }

    private bool Command(IdentityCommandKind kind, string a, string b, long at, string commandId)
    {
        if (!TryRead(a, out var first) || !TryRead(b, out var second) || first.Key == second.Key)
        {
            return false;
        }
        var (near, far) = (NodeOf(first.Kind, first.Bytes), NodeOf(second.Kind, second.Bytes));
        var id = Encoding.UTF8.GetBytes(commandId);
        state.Command(near, far, new PairCommands.Command(kind, at, id));
        if (kind == IdentityCommandKind.Join)
        {
            state.Link(near, far, exempt: true, at, id, LinkSource.Person);
        }
        return true;
    }

    private bool TryRead(string reference, out Identifier identifier)
    {
        if (Identifier.TryParse(reference, out identifier))
        {
            return true;
        }
        if (!PublicIds.TryParse(reference, out var top) || state.Nodes.FindPublic(top) is not (>= 0 and var node))
        {
            return false;
        }
        identifier = state.Nodes.IdentifierOf(node);
        return true;
    }

    private int FindHeld(UInt128 key)
    {
        var node = state.Nodes.Find(key);
        return node >= 0 && state.Nodes.IsHeld(node) ? node : -1;
    }
}
