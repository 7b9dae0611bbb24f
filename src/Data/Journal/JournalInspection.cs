using Ciclo.Data.Files;

namespace Ciclo.Data.Journal;

/// <summary>Bytes of a segment that were durable and in which no whole frame is left.</summary>
public sealed record DamagedRange(long Offset, long Length, long Position);

/// <summary>
/// What is in one segment: its whole frames and their bytes (headers included), which are what can be saved, the damaged ranges between
/// them, and the bytes of a write that was never finished. <paramref name="Problem"/> says why nothing of the file could be read.
/// </summary>
public sealed record SegmentReport(
    string File, long FirstPosition, long Frames, long FrameBytes, IReadOnlyList<DamagedRange> Damage, long UnfinishedBytes, string? Problem)
{
    public bool IsSound => Problem is null && Damage.Count == 0;
}

/// <summary>
/// Reads a whole journal, changes nothing, and says for each segment what is whole and what is not: what `ciclo doctor` shows.
/// It needs no lock; beside a running server the last group may show as unfinished.
/// </summary>
public static class JournalInspection
{
    private const string NothingYet = "Nothing was written to the file yet.";

    public static IReadOnlyList<SegmentReport> Run(IStorage storage, string folder)
    {
        var numbers = Numbers(storage, folder);
        var opened = numbers.Select(number => TryOpen(storage, folder, number)).ToArray();
        var last = Array.FindLastIndex(opened, found => found.Problem != NothingYet);
        try
        {
            return [.. opened.Select((found, i) => found.Segment is null
                ? new SegmentReport(Segment.PathOf(folder, numbers[i]), -1, 0, 0, [], 0, found.Problem)
                : Inspect(found.Segment, i + 1 < opened.Length ? opened[i + 1].Segment?.First : null, isLast: i == last))];
        }
        finally
        {
            foreach (var (segment, _) in opened)
            {
                segment?.File.Dispose();
            }
        }
    }

    private static int[] Numbers(IStorage storage, string folder)
    {
        var numbers = new List<int>();
        foreach (var name in storage.List(folder))
        {
            if (Segment.TryNumber(name, out var number))
            {
                numbers.Add(number);
            }
        }
        return [.. numbers];
    }

    private static (Segment? Segment, string? Problem) TryOpen(IStorage storage, string folder, int number)
    {
        try
        {
            var segment = Segment.Open(storage, folder, number, StorageMode.Read);
            return (segment, segment is null ? NothingYet : null);
        }
        catch (Exception error) when (error is JournalDamagedException or JournalVersionException or IOException)
        {
            return (null, error.Message);
        }
    }

    private static SegmentReport Inspect(Segment segment, long? nextFirst, bool isLast)
    {
        var limit = nextFirst ?? segment.PhysicalEnd;
        using var scan = new SegmentScan(segment, limit);
        var run = scan.Run(segment.First);
        var (frames, bytes, unfinished) = (run.Frames, run.End - run.Start, 0L);
        var damage = new List<DamagedRange>();
        while (run.End < limit && !(run.Sealed && run.End + FrameHeader.Size >= limit))
        {
            if (isLast && scan.After(run.End).Flushed <= run.End)
            {
                unfinished = limit - run.End;
                break;
            }
            var next = scan.FindFrame(run.End + 1);
            damage.Add(new DamagedRange(segment.OffsetOf(run.End), next - run.End, run.End));
            run = scan.Run(next);
            frames += run.Frames;
            bytes += run.End - run.Start;
        }
        return new SegmentReport(segment.Path, segment.First, frames, bytes, damage, unfinished, null);
    }
}
