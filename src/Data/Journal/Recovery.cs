using System.Buffers;
using System.Buffers.Binary;
using System.Security.Cryptography;
using Ciclo.Data.Files;

namespace Ciclo.Data.Journal;

/// <summary>
/// Opens the segments of a folder. What was acknowledged is kept or, where it cannot be read, the journal is refused; only what the last
/// write left unfinished is cut off. The rules and why they hold: docs/internals/journal.md.
/// </summary>
internal sealed class Recovery(IStorage storage, string folder, JournalOptions options)
{
    private const int CopyBytes = 1 << 20;

    /// <summary>Answers the segments, the end of the last one, and how many bytes were cut off.</summary>
    public (SegmentList Segments, long End, long CutBytes) Run()
    {
        var segments = new List<Segment>();
        try
        {
            OpenAll(segments);
            new RewriteLog(storage, folder).Redo(segments);
            CheckChain(segments);
            var (end, tail) = Settle(segments[^1]);
            return (new SegmentList(storage, folder, segments), end, tail);
        }
        catch
        {
            segments.ForEach(segment => segment.File.Dispose());
            throw;
        }
    }

    private void OpenAll(List<Segment> segments)
    {
        var names = storage.List(folder).Where(name => Segment.TryNumber(name, out _)).ToArray();
        for (var i = 0; i < names.Length; i++)
        {
            var path = Segment.PathOf(folder, i + 1);
            if (folder + "/" + names[i] != path)
            {
                throw new JournalDamagedException(path, 0, -1, $"it is missing, though '{names[i]}' exists.", default);
            }
            var segment = Segment.Open(storage, folder, i + 1, StorageMode.Write);
            if (segment is not null)
            {
                segments.Add(segment);
            }
            else if (i == names.Length - 1)
            {
                storage.Delete(path);
                storage.SyncDirectory(folder);
            }
            else
            {
                throw new JournalDamagedException(path, 0, -1, "its header is not what was written.", default);
            }
        }
        if (segments.Count == 0)
        {
            segments.Add(Segment.Create(storage, folder, 1, options.Salt ?? NewSalt(), 0));
        }
    }

    /// <summary>Each segment holds exactly the bytes up to the next one's first position, but for a seal that the next one made needless.</summary>
    private void CheckChain(List<Segment> segments)
    {
        var expected = 0L;
        for (var i = 0; i < segments.Count; i++)
        {
            var segment = segments[i];
            if (segment.First != expected || segment.Salt != segments[0].Salt)
            {
                throw Damaged(segment, segment.First, $"it begins at position {segment.First} where {expected} is due, or belongs to another journal.", default);
            }
            if (i + 1 == segments.Count)
            {
                return;
            }
            expected = segments[i + 1].First;
            if (segment.PhysicalEnd < expected || segment.PhysicalEnd > expected + FrameHeader.Size)
            {
                var place = Math.Min(segment.PhysicalEnd, expected);
                throw Damaged(segment, place, $"it ends at position {segment.PhysicalEnd} where {expected} is due.", default);
            }
            if (options.VerifyAll)
            {
                Verify(segment, expected);
            }
        }
    }

    private static void Verify(Segment segment, long limit)
    {
        using var scan = new SegmentScan(segment, limit);
        var run = scan.Run(segment.First);
        if (run.End != limit)
        {
            throw Damaged(segment, run, scan.After(run.End));
        }
    }

    private (long End, long CutBytes) Settle(Segment last)
    {
        using var scan = new SegmentScan(last, last.PhysicalEnd);
        var run = scan.Run(last.First);
        var tail = last.PhysicalEnd - run.End - (run.Sealed ? FrameHeader.Size : 0);
        var remains = tail > 0 ? scan.After(run.End) : default;
        if (remains.Flushed > run.End)
        {
            throw Damaged(last, run, remains);
        }
        if (run.End < options.MustReach)
        {
            throw Damaged(last, run.End, $"it ends here, though everything before position {options.MustReach} was durable.", Survey(run, remains));
        }
        MakeDurable(last, run, tail);
        return (run.End, tail);
    }

    private static void MakeDurable(Segment last, FrameRun run, long tail)
    {
        if (!run.Sealed)
        {
            // After a failed fsync the kernel may show pages that it never wrote and now holds for clean. The last group is the only one
            // that nothing proves flushed, so it is written again: otherwise frames could be read here that a power cut takes away.
            Rewrite(last, run.GroupStart, run.End);
        }
        if (tail > 0)
        {
            last.File.SetLength(last.OffsetOf(run.End));
        }
        last.File.Flush();
    }

    private static void Rewrite(Segment segment, long from, long to)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(CopyBytes);
        try
        {
            while (from < to)
            {
                var piece = buffer.AsSpan(0, (int)Math.Min(buffer.Length, to - from));
                if (segment.File.ReadAt(segment.OffsetOf(from), piece) != piece.Length)
                {
                    throw new IOException($"'{segment.Path}' became shorter while it was read.");
                }
                segment.File.WriteAt(segment.OffsetOf(from), piece);
                from += piece.Length;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static DamageSurvey Survey(FrameRun run, Remains remains) => new(run.Frames, run.End - run.Start, remains.Frames, remains.Bytes);

    private static JournalDamagedException Damaged(Segment segment, FrameRun run, Remains remains) =>
        Damaged(segment, run.End, "no whole frame is here, though these bytes were durable.", Survey(run, remains));

    private static JournalDamagedException Damaged(Segment segment, long position, string reason, DamageSurvey survey) =>
        new(segment.Path, segment.OffsetOf(position), position, reason, survey);

    private static ulong NewSalt()
    {
        Span<byte> bytes = stackalloc byte[8];
        RandomNumberGenerator.Fill(bytes);
        return BinaryPrimitives.ReadUInt64LittleEndian(bytes);
    }
}
