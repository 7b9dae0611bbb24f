using System.Numerics;
using System.Security.Cryptography;
using System.Text;

namespace Ciclo.Modules.Keys;

/// <summary>
/// The text of a key: `wk_` or `sk_`, <see cref="RandomLength"/> random characters of base 62, and a checksum of what precedes it.
/// The checksum guards against typing and cutting, not against anybody; it lets a secret scanner tell our keys from noise.
/// </summary>
public static class KeyText
{
    public const int RandomLength = 26;
    private const int ChecksumLength = 6;
    private const string Alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

    public static string Prefix(KeyKind kind) => kind == KeyKind.Write ? "wk_" : "sk_";

    public static string Generate(KeyKind kind)
    {
        var start = Prefix(kind) + RandomNumberGenerator.GetString(Alphabet, RandomLength);
        return start + Checksum(start);
    }

    /// <summary>Whether the text is whole as <see cref="Generate"/> makes it. A key of another maker is not, and may be one all the same.</summary>
    public static bool IsWhole(string text) =>
        text.Length == 3 + RandomLength + ChecksumLength
        && (text.StartsWith("wk_", StringComparison.Ordinal) || text.StartsWith("sk_", StringComparison.Ordinal))
        && string.Equals(text[^ChecksumLength..], Checksum(text[..^ChecksumLength]), StringComparison.Ordinal);

    /// <summary>What is stored and compared: SHA-256 of the text, 64 hexadecimal characters in lower case.</summary>
    public static string Hash(ReadOnlySpan<char> text)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        HashInto(text, hash);
        return Convert.ToHexStringLower(hash);
    }

    /// <summary>The same hash as 32 bytes, without allocating for texts up to 256 bytes.</summary>
    public static void HashInto(ReadOnlySpan<char> text, Span<byte> hash)
    {
        var length = Encoding.UTF8.GetMaxByteCount(text.Length);
        var utf8 = length <= 1_024 ? stackalloc byte[length] : new byte[length];
        SHA256.HashData(utf8[..Encoding.UTF8.GetBytes(text, utf8)], hash);
    }

    private static string Checksum(string text)
    {
        var crc = uint.MaxValue;
        foreach (var c in text)
        {
            crc = BitOperations.Crc32C(crc, (byte)c);
        }
        crc = ~crc;
        return string.Create(ChecksumLength, crc, static (output, rest) =>
        {
            for (var i = output.Length - 1; i >= 0; i--)
            {
                output[i] = Alphabet[(int)(rest % 62)];
                rest /= 62;
            }
        });
    }
}
