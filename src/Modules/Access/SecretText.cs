using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Ciclo.Modules.Access;

/// <summary>Tokens of sessions and links, and ids. A token is 256 random bits; what is stored is its SHA-256, by which it is looked up.</summary>
public static class SecretText
{
    /// <summary>Letters of a token: 32 bytes in base 64 of URLs.</summary>
    public const int TokenLength = 43;

    private const string IdAlphabet = "0123456789abcdefghjkmnpqrstvwxyz";

    public static string NewToken() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));

    /// <summary>`usr_…`: a prefix and 80 random bits.</summary>
    public static string NewId(string prefix) => prefix + "_" + RandomNumberGenerator.GetString(IdAlphabet, 16);

    /// <summary>64 hexadecimal characters. A token that cannot be one has a hash that nothing has.</summary>
    public static string Hash(string token) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(token.Length == TokenLength ? token : "")));
}
