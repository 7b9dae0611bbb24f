using System.Collections.Frozen;
using System.Text;

namespace Ciclo.Core.Events;

/// <summary>
/// The closed list of track names that say what was done to a customer, or computed about one. Such events have origin
/// <see cref="Origin.System"/>: `any`, `age` and the entry into a lifecycle look at what the customer does, and a person to whom we
/// merely wrote must not look active, least of all in the rule that finds the inactive. What the customer does with a message (opens,
/// clicks, replies, unsubscribes, reports it) is not in the list.
/// </summary>
public static class SystemEvents
{
    public static IReadOnlyCollection<string> Names { get; } =
    [
        // The e-mail specification of the Segment spec, and what its senders add.
        "Email Sent", "Email Delivered", "Email Bounced", "Email Deferred", "Email Dropped", "Email Failed", "Email Suppressed",
        "Message Sent", "Message Delivered", "Message Bounced", "Message Failed", "Message Suppressed", "Message Missed",
        "Push Notification Sent", "Push Notification Delivered", "Push Notification Received", "Push Notification Bounced",
        "Push Notification Failed",
        "SMS Sent", "SMS Delivered", "SMS Bounced", "SMS Failed",
        "WhatsApp Sent", "WhatsApp Delivered", "WhatsApp Failed",
        "WhatsApp Message Sent", "WhatsApp Message Delivered", "WhatsApp Message Failed",
        "In-App Message Sent", "In-App Message Delivered",
        "Survey Sent", "NPS Survey Sent",
        // What a machine computes about a customer.
        "Score Updated", "Scores Updated", "Stage Changed", "Segment Entered", "Segment Exited", "Audience Entered", "Audience Exited",
        "Tier Changed", "Points Expired",
    ];

    private static readonly int LongestName = Names.Max(name => name.Length);

    private static readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> Lookup =
        Names.ToFrozenSet(StringComparer.Ordinal).GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>Whether a track event of this name, after NFC and trim, has origin system.</summary>
    public static bool Contains(ReadOnlySpan<byte> name)
    {
        if (name.Length > LongestName)
        {
            return false;
        }
        Span<char> chars = stackalloc char[name.Length];
        // The names of the list are ASCII: a name that is not is none of them.
        return Encoding.ASCII.TryGetChars(name, chars, out var written) && Lookup.Contains(chars[..written]);
    }
}
