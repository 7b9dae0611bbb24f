using Ciclo.Data.Journal;
using Ciclo.Tests.Simulation;

namespace Ciclo.Tests.Data;

/// <summary>Frames are overwritten in place without ever looking damaged.</summary>
public sealed class JournalRewriteTests
{
    private static readonly JournalOptions Small = Frames.Plain with { SegmentBytes = 300 };

    [Fact]
    public async Task An_overwritten_frame_reads_as_the_new_bytes_and_its_neighbours_as_before()
    {
        var storage = new SimulatedStorage(1);
        await using (var journal = Journal.Open(storage, Frames.Folder, Small))
        {
            var kept = await Frames.AppendAllAsync(journal, Texts());
            journal.Rewrite([(kept[1].Position, Frames.Payload(New(1))), (kept[7].Position, Frames.Payload(New(7)))]);
            await Frames.AppendAsync(journal, "after");
        }
        Assert.False(storage.Exists("journal/rewrite"));
        Assert.Equal([.. Texts().Select((text, i) => i is 1 or 7 ? New(i) : text), "after"], (await Frames.ReopenAsync(storage, Small with { VerifyAll = true })).Select(frame => frame.Text));
    }

    [Fact]
    public async Task A_power_cut_at_any_step_leaves_each_frame_old_or_new_and_the_journal_whole()
    {
        var cuts = 0;
        for (var seed = 0; seed < 12; seed++)
        {
            for (var step = 1; ; step++)
            {
                var storage = new SimulatedStorage(seed);
                var journal = Journal.Open(storage, Frames.Folder, Small);
                var kept = await Frames.AppendAllAsync(journal, Texts());
                (storage.Fault, storage.FaultAt) = (Fault.PowerCut, storage.Operations + step);
                var isCut = Overwrite(journal, kept);
                storage.Crash();
                await AbandonAsync(journal);
                if (!isCut)
                {
                    Assert.True(step > 5, "no step could be cut");
                    break;
                }
                cuts++;
                var frames = await Frames.ReopenAsync(storage, Small with { VerifyAll = true });
                Assert.Equal(kept.Select(frame => frame.Position), frames.Select(frame => frame.Position));
                for (var i = 0; i < frames.Count; i++)
                {
                    Assert.True(frames[i].Text == Texts()[i] || (i is 1 or 7 && frames[i].Text == New(i)), $"seed {seed}, step {step}, frame {i}: {frames[i].Text}");
                }
                Assert.Equal(frames[1].Text == New(1), frames[7].Text == New(7));
            }
        }
        Assert.True(cuts > 50);
    }

    [Fact]
    public async Task A_full_disk_refuses_the_overwriting_and_changes_nothing()
    {
        var storage = new SimulatedStorage(3);
        await using var journal = Journal.Open(storage, Frames.Folder, Small);
        var kept = await Frames.AppendAllAsync(journal, Texts());
        (storage.Fault, storage.FaultAt) = (Fault.Full, storage.Operations + 1);
        Assert.Throws<DiskFullException>(() => journal.Rewrite([(kept[1].Position, Frames.Payload(New(1)))]));
        Assert.Equal(Texts(), Frames.All(journal).Select(frame => frame.Text));
        await Frames.AppendAsync(journal, "goes on");
    }

    [Fact]
    public async Task After_a_failed_overwriting_nothing_is_acknowledged_any_more()
    {
        var storage = new SimulatedStorage(4);
        var journal = Journal.Open(storage, Frames.Folder, Small);
        var kept = await Frames.AppendAllAsync(journal, Texts());
        // Creating, writing, flushing and naming the log, then the overwriting itself.
        (storage.Fault, storage.FaultAt) = (Fault.Broken, storage.Operations + 5);
        Assert.Throws<JournalFailedException>(() => journal.Rewrite([(kept[1].Position, Frames.Payload(New(1)))]));
        await Assert.ThrowsAsync<JournalFailedException>(() => Frames.AppendAsync(journal, "lost"));
        storage.Kill();
        await AbandonAsync(journal);
        Assert.Equal(New(1), (await Frames.ReopenAsync(storage, Small))[1].Text);
    }

    private static string[] Texts() => [.. Enumerable.Range(0, 12).Select(i => $"frame {i:d2} " + new string('a', 40 + i))];

    private static string New(int i) => Texts()[i].Replace('a', 'b');

    private static bool Overwrite(Journal journal, List<KeptFrame> kept)
    {
        try
        {
            journal.Rewrite([(kept[1].Position, Frames.Payload(New(1))), (kept[7].Position, Frames.Payload(New(7)))]);
            return false;
        }
        catch (Exception error) when (error is IOException or JournalFailedException)
        {
            return true;
        }
    }

    private static async Task AbandonAsync(Journal journal)
    {
        try
        {
            await journal.DisposeAsync();
        }
        catch (Exception error) when (error is IOException or JournalFailedException)
        {
            // The machine is down.
        }
    }
}
