using System.Buffers.Binary;
using Ciclo.Data.Files;

namespace Ciclo.Data.Journal;

/// <summary>
/// One file of the journal: a 32-byte header [magic 8][version u32][CRC32C of the other 28 bytes u32][salt u64][first position u64], then frames.
/// Position p of the journal is at offset 32 + p − first position.
/// </summary>
internal sealed record Segment(string Path, int Number, IStorageFile File, ulong Salt, long First)
{
    public const int HeaderSize = 32;
    public const uint Version = 1;

    private static ReadOnlySpan<byte> Magic => "CICLOJNL"u8;

    public long PhysicalEnd => First + Math.Max(0, File.Length - HeaderSize);

    public long OffsetOf(long position) => HeaderSize + position - First;

    public static string PathOf(string folder, int number) => $"{folder}/{number:D12}.log";

    /// <summary>The number in a segment's name; false for any other file.</summary>
    public static bool TryNumber(string name, out int number)
    {
        number = 0;
        return name.Length == 16 && name.EndsWith(".log", StringComparison.Ordinal)
            && int.TryParse(name.AsSpan(0, 12), System.Globalization.NumberStyles.None, null, out number);
    }

    /// <summary>
    /// Makes a segment, durable with its name. A header that is left behind on a full disk does no harm, though the segment before may
    /// still grow: with nothing after it, it is made again by the next attempt or by the next opening.
    /// </summary>
    public static Segment Create(IStorage storage, string folder, int number, ulong salt, long first)
    {
        var path = PathOf(folder, number);
        var file = storage.Open(path, StorageMode.Create);
        try
        {
            WriteHeader(file, salt, first);
            Settle(storage, folder, file);
        }
        catch
        {
            file.Dispose();
            throw;
        }
        return new Segment(path, number, file, salt, first);
    }

    /// <summary>
    /// Reads a segment's header. Null for a file with nothing after its header, whole or not: nothing was built upon it yet, and whether it
    /// or its name ever reached the disk is unknown, so its maker's successor makes it again.
    /// </summary>
    public static Segment? Open(IStorage storage, string folder, int number, StorageMode mode)
    {
        var path = PathOf(folder, number);
        var file = storage.Open(path, mode);
        try
        {
            Span<byte> header = stackalloc byte[HeaderSize];
            var length = file.Length;
            var whole = file.ReadAt(0, header) == HeaderSize && header.StartsWith(Magic)
                && Sum(header) == BinaryPrimitives.ReadUInt32LittleEndian(header[12..]);
            if (!whole && length > HeaderSize)
            {
                throw new JournalDamagedException(path, 0, -1, "its header is not what was written.", default);
            }
            var segment = whole ? FromHeader(path, number, file, header) : null;
            if (length > HeaderSize)
            {
                return segment;
            }
            file.Dispose();
            return null;
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    private static Segment FromHeader(string path, int number, IStorageFile file, ReadOnlySpan<byte> header)
    {
        var version = BinaryPrimitives.ReadUInt32LittleEndian(header[8..]);
        return version == Version
            ? new Segment(path, number, file, BinaryPrimitives.ReadUInt64LittleEndian(header[16..]), BinaryPrimitives.ReadInt64LittleEndian(header[24..]))
            : throw new JournalVersionException(path, version, Version);
    }

    private static void WriteHeader(IStorageFile file, ulong salt, long first)
    {
        Span<byte> header = stackalloc byte[HeaderSize];
        Magic.CopyTo(header);
        BinaryPrimitives.WriteUInt32LittleEndian(header[8..], Version);
        BinaryPrimitives.WriteUInt64LittleEndian(header[16..], salt);
        BinaryPrimitives.WriteInt64LittleEndian(header[24..], first);
        BinaryPrimitives.WriteUInt32LittleEndian(header[12..], Sum(header));
        file.WriteAt(0, header);
    }

    private static void Settle(IStorage storage, string folder, IStorageFile file)
    {
        try
        {
            file.Flush();
            storage.SyncDirectory(folder);
        }
        catch (IOException error)
        {
            // Not an IOException any more: one that says "disk full" would be taken for a write that can be tried again.
            throw new JournalFailedException(error);
        }
    }

    private static uint Sum(ReadOnlySpan<byte> header) => ~Checksum.Add(Checksum.Add(Checksum.Start, header[..12]), header[16..]);
}
