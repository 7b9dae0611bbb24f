using Ciclo.Core.Mail;
using Ciclo.Modules.Messages.Contracts;

namespace Ciclo.Modules.Messages.Email;

/// <summary>The headers that say what kind of mail it is and how to leave it (RFC 2369, RFC 2919, RFC 3834, RFC 8058, and Google's Feedback-ID).</summary>
internal static class EmailHeaders
{
    /// <summary>By this header a report is told to which message it belongs, also where a service gave it another Message-ID.</summary>
    public const string OwnId = "X-Ciclo-Message";

    public static IReadOnlyList<(string Name, string Value)> Of(OutgoingMessage message, EmailSettings settings)
    {
        var headers = new List<(string, string)> { (OwnId, message.Id), ("Auto-Submitted", "auto-generated") };
        if (message.Unsubscribe.Length > 0)
        {
            var mailbox = settings.BounceAddress.Length > 0 ? settings.BounceAddress : settings.FromAddress;
            var byMail = $"<mailto:{mailbox}?subject={MailReport.UnsubscribeSubject}{message.Id}>";
            // One click is for https alone (RFC 8058, 3.1).
            var isSafe = message.Unsubscribe.StartsWith("https://", StringComparison.Ordinal);
            headers.Add(("List-Unsubscribe", $"<{message.Unsubscribe}>, {byMail}"));
            if (isSafe || message.Unsubscribe.StartsWith("http://127.0.0.1", StringComparison.Ordinal))
            {
                headers.Add(("List-Unsubscribe-Post", "List-Unsubscribe=One-Click"));
            }
            headers.Add(("List-Id", $"<{Label(message.Purpose)}.{settings.Domain}>"));
        }
        var parts = message.Source.Split(':');
        headers.Add(("Feedback-ID", $"{Label(parts.Length > 1 ? parts[1] : parts[0])}:{Label(message.Purpose)}:{Label(parts[0])}:{settings.Domain}"));
        return headers;
    }

    /// <summary>A word of letters, digits and hyphens.</summary>
    private static string Label(string text)
    {
        var label = string.Concat(text.Select(c => char.IsAsciiLetterOrDigit(c) ? c : '-')).Trim('-');
        return label.Length == 0 ? "mail" : label[..Math.Min(label.Length, 60)];
    }
}
