using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Ciclo.Core.Time;

namespace Ciclo.Modules.Consent;

/// <summary>What a link in a message is good for.</summary>
internal enum LinkKind
{
    Preferences = 'p',
    Unsubscribe = 'u',
    Confirm = 'c',
}

/// <summary>
/// What a link says. <paramref name="Person"/> is a public id (`prf_…`), which tells nobody an address. <paramref name="MadeAt"/> counts for a confirmation alone: the others lead on for ever,
/// for a message may be found again after years.
/// </summary>
internal sealed record LinkToken(LinkKind Kind, string WorkspaceId, string Person, string Channel = "", string Purpose = "", string MessageId = "", string Language = "", long MadeAt = 0)
{
    /// <summary>How long a confirmation can be given.</summary>
    public const long ConfirmWithin = 30 * Durations.Day;

    private const int Longest = 700;
    private const int SignatureBytes = 16;

    /// <summary>The token as it stands in an address: base 64 of URLs over the signature and the fields.</summary>
    public string Sign(byte[] key)
    {
        var fields = Encoding.UTF8.GetBytes(string.Join('\n', (char)Kind, WorkspaceId, Person, Channel, Purpose, MessageId, Language, MadeAt == 0 ? "" : MadeAt.ToString(System.Globalization.CultureInfo.InvariantCulture)));
        return Base64Url.EncodeToString([.. HMACSHA256.HashData(key, fields)[..SignatureBytes], .. fields]);
    }

    /// <summary>Reads a token that one of our keys signed for this use; null for any other text.</summary>
    public static LinkToken? Read(string text, LinkKind kind, Func<string, byte[]> keyOf)
    {
        var bytes = new byte[Longest];
        if (text.Length > Longest || Base64Url.DecodeFromChars(text, bytes, out _, out var length) != System.Buffers.OperationStatus.Done || length <= SignatureBytes)
        {
            return null;
        }
        var fields = bytes.AsSpan(SignatureBytes, length - SignatureBytes);
        var parts = Encoding.UTF8.GetString(fields).Split('\n');
        if (parts.Length != 8 || parts[0] != ((char)kind).ToString() || !CryptographicOperations.FixedTimeEquals(HMACSHA256.HashData(keyOf(parts[1]), fields).AsSpan(0, SignatureBytes), bytes.AsSpan(0, SignatureBytes)))
        {
            return null;
        }
        return new LinkToken(kind, parts[1], parts[2], parts[3], parts[4], parts[5], parts[6], parts[7].Length > 0 && long.TryParse(parts[7], System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var at) ? at : 0);
    }
}
