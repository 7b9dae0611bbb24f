using System.Buffers;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Ciclo.Core.Mail;

/// <summary>
/// Signs messages for a domain (RFC 6376): rsa-sha256, relaxed/relaxed. The headers that say who, to whom, what and how to leave are signed, those that are there; From, To and Subject
/// once more than they are there, so that none can be added. Safe from any thread.
/// </summary>
public sealed class DkimSigner : IDisposable
{
    public const int KeyBits = 2_048;

    private static readonly string[] Signed =
    [
        "from", "to", "reply-to", "subject", "date", "message-id", "mime-version", "content-type", "list-unsubscribe", "list-unsubscribe-post", "list-id", "auto-submitted", "feedback-id",
    ];

    private static readonly string[] Guarded = ["from", "to", "subject"];

    private readonly string domain;
    private readonly string selector;
    private int disposed;
    private readonly ThreadLocal<RSA> keys;

    /// <summary>A signer with a private key in PEM. Throws <see cref="ArgumentException"/> for a text that is none.</summary>
    public DkimSigner(string domain, string selector, string privateKeyPem)
    {
        (this.domain, this.selector) = (domain, selector);
        // A key is not made to be used by two threads at a time.
        keys = new ThreadLocal<RSA>(() =>
        {
            var key = RSA.Create();
            key.ImportFromPem(privateKeyPem);
            return key;
        }, trackAllValues: true);
        _ = keys.Value;
    }

    /// <summary>A new private key, as PEM (PKCS #8).</summary>
    public static string NewKey()
    {
        using var key = RSA.Create(KeyBits);
        return key.ExportPkcs8PrivateKeyPem();
    }

    /// <summary>The value of the TXT record at `SELECTOR._domainkey.DOMAIN` (RFC 6376, 3.6.1).</summary>
    public static string RecordOf(string privateKeyPem)
    {
        using var key = RSA.Create();
        key.ImportFromPem(privateKeyPem);
        return "v=DKIM1; k=rsa; p=" + Convert.ToBase64String(key.ExportSubjectPublicKeyInfo());
    }

    /// <summary>The `DKIM-Signature` header of a message with CRLF at each line's end, its own CRLF included: it goes before the message.</summary>
    public byte[] Sign(ReadOnlySpan<byte> message, long nowMs)
    {
        var end = message.IndexOf("\r\n\r\n"u8);
        var head = end < 0 ? message : message[..(end + 2)];
        var body = end < 0 ? default : message[(end + 4)..];
        var headers = Headers(head);
        var names = Signed.SelectMany(name => Enumerable.Repeat(name, headers.Count(header => header.Name == name) + (Guarded.Contains(name) ? 1 : 0))).ToList();
        var input = new ArrayBufferWriter<byte>(2_048);
        foreach (var group in Signed)
        {
            // Of several of one name the last counts first.
            for (var i = headers.Count - 1; i >= 0; i--)
            {
                if (headers[i].Name == group)
                {
                    Relaxed(group, head[headers[i].Value], input);
                    input.Write("\r\n"u8);
                }
            }
        }
        var value = string.Create(CultureInfo.InvariantCulture,
            $"v=1; a=rsa-sha256; c=relaxed/relaxed; d={domain}; s={selector};\r\n t={nowMs / 1_000}; h={string.Join(":\r\n ", names.Chunk(5).Select(some => string.Join(':', some)))};\r\n bh={Convert.ToBase64String(BodyHash(body))};\r\n b=");
        Relaxed("dkim-signature", Encoding.ASCII.GetBytes(value), input);
        var signature = Convert.ToBase64String(keys.Value!.SignData(input.WrittenSpan, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1));
        return Encoding.ASCII.GetBytes("DKIM-Signature: " + value + string.Join("\r\n ", signature.Chunk(72).Select(some => new string(some))) + "\r\n");
    }

    /// <summary>Once or again.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref disposed, 1) == 1)
        {
            return;
        }
        foreach (var key in keys.Values)
        {
            key.Dispose();
        }
        keys.Dispose();
    }

    private static List<(string Name, Range Value)> Headers(ReadOnlySpan<byte> head)
    {
        var found = new List<(string, Range)>();
        for (var at = 0; at < head.Length;)
        {
            var end = at;
            do
            {
                var line = head[end..].IndexOf("\r\n"u8);
                end = line < 0 ? head.Length : end + line + 2;
            }
            while (end < head.Length && head[end] is (byte)' ' or (byte)'\t');
            var colon = head[at..end].IndexOf((byte)':');
            if (colon > 0)
            {
                found.Add((Encoding.ASCII.GetString(head.Slice(at, colon)).Trim().ToLowerInvariant(), (at + colon + 1)..end));
            }
            at = end;
        }
        return found;
    }

    /// <summary>`name:value`, unfolded, runs of white space as one blank, none at the ends (3.4.2). Without the line end.</summary>
    private static void Relaxed(string name, ReadOnlySpan<byte> value, ArrayBufferWriter<byte> into)
    {
        into.Write(Encoding.ASCII.GetBytes(name));
        into.Write(":"u8);
        var output = into.GetSpan(value.Length + 1);
        var (at, isBlank) = (0, false);
        foreach (var b in value)
        {
            if (b is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n')
            {
                isBlank = at > 0;
                continue;
            }
            if (isBlank)
            {
                output[at++] = (byte)' ';
                isBlank = false;
            }
            output[at++] = b;
        }
        into.Advance(at);
    }

    /// <summary>Lines without white space at their ends, runs of it as one blank, no empty lines at the end (3.4.4).</summary>
    private static byte[] BodyHash(ReadOnlySpan<byte> body)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(body.Length + 2);
        var (at, emptyLines) = (0, 0);
        while (!body.IsEmpty)
        {
            var end = body.IndexOf("\r\n"u8);
            var line = end < 0 ? body : body[..end];
            body = end < 0 ? default : body[(end + 2)..];
            line = line.TrimEnd(" \t"u8);
            if (line.IsEmpty)
            {
                emptyLines++;
                continue;
            }
            for (; emptyLines > 0; emptyLines--)
            {
                buffer[at++] = (byte)'\r';
                buffer[at++] = (byte)'\n';
            }
            var wasBlank = false;
            foreach (var b in line)
            {
                var isBlank = b is (byte)' ' or (byte)'\t';
                if (!isBlank || !wasBlank)
                {
                    buffer[at++] = isBlank ? (byte)' ' : b;
                }
                wasBlank = isBlank;
            }
            buffer[at++] = (byte)'\r';
            buffer[at++] = (byte)'\n';
        }
        var hash = SHA256.HashData(buffer.AsSpan(0, at));
        ArrayPool<byte>.Shared.Return(buffer);
        return hash;
    }
}
