using System.Text;
using Ciclo.Core.Events;
using Ciclo.Data.Files;
using Ciclo.Data.History;
using Ciclo.Data.Journal;

namespace Ciclo.Engine.Runtime;

/// <summary>
/// The derived state as of a journal position, in one file that is replaced whole. It only saves time: without it, or where it cannot be
/// read, everything is staged anew from the journal.
/// </summary>
public sealed class Checkpoint(IStorage storage, HistoryHome home)
{
    private const string FileName = "checkpoint";
    private const string NewName = "checkpoint.new";
    private const uint Magic = 0x4b504344;

    /// <summary>
    /// The staged state, and what stands beside it. <paramref name="Clock"/>: the instant folded to. The fingerprints tell which rules the
    /// events were staged, and the places made, under.
    /// </summary>
    public sealed record Content(
        Staged Staged, Names PlaceNames, IReadOnlyList<(int Profile, ProfilePlace Place)> Places, long FeedPosition, long Clock,
        string RulesFingerprint, string StagingFingerprint);

    public void Write(Content content)
    {
        using (var file = storage.Open(NewName, StorageMode.Create))
        {
            using var sums = new ChecksumStream(file);
            using var buffer = new BufferedStream(sums, 1 << 20);
            using var writer = new BinaryWriter(buffer, Encoding.UTF8, leaveOpen: true);
            writer.Write(Magic);
            writer.Write(content.RulesFingerprint);
            writer.Write(content.StagingFingerprint);
            writer.Write(content.FeedPosition);
            writer.Write(content.Clock);
            content.Staged.Write(writer);
            WritePlaces(writer, content.PlaceNames, content.Places);
            writer.Flush();
            buffer.Flush();
            sums.WriteSum();
            file.Flush();
        }
        storage.Rename(NewName, FileName);
        storage.SyncDirectory("");
        home.MadeDurable(content.Staged.History.Manifest());
    }

    /// <summary>The newest checkpoint; null if there is none, it is damaged, or it is of another version.</summary>
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
        using var reader = new BinaryReader(new BufferedStream(new ChecksumStream(file), 1 << 20), Encoding.UTF8);
        if (reader.ReadUInt32() != Magic)
        {
            return null;
        }
        var (rules, staging) = (reader.ReadString(), reader.ReadString());
        var (feedPosition, clock) = (reader.ReadInt64(), reader.ReadInt64());
        if (RestoreStaged(reader) is not { } staged)
        {
            return null;
        }
        var names = new Names();
        var places = ReadPlaces(reader, names);
        return new Content(staged, names, places, feedPosition, clock, rules, staging);
    }

    public void Delete() => storage.Delete(FileName);

    private Staged? RestoreStaged(BinaryReader reader)
    {
        try
        {
            return Staged.Restore(reader, home);
        }
        catch (HistoryDamagedException)
        {
            return null;
        }
    }

    private static void WritePlaces(BinaryWriter writer, Names names, IReadOnlyList<(int Profile, ProfilePlace Place)> places)
    {
        writer.Write(names.Count);
        foreach (var name in names.All())
        {
            writer.Write(name);
        }
        writer.Write(places.Count);
        foreach (var (profile, place) in places)
        {
            writer.Write(profile);
            writer.Write(place.NextDeadline);
            writer.Write(place.Moves.Length);
            foreach (var move in place.Moves)
            {
                writer.Write(move.Lifecycle);
                writer.Write(move.From);
                writer.Write(move.To);
                writer.Write(move.At);
            }
            writer.Write(place.Memberships.Length);
            foreach (var (segment, since) in place.Memberships)
            {
                writer.Write(segment);
                writer.Write(since);
            }
        }
    }

    private static List<(int, ProfilePlace)> ReadPlaces(BinaryReader reader, Names names)
    {
        for (var left = reader.ReadInt32(); left > 0; left--)
        {
            names.Add(reader.ReadString());
        }
        var count = reader.ReadInt32();
        var places = new List<(int, ProfilePlace)>(count);
        for (; count > 0; count--)
        {
            var profile = reader.ReadInt32();
            var place = new ProfilePlace { NextDeadline = reader.ReadInt64(), Moves = new PlacedMove[reader.ReadInt32()] };
            for (var i = 0; i < place.Moves.Length; i++)
            {
                place.Moves[i] = new PlacedMove(reader.ReadInt32(), reader.ReadInt32(), reader.ReadInt32(), reader.ReadInt64());
            }
            place.Memberships = new (int, long)[reader.ReadInt32()];
            for (var i = 0; i < place.Memberships.Length; i++)
            {
                place.Memberships[i] = (reader.ReadInt32(), reader.ReadInt64());
            }
            places.Add((profile, place));
        }
        return places;
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
