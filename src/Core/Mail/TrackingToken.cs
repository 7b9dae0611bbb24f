using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;

namespace Ciclo.Core.Mail;

/// <summary>
/// What an address in a message leads to: link number <paramref name="Link"/> of a message of a workspace, and the address that was written there. <see cref="Open"/> is the picture
/// that tells of an opening, <see cref="View"/> the message as a page, <see cref="Trap"/> a link that no person sees.
/// </summary>
public sealed record TrackingToken(string Workspace, string MessageId, int Link, string Url)
{
    public const int Open = 0;
    public const int Trap = 255;
    public const int View = 254;
    public const int MostLinks = 253;
    public const int SecretBytes = 32;

    private const byte Version = 1;
    private const int MacBytes = 16;
    private const int IdBytes = 16;
    private const int Longest = 6_000;
    private const string IdPrefix = "msg_";

    public static byte[] NewSecret() => RandomNumberGenerator.GetBytes(SecretBytes);

    /// <summary>
    /// Text for an address: 16 bytes of HMAC-SHA-256 with the workspace's secret, then what it signs. So an address leads where we put it and nowhere else, and nothing of it is stored.
    /// </summary>
    public string Sign(ReadOnlySpan<byte> secret)
    {
        var bytes = new byte[MacBytes + 3 + IdBytes + Encoding.UTF8.GetByteCount(Workspace) + Encoding.UTF8.GetByteCount(Url)];
        var body = bytes.AsSpan(MacBytes);
        body[0] = Version;
        body[1] = (byte)Link;
        Convert.FromHexString(MessageId.AsSpan(IdPrefix.Length), body.Slice(2, IdBytes), out _, out _);
        var length = Encoding.UTF8.GetBytes(Workspace, body[(3 + IdBytes)..]);
        body[2 + IdBytes] = (byte)length;
        Encoding.UTF8.GetBytes(Url, body[(3 + IdBytes + length)..]);
        HMACSHA256.HashData(secret, body).AsSpan(0, MacBytes).CopyTo(bytes);
        return Base64Url.EncodeToString(bytes);
    }

    /// <summary>Reads a token that was signed with the secret that <paramref name="secretOf"/> has for its workspace. False for anything else.</summary>
    public static bool TryRead(string text, Func<string, byte[]?> secretOf, [NotNullWhen(true)] out TrackingToken? token)
    {
        token = null;
        if (text.Length is 0 or > Longest || !Base64Url.IsValid(text))
        {
            return false;
        }
        var bytes = Base64Url.DecodeFromChars(text);
        if (bytes.Length < MacBytes + 3 + IdBytes || bytes[MacBytes] != Version)
        {
            return false;
        }
        var body = bytes.AsSpan(MacBytes);
        var length = body[2 + IdBytes];
        if (body.Length < 3 + IdBytes + length)
        {
            return false;
        }
        var workspace = Encoding.UTF8.GetString(body.Slice(3 + IdBytes, length));
        if (secretOf(workspace) is not { } secret || !CryptographicOperations.FixedTimeEquals(HMACSHA256.HashData(secret, body).AsSpan(0, MacBytes), bytes.AsSpan(0, MacBytes)))
        {
            return false;
        }
        token = new TrackingToken(workspace, IdPrefix + Convert.ToHexStringLower(body.Slice(2, IdBytes)), body[1], Encoding.UTF8.GetString(body[(3 + IdBytes + length)..]));
        return true;
    }
}
