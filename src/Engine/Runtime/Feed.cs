using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using Ciclo.Data.Journal;

namespace Ciclo.Engine.Runtime;

/// <summary>
/// A line of the feed of transitions. <paramref name="Kind"/> is `moved`, or `withdrawn` for a move that later evidence made untrue.
/// <paramref name="Cursor"/> is opaque: ask for what comes after it.
/// </summary>
public sealed record FeedRow(
    string Cursor, string Kind, string Profile, string Lifecycle, int Version, string? From, string To, long At, long RecordedAt);

/// <summary>
/// What became of the profiles' places, in the order in which it became known: an append-only file beside the journal. It is the audit trail
/// of the moves, and what a start knows to have been made known already.
/// </summary>
public sealed class Feed(Journal journal)
{
    // Folding everybody anew makes more rows than one frame of the journal may hold.
    private const int FullFrame = 4 << 20;

    private readonly FrameBuilder frame = new();
    private readonly Queue<byte[]> full = new();

    /// <summary>Keeps readers away from frames that are being overwritten.</summary>
    private readonly Lock rewriting = new();

    public long End => journal.End;

    /// <summary>Adds rows that <see cref="MoveRows"/> packed to what the next flush appends. One thread at a time adds and flushes.</summary>
    public void Add(FrameBuilder rows)
    {
        var left = rows.Payload.Span;
        while (!left.IsEmpty)
        {
            var count = 0;
            var length = 0;
            for (; length < left.Length && frame.Length + length <= FullFrame; count++)
            {
                length += FrameBuilder.RecordHeader + BinaryPrimitives.ReadInt32LittleEndian(left[(length + 1)..]);
            }
            frame.AddRecords(left[..length], count);
            left = left[length..];
            if (frame.Length > FullFrame)
            {
                TakeFrame();
            }
        }
    }

    /// <summary>
    /// Appends what was added. What a crash loses of it is found missing, and added again, at the next start. It cannot be cancelled: rows
    /// taken out of the frame and not appended would be lost to a process that goes on.
    /// </summary>
    public async Task FlushAsync()
    {
        if (frame.Records > 0)
        {
            TakeFrame();
        }
        while (full.TryPeek(out var payload))
        {
            await journal.AppendAsync(payload, CancellationToken.None);
            full.Dequeue();
        }
    }

    private void TakeFrame()
    {
        full.Enqueue(frame.Payload.ToArray());
        frame.Clear();
    }

    /// <summary>Rows after a cursor (null: from the beginning), at most <paramref name="limit"/>. Null for a cursor that is none.</summary>
    public IReadOnlyList<FeedRow>? Read(string? after, int limit)
    {
        long position = 0;
        var index = -1;
        // A row given before lies ahead of the end: a cursor at the end would leave out the first rows of the frame to come.
        if (after is not null && (!TryParse(after, out position, out index) || position >= journal.End))
        {
            return null;
        }
        var rows = new List<FeedRow>();
        try
        {
            ReadRows(position, index, rows, limit);
        }
        catch (JournalDamagedException) when (after is not null && rows.Count == 0)
        {
            // A made-up cursor points into the middle of a frame.
            return null;
        }
        return rows;
    }

    /// <summary>
    /// The rows of watches (<see cref="Core.Rules.WatchStages"/>) from a position of the file on, the beginning of a frame: whole frames, until there are enough or no more. Answers
    /// where to go on.
    /// </summary>
    public long ReadWatches(long position, int enough, List<FeedRow> into)
    {
        lock (rewriting)
        {
            using var reader = journal.ReadFrom(position);
            while (into.Count < enough && reader.TryRead(out _, out var payload))
            {
                var records = new FrameReader(payload.Span);
                while (records.Read())
                {
                    if (records.Kind == RecordKind.Transition && IsOfWatch(records.Body))
                    {
                        into.Add(ReadRow(records.Body, ""));
                    }
                }
                position = reader.NextPosition;
            }
            return position;
        }
    }

    /// <summary>Every row from a position of the file on.</summary>
    public void ReadFrom(long position, Action<FeedRow> take)
    {
        var rows = new List<FeedRow>();
        ReadRows(position, -1, rows, int.MaxValue);
        rows.ForEach(take);
    }

    /// <summary>Overwrites every row of the profiles named. Answers how many there were.</summary>
    public long Erase(Func<string, bool> isErased, CancellationToken cancellation)
    {
        var erased = 0L;
        var batch = new RewriteBatch(frames =>
        {
            lock (rewriting)
            {
                journal.Rewrite(frames);
            }
        });
        using var reader = journal.ReadFrom(0);
        while (reader.TryRead(out var position, out var payload))
        {
            cancellation.ThrowIfCancellationRequested();
            var edit = new FrameEdit(payload);
            while (edit.Read())
            {
                if (edit.Kind == RecordKind.Transition && isErased(ReadRow(edit.Body, "").Profile))
                {
                    edit.Erase();
                    erased++;
                }
            }
            batch.Add(position, edit);
        }
        batch.Commit();
        return erased;
    }

    public Task WaitForMoreAsync(long position, CancellationToken cancellation) => journal.WaitForMoreAsync(position, cancellation).AsTask();

    private void ReadRows(long position, int afterIndex, List<FeedRow> rows, int limit)
    {
        lock (rewriting)
        {
            ReadRowsAlone(position, afterIndex, rows, limit);
        }
    }

    private void ReadRowsAlone(long position, int afterIndex, List<FeedRow> rows, int limit)
    {
        using var reader = journal.ReadFrom(position);
        while (rows.Count < limit && reader.TryRead(out var at, out var payload))
        {
            var records = new FrameReader(payload.Span);
            for (var index = 0; rows.Count < limit && records.Read(); index++)
            {
                if (records.Kind == RecordKind.Transition && (at != position || index > afterIndex))
                {
                    rows.Add(ReadRow(records.Body, Format(at, index)));
                }
            }
        }
    }

    private static bool IsOfWatch(ReadOnlySpan<byte> body) => body[21 + 1 + body[21] + 1] == Core.Rules.WatchStages.Mark;

    private static FeedRow ReadRow(ReadOnlySpan<byte> body, string cursor)
    {
        var kind = body[0] == 1 ? "withdrawn" : "moved";
        var (at, recordedAt) = (BinaryPrimitives.ReadInt64LittleEndian(body[1..]), BinaryPrimitives.ReadInt64LittleEndian(body[9..]));
        var version = BinaryPrimitives.ReadInt32LittleEndian(body[17..]);
        body = body[21..];
        var (profile, lifecycle, from, to) = (ReadText(ref body), ReadText(ref body), ReadText(ref body), ReadText(ref body));
        return new FeedRow(cursor, kind, profile, lifecycle, version, from.Length == 0 ? null : from, to, at, recordedAt);
    }

    private static string ReadText(ref ReadOnlySpan<byte> body)
    {
        var text = Encoding.UTF8.GetString(body.Slice(1, body[0]));
        body = body[(1 + body[0])..];
        return text;
    }

    private static string Format(long position, int index) => string.Create(CultureInfo.InvariantCulture, $"t{position:x}-{index:x}");

    private static bool TryParse(string cursor, out long position, out int index)
    {
        position = 0;
        index = 0;
        var dash = cursor.IndexOf('-', StringComparison.Ordinal);
        return cursor.Length is > 3 and < 32 && cursor[0] == 't' && dash > 1
            && long.TryParse(cursor.AsSpan(1, dash - 1), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out position)
            && int.TryParse(cursor.AsSpan(dash + 1), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out index)
            && position >= 0 && index >= 0;
    }
}
