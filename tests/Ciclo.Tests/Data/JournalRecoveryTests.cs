using Ciclo.Data.Journal;
using Ciclo.Tests.Simulation;
using static Ciclo.Tests.Data.Frames;

namespace Ciclo.Tests.Data;

/// <summary>Every byte of the end of a journal cut, flipped and zeroed: what was acknowledged is there or the journal is refused.</summary>
public sealed class JournalRecoveryTests
{
    private static readonly string[] Acknowledged = ["one", "two", "the third frame"];
    private static readonly string[] Unflushed = ["four", "five", "the sixth frame"];

    [Fact]
    public async Task A_torn_tail_is_dropped_at_every_cut_and_everything_acknowledged_survives()
    {
        var (bytes, kept, durable) = await WithUnflushedGroupAsync();
        for (var length = durable; length <= bytes.Length; length++)
        {
            await OpensAsync(bytes[..length], kept, bytes, length);
        }
    }

    [Fact]
    public async Task A_flip_of_any_byte_of_an_unacknowledged_group_drops_the_frames_from_there()
    {
        var (bytes, kept, durable) = await WithUnflushedGroupAsync();
        for (var at = durable; at < bytes.Length; at++)
        {
            foreach (var flip in new byte[] { 1, 0x80, 0xff })
            {
                await OpensAsync(Flipped(bytes, at, flip), kept, bytes, at);
            }
        }
    }

    [Fact]
    public async Task Later_frames_of_a_torn_group_are_no_proof_of_damage()
    {
        var (bytes, kept, durable) = await WithUnflushedGroupAsync();
        for (var zeroed = durable + 1; zeroed < bytes.Length; zeroed++)
        {
            var torn = bytes.ToArray();
            Array.Clear(torn, durable, zeroed - durable);
            await OpensAsync(torn, kept, bytes, durable);
        }
    }

    [Fact]
    public async Task A_flip_of_any_byte_that_a_later_group_proves_flushed_is_refused()
    {
        var (bytes, _, durable) = await WithUnflushedGroupAsync();
        for (var at = Header; at < durable; at++)
        {
            AssertRefused(Flipped(bytes, at, 0x10), at);
        }
    }

    [Fact]
    public async Task After_a_kill_or_a_clean_end_a_flip_of_any_acknowledged_byte_is_refused()
    {
        foreach (var clean in new[] { true, false })
        {
            var storage = new SimulatedStorage(1);
            var journal = Journal.Open(storage, Folder, Plain);
            var kept = await AppendAllAsync(journal, Acknowledged);
            await SealedAsync(storage, journal, clean);
            var bytes = storage.Bytes(FirstFile);
            var end = bytes.Length - 16;
            Assert.Equal(Header + kept[^1].Position + 16 + kept[^1].Text.Length, end);
            for (var at = Header; at < end; at++)
            {
                AssertRefused(Flipped(bytes, at, 0x04), at);
            }
            for (var at = end; at < bytes.Length; at++)
            {
                Assert.Equal(kept, await ReopenAsync(Disk(Flipped(bytes, at, 0x04)), Plain));
            }
            storage.Kill();
            await journal.DisposeAsync();
        }
    }

    [Fact]
    public async Task A_refusal_changes_nothing_and_says_what_can_be_saved()
    {
        var (bytes, _, _) = await WithUnflushedGroupAsync();
        var damaged = Flipped(bytes, Header + 16 + 3 + 16, 0xff);
        var storage = Disk(damaged);
        var refusal = Assert.Throws<JournalDamagedException>(() => Journal.Open(storage, Folder, Plain));
        Assert.Equal((FirstFile, (long)Header + 19, 19L), (refusal.File, refusal.Offset, refusal.Position));
        Assert.Equal(new DamageSurvey(1, 19, 4, bytes.Length - Header - 2 * 19), refusal.Survey);
        Assert.Equal(damaged, storage.Bytes(FirstFile));
        Assert.Equal(0, storage.Operations);

        var report = Assert.Single(JournalInspection.Run(storage, Folder));
        Assert.Equal(new DamagedRange(Header + 19, 19, 19), Assert.Single(report.Damage));
        Assert.Equal((5L, 0L, false), (report.Frames, report.UnfinishedBytes, report.IsSound));
    }

    [Fact]
    public async Task A_journal_that_ends_before_a_position_known_to_be_durable_is_refused()
    {
        var (bytes, kept, durable) = await WithUnflushedGroupAsync();
        var known = Plain with { MustReach = durable - Header };
        for (var length = Header; length < durable; length++)
        {
            Assert.Throws<JournalDamagedException>(() => Journal.Open(Disk(bytes[..length]), Folder, known));
        }
        Assert.Equal(kept.Take(3), await ReopenAsync(Disk(bytes[..durable]), known));
    }

    [Fact]
    public async Task Bytes_that_a_client_sends_cannot_pose_as_frames()
    {
        // The payload is itself a whole segment of another journal; then its frame is torn.
        var (inner, _, _) = await WithUnflushedGroupAsync();
        var storage = new SimulatedStorage(1);
        var journal = Journal.Open(storage, Folder, Plain with { Salt = 42 });
        await journal.AppendAsync(inner, CancellationToken.None);
        var bytes = storage.Bytes(FirstFile)[..(Header + 16 + inner.Length)];
        await journal.DisposeAsync();
        for (var at = Header; at < Header + 16; at++)
        {
            Assert.Empty(await ReopenAsync(Disk(Flipped(bytes, at, 1)), Plain));
        }
    }

    [Fact]
    public async Task A_segment_that_was_begun_and_not_finished_is_dropped_at_every_length_of_its_header()
    {
        var (storage, kept) = await ThreeSegmentsAsync();
        var next = (await Reopened(storage)).End;
        var whole = SegmentHeader(storage, next);
        for (var length = 0; length <= whole.Length; length++)
        {
            var copy = Copy(storage);
            copy.Put("journal/000000000004.log", whole[..length]);
            await using var journal = Journal.Open(copy, Folder, Plain with { VerifyAll = true });
            Assert.Equal(kept, All(journal));
            var more = await AppendAsync(journal, "after");
            Assert.Equal(next, more.Position);
        }
    }

    [Fact]
    public async Task Damage_in_an_older_segment_is_refused_by_checking_all_and_by_the_reader_that_gets_there()
    {
        var (storage, kept) = await ThreeSegmentsAsync();
        const string Second = "journal/000000000002.log";
        var bytes = storage.Bytes(Second);
        for (var at = Header; at < bytes.Length - 16; at++)
        {
            var copy = Copy(storage);
            copy.Put(Second, Flipped(bytes, at, 0x20));
            var refusal = Assert.Throws<JournalDamagedException>(() => Journal.Open(copy, Folder, Plain with { VerifyAll = true }));
            Assert.Equal(Second, refusal.File);
            copy.Kill();
            await using var journal = Journal.Open(copy, Folder, Plain);
            Assert.Equal(refusal.Position, Assert.Throws<JournalDamagedException>(() => All(journal)).Position);
        }
        Assert.Equal(kept, await ReopenAsync(storage, Plain with { VerifyAll = true }));
    }

    [Fact]
    public async Task A_missing_cut_or_foreign_segment_is_refused()
    {
        var (storage, _) = await ThreeSegmentsAsync();
        for (var number = 1; number <= 2; number++)
        {
            var path = $"journal/{number:D12}.log";
            var missing = Copy(storage);
            missing.Delete(path);
            Assert.Throws<JournalDamagedException>(() => Journal.Open(missing, Folder, Plain));
            var cut = Copy(storage);
            cut.Put(path, storage.Bytes(path)[..^17]);
            Assert.Throws<JournalDamagedException>(() => Journal.Open(cut, Folder, Plain));
            var unreadable = Copy(storage);
            unreadable.Put(path, Flipped(storage.Bytes(path), 20, 1));
            Assert.Throws<JournalDamagedException>(() => Journal.Open(unreadable, Folder, Plain));
            Assert.NotNull(JournalInspection.Run(unreadable, Folder)[number - 1].Problem);
        }
    }

    [Fact]
    public async Task A_sound_journal_is_reported_sound()
    {
        var (storage, kept) = await ThreeSegmentsAsync();
        var reports = JournalInspection.Run(storage, Folder);
        Assert.All(reports, report => Assert.True(report.IsSound && report.UnfinishedBytes == 0));
        Assert.Equal(kept.Count, reports.Sum(report => report.Frames));
    }

    private const int Header = 32;

    /// <summary>A file in which three frames are acknowledged and a group of three more is written, not flushed; and where the former end.</summary>
    private static async Task<(byte[] Bytes, List<KeptFrame> Kept, int Durable)> WithUnflushedGroupAsync()
    {
        var storage = new SimulatedStorage(1);
        await using var journal = Journal.Open(storage, Folder, Plain);
        var kept = await AppendAllAsync(journal, Acknowledged[..2]);
        byte[] bytes = [];
        var all = await AppendAsGroupAsync(storage, journal, Acknowledged[2], Unflushed, () => bytes = storage.Bytes(FirstFile));
        return (bytes, [.. kept, .. all], Header + (int)all[1].Position);
    }

    /// <summary>Opens with the frames that are whole before <paramref name="damagedAt"/>, goes on appending, and finds all of it again.</summary>
    private static async Task OpensAsync(byte[] bytes, List<KeptFrame> kept, byte[] sound, int damagedAt)
    {
        var expected = kept.Where(frame => Header + frame.Position + 16 + frame.Text.Length <= damagedAt).ToList();
        var end = expected[^1].Position + 16 + expected[^1].Text.Length;
        var storage = Disk(bytes);
        await using (var journal = Journal.Open(storage, Folder, Plain))
        {
            Assert.Equal(expected, All(journal));
            Assert.Equal(bytes.Length - Header - end, journal.RecoveredTailBytes);
            Assert.True(damagedAt <= sound.Length);
            expected.Add(await AppendAsync(journal, "appended later"));
        }
        storage.Crash();
        Assert.Equal(expected, await ReopenAsync(storage, Plain));
    }

    private static void AssertRefused(byte[] bytes, int damagedAt)
    {
        var refusal = Assert.Throws<JournalDamagedException>(() => Journal.Open(Disk(bytes), Folder, Plain));
        Assert.InRange(damagedAt, refusal.Offset, refusal.Offset + 16 + Acknowledged.Max(text => text.Length));
    }

    /// <summary>Ends the journal, or kills it: the idle writer has put its seal before it acknowledged.</summary>
    private static async Task SealedAsync(SimulatedStorage storage, Journal journal, bool clean)
    {
        if (clean)
        {
            await journal.DisposeAsync();
            return;
        }
        storage.Kill();
    }

    private static async Task<(SimulatedStorage Storage, List<KeptFrame> Kept)> ThreeSegmentsAsync()
    {
        var storage = new SimulatedStorage(1);
        await using var journal = Journal.Open(storage, Folder, Plain with { SegmentBytes = 120 });
        var kept = await AppendAllAsync(journal, [.. Enumerable.Range(0, 9).Select(i => "frame nr " + i)]);
        Assert.Equal(3, storage.List(Folder).Count);
        return (storage, kept);
    }

    private static async Task<Journal> Reopened(SimulatedStorage storage)
    {
        var journal = Journal.Open(storage, Folder, Plain);
        await journal.DisposeAsync();
        return journal;
    }

    private static byte[] SegmentHeader(SimulatedStorage storage, long first)
    {
        var scratch = Copy(storage);
        // The header of a fourth segment, as a roll-over writes it.
        var journal = Journal.Open(scratch, Folder, Plain with { SegmentBytes = 1 });
        Assert.Equal(first, journal.AppendAsync(new byte[1], CancellationToken.None).AsTask().GetAwaiter().GetResult());
        return scratch.Bytes("journal/000000000004.log")[..Header];
    }

    private static SimulatedStorage Copy(SimulatedStorage storage)
    {
        var copy = new SimulatedStorage(1);
        foreach (var name in storage.List(Folder))
        {
            copy.Put($"{Folder}/{name}", storage.Bytes($"{Folder}/{name}"));
        }
        return copy;
    }

    private static SimulatedStorage Disk(byte[] bytes)
    {
        var storage = new SimulatedStorage(1);
        storage.Put(FirstFile, bytes);
        return storage;
    }

    private static byte[] Flipped(byte[] bytes, int at, byte flip)
    {
        var copy = bytes.ToArray();
        copy[at] ^= flip;
        return copy;
    }
}
