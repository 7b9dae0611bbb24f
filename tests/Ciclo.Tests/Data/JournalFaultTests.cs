using Ciclo.Data.Journal;
using Ciclo.Tests.Simulation;
using static Ciclo.Tests.Data.Frames;

namespace Ciclo.Tests.Data;

/// <summary>The disk fails at the k-th operation, for every k; fills; and loses power under load.</summary>
public sealed class JournalFaultTests
{
    private static readonly JournalOptions Small = Plain with { SegmentBytes = 150, VerifyAll = true };

    [Theory]
    [InlineData(Fault.Broken, false)]
    [InlineData(Fault.Broken, true)]
    [InlineData(Fault.PowerCut, true)]
    public async Task Whichever_operation_fails_the_acknowledged_survive_and_nothing_follows_a_failed_flush(Fault fault, bool powerToo)
    {
        var flushesHit = 0;
        var k = 0;
        for (var reached = true; reached; )
        {
            var storage = new SimulatedStorage(++k) { FaultAt = k, Fault = fault };
            var (kept, afterFault) = await AppendUntilBrokenAsync(storage);
            reached = storage.Faulted is not null;
            var place = $"operation {k}: {storage.Faulted}";
            Assert.True(afterFault == 0, $"{afterFault} acknowledged after {place}");
            flushesHit += storage.Faulted?.StartsWith("flush", StringComparison.Ordinal) == true ? 1 : 0;
            await SurvivesAsync(storage, kept, powerToo, place);
        }
        Assert.True(k > 25 && flushesHit > 8, $"only {k} operations and {flushesHit} flushes were tried");
    }

    [Fact]
    public async Task Whichever_write_finds_the_disk_full_one_append_is_refused_and_the_next_succeeds()
    {
        var refused = 0;
        var k = 0;
        for (var reached = true; reached;)
        {
            var storage = new SimulatedStorage(++k);
            var journal = Journal.Open(storage, Folder, Small);
            storage.FaultAt = storage.Operations + k;
            storage.Fault = Fault.Full;
            var kept = new List<KeptFrame>();
            var refusals = 0;
            for (var i = 0; i < 12; i++)
            {
                try
                {
                    kept.Add(await AppendAsync(journal, $"frame {i} of twelve"));
                }
                catch (DiskFullException)
                {
                    refusals++;
                }
            }
            reached = storage.Faulted is not null;
            // A seal that finds no room is let pass.
            Assert.InRange(refusals, 0, reached ? 1 : 0);
            Assert.Equal(12 - refusals, kept.Count);
            refused += refusals;
            Assert.Equal(kept, All(journal));
            storage.Crash();
            Assert.Equal(kept, await ReopenAsync(storage, Small));
        }
        Assert.True(refused >= 12, $"only {refused} refusals in {k} runs");
    }

    [Fact]
    public async Task A_full_disk_refuses_appends_while_reading_goes_on_and_appends_succeed_again_with_space()
    {
        var storage = new SimulatedStorage(3) { Capacity = 400 };
        await using var journal = Journal.Open(storage, Folder, Plain);
        var kept = new List<KeptFrame>();
        await Assert.ThrowsAsync<DiskFullException>(async () =>
        {
            for (var i = 0; ; i++)
            {
                kept.Add(await AppendAsync(journal, $"frame {i} before the disk is full"));
            }
        });
        for (var i = 0; i < 5; i++)
        {
            await Assert.ThrowsAsync<DiskFullException>(() => AppendAsync(journal, "refused, and in no file: " + i));
            Assert.Equal(kept, All(journal));
        }
        storage.Capacity = 4_000;
        kept.Add(await AppendAsync(journal, "accepted at once"));
        Assert.Equal(kept, All(journal));
        Assert.False(journal.Failed.IsCompleted);
        storage.Crash();
        Assert.Equal(kept, await ReopenAsync(storage, Plain));
    }

    [Fact]
    public async Task A_group_refused_for_a_full_disk_shows_in_no_later_crash()
    {
        for (var seed = 1; seed <= 300; seed++)
        {
            var storage = new SimulatedStorage(seed);
            var journal = Journal.Open(storage, Folder, Plain);
            // The write of "first", its flush, then the write of the group.
            storage.Fault = Fault.Full;
            storage.FaultAt = storage.Operations + 3;
            var refused = new[] { "refused 1", "refused 2", "refused, and long enough for a disk to write half of it" };
            await Assert.ThrowsAsync<DiskFullException>(() => AppendAsGroupAsync(storage, journal, "first", refused));
            storage.Fault = Fault.PowerCut;
            storage.BeforeFlush = () => storage.FaultAt = storage.Operations + 1;
            await Assert.ThrowsAsync<JournalFailedException>(() => AppendAsync(journal, "unknown 1"));
            await journal.DisposeAsync();
            storage.BeforeFlush = null;
            storage.Crash();
            var seen = (await ReopenAsync(storage, Plain)).Select(frame => frame.Text).ToArray();
            Assert.True(seen is ["first"] or ["first", "unknown 1"], $"seed {seed}: {string.Join(", ", seen)}");
        }
    }

    [Fact]
    public async Task A_segment_that_found_no_room_cuts_off_nothing_of_the_one_before()
    {
        for (var operation = 1; operation <= 2; operation++)
        {
            var storage = new SimulatedStorage(operation);
            var journal = Journal.Open(storage, Folder, Small);
            var kept = await AppendAllAsync(journal, "small");
            storage.Fault = Fault.Full;
            storage.FaultAt = storage.Operations + operation;
            await Assert.ThrowsAsync<DiskFullException>(() => AppendAsync(journal, new string('x', 200)));
            Assert.Equal(operation == 1 ? "create journal/000000000002.log" : "write journal/000000000002.log", storage.Faulted);
            kept.AddRange(await AppendAllAsync(journal, "this fits into the first", "this too"));
            storage.Crash();
            Assert.True(JournalInspection.Run(storage, Folder)[0] is { IsSound: true, Frames: 3 });
            await using (var again = Journal.Open(storage, Folder, Small))
            {
                Assert.Equal(kept, All(again));
                kept.Add(await AppendAsync(again, new string('y', 200)));
            }
            storage.Crash();
            Assert.Equal(kept, await ReopenAsync(storage, Small));
        }
    }

    [Fact]
    public async Task After_a_failed_flush_every_append_and_every_wait_is_refused_and_the_host_is_told()
    {
        var storage = new SimulatedStorage(1) { Fault = Fault.Broken };
        await using var journal = Journal.Open(storage, Folder, Plain);
        var kept = await AppendAllAsync(journal, "one", "two");
        var waiting = journal.WaitForMoreAsync(journal.End, CancellationToken.None).AsTask();
        storage.BeforeFlush = () => storage.FaultAt = storage.Operations + 1;
        await Assert.ThrowsAsync<JournalFailedException>(() => AppendAsync(journal, "three"));
        storage.BeforeFlush = null;
        await Assert.ThrowsAsync<JournalFailedException>(() => waiting);
        Assert.IsType<IOException>(await journal.Failed);
        var flushes = storage.Flushes;
        await Assert.ThrowsAsync<JournalFailedException>(() => AppendAsync(journal, "four"));
        await Assert.ThrowsAsync<JournalFailedException>(async () => await journal.WaitForMoreAsync(journal.End, CancellationToken.None));
        Assert.Equal(flushes, storage.Flushes);
        Assert.Equal(kept, All(journal));
    }

    /// <summary>Four appenders at once; power, disk or space fails somewhere; three times over the same disk.</summary>
    [Fact]
    public async Task Two_hundred_crashes_under_load_lose_nothing_acknowledged_and_repeat_nothing()
    {
        var (acknowledged, cut) = (0, 0L);
        for (var seed = 1; seed <= 200; seed++)
        {
            var random = new Random(seed);
            var storage = new SimulatedStorage(seed);
            var kept = new List<KeptFrame>();
            for (var round = 0; round < 3; round++)
            {
                storage.Fault = random.Next(4) == 0 ? Fault.Broken : Fault.PowerCut;
                storage.FaultAt = storage.Operations + 1 + random.Next(60);
                kept.AddRange(await LoadAsync(storage, $"{seed}.{round}", random.Next()));
                if (random.Next(4) == 0)
                {
                    storage.Kill();
                }
                else
                {
                    storage.Crash();
                }
                cut += await CheckAsync(storage, kept, $"seed {seed}, round {round}");
                acknowledged += kept.Count;
            }
        }
        Assert.True(acknowledged > 5_000, $"only {acknowledged} frames were acknowledged");
        Assert.True(cut > 5_000, $"only {cut} bytes of torn tails were cut");
    }

    private static async Task<(List<KeptFrame> Kept, int AfterFault)> AppendUntilBrokenAsync(SimulatedStorage storage)
    {
        var kept = new List<KeptFrame>();
        var afterFault = 0;
        Journal? journal = null;
        try
        {
            journal = Journal.Open(storage, Folder, Small);
        }
        catch (Exception error) when (error is IOException or JournalFailedException)
        {
            return (kept, afterFault);
        }
        for (var i = 0; i < 12; i++)
        {
            var broken = storage.Faulted is not null;
            try
            {
                kept.Add(await AppendAsync(journal, $"frame {i} of twelve"));
                afterFault += broken ? 1 : 0;
            }
            catch (JournalFailedException)
            {
                Assert.NotNull(storage.Faulted);
            }
        }
        await journal.DisposeAsync();
        return (kept, afterFault);
    }

    /// <summary>Opens again after a kill or a power cut, appends, loses power, opens again: the frames seen at each opening stay.</summary>
    private static async Task SurvivesAsync(SimulatedStorage storage, List<KeptFrame> kept, bool powerToo, string place)
    {
        storage.Kill();
        if (powerToo)
        {
            storage.Crash();
        }
        List<KeptFrame> seen;
        await using (var journal = Journal.Open(storage, Folder, Small))
        {
            seen = All(journal);
            Assert.True(kept.SequenceEqual(seen.Take(kept.Count)), place);
            Assert.True(seen.Count <= kept.Count + 1, place);
            seen.Add(await AppendAsync(journal, "after the fault"));
        }
        storage.Crash();
        Assert.True(seen.SequenceEqual(await ReopenAsync(storage, Small)), place);
    }

    private static async Task<List<KeptFrame>> LoadAsync(SimulatedStorage storage, string run, int seed)
    {
        Journal journal;
        try
        {
            journal = Journal.Open(storage, Folder, Plain with { SegmentBytes = 4_000 });
        }
        catch (Exception error) when (error is IOException or JournalFailedException)
        {
            return [];
        }
        var kept = await Task.WhenAll(Enumerable.Range(0, 4).Select(appender => Task.Run(() => AppendUntilRefusedAsync(journal, $"{run}.{appender}", seed + appender))));
        await journal.DisposeAsync();
        return [.. kept.SelectMany(frames => frames).OrderBy(frame => frame.Position)];
    }

    private static async Task<List<KeptFrame>> AppendUntilRefusedAsync(Journal journal, string appender, int seed)
    {
        var random = new Random(seed);
        var kept = new List<KeptFrame>();
        try
        {
            for (var i = 0; ; i++)
            {
                kept.Add(await AppendAsync(journal, $"{appender}.{i} {new string('.', random.Next(300))}"));
            }
        }
        catch (JournalFailedException)
        {
            return kept;
        }
    }

    /// <summary>Everything acknowledged is there, where it was said to be, once; what is seen now counts as acknowledged from here on.</summary>
    private static async Task<long> CheckAsync(SimulatedStorage storage, List<KeptFrame> kept, string place)
    {
        await using var journal = Journal.Open(storage, Folder, Plain with { VerifyAll = true });
        var seen = All(journal);
        var missing = kept.Except(seen).FirstOrDefault();
        Assert.True(missing is null, $"{place}: {missing} is gone");
        Assert.True(seen.DistinctBy(frame => frame.Text).Count() == seen.Count, $"{place}: a frame is there twice");
        foreach (var appender in seen.Select(frame => frame.Text.Split(' ')[0].Split('.')).GroupBy(name => (name[0], name[1], name[2])))
        {
            Assert.True(appender.Select(name => int.Parse(name[3])).SequenceEqual(Enumerable.Range(0, appender.Count())), $"{place}: out of order");
        }
        kept.Clear();
        kept.AddRange(seen);
        return journal.RecoveredTailBytes;
    }
}
