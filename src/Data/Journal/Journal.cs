using Ciclo.Data.Files;

namespace Ciclo.Data.Journal;

/// <summary>
/// The append-only log of everything that was accepted: an append that completed is on disk. A position is a byte offset that grows
/// across segments; the address of a record is the position of its first byte (<see cref="AddressOf"/>). One process holds a journal at a time.
/// Format and recovery: docs/internals/journal.md.
/// </summary>
public sealed class Journal : IAsyncDisposable
{
    /// <summary>The largest payload of one frame, in bytes.</summary>
    public const int MaxPayload = 16 << 20;

    private readonly JournalOptions options;
    private readonly IDisposable folderLock;
    private readonly RewriteLog rewriting;
    private readonly GroupWriter writer;
    private readonly AppendQueue queue;
    private readonly EndSignal end;
    private readonly List<PendingAppend> group = [];

    /// <summary>Held by whoever writes to the segments. A flush that fails for one of two writers may have lost the bytes of both.</summary>
    private readonly Lock disk = new();
    private Exception? broken;
    private readonly TaskCompletionSource<Exception> failed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource stopped = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private Journal(JournalOptions options, IDisposable folderLock, RewriteLog rewriting, SegmentList segments, long endPosition, long cutBytes)
    {
        this.options = options;
        this.folderLock = folderLock;
        this.rewriting = rewriting;
        Segments = segments;
        RecoveredTailBytes = cutBytes;
        writer = new GroupWriter(segments, options, endPosition);
        queue = new AppendQueue(options.QueueBytes);
        end = new EndSignal(endPosition);
    }

    /// <summary>Bytes of an unfinished, never acknowledged write that opening cut off.</summary>
    public long RecoveredTailBytes { get; }

    /// <summary>The durable end: the position after the last acknowledged frame.</summary>
    public long End => end.Value;

    /// <summary>
    /// Completes, with the cause, when the journal can no longer be written. The host then ends the process with a code of its own;
    /// reading goes on working meanwhile.
    /// </summary>
    public Task<Exception> Failed => failed.Task;

    internal SegmentList Segments { get; }

    /// <summary>
    /// Opens or makes the journal in a folder. Cuts off what was never acknowledged; throws <see cref="JournalDamagedException"/> without
    /// changing anything where acknowledged bytes are damaged, <see cref="JournalVersionException"/> for a newer format, and
    /// <see cref="IOException"/> or <see cref="JournalFailedException"/> as the disk does, the former also while another process holds the folder.
    /// </summary>
    public static Journal Open(IStorage storage, string folder, JournalOptions options)
    {
        storage.CreateDirectory(folder);
        var held = storage.Lock(folder + "/lock");
        SegmentList? opened = null;
        try
        {
            (opened, var endPosition, var cutBytes) = new Recovery(storage, folder, options).Run();
            var journal = new Journal(options, held, new RewriteLog(storage, folder), opened, endPosition, cutBytes);
            journal.Start();
            return journal;
        }
        catch
        {
            opened?.Dispose();
            held.Dispose();
            throw;
        }
    }

    /// <summary>The address of a record from its frame's position and its offset in the payload, as <see cref="FrameBuilder.Begin"/> answers it.</summary>
    public static long AddressOf(long framePosition, int recordOffset) => framePosition + FrameHeader.Size + recordOffset;

    /// <summary>
    /// Appends one frame and answers its position once it is durable; the payload must stay as it is until then. Appends that wait at the
    /// same time share one fsync. <paramref name="cancellation"/> only prevents: an append that was accepted cannot be taken back,
    /// and its buffer is in use until it completes. Throws <see cref="JournalBusyException"/> (at once), <see cref="DiskFullException"/>,
    /// <see cref="JournalFailedException"/>.
    /// </summary>
    public ValueTask<long> AppendAsync(ReadOnlyMemory<byte> payload, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        if (payload.Length is 0 or > MaxPayload)
        {
            throw new ArgumentException($"A frame's payload has 1 to {MaxPayload} bytes; this one has {payload.Length}.", nameof(payload));
        }
        return queue.Enqueue(payload, Checksum.Of(payload.Span));
    }

    /// <summary>Completes when <see cref="End"/> is past the position. Throws <see cref="JournalFailedException"/> or <see cref="ObjectDisposedException"/> when it never will be.</summary>
    public ValueTask WaitForMoreAsync(long position, CancellationToken cancellation) =>
        End > position ? ValueTask.CompletedTask : end.PassAsync(position, cancellation);

    /// <summary>A reader from a frame's position on; 0 is the first.</summary>
    public JournalReader ReadFrom(long position)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(position);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(position, End);
        return new JournalReader(this, position);
    }

    /// <summary>
    /// The record at an address that <see cref="AddressOf"/> gave. Its frame's checksum is not read again: that was done when the frame was
    /// folded, and a frame can be megabytes.
    /// </summary>
    public (RecordKind Kind, ReadOnlyMemory<byte> Body) ReadRecord(long address) => RecordRead.At(Segments, End, address);

    /// <summary>
    /// Overwrites frames in place, each with a payload of its old length, durable when this returns; a crash on the way is carried through at the next
    /// opening. The one exception to append-only, for erasing people. One caller at a time; nobody may read those frames meanwhile but record by record.
    /// Throws <see cref="DiskFullException"/> with nothing changed, <see cref="JournalFailedException"/>, and <see cref="JournalDamagedException"/>.
    /// </summary>
    public void Rewrite(IReadOnlyList<(long Position, byte[] Payload)> frames)
    {
        var patches = new List<Patch>();
        foreach (var (position, payload) in frames)
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(position, End);
            FramePatches.Add(patches, Segments.Find(position).Segment, position, payload);
        }
        try
        {
            rewriting.Write(Segments.Last.Salt, patches);
        }
        catch (IOException error) when (DiskFull.Is(error))
        {
            rewriting.Delete();
            throw new DiskFullException(error);
        }
        Overwrite(patches);
        rewriting.Delete();
    }

    /// <summary>The files of the journal, and how many bytes of each are durable: headers, and frames up to <paramref name="end"/>.</summary>
    public IReadOnlyList<(string Name, long Bytes)> DurableFiles(out long end)
    {
        var upTo = End;
        end = upTo;
        var all = Segments.All;
        return [.. all.Select((segment, i) => (Path.GetFileName(segment.Path), segment.OffsetOf(Math.Max(segment.First, i + 1 < all.Count ? Math.Min(upTo, all[i + 1].First) : upTo))))];
    }

    /// <summary>Makes everything accepted durable, then closes.</summary>
    public async ValueTask DisposeAsync()
    {
        queue.Close();
        await stopped.Task;
        end.Stop(new ObjectDisposedException(nameof(Journal)));
        Segments.Dispose();
        folderLock.Dispose();
    }

    // The writer blocks in fsync most of its life, so it has a thread of its own rather than one of the pool's.
    private void Start()
    {
        writer.Seal();
        new Thread(Run) { IsBackground = true, Name = "journal" }.Start();
    }

    private void Run()
    {
        try
        {
            while (queue.Take(group, options.GroupBytes))
            {
                Commit();
            }
            Segments.Last.File.Flush();
        }
#pragma warning disable CA1031 // The edge of the writer's thread: whatever ends it, those who wait must hear of it.
        catch (Exception error)
#pragma warning restore CA1031
        {
            Fail(error is JournalFailedException { InnerException: { } inner } ? inner : error);
        }
        finally
        {
            stopped.SetResult();
        }
    }

    private void Overwrite(List<Patch> patches)
    {
        lock (disk)
        {
            try
            {
                RewriteLog.Apply(patches, position => Segments.Find(position).Segment);
            }
            catch (IOException error)
            {
                // Half of it may be there: what is read until the next opening cannot be relied on, and neither can what was flushed beside it.
                broken = error;
                throw new JournalFailedException(error);
            }
        }
    }

    private void Commit()
    {
        lock (disk)
        {
            if (broken is not null)
            {
                throw new JournalFailedException(broken);
            }
            CommitGroup();
        }
    }

    private void CommitGroup()
    {
        try
        {
            writer.Write(group);
        }
        catch (IOException error) when (DiskFull.Is(error))
        {
            writer.CutBack();
            queue.Release(GroupBytes());
            group.ForEach(pending => pending.Fail(new DiskFullException(error)));
            group.Clear();
            return;
        }
        writer.Flush();
        if (queue.IsEmpty)
        {
            writer.Seal();
        }
        end.Advance(writer.End);
        queue.Release(GroupBytes());
        group.ForEach(pending => pending.Complete());
        group.Clear();
    }

    private void Fail(Exception cause)
    {
        var waiting = queue.Fail(cause);
        end.Stop(cause);
        foreach (var pending in group.Concat(waiting))
        {
            pending.Fail(new JournalFailedException(cause));
        }
        group.Clear();
        failed.SetResult(cause);
    }

    private long GroupBytes()
    {
        var bytes = 0L;
        foreach (var pending in group)
        {
            bytes += pending.FrameLength;
        }
        return bytes;
    }
}
