using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Ciclo.Core.Mail;

namespace Ciclo.Modules.Messages.Reports;

/// <summary>What came to the hook in JSON. <paramref name="Confirm"/>: an address that a person has to open so that the service begins to send.</summary>
internal sealed record ProviderBody(IReadOnlyList<ProviderReport> Reports, string Confirm = "");

/// <summary>
/// Reads the reports of Amazon SES (by SNS), SendGrid, Mailgun and Postmark, told apart by their shape. A body of another shape has no reports. Pure; never throws for what came.
/// </summary>
internal static class ProviderReports
{
    private const int MostReports = 5_000;

    /// <summary>Whether the service signed it, where it signs at all: Mailgun within the body, SendGrid by headers. <paramref name="key"/> empty: nothing is asked for.</summary>
    public static bool IsSigned(byte[] body, string key, string signature, string timestamp)
    {
        if (key.Length == 0)
        {
            return true;
        }
        try
        {
            if (signature.Length > 0)
            {
                using var ec = ECDsa.Create();
                ec.ImportSubjectPublicKeyInfo(Convert.FromBase64String(key), out _);
                byte[] signed = [.. Encoding.UTF8.GetBytes(timestamp), .. body];
                return ec.VerifyData(signed, Convert.FromBase64String(signature), HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
            }
            using var json = JsonDocument.Parse(body);
            var given = Find(json.RootElement, "signature", "signature");
            var text = Find(json.RootElement, "signature", "timestamp") + Find(json.RootElement, "signature", "token");
            var expected = Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(key), Encoding.UTF8.GetBytes(text)));
            return CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(given), Encoding.ASCII.GetBytes(expected));
        }
        catch (Exception wrong) when (wrong is FormatException or CryptographicException or JsonException)
        {
            return false;
        }
    }

    public static ProviderBody Read(byte[] body)
    {
        try
        {
            using var json = JsonDocument.Parse(body, new JsonDocumentOptions { MaxDepth = 32 });
            return OfRoot(json.RootElement);
        }
        // The latter for a text with half a character in it.
        catch (Exception wrong) when (wrong is JsonException or InvalidOperationException)
        {
            return new ProviderBody([]);
        }
    }

    private static ProviderBody OfRoot(JsonElement root)
    {
        if (root.ValueKind == JsonValueKind.Array)
        {
            return new ProviderBody([.. root.EnumerateArray().Take(MostReports).Select(OfSendGrid).OfType<ProviderReport>()]);
        }
        if (root.ValueKind != JsonValueKind.Object)
        {
            return new ProviderBody([]);
        }
        return Text(root, "Type") switch
        {
            "SubscriptionConfirmation" => new ProviderBody([], Text(root, "SubscribeURL")),
            "Notification" => OfSns(Text(root, "Message")),
            _ when root.TryGetProperty("event-data", out var mailgun) => new ProviderBody([.. new[] { OfMailgun(mailgun) }.OfType<ProviderReport>()]),
            _ when Text(root, "RecordType").Length > 0 => new ProviderBody([.. new[] { OfPostmark(root) }.OfType<ProviderReport>()]),
            _ when Text(root, "notificationType").Length > 0 || Text(root, "eventType").Length > 0 => OfSes(root),
            _ => new ProviderBody([]),
        };
    }

    private static ProviderBody OfSns(string message)
    {
        try
        {
            using var json = JsonDocument.Parse(message);
            return json.RootElement.ValueKind == JsonValueKind.Object ? OfSes(json.RootElement) : new ProviderBody([]);
        }
        // The latter for a text with half a character in it.
        catch (Exception wrong) when (wrong is JsonException or InvalidOperationException)
        {
            return new ProviderBody([]);
        }
    }

    private static ProviderBody OfSes(JsonElement root)
    {
        var kind = Text(root, "notificationType") is { Length: > 0 } old ? old : Text(root, "eventType");
        root.TryGetProperty("mail", out var mail);
        var (provider, own) = (Text(mail, "messageId"), IdOfSes(mail));
        var (part, list) = kind switch { "Bounce" => ("bounce", "bouncedRecipients"), "Complaint" => ("complaint", "complainedRecipients"), "Delivery" => ("delivery", "recipients"), _ => ("", "") };
        if (part.Length == 0 || !root.TryGetProperty(part, out var about))
        {
            return new ProviderBody([]);
        }
        var fate = kind switch
        {
            "Complaint" => MailFate.Complaint,
            "Delivery" => MailFate.Delivered,
            _ => Text(about, "bounceType") == "Permanent" ? MailFate.HardBounce : MailFate.SoftBounce,
        };
        return new ProviderBody([.. Items(about, list).Select(one => one.ValueKind == JsonValueKind.String
            ? new ProviderReport(new MailReport(fate, own, Address(one.GetString()!), ""), provider)
            : new ProviderReport(new MailReport(fate, own, Address(Text(one, "emailAddress")), MailReport.Short($"{Text(one, "status")} {Text(one, "diagnosticCode")}{Text(about, "complaintFeedbackType")}".Trim())), provider))]);
    }

    /// <summary>SES puts an id of its own into the Message-ID; the headers as they were sent still say ours.</summary>
    private static string? IdOfSes(JsonElement mail) =>
        Items(mail, "headers").Where(header => Text(header, "name") is "X-Ciclo-Message" or "Message-ID").Select(header => MailReport.IdIn(Text(header, "value"))).FirstOrDefault(id => id is not null);

    private static ProviderReport? OfSendGrid(JsonElement one)
    {
        var fate = Text(one, "event") switch
        {
            "delivered" => MailFate.Delivered,
            "bounce" => Text(one, "type") == "blocked" ? MailFate.SoftBounce : MailFate.HardBounce,
            "deferred" => MailFate.Delayed,
            "spamreport" => MailFate.Complaint,
            "unsubscribe" or "group_unsubscribe" => MailFate.Unsubscribe,
            "dropped" => MailReport.IsHard(Text(one, "status"), Text(one, "reason")) ? MailFate.HardBounce : MailFate.SoftBounce,
            _ => MailFate.Ignored,
        };
        var id = MailReport.IdIn(Text(one, "smtp-id"));
        return fate == MailFate.Ignored ? null
            : new ProviderReport(new MailReport(fate, id, Address(Text(one, "email")), MailReport.Short($"{Text(one, "status")} {Text(one, "reason")}".Trim())), Text(one, "sg_message_id").Split('.')[0]);
    }

    private static ProviderReport? OfMailgun(JsonElement one)
    {
        var fate = Text(one, "event") switch
        {
            "delivered" => MailFate.Delivered,
            "failed" => Text(one, "severity") == "permanent" ? MailFate.HardBounce : MailFate.Delayed,
            "complained" => MailFate.Complaint,
            "unsubscribed" => MailFate.Unsubscribe,
            _ => MailFate.Ignored,
        };
        var id = one.TryGetProperty("message", out var message) ? MailReport.IdIn(Find(message, "headers", "message-id")) : null;
        return fate == MailFate.Ignored ? null
            : new ProviderReport(new MailReport(fate, id, Address(Text(one, "recipient")), MailReport.Short(Find(one, "delivery-status", "message"))));
    }

    private static ProviderReport? OfPostmark(JsonElement root)
    {
        var fate = Text(root, "RecordType") switch
        {
            "Delivery" => MailFate.Delivered,
            "SpamComplaint" => MailFate.Complaint,
            "Bounce" => Text(root, "Type") is "HardBounce" or "BadEmailAddress" ? MailFate.HardBounce : MailFate.SoftBounce,
            "SubscriptionChange" when root.TryGetProperty("SuppressSending", out var off) && off.ValueKind == JsonValueKind.True => MailFate.Unsubscribe,
            _ => MailFate.Ignored,
        };
        return fate == MailFate.Ignored ? null
            : new ProviderReport(new MailReport(fate, MailReport.IdIn(Find(root, "Metadata", "message_id")), Address(Text(root, "Email") is { Length: > 0 } to ? to : Text(root, "Recipient")), MailReport.Short(Text(root, "Description"))), Text(root, "MessageID"));
    }

    private static string Address(string text) => MailAddress.TryParse(text, out var address) ? address.Address : "";

    private static string Text(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString()! : "";

    private static string Find(JsonElement element, string name, string inner) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) ? Text(value, inner) : "";

    private static IEnumerable<JsonElement> Items(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Array ? value.EnumerateArray().Take(MostReports) : [];
}
