using Ciclo.Data.Files;

namespace Ciclo.Data.Journal;

/// <summary>Reads what can be saved of a journal that does not open.</summary>
public static class Salvage
{
    /// <summary>
    /// Hands over every whole frame of every segment that can be read, in order, skipping what is damaged. An overwriting that was cut off is carried
    /// through first. Answers how many bytes were not part of a whole frame.
    /// </summary>
    public static async Task<long> RunAsync(IStorage storage, string folder, Func<ReadOnlyMemory<byte>, Task> take)
    {
        var segments = new List<Segment>();
        var lost = 0L;
        try
        {
            lost += Open(storage, folder, segments);
            if (segments.Count > 0)
            {
                new RewriteLog(storage, folder).Redo(segments);
            }
            for (var i = 0; i < segments.Count; i++)
            {
                var limit = i + 1 < segments.Count ? Math.Min(segments[i].PhysicalEnd, segments[i + 1].First) : segments[i].PhysicalEnd;
                lost += await TakeAsync(segments[i], limit, take);
            }
            return lost;
        }
        finally
        {
            segments.ForEach(segment => segment.File.Dispose());
        }
    }

    private static long Open(IStorage storage, string folder, List<Segment> segments)
    {
        var lost = 0L;
        foreach (var name in storage.List(folder))
        {
            if (!Segment.TryNumber(name, out var number))
            {
                continue;
            }
            try
            {
                if (Segment.Open(storage, folder, number, StorageMode.Write) is { } segment)
                {
                    segments.Add(segment);
                }
            }
            catch (JournalDamagedException)
            {
                // Without its header nothing in it can be told from what a client may have sent.
                using var file = storage.Open($"{folder}/{name}", StorageMode.Read);
                lost += file.Length;
            }
        }
        return lost;
    }

    private static async Task<long> TakeAsync(Segment segment, long limit, Func<ReadOnlyMemory<byte>, Task> take)
    {
        using var scan = new SegmentScan(segment, limit);
        var lost = 0L;
        for (var position = segment.First; position < limit;)
        {
            if (!scan.TryFrame(position, out var header))
            {
                var next = scan.FindFrame(position + 1);
                lost += next - position;
                position = next;
                continue;
            }
            if (!header.IsSeal)
            {
                var payload = new byte[header.PayloadLength];
                segment.File.ReadAt(segment.OffsetOf(position + FrameHeader.Size), payload);
                await take(payload);
            }
            position += header.FrameLength;
        }
        return lost;
    }
}
