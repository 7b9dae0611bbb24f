using System.Text;

namespace Ciclo.Core.Mail;

/// <summary>
/// A message or one of its parts, read as it came from anywhere (RFC 5322, RFC 2046): never throws. Header names are in lower case, values unfolded; a part that holds parts has no
/// body of its own. What is beyond the limits is left out.
/// </summary>
public sealed class MailPart
{
    public const int MostBytes = 1 << 20;
    private const int Deepest = 6;
    private const int MostParts = 40;
    private const int MostHeaders = 300;
    private const int LongestValue = 4_000;

    private MailPart(IReadOnlyList<(string Name, string Value)> headers, byte[] body, IReadOnlyList<MailPart> parts) => (Headers, Body, Parts) = (headers, body, parts);

    public IReadOnlyList<(string Name, string Value)> Headers { get; }

    /// <summary>Decoded from its transfer encoding.</summary>
    public byte[] Body { get; }

    public IReadOnlyList<MailPart> Parts { get; }

    /// <summary>`text/plain`, in lower case; that too where none is said.</summary>
    public string Type => (Header("content-type") ?? "text/plain").Split(';')[0].Trim().ToLowerInvariant();

    public string Text => Encoding.UTF8.GetString(Body);

    /// <summary>The part itself and all within it.</summary>
    public IEnumerable<MailPart> All => Parts.SelectMany(part => part.All).Prepend(this);

    public string? Header(string name)
    {
        foreach (var header in Headers)
        {
            if (header.Name == name)
            {
                return header.Value;
            }
        }
        return null;
    }

    public static MailPart Read(ReadOnlySpan<byte> bytes)
    {
        var left = MostParts;
        return Read(bytes[..Math.Min(bytes.Length, MostBytes)], Deepest, ref left);
    }

    /// <summary>Blocks of header fields with empty lines between them: a delivery status, one block for each recipient.</summary>
    public static IReadOnlyList<MailPart> Blocks(ReadOnlySpan<byte> bytes)
    {
        var blocks = new List<MailPart>();
        while (!bytes.IsEmpty && blocks.Count < MostParts)
        {
            bytes = bytes.TrimStart("\r\n"u8);
            var headers = ReadHeaders(ref bytes);
            if (headers.Count > 0)
            {
                blocks.Add(new MailPart(headers, [], []));
            }
        }
        return blocks;
    }

    private static MailPart Read(ReadOnlySpan<byte> bytes, int depth, ref int left)
    {
        var headers = ReadHeaders(ref bytes);
        var whole = new MailPart(headers, [], []);
        if (depth > 0 && whole.Type.StartsWith("multipart/", StringComparison.Ordinal) && Parameter(whole.Header("content-type")!, "boundary") is { Length: > 0 } boundary)
        {
            return new MailPart(headers, [], ReadParts(bytes, Encoding.UTF8.GetBytes("--" + boundary), depth, ref left));
        }
        if (depth > 0 && left > 0 && whole.Type is "message/rfc822" or "text/rfc822-headers" or "message/rfc822-headers" && depth > 0)
        {
            left--;
            return new MailPart(headers, [], [Read(Decode(whole, bytes), depth - 1, ref left)]);
        }
        return new MailPart(headers, Decode(whole, bytes), []);
    }

    private static List<MailPart> ReadParts(ReadOnlySpan<byte> bytes, ReadOnlySpan<byte> mark, int depth, ref int left)
    {
        var parts = new List<MailPart>();
        var begun = -1;
        for (var at = 0; at < bytes.Length && left > 0;)
        {
            var end = bytes[at..].IndexOf((byte)'\n');
            var next = end < 0 ? bytes.Length : at + end + 1;
            var line = bytes[at..next].TrimEnd(" \t\r\n"u8);
            if (line.StartsWith(mark) && (line.Length == mark.Length || line[mark.Length..].SequenceEqual("--"u8)))
            {
                if (begun >= 0)
                {
                    left--;
                    parts.Add(Read(bytes[begun..at], depth - 1, ref left));
                }
                begun = line.Length == mark.Length ? next : bytes.Length + 1;
            }
            at = next;
            if (begun > bytes.Length)
            {
                return parts;
            }
        }
        if (begun >= 0 && begun < bytes.Length && left > 0)
        {
            left--;
            parts.Add(Read(bytes[begun..], depth - 1, ref left));
        }
        return parts;
    }

    /// <summary>Reads fields up to the empty line, which is taken too.</summary>
    private static List<(string Name, string Value)> ReadHeaders(ref ReadOnlySpan<byte> bytes)
    {
        var headers = new List<(string Name, string Value)>();
        while (!bytes.IsEmpty)
        {
            var end = bytes.IndexOf((byte)'\n');
            var line = (end < 0 ? bytes : bytes[..end]).TrimEnd((byte)'\r');
            bytes = end < 0 ? default : bytes[(end + 1)..];
            if (line.IsEmpty)
            {
                return headers;
            }
            if (line[0] is (byte)' ' or (byte)'\t')
            {
                if (headers.Count > 0 && headers[^1].Value.Length < LongestValue)
                {
                    headers[^1] = (headers[^1].Name, headers[^1].Value + " " + TextOf(line));
                }
                continue;
            }
            var colon = line.IndexOf((byte)':');
            if (colon > 0 && headers.Count < MostHeaders)
            {
                headers.Add((TextOf(line[..colon]).ToLowerInvariant(), TextOf(line[(colon + 1)..])));
            }
        }
        return headers;
    }

    private static string TextOf(ReadOnlySpan<byte> bytes) => Encoding.UTF8.GetString(bytes[..Math.Min(bytes.Length, LongestValue)]).Trim();

    private static byte[] Decode(MailPart part, ReadOnlySpan<byte> bytes)
    {
        switch ((part.Header("content-transfer-encoding") ?? "").Trim().ToLowerInvariant())
        {
            case "quoted-printable":
                return QuotedPrintable.Decode(bytes);
            case "base64":
                var text = string.Concat(Encoding.ASCII.GetString(bytes).Where(c => !char.IsWhiteSpace(c)));
                var decoded = new byte[(text.Length * 3 / 4) + 3];
                return Convert.TryFromBase64String(text, decoded, out var length) ? decoded[..length] : [];
            default:
                return bytes.ToArray();
        }
    }

    private static string? Parameter(string header, string name)
    {
        var at = header.IndexOf(name + "=", StringComparison.OrdinalIgnoreCase);
        if (at < 0)
        {
            return null;
        }
        var value = header.AsSpan(at + name.Length + 1);
        if (value.StartsWith("\"", StringComparison.Ordinal))
        {
            var close = value[1..].IndexOf('"');
            return (close < 0 ? value[1..] : value.Slice(1, close)).ToString();
        }
        var end = value.IndexOfAny("; \t");
        return (end < 0 ? value : value[..end]).ToString();
    }
}
