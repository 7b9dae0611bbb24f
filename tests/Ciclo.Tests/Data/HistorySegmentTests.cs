using System.Text;
using Ciclo.Core.Events;
using Ciclo.Core.Values;
using Ciclo.Data.Files;
using Ciclo.Data.History;
using Ciclo.Tests.Architecture;
using Ciclo.Tests.Simulation;

namespace Ciclo.Tests.Data;

public sealed class HistorySegmentTests
{
    private const string Path = "history/1/000000000001.seg";
    private static readonly EventKind Order = new(CallType.Track, PackedFlags.None, 0);
    private static readonly EventKind Identify = new(CallType.Identify, PackedFlags.None, -1);
    private static readonly ColumnChoice All = new(new HashSet<int>(), 512);

    [Fact]
    public void The_documented_segment_is_written_byte_for_byte_and_opens()
    {
        var events = Golden();
        var (storage, _) = Write(events, All);
        var page = Repository.Files.Single(file => file.Path == "docs/internals/history.md").Text;
        var hex = page[(page.IndexOf("```hex\n", StringComparison.Ordinal) + 7)..];
        var documented = hex[..hex.IndexOf("```", StringComparison.Ordinal)].Split('\n')
            .SelectMany(line => line.Split("  ")[0].Split(' ', StringSplitOptions.RemoveEmptyEntries)).Select(one => Convert.ToByte(one, 16)).ToArray();
        Assert.Equal(Convert.ToHexString(documented), Convert.ToHexString(storage.Bytes(Path)));
        storage.Put(Path, documented);
        Assert.Equal(events.Sorted.Select(e => HistoryEvents.Say(e.Read())), Read(storage, events));
    }

    [Fact]
    public void A_segment_cut_anywhere_is_refused()
    {
        var events = Golden();
        var (storage, _) = Write(events, All);
        var whole = storage.Bytes(Path);
        for (var length = 0; length < whole.Length; length++)
        {
            storage.Put(Path, whole[..length]);
            Assert.Throws<HistoryDamagedException>(() => HistorySegment.Open(storage, Path, 1, null, events, isWhole: true));
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_segment_with_any_byte_changed_is_refused_or_reads_the_same(bool isWhole)
    {
        var events = Mixed(5, 60);
        var (storage, _) = Write(events, All);
        var whole = storage.Bytes(Path);
        var expected = Read(storage, events);
        var refused = 0;
        for (var i = 0; i < whole.Length; i++)
        {
            var changed = whole.ToArray();
            changed[i] ^= (byte)(1 << (i % 8));
            storage.Put(Path, changed);
            try
            {
                Assert.Equal(expected, Read(storage, events, isWhole));
            }
            catch (HistoryDamagedException)
            {
                refused++;
            }
        }
        Assert.InRange(refused, whole.Length * 8 / 10, whole.Length);
    }

    [Fact]
    public void A_missing_segment_and_another_one_of_its_name_are_refused()
    {
        var events = Golden();
        var (storage, meta) = Write(events, All);
        Assert.Throws<HistoryDamagedException>(() => HistorySegment.Open(storage, "history/1/none.seg", 2, null, events, false));
        Assert.Throws<HistoryDamagedException>(() => HistorySegment.Open(storage, Path, 1, meta with { Sum = 1 }, events, false));
        Open(storage, events, meta).Release();
    }

    [Fact]
    public void Values_of_every_kind_come_back()
    {
        for (var seed = 1; seed <= 30; seed++)
        {
            var events = Mixed(seed, 400);
            var (storage, _) = Write(events, All);
            Assert.True(events.Sorted.Select(e => HistoryEvents.Say(e.Read())).SequenceEqual(Read(storage, events)), $"seed {seed}");
        }
    }

    [Fact]
    public void Paths_without_a_column_are_read_from_the_journal()
    {
        for (var seed = 1; seed <= 10; seed++)
        {
            var events = Mixed(seed, 200);
            var (storage, _) = Write(events, new ColumnChoice(new HashSet<int> { 11 }, 3));
            var segment = Open(storage, events, null);
            Assert.False(segment.Omits(11), $"seed {seed}");
            Assert.True(segment.Omits(9), $"seed {seed}");
            Assert.True(events.Sorted.Select(e => HistoryEvents.Say(e.Read())).SequenceEqual(Read(storage, events)), $"seed {seed}");
        }
    }

    [Fact]
    public void A_merge_gives_what_one_segment_of_all_events_gives()
    {
        for (var seed = 1; seed <= 40; seed++)
        {
            var random = new Random(seed);
            var events = Mixed(seed, 300);
            var storage = new SimulatedStorage(seed);
            var parts = random.Next(2, 6);
            var groups = events.Sorted.GroupBy(_ => random.Next(parts)).ToList();
            var inputs = groups.ConvertAll(group => WritePart(storage, events, group.ToList(), group.Key + 2, new ColumnChoice(new HashSet<int>(), random.Next(2) == 0 ? 512 : 4)));
            var wanted = random.Next(2) == 0 ? Enumerable.Range(0, 20).ToHashSet() : [];
            new SegmentMerge(inputs).Write(storage, Path, 1, new ColumnChoice(wanted, 512), CancellationToken.None);
            inputs.ForEach(input => input.Release());
            Assert.True(events.Sorted.Select(e => HistoryEvents.Say(e.Read())).SequenceEqual(Read(storage, events)), $"seed {seed}");
            Assert.True(wanted.Count == 0 || Open(storage, events, null).OmittedPaths.IsEmpty, $"seed {seed}");
        }
    }

    [Fact]
    public void Long_texts_stay_in_the_journal()
    {
        var events = new HistoryEvents();
        events.Add(1, 5, Order, "a", 100, (1, new string('x', 5_000)), (2, "short"));
        events.Add(1, 6, Order, "b", 200, (1, new string('y', 30_000)), (2, "short"));
        var (storage, meta) = Write(events, All);
        Assert.InRange(meta.Length, 1, 1_000);
        Assert.Equal(events.Sorted.Select(e => HistoryEvents.Say(e.Read())), Read(storage, events));
    }

    [Fact]
    public void An_event_takes_11_point_8_bytes_at_most()
    {
        const int Events = 400_000;
        const int Nodes = 8_000;
        var random = new Random(1);
        var builder = new SegmentBuilder();
        var events = new HistoryEvents();
        var start = 1_795_262_400_000L;
        // Addresses as those of 10 million events of 500 bytes, of which these are a sample.
        for (var node = 0; node < Nodes; node++)
        {
            foreach (var share in Enumerable.Range(0, Events / Nodes).Select(_ => random.NextDouble()).Order())
            {
                var made = new HistoryEvents().Add(node * 25, start + (long)(share * 180 * 86_400_000), Order with { Name = random.Next(20) }, "m", (long)(share * 5_000_000_000),
                    (3, Number.FromMicros(random.Next(0, 100_000) * 10_000L)!.Value));
                builder.Add(made.Node, made.Read());
            }
        }
        var meta = builder.Write(new SimulatedStorage(1), Path, 1, All, CancellationToken.None);
        var each = meta.Length / (double)Events;
        Assert.True(each < 11.8, $"{each:F2} bytes an event");
    }

    /// <summary>Three people, numbers with and without a fraction, a text, a null.</summary>
    private static HistoryEvents Golden()
    {
        var events = new HistoryEvents();
        events.Add(3, 1_795_262_400_000, Identify, "m1", 24, (0, "ana@example.com"), (1, null));
        events.Add(3, 1_795_262_460_000, Order, "m2", 240, (2, Number.FromMicros(12_500_000)!.Value));
        events.Add(7, 1_795_262_400_000, Order, "m3", 456, (2, 20), (3, true));
        events.Add(3, 1_795_262_520_000, Order, "m4", 672, (2, 5));
        events.Add(9, 1_795_262_700_000, Identify, "m5", 888, (0, "luz@example.com"));
        return events;
    }

    private static HistoryEvents Mixed(int seed, int count)
    {
        var random = new Random(seed);
        var events = new HistoryEvents();
        var kinds = random.Next(2) == 0 ? 3 : 400;
        for (var i = 0; i < count; i++)
        {
            var kind = random.Next(4) switch
            {
                0 => Identify,
                1 => new EventKind(CallType.Page, PackedFlags.Consent, -1),
                2 => new EventKind(CallType.Track, PackedFlags.System, random.Next(kinds)),
                _ => new EventKind(CallType.Track, PackedFlags.None, random.Next(kinds)),
            };
            var fields = Enumerable.Range(0, 14).Where(path => path == 4 || random.Next(path < 6 ? 2 : 12) == 0).Select(path => (path, ValueAt(random, path))).ToList();
            if (random.Next(10) == 0)
            {
                fields.Add((4, "again"));
            }
            events.Add(random.Next(12) * 1_000, 1_795_262_400_000 + random.Next(count / 4), kind, $"m{random.Next(1_000_000)}", (i * 137L) + 5, [.. fields]);
        }
        return events;
    }

    private static object? ValueAt(Random random, int path) => path switch
    {
        0 => Number.FromMicros(random.Next(1_000_000) * 10_000L),
        1 => "t" + random.Next(10),
        2 => random.Next(3) == 0 ? null : random.Next(100),
        3 => random.Next(2) == 0,
        4 => random.Next(4) switch { 0 => "x" + random.Next(1_000), 1 => random.Next(), 2 => null, _ => true },
        5 => Number.FromMicros((Int128)random.NextInt64() * random.Next(-100, 100)),
        6 => Number.FromMicros(random.NextInt64() - random.NextInt64()),
        7 => Enumerable.Repeat("abcd"[..random.Next(5)], random.Next(4)).ToArray(),
        8 => new object(),
        10 => 7,
        _ => "é" + new string('z', random.Next(2_000, 2_100)),
    };

    private static (SimulatedStorage Storage, SegmentMeta Meta) Write(HistoryEvents events, ColumnChoice choice)
    {
        var storage = new SimulatedStorage(1);
        var builder = new SegmentBuilder();
        events.Sorted.ForEach(e => builder.Add(e.Node, e.Read()));
        return (storage, builder.Write(storage, Path, 1, choice, CancellationToken.None));
    }

    private static HistorySegment WritePart(IStorage storage, HistoryEvents events, List<TestEvent> part, long number, ColumnChoice choice)
    {
        var builder = new SegmentBuilder();
        part.ForEach(e => builder.Add(e.Node, e.Read()));
        var path = $"history/1/{number}.seg";
        var meta = builder.Write(storage, path, number, choice, CancellationToken.None);
        return HistorySegment.Open(storage, path, number, meta, events, isWhole: false);
    }

    private static HistorySegment Open(IStorage storage, HistoryEvents events, SegmentMeta? meta) => HistorySegment.Open(storage, Path, 1, meta, events, isWhole: false);

    private static List<string> Read(IStorage storage, HistoryEvents events, bool isWhole = false)
    {
        var segment = HistorySegment.Open(storage, Path, 1, null, events, isWhole);
        try
        {
            var near = 0;
            var said = new List<string>();
            for (var node = 0; node < segment.NodeCount; node++)
            {
                Assert.True(segment.TryFind(segment.NodeAt(node), ref near, out var first, out var end));
                for (var row = first; row < end; row++)
                {
                    said.Add(HistoryEvents.Say(new PackedEvent(segment.At(row), segment.Kind(row), segment, row)));
                }
            }
            return said;
        }
        finally
        {
            segment.Release();
        }
    }
}
