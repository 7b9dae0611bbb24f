using System.Collections.Frozen;
using System.Security.Cryptography;

namespace Ciclo.Modules.Keys;

/// <summary>
/// The live keys in memory, for one look at each request: a snapshot, replaced whole when keys change. A key is found by its SHA-256,
/// so the time a look-up takes depends on a hash that a caller cannot steer towards a key's own.
/// </summary>
public sealed class KeyRing
{
    private volatile FrozenDictionary<UInt128, (ApiKey Key, KeyUse Use)> keys = FrozenDictionary<UInt128, (ApiKey, KeyUse)>.Empty;

    /// <summary>When keys were used, for as long as the directory is open.</summary>
    public KeyUses Uses { get; } = new();

    /// <summary>Replaces the keys; those that are revoked are left out.</summary>
    public void Load(IEnumerable<ApiKey> all) =>
        keys = all.Where(key => key.IsLive).ToFrozenDictionary(key => FirstHalf(Convert.FromHexString(key.Hash)), key => (key, Uses.Of(key.Id)));

    /// <summary>The live key of this text, or null.</summary>
    public ApiKey? Find(ReadOnlySpan<char> text) => Find(text, out _);

    /// <summary>The live key of this text with its uses, which are the same for as long as the directory is open; or null.</summary>
    public ApiKey? Find(ReadOnlySpan<char> text, out KeyUse? use)
    {
        use = null;
        if (text.Length is 0 or > ApiKey.LongestText)
        {
            return null;
        }
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        KeyText.HashInto(text, hash);
        if (!keys.TryGetValue(FirstHalf(hash), out var found))
        {
            return null;
        }
        var key = found.Key;
        // The dictionary compares half of the hash; the whole of it is compared in constant time.
        Span<byte> stored = stackalloc byte[SHA256.HashSizeInBytes];
        Convert.FromHexString(key.Hash, stored, out _, out _);
        if (!CryptographicOperations.FixedTimeEquals(stored, hash))
        {
            return null;
        }
        use = found.Use;
        Uses.Note(use);
        return key;
    }

    private static UInt128 FirstHalf(ReadOnlySpan<byte> hash) => System.Buffers.Binary.BinaryPrimitives.ReadUInt128LittleEndian(hash);
}
