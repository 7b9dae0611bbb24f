using System.Text;
using Ciclo.Data.Files;
using Ciclo.Data.Journal;
using Ciclo.Tests.Simulation;
using static Ciclo.Tests.Data.Frames;

namespace Ciclo.Tests.Data;

public sealed class JournalTests : IDisposable
{
    private readonly string root = Directory.CreateTempSubdirectory("ciclo-journal-").FullName;

    public void Dispose() => Directory.Delete(root, recursive: true);

    [Fact]
    public async Task What_was_appended_reads_back_exactly_after_reopening_real_files()
    {
        var storage = new DiskStorage(root);
        var options = new JournalOptions { SegmentBytes = 3_000 };
        var texts = Enumerable.Range(0, 40).Select(i => new string((char)('a' + i % 26), 1 + i * 37)).ToArray();
        List<KeptFrame> appended;
        await using (var journal = Journal.Open(storage, Folder, options))
        {
            appended = await AppendAllAsync(journal, texts);
            Assert.Equal(appended, All(journal));
        }
        await using var again = Journal.Open(storage, Folder, options with { VerifyAll = true });
        Assert.Equal(0, again.RecoveredTailBytes);
        Assert.Equal(appended, All(again));
        Assert.True(storage.List(Folder).Count(name => name.EndsWith(".log", StringComparison.Ordinal)) > 5);
    }

    [Fact]
    public async Task A_frame_larger_than_every_buffer_reads_back()
    {
        var storage = new DiskStorage(root);
        var options = new JournalOptions { SegmentBytes = 1 << 20, GroupBytes = 1 << 16 };
        var texts = new[] { "small", new string('x', 5 << 20), "after", new string('y', Journal.MaxPayload) };
        await using (var journal = Journal.Open(storage, Folder, options))
        {
            await AppendAllAsync(journal, texts);
        }
        Assert.Equal(texts, (await ReopenAsync(storage, options)).Select(frame => frame.Text));
    }

    [Fact]
    public async Task Appends_that_wait_together_share_one_write_and_one_flush()
    {
        var storage = new SimulatedStorage(1);
        await using var journal = Journal.Open(storage, Folder, Plain);
        await AppendAsync(journal, "warm");
        var before = storage.Flushes;
        var kept = await AppendAsGroupAsync(storage, journal, "first", [.. Enumerable.Range(0, 50).Select(i => "grouped " + i)]);
        Assert.Equal(2, storage.Flushes - before);
        Assert.Equal(kept, All(journal).Skip(1));
    }

    [Fact]
    public async Task A_group_stops_at_its_limit_of_bytes()
    {
        var storage = new SimulatedStorage(1);
        await using var journal = Journal.Open(storage, Folder, Plain with { GroupBytes = 100 });
        var before = storage.Flushes;
        // Four frames of 16 + 9 bytes fit into 100.
        await AppendAsGroupAsync(storage, journal, "first", [.. Enumerable.Range(0, 8).Select(i => "grouped " + i)]);
        Assert.Equal(1 + 2, storage.Flushes - before);
    }

    [Fact]
    public async Task A_full_queue_refuses_at_once_and_accepts_again_when_it_has_drained()
    {
        var storage = new SimulatedStorage(1);
        await using var journal = Journal.Open(storage, Folder, Plain with { QueueBytes = 60 });
        using var release = new ManualResetEventSlim();
        storage.BeforeFlush = release.Wait;
        var accepted = new[] { AppendAsync(journal, "0123456789"), AppendAsync(journal, "0123456789") };
        var busy = await Assert.ThrowsAsync<JournalBusyException>(() => AppendAsync(journal, "0123456789"));
        Assert.Equal(52, busy.WaitingBytes);
        release.Set();
        await Task.WhenAll(accepted);
        await AppendAsync(journal, "0123456789");
        Assert.Equal(3, All(journal).Count);
    }

    [Fact]
    public async Task An_empty_or_oversized_payload_is_refused_and_a_cancelled_call_appends_nothing()
    {
        await using var journal = Journal.Open(new SimulatedStorage(1), Folder, Plain);
        await Assert.ThrowsAsync<ArgumentException>(() => AppendAsync(journal, ""));
        await Assert.ThrowsAsync<ArgumentException>(async () => await journal.AppendAsync(new byte[Journal.MaxPayload + 1], CancellationToken.None));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await journal.AppendAsync(Payload("late"), new CancellationToken(true)));
        Assert.Equal(0, journal.End);
    }

    [Fact]
    public async Task Disposing_makes_durable_what_was_accepted()
    {
        var storage = new SimulatedStorage(1);
        var journal = Journal.Open(storage, Folder, Plain);
        var appends = Enumerable.Range(0, 100).Select(i => AppendAsync(journal, "frame " + i)).ToArray();
        await journal.DisposeAsync();
        var kept = await Task.WhenAll(appends);
        storage.Crash();
        Assert.Equal(kept, await ReopenAsync(storage, Plain));
        await Assert.ThrowsAsync<ObjectDisposedException>(() => AppendAsync(journal, "too late"));
        await Assert.ThrowsAsync<ObjectDisposedException>(async () => await journal.WaitForMoreAsync(journal.End, CancellationToken.None));
    }

    [Fact]
    public async Task A_second_opening_of_the_same_folder_is_refused_until_the_first_is_closed()
    {
        foreach (IStorage storage in new IStorage[] { new DiskStorage(root), new SimulatedStorage(1) })
        {
            await using (Journal.Open(storage, Folder, Plain))
            {
                Assert.Throws<IOException>(() => Journal.Open(storage, Folder, Plain));
            }
            await Journal.Open(storage, Folder, Plain).DisposeAsync();
        }
    }

    [Fact]
    public async Task Readers_follow_while_frames_are_appended()
    {
        const int Appenders = 4;
        const int Each = 200;
        await using var journal = Journal.Open(new DiskStorage(root), Folder, new JournalOptions { SegmentBytes = 20_000 });
        var readers = Enumerable.Range(0, 3).Select(_ => Task.Run(() => FollowAsync(journal, Appenders * Each))).ToArray();
        var appends = await Task.WhenAll(Enumerable.Range(0, Appenders).Select(appender => Task.Run(() =>
            AppendAllAsync(journal, [.. Enumerable.Range(0, Each).Select(i => $"{appender}:{i} {new string('.', i)}")]))));
        var expected = appends.SelectMany(kept => kept).OrderBy(kept => kept.Position).ToList();
        foreach (var read in await Task.WhenAll(readers).WaitAsync(TimeSpan.FromMinutes(1)))
        {
            Assert.Equal(expected, read);
        }
    }

    [Fact]
    public async Task Waiting_for_more_ends_when_it_is_cancelled()
    {
        await using var journal = Journal.Open(new SimulatedStorage(1), Folder, Plain);
        using var cancel = new CancellationTokenSource();
        var waiting = journal.WaitForMoreAsync(0, cancel.Token).AsTask();
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
    }

    [Fact]
    public async Task A_record_is_read_back_by_its_address_alone()
    {
        await using var journal = Journal.Open(new DiskStorage(root), Folder, new JournalOptions { SegmentBytes = 10_000 });
        var expected = new List<(long Address, RecordKind Kind, string Body)>();
        for (var i = 0; i < 20; i++)
        {
            var builder = new FrameBuilder();
            var records = new List<(int Offset, RecordKind Kind, string Body)>();
            foreach (var size in new[] { 0, 1, 4_091, 4_092, i * 500 })
            {
                var kind = (RecordKind)(1 + size % 7);
                var body = new string((char)('a' + i), size);
                records.Add((builder.Begin(kind), kind, body));
                System.Buffers.BuffersExtensions.Write(builder, Encoding.UTF8.GetBytes(body));
                builder.End();
            }
            var position = await journal.AppendAsync(builder.Payload, CancellationToken.None);
            expected.AddRange(records.Select(record => (Journal.AddressOf(position, record.Offset), record.Kind, record.Body)));
        }
        foreach (var (address, kind, body) in expected)
        {
            var record = journal.ReadRecord(address);
            Assert.Equal((kind, body), (record.Kind, Encoding.UTF8.GetString(record.Body.Span)));
        }
        Assert.Throws<ArgumentOutOfRangeException>(() => journal.ReadRecord(journal.End));
        Assert.Throws<ArgumentOutOfRangeException>(() => journal.ReadRecord(-1));
    }

    [Fact]
    public async Task The_bytes_on_disk_are_those_that_the_format_page_shows()
    {
        var storage = new SimulatedStorage(1);
        await using (var journal = Journal.Open(storage, Folder, Plain))
        {
            await AppendAsGroupAsync(storage, journal, "one", ["two", "three"]);
        }
        Assert.Equal(GoldenBytes(), Convert.ToHexStringLower(storage.Bytes(FirstFile)));
    }

    [Fact]
    public void The_checksum_is_that_of_the_standard()
    {
        // RFC 3720, appendix B.4.
        Assert.Equal(0x8a9136aau, Checksum.Of(new byte[32]));
        Assert.Equal(0x62a8ab43u, Checksum.Of(Enumerable.Repeat((byte)0xff, 32).ToArray()));
        Assert.Equal(0x46dd794eu, Checksum.Of(Enumerable.Range(0, 32).Select(i => (byte)i).ToArray()));
        Assert.Equal(0xe3069283u, Checksum.Of("123456789"u8));
    }

    private static async Task<List<KeptFrame>> FollowAsync(Journal journal, int count)
    {
        var read = new List<KeptFrame>();
        using var reader = journal.ReadFrom(0);
        while (read.Count < count)
        {
            await journal.WaitForMoreAsync(reader.NextPosition, CancellationToken.None);
            while (reader.TryRead(out var position, out var payload))
            {
                read.Add(new KeptFrame(position, Encoding.UTF8.GetString(payload.Span)));
            }
        }
        return read;
    }

    /// <summary>The hexadecimal block of docs/internals/journal.md: each line is bytes, then what they are.</summary>
    private static string GoldenBytes()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder!.FullName, "Ciclo.slnx")))
        {
            folder = folder.Parent;
        }
        var lines = File.ReadAllLines(Path.Combine(folder.FullName, "docs", "internals", "journal.md"));
        var block = lines.SkipWhile(line => line != "```hex").Skip(1).TakeWhile(line => line != "```");
        return string.Concat(block.Select(line => line.Split("  ")[0].Replace(" ", "", StringComparison.Ordinal)));
    }
}
