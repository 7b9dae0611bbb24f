using Ciclo.Core;

namespace Ciclo.Modules.Messages.Contracts;

/// <summary>A way to people. Whoever offers one registers it as a service.</summary>
public interface IChannel
{
    /// <summary>`email`, `push`, `onsite`, …: the channel that drafts name.</summary>
    string Id { get; }

    Text Label { get; }

    /// <summary>The first words of its events: `Email` makes `Email Sent`.</summary>
    string EventPrefix { get; }

    /// <summary>The trait that holds a person's address on it; null where the person's identifier is the address.</summary>
    string? AddressTrait { get; }

    /// <summary>Whether messages really go out in a workspace; where they do not they are caught for people to see.</summary>
    bool IsLive(string workspaceId);

    /// <summary>
    /// Whether messages wait until the person asks for them (<see cref="MessagePickup"/>), such as at the next visit to a site: nothing is handed to such a channel, and what nobody asked for in its
    /// time is missed.
    /// </summary>
    bool IsFetched => false;

    /// <summary>An address in the form in which it is sent to; null where it is none.</summary>
    string? Normalize(string address);

    /// <summary>How many messages of a batch are handed over at a time, at most.</summary>
    int BatchSize { get; }

    /// <summary>
    /// Hands messages over. For each message: <see cref="ISendLog.Begin"/> before its first byte goes out, and <see cref="ISendLog.End"/> with what came of it; one that is never begun
    /// goes out another time. Does not throw for what the other side does.
    /// </summary>
    Task SendAsync(string workspaceId, IReadOnlyList<OutgoingMessage> messages, ISendLog log, CancellationToken cancellation);

    /// <summary>What may go to addresses now: of those that may not, when. Asked before messages are claimed, in their order; a channel without such a limit answers nothing.</summary>
    IReadOnlyDictionary<int, long> Pace(string workspaceId, IReadOnlyList<string> addresses, long nowMs);

    /// <summary>When a provider that does not answer is asked again; 0 if it is fine.</summary>
    long RestsUntil(string workspaceId, long nowMs);
}

/// <summary>
/// A message written for one person. <paramref name="Unsubscribe"/>: where they leave by one click, empty for a message that needs no consent; <paramref name="Source"/> what it is
/// counted under.
/// </summary>
public sealed record OutgoingMessage(string Id, string Address, string Name, string Subject, string Html, string Text, string Purpose, string Source, string Unsubscribe);

/// <summary>Where a channel writes down how far a message came: before it goes on, so that a crash leaves no doubt but about what was under way.</summary>
public interface ISendLog
{
    void Begin(OutgoingMessage message);

    void End(OutgoingMessage message, SendResult result);
}

public enum SendOutcome
{
    /// <summary>The other side took it; <see cref="SendResult.Detail"/> is its id there.</summary>
    Sent = 0,

    /// <summary>It was not taken, and may be tried again.</summary>
    Temporary = 1,

    /// <summary>It was refused for good.</summary>
    Permanent = 2,

    /// <summary>It may have been taken: nobody answered.</summary>
    Unknown = 3,
}

/// <summary>
/// What came of handing a message over. <paramref name="Detail"/> is the provider's id, or what it said; <paramref name="Reason"/> a stable id where it was not taken;
/// <paramref name="RetryAfterMs"/> how long the other side asked to wait, 0 for nothing; <paramref name="IsAddressDead"/>: nobody is at that address.
/// </summary>
public sealed record SendResult(SendOutcome Outcome, string Detail, string Reason = "", long RetryAfterMs = 0, bool IsAddressDead = false);
