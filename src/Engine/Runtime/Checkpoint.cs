using System.Text;
using Ciclo.Core.Events;
using Ciclo.Core.Identity;
using Ciclo.Data.Files;
using Ciclo.Data.History;
using Ciclo.Data.Journal;
using Ciclo.Data.Keys;

namespace Ciclo.Engine.Runtime;

/// <summary>The derived state at one moment, copied out so that it can be written while everything goes on.</summary>
internal sealed record CheckpointCut(
    Staged Staged, string RulesFingerprint, string StagingFingerprint, long FeedPosition, long Clock, byte[] Head, IReadOnlyList<string> PlaceNames,
    IdentitySnapshot Identity, PlaceSnapshot Places, MessageLog.Cutting Messages)
{
    /// <summary>Tells one state from another.</summary>
    public (long Position, long Feed, string Rules) Mark { get; init; }
}

/// <summary>
/// The derived state as of a journal position, in one file that is replaced whole, beside the files of the history and of message ids that it
/// names. It only saves time: without it, or where it cannot be read, everything is staged anew from the journal.
/// </summary>
internal sealed class Checkpoint(IStorage storage, StagedHome home)
{
    private const string FileName = "checkpoint";
    private const string NewName = "checkpoint.new";
    private const uint Magic = 0x4b504344;

    /// <summary>
    /// The staged state, and what stands beside it. <paramref name="Clock"/>: the instant folded to. The fingerprints tell which rules the
    /// events were staged, and the places made, under.
    /// </summary>
    public sealed record Content(
        Staged Staged, Names PlaceNames, PlaceTable Places, long FeedPosition, long Clock, string RulesFingerprint, string StagingFingerprint);

    /// <summary>Writes a cut whose history and message ids are in the files that the manifests name. On any thread.</summary>
    public void Write(CheckpointCut cut, HistoryManifest history, MessageManifest messages)
    {
        using (var file = storage.Open(NewName, StorageMode.Create))
        {
            using var sums = new ChecksumStream(file);
            using var buffer = new BufferedStream(sums, 1 << 20);
            using var writer = new BinaryWriter(buffer, Encoding.UTF8, leaveOpen: true);
            writer.Write(Magic);
            writer.Write(cut.RulesFingerprint);
            writer.Write(cut.StagingFingerprint);
            writer.Write(cut.FeedPosition);
            writer.Write(cut.Clock);
            writer.Write(cut.Head);
            history.Write(writer);
            messages.Write(writer);
            NameLists.Write(writer, cut.PlaceNames);
            cut.Places.Write(writer);
            writer.Flush();
            cut.Identity.Write(buffer);
            buffer.Flush();
            sums.WriteSum();
            file.Flush();
        }
        storage.Rename(NewName, FileName);
        storage.SyncDirectory("");
    }

    /// <summary>The newest checkpoint; null if there is none, it or a file that it names is damaged, or it is of another version.</summary>
    public Content? Read()
    {
        if (!storage.Exists(FileName))
        {
            return null;
        }
        using var file = storage.Open(FileName, StorageMode.Read);
        if (!ChecksumStream.IsWhole(file))
        {
            return null;
        }
        using var buffer = new BufferedStream(new ChecksumStream(file), 1 << 20);
        using var reader = new BinaryReader(buffer, Encoding.UTF8);
        if (reader.ReadUInt32() != Magic)
        {
            return null;
        }
        var (rules, staging) = (reader.ReadString(), reader.ReadString());
        var (feedPosition, clock) = (reader.ReadInt64(), reader.ReadInt64());
        if (Staged.ReadHead(reader) is not { } head)
        {
            return null;
        }
        var (history, messages) = (HistoryManifest.Read(reader), MessageManifest.Read(reader));
        var names = NameLists.Read(reader);
        var places = PlaceSnapshot.Read(reader);
        var identity = IdentityGraph.Read(buffer, new IdentityLimits());
        return Open(head, identity, history, messages) is { } staged ? new Content(staged, names, places, feedPosition, clock, rules, staging) : null;
    }

    /// <summary>Whether the file is what was written.</summary>
    public static bool IsWhole(IStorage storage)
    {
        using var file = storage.Open(FileName, StorageMode.Read);
        return ChecksumStream.IsWhole(file);
    }

    private Staged? Open(StagedHead head, IdentityGraph identity, HistoryManifest segments, MessageManifest keys)
    {
        History? history = null;
        try
        {
            history = home.OpenHistory(segments, head.Paths);
            return Staged.Of(head, identity, history, home.OpenMessages(keys));
        }
        // Two kinds of damage with one answer, and no common ancestor but Exception.
        catch (Exception damaged) when (damaged is HistoryDamagedException or KeysDamagedException)
        {
            if (history is not null)
            {
                home.Close(history);
            }
            return null;
        }
    }

    /// <summary>A sequential stream over a file that sums up what passes; the sum stands in the last four bytes.</summary>
    private sealed class ChecksumStream(IStorageFile file) : Stream
    {
        private long position;
        private uint sum = Checksum.Start;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => file.Length;

        public override long Position
        {
            get => position;
            set => throw new NotSupportedException();
        }

        public static bool IsWhole(IStorageFile file)
        {
            var left = file.Length - sizeof(uint);
            var buffer = new byte[1 << 20];
            var total = Checksum.Start;
            for (long at = 0; left > 0;)
            {
                var count = file.ReadAt(at, buffer.AsSpan(0, (int)Math.Min(left, buffer.Length)));
                total = Checksum.Add(total, buffer.AsSpan(0, count));
                at += count;
                left -= count;
                if (count == 0)
                {
                    return false;
                }
            }
            Span<byte> stored = stackalloc byte[sizeof(uint)];
            return left == 0 && file.ReadAt(file.Length - sizeof(uint), stored) == sizeof(uint) && BitConverter.ToUInt32(stored) == total;
        }

        public void WriteSum() => file.WriteAt(position, BitConverter.GetBytes(sum));

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

        public override int Read(Span<byte> buffer)
        {
            var count = file.ReadAt(position, buffer);
            position += count;
            return count;
        }

        public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            file.WriteAt(position, buffer);
            sum = Checksum.Add(sum, buffer);
            position += buffer.Length;
        }

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();
    }
}
