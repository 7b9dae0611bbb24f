using System.Globalization;
using Ciclo.Core.Events;
using Ciclo.Core.Values;
using Ciclo.Data.Files;
using Ciclo.Data.History;
using Ciclo.Engine.Runtime;
using Ciclo.Tests.Data;
using Ciclo.Tests.Simulation;

namespace Ciclo.Tests.Engine.Runtime;

public sealed class HistoryTests
{


    [Fact]
    public void Whatever_is_written_frozen_and_merged_a_profile_reads_as_a_sorted_list()
    {
        for (var seed = 1; seed <= 150; seed++)
        {
            var life = new RandomLife(seed);
            for (var step = 0; step < 60; step++)
            {
                life.Act();
            }
            life.Check();
        }
    }

    [Fact]
    public void A_reader_that_passes_over_what_is_not_wanted_gives_the_rest_and_hears_all_when_told()
    {
        for (var seed = 1; seed <= 150; seed++)
        {
            var life = new RandomLife(seed);
            for (var step = 0; step < 40; step++)
            {
                life.Act();
            }
            life.CheckWanted();
        }
    }

    [Fact]
    public void A_scan_gives_instants_codes_and_values_of_what_it_looks_at()
    {
        for (var seed = 1; seed <= 150; seed++)
        {
            var life = new RandomLife(seed);
            for (var step = 0; step < 40; step++)
            {
                life.Act();
            }
            life.CheckScan();
        }
    }

    [Fact]
    public void A_manifest_opens_again_and_what_it_does_not_name_is_deleted()
    {
        var life = new RandomLife(7);
        for (var step = 0; step < 60; step++)
        {
            life.Act();
        }
        life.Settle();
        life.History.Flush();
        var manifest = life.History.Manifest();
        life.Storage.Put("history/1/000000009999.seg", [1, 2, 3]);
        life.Storage.Put("history/2/000000000001.seg", [1, 2, 3]);
        life.Reopen(manifest);
        life.Check();
        Assert.Equal(manifest.Segments.Count, life.Storage.List("history/1").Count);
        Assert.Empty(life.Storage.List("history/2"));
    }

    [Fact]
    public void A_missing_or_damaged_segment_is_said_when_the_history_is_opened()
    {
        var life = new RandomLife(8);
        life.Act();
        life.Add();
        life.History.Flush();
        var manifest = life.History.Manifest();
        var path = "history/1/" + life.Storage.List("history/1")[0];
        var bytes = life.Storage.Bytes(path);
        bytes[40] ^= 1;
        life.Storage.Put(path, bytes);
        Assert.Throws<HistoryDamagedException>(() => life.Reopen(manifest));
        life.Storage.Delete(path);
        Assert.Throws<HistoryDamagedException>(() => life.Reopen(manifest));
    }

    [Fact]
    public void Files_too_few_to_be_merged_are_merged_once_nothing_comes_in_and_then_no_more()
    {
        var life = new RandomLife(10, new HistoryOptions { FanIn = 8 });
        for (var part = 0; part < 3; part++)
        {
            for (var i = 0; i < 50; i++)
            {
                life.Add();
            }
            life.History.Flush();
            Assert.False(life.History.Step());
        }
        Assert.Equal(3, life.History.SegmentCount);
        Assert.True(life.History.Step());
        Assert.Equal(1, life.History.SegmentCount);
        Assert.False(life.History.Step());
        life.Add();
        life.History.Flush();
        Assert.False(life.History.Step());
        Assert.False(life.History.Step(), "150 rows were to be rewritten for one.");
    }

    [Fact]
    public void A_reader_goes_on_over_segments_that_a_merge_has_replaced()
    {
        var life = new RandomLife(9, new HistoryOptions { FanIn = 2 });
        for (var part = 0; part < 2; part++)
        {
            for (var i = 0; i < 50; i++)
            {
                life.Add();
            }
            life.History.Flush();
        }
        using var reader = new HistoryReader(life.History);
        reader.Open(RandomLife.AllNodes);
        var before = life.Storage.List("history/1").Count;
        Assert.True(reader.Next(out _));
        Assert.True(life.History.Step());
        Assert.Equal(1, life.History.SegmentCount);
        life.Home.MadeDurable(life.History.Manifest());
        Assert.Equal(before + 1, life.Storage.List("history/1").Count);
        var left = 0;
        while (reader.Next(out _))
        {
            left++;
        }
        Assert.Equal(99, left);
        reader.Dispose();
        life.Home.MadeDurable(life.History.Manifest());
        Assert.Single(life.Storage.List("history/1"));
    }

    [Fact]
    public void A_write_that_fails_leaves_everything_readable_and_is_tried_again()
    {
        for (var operation = 1; operation <= 12; operation++)
        {
            var life = new RandomLife(10);
            for (var i = 0; i < 30; i++)
            {
                life.Add();
            }
            life.Storage.Fault = Fault.Broken;
            life.Storage.FaultAt = life.Storage.Operations + operation;
            try
            {
                life.History.Flush();
            }
            catch (IOException)
            {
                Assert.Equal(0, life.History.SegmentCount);
            }
            life.Check();
            life.Storage.FaultAt = 0;
            life.Add();
            life.History.Flush();
            Assert.Equal(0, life.History.InMemory.Events);
            life.Check();
        }
    }

    [Fact]
    public void Reading_allocates_nothing_an_event()
    {
        var life = new RandomLife(12, new HistoryOptions { FanIn = 3 });
        for (var i = 0; i < 4_000; i++)
        {
            // No two in one millisecond: those of two segments are told apart by their ids in the journal, which allocates.
            life.Add(1_795_262_400_000 + (i * 7_919L % 100_003));
            if (i % 1_000 == 999)
            {
                life.History.Flush();
            }
        }
        using var reader = new HistoryReader(life.History);
        using var scan = new HistoryScan(life.History, kind => kind.Name);
        var number = scan.Path(2);
        var sum = 0L;
        var before = 0L;
        for (var round = 0; round < 3; round++)
        {
            before = GC.GetAllocatedBytesForCurrentThread();
            for (var node = 0; node < RandomLife.AllNodes.Length; node++)
            {
                reader.Open([node]);
                while (reader.Next(out var e))
                {
                    sum += e.Address + (e.TryGetNumber(2, out var value) ? (long)value.Micros : e.GetText(1).Length);
                }
                scan.Read([node]);
                for (var i = 0; i < scan.Count; i++)
                {
                    sum += number.TryGetMicros(i, out var micros) ? micros : scan.At[i];
                }
            }
        }
        var events = life.Events.All.Count;
        var each = (GC.GetAllocatedBytesForCurrentThread() - before) / (double)events;
        Assert.True(each < 0.1 && sum != 0, $"{each:F1} bytes an event");
    }

    [Fact]
    public void A_path_that_rules_come_to_read_is_a_column_after_the_next_merge()
    {
        var life = new RandomLife(11, new HistoryOptions { FanIn = 2, MostColumns = 1 });
        for (var part = 0; part < 2; part++)
        {
            Enumerable.Range(0, 40).ToList().ForEach(_ => life.Add());
            life.History.Flush();
        }
        life.History.WantedPaths = new HashSet<int> { 2 };
        Assert.True(life.History.Step());
        var read = life.Events.RecordsRead;
        using var reader = new HistoryReader(life.History);
        reader.Open([3]);
        while (reader.Next(out var e))
        {
            e.TryGetNumber(2, out _);
        }
        Assert.Equal(read, life.Events.RecordsRead);
        life.Check();
    }
}

/// <summary>A history and a plain list of the same events, side by side.</summary>
internal sealed class RandomLife
{
    internal static readonly int[] AllNodes = [.. Enumerable.Range(0, 8)];

    private readonly int seed;
    private readonly Random random;
    private readonly List<HistoryTask> running = [];
    private long address = 24;
    private long clock = 1_795_262_400_000;

    internal RandomLife(int seed, HistoryOptions? options = null)
    {
        this.seed = seed;
        random = new Random(seed);
        Storage = new SimulatedStorage(seed);
        Options = options ?? new HistoryOptions { MemoryBytes = 1, FanIn = random.Next(2, 5), MostColumns = random.Next(1, 6), ChecksWhole = random.Next(2) == 0 };
        Home = new HistoryHome(Storage, _ => Events, Options);
        History = Home.Fresh(new Names());
    }

    internal HistoryOptions Options { get; }

    internal HistoryEvents Events { get; } = new();

    internal SimulatedStorage Storage { get; }

    internal HistoryHome Home { get; private set; }

    internal History History { get; private set; }

    internal void Act()
    {
        switch (random.Next(20))
        {
            case < 14:
                for (var left = random.Next(1, 6); left > 0; left--)
                {
                    Add();
                }
                break;
            case 14:
                History.Freeze();
                break;
            case 15:
                if (History.NextTask() is { } task)
                {
                    task.Run(CancellationToken.None);
                    running.Add(task);
                }
                break;
            case 16 when running.Count > 0:
                var done = running[random.Next(running.Count)];
                running.Remove(done);
                if (random.Next(4) == 0)
                {
                    History.Abandon(done);
                }
                else
                {
                    History.Publish(done);
                }
                break;
            case 17 when running.Count == 0:
                History.Step();
                break;
            case 18 when running.Count == 0:
                History.Flush();
                Home.MadeDurable(History.Manifest());
                break;
            case 19 when random.Next(5) == 0:
                Check();
                break;
        }
    }

    internal void Add(long? instant = null)
    {
        clock += random.Next(3) == 0 ? 0 : random.Next(1, 2_000);
        var at = instant ?? (random.Next(4) == 0 ? clock - random.Next(100_000) : clock);
        var kind = random.Next(3) == 0 ? new EventKind(CallType.Identify, PackedFlags.None, -1) : new EventKind(CallType.Track, PackedFlags.None, random.Next(4));
        var fields = new List<(int, object?)>();
        if (random.Next(2) == 0)
        {
            fields.Add((1, "t" + random.Next(5)));
        }
        if (random.Next(2) == 0)
        {
            fields.Add((2, Number.FromMicros(random.Next(1_000) * 10_000L)));
        }
        if (random.Next(6) == 0)
        {
            fields.Add((random.Next(3, 9), random.Next(3) == 0 ? null : true));
        }
        address += random.Next(1, 500);
        var made = Events.Add(random.Next(AllNodes.Length), at, kind, "m" + random.Next(50).ToString(CultureInfo.InvariantCulture), address, [.. fields]);
        History.Add(made.Node, made.At, made.Packed);
    }

    internal void Settle()
    {
        running.ForEach(History.Publish);
        running.Clear();
    }

    internal void Reopen(HistoryManifest manifest)
    {
        Home.Close(History);
        Home = new HistoryHome(Storage, _ => Events, Options);
        History = Home.Open(manifest, new Names());
    }

    internal void Check()
    {
        Assert.Equal(Events.All.Count, History.Count);
        Assert.Equal(Events.All.Select(e => e.At).DefaultIfEmpty(long.MinValue).Max(), History.LastAt);
        foreach (var members in Profiles())
        {
            Equal(Expected(members).Select(e => HistoryEvents.Say(e.Read())), History.Read(members).Select(e => HistoryEvents.Say(e.Read())), "all");
            Assert.Equal(Expected(members).Count(), History.CountOf(members));
            var (from, to) = (clock - random.Next(50_000), clock - random.Next(20_000));
            Equal(Expected(members).Where(e => e.At >= from && e.At < to).Select(e => HistoryEvents.Say(e.Read())),
                History.Read(members, from, to).Select(e => HistoryEvents.Say(e.Read())), "some");
        }
    }

    internal void CheckWanted()
    {
        var wantedName = random.Next(4);
        using var reader = new HistoryReader(History, kind => kind.Name == wantedName);
        foreach (var members in Profiles())
        {
            // Whether it hears all changes by instant, as it does in a fold.
            var salt = random.Next(1, 5);
            bool HearsAllAfter(long at) => salt == 4 || (salt != 3 && at / 1_000 % salt == 0);
            var expected = new List<string>();
            var hears = false;
            foreach (var instant in Expected(members).GroupBy(e => e.At))
            {
                // Within the instant at which it changes, what is not wanted may be heard or not.
                var staysHearing = hears && HearsAllAfter(instant.Key);
                expected.AddRange(instant.Where(e => staysHearing || e.Read().Name == wantedName).Select(e => HistoryEvents.Say(e.Read())));
                hears = hears || instant.Any(e => e.Read().Name == wantedName) ? HearsAllAfter(instant.Key) : hears;
            }
            reader.Open(members);
            var actual = new List<string>();
            var (isHearing, wasHearing, last) = (false, false, long.MinValue);
            while (reader.Next(out var e, isHearing))
            {
                (wasHearing, last) = e.At != last ? (isHearing, e.At) : (wasHearing, last);
                if (e.Name == wantedName || (wasHearing && HearsAllAfter(e.At)))
                {
                    actual.Add(HistoryEvents.Say(e));
                }
                isHearing = HearsAllAfter(e.At);
            }
            Equal(expected, actual, $"wanted {wantedName} salt {salt}");
        }
    }

    internal void CheckScan()
    {
        using var scan = new HistoryScan(History, kind => kind.Name is 1 or 2 ? kind.Name : kind.Type == CallType.Identify ? 0 : -1);
        var number = scan.Path(2);
        var text = scan.Path(1).Text("t3"u8);
        foreach (var members in Profiles())
        {
            var expected = Expected(members).Where(e => e.Read().Name is 1 or 2 || e.Read().Type == CallType.Identify).Select(e =>
                $"{e.At} {Math.Max(0, e.Read().Name)} {(e.Read().TryGetNumber(2, out var n) ? n.Micros : -1)} {e.Read().GetText(1).SequenceEqual("t3"u8)} {e.Address}");
            scan.Read(members);
            var actual = Enumerable.Range(0, scan.Count).Select(i =>
                $"{scan.At[i]} {scan.Codes[i]} {(number.TryGetMicros(i, out var micros) ? micros : -1)} {text.Holds(i)} {scan.Event(i).Address}");
            Equal(expected, actual.ToList(), "scan");
        }
    }

    private IEnumerable<int[]> Profiles() => AllNodes.Select(node => new[] { node }).Append([0, 3]).Append([6, 1, 2]).Append(AllNodes).Append([99]);

    private IEnumerable<TestEvent> Expected(int[] members) => Events.All.Where(e => members.Contains(e.Node))
        .OrderBy(e => e.At).ThenBy(e => e.MessageId, StringComparer.Ordinal).ThenBy(e => e.Address);

    private void Equal(IEnumerable<string> expected, IEnumerable<string> actual, string what)
    {
        var (left, right) = (expected.ToList(), actual.ToList());
        if (!left.SequenceEqual(right, StringComparer.Ordinal))
        {
            Assert.Fail($"Seed {seed}, {what}:\n{string.Join('\n', left)}\n--- but read\n{string.Join('\n', right)}");
        }
    }
}
