namespace Ciclo.Data.Journal;

/// <summary>What differs between a frame as it is and as it shall be, at the same length: its header and the runs of changed bytes.</summary>
internal static class FramePatches
{
    /// <summary>Equal bytes between two changes that are not worth a patch of their own.</summary>
    private const int Gap = 64;

    /// <summary>Throws <see cref="JournalDamagedException"/> where no whole frame is, <see cref="ArgumentException"/> for a payload of another length.</summary>
    public static void Add(List<Patch> patches, Segment segment, long position, ReadOnlySpan<byte> payload)
    {
        Span<byte> head = stackalloc byte[FrameHeader.Size];
        if (segment.File.ReadAt(segment.OffsetOf(position), head) != head.Length
            || !FrameHeader.TryRead(head, segment.Salt, position, out var header) || header.IsSeal)
        {
            throw new JournalDamagedException(segment.Path, segment.OffsetOf(position), position, "no frame begins here.", default);
        }
        if (header.PayloadLength != payload.Length)
        {
            throw new ArgumentException($"The frame at {position} has {header.PayloadLength} bytes and cannot become {payload.Length}.", nameof(payload));
        }
        var before = new byte[payload.Length];
        if (segment.File.ReadAt(segment.OffsetOf(position + FrameHeader.Size), before) != before.Length || Checksum.Of(before) != header.PayloadSum)
        {
            throw new JournalDamagedException(segment.Path, segment.OffsetOf(position), position, "this frame is not what was written.", default);
        }
        var patch = new byte[FrameHeader.Size];
        (header with { PayloadSum = Checksum.Of(payload) }).Write(patch, segment.Salt, position);
        patches.Add(new Patch(position, patch));
        AddRuns(patches, position + FrameHeader.Size, before, payload);
    }

    private static void AddRuns(List<Patch> patches, long at, ReadOnlySpan<byte> before, ReadOnlySpan<byte> after)
    {
        for (var i = 0; i < after.Length;)
        {
            i += before[i..].CommonPrefixLength(after[i..]);
            if (i == after.Length)
            {
                return;
            }
            var end = i + 1;
            for (var same = 0; end + same < after.Length && same < Gap;)
            {
                if (before[end + same] == after[end + same])
                {
                    same++;
                }
                else
                {
                    end += same + 1;
                    same = 0;
                }
            }
            patches.Add(new Patch(at + i, after[i..end].ToArray()));
            i = end;
        }
    }
}
