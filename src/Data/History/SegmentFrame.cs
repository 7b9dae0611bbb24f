using System.Buffers.Binary;
using Ciclo.Data.Files;
using Ciclo.Data.Journal;

namespace Ciclo.Data.History;

/// <summary>What stands around a segment's blocks: a header, the footer, a trailer that says where the footer begins.</summary>
internal static unsafe class SegmentFrame
{
    internal static void WriteHeader(BlockWriter blocks)
    {
        Span<byte> header = stackalloc byte[SegmentLayout.HeaderSize];
        BinaryPrimitives.WriteUInt64LittleEndian(header, SegmentLayout.HeaderMagic);
        BinaryPrimitives.WriteUInt32LittleEndian(header[8..], SegmentLayout.Version);
        BinaryPrimitives.WriteUInt32LittleEndian(header[12..], Checksum.Of(header[..12]));
        blocks.Write(header);
    }

    /// <summary>Writes the footer and what ends the file; answers the footer's checksum.</summary>
    internal static uint WriteFooter(BlockWriter blocks, SegmentFooter footer)
    {
        blocks.Begin();
        var bytes = footer.Write();
        var sum = Checksum.Of(bytes);
        blocks.Write(bytes);
        Span<byte> trailer = stackalloc byte[SegmentLayout.TrailerSize];
        BinaryPrimitives.WriteInt32LittleEndian(trailer, bytes.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(trailer[4..], sum);
        BinaryPrimitives.WriteUInt32LittleEndian(trailer[8..], SegmentLayout.TrailerMagic);
        blocks.Write(trailer);
        blocks.Flush();
        return sum;
    }

    internal static (SegmentFooter Footer, uint Sum) Read(string path, IStorageMap map)
    {
        if (map.Length < SegmentLayout.HeaderSize + SegmentLayout.TrailerSize || map.Length > int.MaxValue)
        {
            throw new HistoryDamagedException(path, "its length is not one of a segment.");
        }
        var bytes = new ReadOnlySpan<byte>((void*)map.Start, (int)map.Length);
        if (BinaryPrimitives.ReadUInt64LittleEndian(bytes) != SegmentLayout.HeaderMagic
            || BinaryPrimitives.ReadUInt32LittleEndian(bytes[12..]) != Checksum.Of(bytes[..12]))
        {
            throw new HistoryDamagedException(path, "it does not begin as a segment does.");
        }
        var version = BinaryPrimitives.ReadUInt32LittleEndian(bytes[8..]);
        if (version != SegmentLayout.Version)
        {
            throw new HistoryDamagedException(path, $"it has format version {version}, this program reads {SegmentLayout.Version}.");
        }
        var trailer = bytes[^SegmentLayout.TrailerSize..];
        var length = BinaryPrimitives.ReadInt32LittleEndian(trailer);
        var sum = BinaryPrimitives.ReadUInt32LittleEndian(trailer[4..]);
        if (BinaryPrimitives.ReadUInt32LittleEndian(trailer[8..]) != SegmentLayout.TrailerMagic
            || length < 0 || length > bytes.Length - SegmentLayout.HeaderSize - SegmentLayout.TrailerSize)
        {
            throw new HistoryDamagedException(path, "it does not end as a segment does.");
        }
        var footer = bytes.Slice(bytes.Length - SegmentLayout.TrailerSize - length, length);
        return Checksum.Of(footer) == sum
            ? (SegmentFooter.Read(footer), sum)
            : throw new HistoryDamagedException(path, "its footer is not what was written.");
    }
}
