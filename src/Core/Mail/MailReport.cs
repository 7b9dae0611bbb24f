using System.Text.RegularExpressions;

namespace Ciclo.Core.Mail;

/// <summary>What a report tells of a message. Persisted by name in events: names only grow.</summary>
public enum MailFate
{
    /// <summary>It was put into the mailbox.</summary>
    Delivered = 0,

    /// <summary>It cannot be delivered, now or ever: the mailbox or its domain is not there.</summary>
    HardBounce = 1,

    /// <summary>It was not delivered, but might have been at another time: a full mailbox, a filter.</summary>
    SoftBounce = 2,

    /// <summary>It is still being tried.</summary>
    Delayed = 3,

    /// <summary>Its reader reported it as unwanted.</summary>
    Complaint = 4,

    /// <summary>Its reader asked to be left alone, by writing to the address of `List-Unsubscribe`.</summary>
    Unsubscribe = 5,

    /// <summary>A service says that its picture was loaded or a link followed; ours tell that better.</summary>
    Ignored = 6,
}

/// <summary>
/// What became of one message to one address. <paramref name="MessageId"/> is ours, `msg_…`, where the report says it; <paramref name="Detail"/> what the other side said.
/// </summary>
public sealed record MailReport(MailFate Fate, string? MessageId, string Address, string Detail)
{
    private const int LongestDetail = 300;

    private static readonly Regex OwnId = new("msg_[0-9a-f]{32}", RegexOptions.NonBacktracking);

    /// <summary>`unsubscribe-msg_…` as the subject of a message to us.</summary>
    public const string UnsubscribeSubject = "unsubscribe-";

    /// <summary>
    /// Reads a message that came to the address for reports: a delivery status (RFC 3464), a complaint (RFC 5965), or a wish to be left alone. Empty for anything else; never throws.
    /// </summary>
    public static IReadOnlyList<MailReport> Read(ReadOnlySpan<byte> message)
    {
        var mail = MailPart.Read(message);
        var parts = mail.All.ToList();
        // The message that is told of lies in the report, or its headers do: its id is there, or in our own header.
        var about = parts.Select(part => IdIn(part.Header("x-ciclo-message")) ?? (part == mail ? null : IdIn(part.Header("message-id")))).FirstOrDefault(id => id is not null);
        if (parts.Find(part => part.Type == "message/feedback-report") is { } feedback)
        {
            var block = MailPart.Blocks(feedback.Body) is [var first, ..] ? first : null;
            var kind = block?.Header("feedback-type") ?? "abuse";
            return [new MailReport(kind is "not-spam" ? MailFate.Ignored : MailFate.Complaint, about, AddressOf(block?.Header("original-rcpt-to") ?? ToOf(parts, mail)), Short(kind))];
        }
        if (parts.Find(part => part.Type is "message/delivery-status" or "message/global-delivery-status") is { } status)
        {
            return [.. MailPart.Blocks(status.Body).Where(block => block.Header("action") is not null).Select(block => OfRecipient(block, about))];
        }
        var subject = mail.Header("subject") ?? "";
        return subject.Contains(UnsubscribeSubject, StringComparison.OrdinalIgnoreCase) && IdIn(subject) is { } id
            ? [new MailReport(MailFate.Unsubscribe, id, AddressOf(mail.Header("from") ?? ""), "mailto")]
            : [];
    }

    /// <summary>Our id in a text such as a Message-ID; null if there is none.</summary>
    public static string? IdIn(string? text) => text is not null && OwnId.Match(text) is { Success: true } match ? match.Value : null;

    /// <summary>
    /// Hard where the status says that the address will never take it (RFC 3463: 5.1.x address, 5.2.1 disabled, 5.4.4 no route), soft for other refusals.
    /// </summary>
    public static bool IsHard(string status, string detail)
    {
        var code = status.Trim();
        if (code.StartsWith("5.1.", StringComparison.Ordinal))
        {
            // 5.1.8 and 5.1.7 speak of the sender's address.
            return !code.StartsWith("5.1.7", StringComparison.Ordinal) && !code.StartsWith("5.1.8", StringComparison.Ordinal);
        }
        return code.StartsWith("5.2.1", StringComparison.Ordinal) || code.StartsWith("5.4.4", StringComparison.Ordinal)
            || (code is "" or "5.0.0" or "5.5.0" && Array.Exists(NobodyThere, words => detail.Contains(words, StringComparison.OrdinalIgnoreCase)));
    }

    public static string Short(string text)
    {
        var clean = HeaderWriter.Clean(text);
        return clean.Length > LongestDetail ? clean[..LongestDetail] : clean;
    }

    private static readonly string[] NobodyThere = ["user unknown", "no such user", "unknown user", "does not exist", "mailbox not found", "no mailbox", "invalid recipient", "recipient rejected", "address rejected"];

    private static MailReport OfRecipient(MailPart block, string? about)
    {
        var (status, said) = (block.Header("status") ?? "", block.Header("diagnostic-code") ?? "");
        var fate = (block.Header("action") ?? "").Trim().ToLowerInvariant() switch
        {
            "delivered" or "relayed" or "expanded" => MailFate.Delivered,
            "delayed" => MailFate.Delayed,
            "failed" => IsHard(status, said) ? MailFate.HardBounce : MailFate.SoftBounce,
            _ => MailFate.Ignored,
        };
        return new MailReport(fate, about, AddressOf(block.Header("original-recipient") ?? block.Header("final-recipient") ?? ""), Short($"{status} {said}".Trim()));
    }

    private static string ToOf(List<MailPart> parts, MailPart mail) => parts.Where(part => part != mail).Select(part => part.Header("to")).FirstOrDefault(to => to is not null) ?? "";

    /// <summary>`rfc822; ana@example.com` or `Ana &lt;ana@example.com&gt;` as an address; empty if there is none.</summary>
    private static string AddressOf(string text)
    {
        var last = text[(text.LastIndexOf(';') + 1)..];
        var open = last.LastIndexOf('<');
        var inner = open < 0 ? last : last[(open + 1)..].Split('>')[0];
        return MailAddress.TryParse(inner, out var address) ? address.Address : "";
    }
}
