using System.Buffers.Binary;
using Ciclo.Data.Files;

namespace Ciclo.Data.Journal;

/// <summary>Bytes that take the place of others at a position of the journal.</summary>
internal readonly record struct Patch(long Position, byte[] Bytes);

/// <summary>
/// What is about to be overwritten in place, flushed before the first byte of it is touched: a crash in the middle of an overwritten frame is
/// repaired at the next opening by writing the same bytes again, and never looks like damage.
/// [magic 8][salt 8][entries 4] then each [position 8][length 4][bytes], then the CRC32C of all of it. A file that is not whole was never acted on.
/// </summary>
internal sealed class RewriteLog(IStorage storage, string folder)
{
    private const int HeadSize = 20;
    private const int EntryHead = 12;

    private static ReadOnlySpan<byte> Magic => "CICLORWR"u8;

    private string FilePath => folder + "/rewrite";

    public void Write(ulong salt, IReadOnlyList<Patch> patches)
    {
        var bytes = new byte[HeadSize + patches.Sum(patch => EntryHead + patch.Bytes.Length) + sizeof(uint)];
        Magic.CopyTo(bytes);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(8), salt);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(16), patches.Count);
        var at = HeadSize;
        foreach (var patch in patches)
        {
            BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(at), patch.Position);
            BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(at + 8), patch.Bytes.Length);
            patch.Bytes.CopyTo(bytes.AsSpan(at + EntryHead));
            at += EntryHead + patch.Bytes.Length;
        }
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(at), Checksum.Of(bytes.AsSpan(0, at)));
        using (var file = storage.Open(FilePath, StorageMode.Create))
        {
            file.WriteAt(0, bytes);
            file.Flush();
        }
        storage.SyncDirectory(folder);
    }

    /// <summary>Gone for good before anything else is overwritten: old patches must not come back over newer ones.</summary>
    public void Delete()
    {
        storage.Delete(FilePath);
        storage.SyncDirectory(folder);
    }

    /// <summary>Carries through what a crash may have cut off.</summary>
    public void Redo(IReadOnlyList<Segment> segments)
    {
        if (!storage.Exists(FilePath))
        {
            return;
        }
        if (Read(segments[0].Salt) is { } patches)
        {
            Apply(patches, position => segments.Last(segment => segment.First <= position));
        }
        Delete();
    }

    /// <summary>Overwrites and flushes.</summary>
    public static void Apply(IReadOnlyList<Patch> patches, Func<long, Segment> find)
    {
        var touched = new HashSet<Segment>();
        foreach (var patch in patches)
        {
            var segment = find(patch.Position);
            segment.File.WriteAt(segment.OffsetOf(patch.Position), patch.Bytes);
            touched.Add(segment);
        }
        foreach (var segment in touched)
        {
            segment.File.Flush();
        }
    }

    private List<Patch>? Read(ulong salt)
    {
        using var file = storage.Open(FilePath, StorageMode.Read);
        var bytes = new byte[file.Length];
        var isWhole = file.ReadAt(0, bytes) == bytes.Length && bytes.Length >= HeadSize + sizeof(uint) && bytes.AsSpan().StartsWith(Magic)
            && BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(bytes.Length - sizeof(uint))) == Checksum.Of(bytes.AsSpan(0, bytes.Length - sizeof(uint)))
            && BinaryPrimitives.ReadUInt64LittleEndian(bytes.AsSpan(8)) == salt;
        if (!isWhole)
        {
            return null;
        }
        var patches = new List<Patch>();
        var at = HeadSize;
        for (var left = BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(16)); left > 0; left--)
        {
            var length = BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(at + 8));
            patches.Add(new Patch(BinaryPrimitives.ReadInt64LittleEndian(bytes.AsSpan(at)), bytes.AsSpan(at + EntryHead, length).ToArray()));
            at += EntryHead + length;
        }
        return patches;
    }
}
