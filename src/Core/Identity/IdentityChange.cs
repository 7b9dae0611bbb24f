namespace Ciclo.Core.Identity;

/// <summary>
/// One profile that is not what it was at the last call of <see cref="IdentityGraph.TakeChanges"/>. If <see cref="Successor"/> equals
/// <see cref="Profile"/>, it is new or its members changed: refold it from the events of <see cref="IdentityGraph.MembersOf"/>.
/// Otherwise the node <see cref="Profile"/> is no profile any more and belongs to <see cref="Successor"/>: drop its state.
/// </summary>
public readonly record struct IdentityChange(int Profile, int Successor)
{
    public bool IsRetired => Profile != Successor;
}

/// <summary>An identifier that a profile holds. <paramref name="FirstSeen"/> is the earliest timestamp of an event that carries it.</summary>
public readonly record struct ProfileIdentifier(int Node, Identifier Identifier, long FirstSeen);

/// <summary>Where evidence for a link came from. Persisted: values only grow.</summary>
public enum LinkSource : byte
{
    Call = 0,
    Alias = 1,
    Person = 2,
}

public enum LinkState
{
    /// <summary>Both ends are of one profile.</summary>
    Joined,
    /// <summary>A limit, a separation or a quarantine keeps the ends apart.</summary>
    Refused,
    /// <summary>No event carries one of its ends yet.</summary>
    Inert,
}

/// <summary>The decisive evidence for a pair of identifiers, and what came of it.</summary>
public sealed record LinkRow(Identifier A, Identifier B, LinkSource Source, long At, string MessageId, LinkState State);

/// <summary>Two identifiers that a person keeps apart.</summary>
public sealed record SeparationRow(Identifier A, Identifier B, long At, string CommandId);

/// <summary>A component over the limit: its size, and the identifier with the most links in it, which is most often the cause (a kiosk, a test account).</summary>
public sealed record QuarantineRow(int Identifiers, Identifier Hub, int HubLinks);
