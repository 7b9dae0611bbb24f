using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Ciclo.Core.Events;
using Ciclo.Core.Identity;
using Ciclo.Data.Files;
using Ciclo.Data.Journal;

namespace Ciclo.Engine.Runtime;

/// <summary>
/// Tombstones: keyed hashes of the identifiers of erased people, of which nothing can be read back, but which know an identifier when it comes
/// again. The key is random, of each workspace. Never changes: another set takes its place.
/// </summary>
public sealed class ErasedIdentifiers
{
    public const int KeyBytes = 16;

    /// <summary>Stands for a public id among the kinds of identifier.</summary>
    private const byte ProfileKind = 255;
    private const string FileName = "erased";
    private const string NewName = "erased.new";
    private const uint Magic = 0x53524543;

    private readonly byte[] key;
    private readonly ulong key0;
    private readonly ulong key1;
    private readonly HashSet<UInt128> hashes;

    public ErasedIdentifiers(byte[] key, IEnumerable<UInt128> hashes)
    {
        this.key = key;
        key0 = BinaryPrimitives.ReadUInt64LittleEndian(key);
        key1 = BinaryPrimitives.ReadUInt64LittleEndian(key.AsSpan(8));
        this.hashes = [.. hashes];
    }

    /// <summary>Nobody was erased.</summary>
    public static ErasedIdentifiers None { get; } = new(new byte[KeyBytes], []);

    public byte[] Key => [.. key];

    public bool IsEmpty => hashes.Count == 0;

    public static byte[] NewKey() => RandomNumberGenerator.GetBytes(KeyBytes);

    public ErasedIdentifiers With(IEnumerable<UInt128> more) => new(key, hashes.Concat(more));

    public UInt128 HashOf(Identifier identifier) => HashOf((byte)identifier.Kind, identifier.Bytes);

    public UInt128 HashOfProfile(string publicId) => HashOf(ProfileKind, Encoding.UTF8.GetBytes(publicId));

    public bool Contains(Identifier identifier) => hashes.Contains(HashOf(identifier));

    public bool ContainsProfile(string publicId) => hashes.Contains(HashOfProfile(publicId));

    public bool Contains(IdentifierKind kind, ReadOnlySpan<byte> value) => !value.IsEmpty && hashes.Contains(HashOf((byte)kind, value));

    public bool ContainsExternal(ReadOnlySpan<byte> type, ReadOnlySpan<byte> value) => hashes.Contains(HashOfExternal(type, value));

    public UInt128 HashOf(IdentifierKind kind, ReadOnlySpan<byte> value) => HashOf((byte)kind, value);

    public UInt128 HashOfExternal(ReadOnlySpan<byte> type, ReadOnlySpan<byte> value) => HashOf((byte)IdentifierKind.External, [.. type, 0, .. value]);

    /// <summary>Whether an event carries one of them, wherever an identifier may stand.</summary>
    public bool Names(in EventRecord record)
    {
        if (Contains(IdentifierKind.UserId, record.UserId) || Contains(IdentifierKind.Email, record.Email) || Contains(IdentifierKind.AnonymousId, record.AnonymousId)
            || Contains(IdentifierKind.UserId, record.PreviousId) || Contains(IdentifierKind.AnonymousId, record.PreviousId))
        {
            return true;
        }
        var rest = record.ExternalIdBytes;
        while (ExternalIds.TryTake(ref rest, out var type, out var value))
        {
            if (ContainsExternal(type, value))
            {
                return true;
            }
        }
        return false;
    }

    /// <summary>The set that was saved last; none where there is no file or it is damaged: the journal then tells, once it has been staged.</summary>
    public static ErasedIdentifiers Load(IStorage storage)
    {
        if (!storage.Exists(FileName))
        {
            return None;
        }
        using var file = storage.Open(FileName, StorageMode.Read);
        var bytes = new byte[file.Length];
        var body = bytes.Length - sizeof(uint);
        if (file.ReadAt(0, bytes) != bytes.Length || body < 4 + KeyBytes || (body - 4 - KeyBytes) % 16 != 0
            || BinaryPrimitives.ReadUInt32LittleEndian(bytes) != Magic
            || BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(body)) != Checksum.Of(bytes.AsSpan(0, body)))
        {
            return None;
        }
        var found = new List<UInt128>();
        for (var at = 4 + KeyBytes; at < body; at += 16)
        {
            found.Add(BinaryPrimitives.ReadUInt128LittleEndian(bytes.AsSpan(at)));
        }
        return new ErasedIdentifiers(bytes[4..(4 + KeyBytes)], found);
    }

    /// <summary>Replaces the file, whole or not at all, so that the next start knows them before it takes its first event.</summary>
    public void Save(IStorage storage)
    {
        var bytes = new byte[4 + KeyBytes + (16 * hashes.Count) + sizeof(uint)];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, Magic);
        key.CopyTo(bytes.AsSpan(4));
        var at = 4 + KeyBytes;
        foreach (var hash in hashes)
        {
            BinaryPrimitives.WriteUInt128LittleEndian(bytes.AsSpan(at), hash);
            at += 16;
        }
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(at), Checksum.Of(bytes.AsSpan(0, at)));
        using (var file = storage.Open(NewName, StorageMode.Create))
        {
            file.WriteAt(0, bytes);
            file.Flush();
        }
        storage.Rename(NewName, FileName);
        storage.SyncDirectory("");
    }

    public bool IsSame(ErasedIdentifiers other) => hashes.SetEquals(other.hashes) && (IsEmpty || key.AsSpan().SequenceEqual(other.key));

    private UInt128 HashOf(byte kind, ReadOnlySpan<byte> value)
    {
        if (value.Length >= 512)
        {
            return Hash.SipHash([kind, .. value], key0, key1);
        }
        Span<byte> joined = stackalloc byte[value.Length + 1];
        joined[0] = kind;
        value.CopyTo(joined[1..]);
        return Hash.SipHash(joined, key0, key1);
    }
}
