using System.Buffers;
using System.Globalization;
using System.Text;

namespace Ciclo.Core.Mail;

/// <summary>
/// A message to one person. <paramref name="Id"/> becomes its Message-ID, `&lt;ID@domain of the sender&gt;`; <paramref name="SentAt"/> is its Date, Unix milliseconds;
/// <paramref name="Headers"/> are added as they are. A part that is empty is left out.
/// </summary>
public sealed record MailMessage(
    string Id, MailAddress From, MailAddress To, MailAddress? ReplyTo, string Subject, string Html, string Text, long SentAt, IReadOnlyList<(string Name, string Value)> Headers)
{
    /// <summary>
    /// The message as it travels (RFC 5322, RFC 2045 to 2047): CRLF, ASCII, lines of at most 76 characters but where an address is longer; text first, then HTML, as alternatives.
    /// </summary>
    public void WriteTo(IBufferWriter<byte> into)
    {
        var head = new StringBuilder(1_200);
        Address(head, "From", From);
        Address(head, "To", To);
        if (ReplyTo is { } reply)
        {
            Address(head, "Reply-To", reply);
        }
        var subject = new HeaderWriter(head, "Subject");
        subject.Text(Subject);
        subject.End();
        One(head, "Date", DateTimeOffset.FromUnixTimeMilliseconds(SentAt).ToString("ddd, dd MMM yyyy HH:mm:ss '+0000'", CultureInfo.InvariantCulture));
        One(head, "Message-ID", $"<{Id}@{From.Domain}>");
        foreach (var (name, value) in Headers)
        {
            One(head, name, value);
        }
        One(head, "MIME-Version", "1.0");
        if (Html.Length == 0 || Text.Length == 0)
        {
            Part(head, Html.Length > 0 ? "text/html" : "text/plain");
            Put(into, head);
            QuotedPrintable.Write(Html.Length > 0 ? Html : Text, into);
            return;
        }
        // No line of quoted-printable text begins with "--=": its "=" would be encoded.
        var boundary = "=_" + Id;
        One(head, "Content-Type", $"multipart/alternative; boundary=\"{boundary}\"");
        head.Append("\r\n--").Append(boundary).Append("\r\n");
        Part(head, "text/plain");
        Put(into, head);
        QuotedPrintable.Write(Text, into);
        head.Append("--").Append(boundary).Append("\r\n");
        Part(head, "text/html");
        Put(into, head);
        QuotedPrintable.Write(Html, into);
        head.Append("--").Append(boundary).Append("--\r\n");
        Put(into, head);
    }

    /// <summary>
    /// A parameter of a header as RFC 2231 writes it where it is not plain ASCII: `name*=utf-8''…`; else `name="…"`.
    /// </summary>
    public static string Parameter(string name, string value) => Ascii.IsValid(value)
        ? $"{name}=\"{HeaderWriter.Clean(value).Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\""
        : $"{name}*=utf-8''{Uri.EscapeDataString(HeaderWriter.Clean(value))}";

    private static void Part(StringBuilder head, string type)
    {
        One(head, "Content-Type", type + "; charset=utf-8");
        One(head, "Content-Transfer-Encoding", "quoted-printable");
        head.Append("\r\n");
    }

    private static void Address(StringBuilder head, string name, MailAddress address)
    {
        var header = new HeaderWriter(head, name);
        address.WriteTo(header);
        header.End();
    }

    /// <summary>A header whose value is folded at its blanks.</summary>
    private static void One(StringBuilder head, string name, string value)
    {
        var header = new HeaderWriter(head, name);
        foreach (var piece in HeaderWriter.Clean(value).Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            header.Add(piece);
        }
        header.End();
    }

    private static void Put(IBufferWriter<byte> into, StringBuilder text)
    {
        foreach (var chunk in text.GetChunks())
        {
            into.Advance(Encoding.ASCII.GetBytes(chunk.Span, into.GetSpan(chunk.Length)));
        }
        text.Clear();
    }
}
