using Ciclo.Core.Mail;
using Ciclo.Core.Time;
using Ciclo.Modules.Messages.Contracts;

namespace Ciclo.Modules.Messages.Sending;

/// <summary>What an attempt makes of a message. Pure.</summary>
internal static class Outcomes
{
    /// <summary>How long after an attempt the next one comes, in seconds; the last one is repeated until the message's time is over.</summary>
    private static readonly int[] Waits = [30, 120, 300, 900, 1_800, 3_600, 7_200, 14_400];

    /// <summary>
    /// The message after an attempt. One that was not taken waits, by up to a fifth longer by <paramref name="chance"/> (0 to 1), so that what failed together does not come back
    /// together, and at least as long as the other side asked; it is missed where its time is over by then.
    /// </summary>
    public static Settled Of(Message message, SendResult result, long now, double chance)
    {
        switch (result.Outcome)
        {
            case SendOutcome.Sent:
                return new Settled(message.Id, MessageState.Sent, "", result.Detail, "", now, 0, 1, IsTold: false);
            case SendOutcome.Permanent:
                return new Settled(message.Id, MessageState.Failed, result.Reason, "", MailReport.Short(result.Detail), now, 0, 1, IsTold: true);
            case SendOutcome.Unknown:
                return new Settled(message.Id, MessageState.Unknown, result.Reason, "", MailReport.Short(result.Detail), now, 0, 1, IsTold: true);
            default:
                var wait = Waits[Math.Min(message.Attempts, Waits.Length - 1)] * Durations.Second;
                var due = now + Math.Max(result.RetryAfterMs, (long)(wait * (1 + (chance / 5))));
                return new Settled(
                    message.Id, due < message.ExpiresAt ? MessageState.Due : MessageState.Missed, result.Reason, "", MailReport.Short(result.Detail), now, due, 1, IsTold: true);
        }
    }

    /// <summary>One that was claimed and never begun: nothing of it went out.</summary>
    public static Settled Untouched(Message message, long dueAt, string reason) =>
        new(message.Id, dueAt < message.ExpiresAt ? MessageState.Due : MessageState.Missed, reason, "", "", dueAt, dueAt, 0, IsTold: true);

    /// <summary>What is to be made of a message that was on its way when the program ended, by what its log says: null where there is none that counts.</summary>
    public static Settled AfterCrash(Message message, IReadOnlyDictionary<string, Progress>? log, long now)
    {
        if (log is null)
        {
            return Of(message, new SendResult(SendOutcome.Unknown, "", Reasons.Crash), now, 0);
        }
        return log.TryGetValue(message.Id, out var progress)
            ? Of(message, progress.Result ?? new SendResult(SendOutcome.Unknown, "", Reasons.Crash), now, 0)
            : Untouched(message, now, "");
    }
}
