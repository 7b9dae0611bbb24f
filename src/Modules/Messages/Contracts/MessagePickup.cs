using Ciclo.Core.Time;
using Ciclo.Engine.Hosting;
using Ciclo.Engine.Runtime;
using Ciclo.Modules.Messages.Sending;

namespace Ciclo.Modules.Messages.Contracts;

/// <summary>What a person did with a message that they fetched.</summary>
public enum FetchedSign
{
    /// <summary>It could be seen.</summary>
    Shown = 0,
    Clicked = 1,
}

/// <summary>Messages on channels where the person comes for them (<see cref="IChannel.IsFetched"/>).</summary>
public static class MessagePickup
{
    /// <summary>The channel of messages that wait for the next visit to a site.</summary>
    public const string Onsite = "onsite";

    /// <summary>How long a message waits for the person: what was written for one week says nothing in the next.</summary>
    public const long KeptMs = 7 * Durations.Day;

    /// <summary>
    /// The next message that may be given to a person now, by consent, caps, quiet hours and rules as they are at this moment; null for none. Being given is being sent: it is in the records before
    /// the answer, counts for caps, and is given to nobody again, whatever becomes of the answer.
    /// </summary>
    /// <param name="host">The open data directory.</param>
    /// <param name="engine">Whose messages.</param>
    /// <param name="channel">Of a channel that is fetched.</param>
    /// <param name="identifiers">All of the person's, as `user_id:V`.</param>
    /// <param name="cancellation">Gives up before anything is given.</param>
    public static Task<OutgoingMessage?> TakeAsync(DataHost host, WorkspaceEngine engine, string channel, IReadOnlyList<string> identifiers, CancellationToken cancellation) =>
        new Pickup(MessageDesk.Of(host)).TakeAsync(engine, channel, identifiers, cancellation);

    /// <summary>When the next message to a person is due, past or future, Unix milliseconds; null for none.</summary>
    public static long? NextDue(DataHost host, string workspaceId, string channel, IReadOnlyList<string> identifiers) =>
        host.Database.Read(connection => OutboxStore.NextDueOf(connection, workspaceId, channel, identifiers));

    /// <summary>Notes what somebody did with a message that was given to them; false where there is none of that id on the channel. Twice is once.</summary>
    public static Task<bool> SignAsync(DataHost host, string workspaceId, string channel, string messageId, FetchedSign sign, CancellationToken cancellation) =>
        new Pickup(MessageDesk.Of(host)).SignAsync(workspaceId, channel, messageId, sign, cancellation);
}
