using System.Buffers;
using System.Text;
using Ciclo.Bench.Report;
using Ciclo.Core.Events;
using Ciclo.Core.Folds;
using Ciclo.Core.Time;

namespace Ciclo.Bench.Targets;

/// <summary>The fold alone, over packed events in memory: what a replay costs an event, and what one new event costs on a saved state.</summary>
internal sealed class FoldBench(BenchOptions options, Results results) : ITarget
{
    private const int EventsOfProfile = 50;
    private const int Runs = 5;
    private const long Start = 1_700_000_000_000;

    private static readonly string[] EventNames =
    [
        "Product Viewed", "Product Viewed", "Product Viewed", "Product Added", "Product Added", "Order Completed", "Checkout Started", "Signed Up",
        "Email Opened", "NPS Answered",
    ];

    private readonly Names names = new();
    private readonly Names paths = new();
    private readonly int profiles = Math.Clamp(options.Profiles / 10, 1, 20_000);
    private readonly List<(long At, int From, int Length)> entries = [];
    private readonly ArrayBufferWriter<byte> packed = new();

    public IReadOnlyList<string> Ids => ["FOLD"];

    public Task RunAsync()
    {
        Fill();
        var framework = FoldPlan.Compile(BenchRules.Compile(BenchRules.Framework(0), 1).Definitions, names, paths, FoldSettings.Default);
        var fifty = FoldPlan.Compile(BenchRules.Compile(BenchRules.Fifty, 1).Definitions, names, paths, FoldSettings.Default);
        var every = Median(framework, (fold, profile) => Replay(fold, profile, false), out var moves);
        var read = Median(framework, (fold, profile) => Replay(fold, profile, true), out var movesOfRead);
        if (moves != movesOfRead)
        {
            throw new InvalidOperationException($"{moves} moves of all events, {movesOfRead} of those that a rule reads.");
        }
        results.Add("FOLD", "a replay under six stages and 3 windowed segments, the fold alone, CPU an event", "≤ 140 ns",
            $"{every:0} ns; {read:0} ns where events that no rule reads are left out ({moves:N0} moves)", 140 / every);
        var (oneByOne, bytes, allocated) = OneByOne(fifty, 1);
        var handedOn = OneByOne(fifty, 2).Ns - oneByOne;
        results.Add("FOLD", "one new event under 50 rules folded on a loaded state, CPU", "≤ 1.5 µs",
            $"{oneByOne - handedOn:0} ns, and {handedOn:0} ns to load and save the state; a state of {EventsOfProfile} events {bytes:0} bytes; {allocated:0.0} bytes allocated an event", 1_500 / (oneByOne - handedOn));
        return Task.CompletedTask;
    }

    private void Fill()
    {
        var random = new Random(1);
        var packer = new EventPacker(names, paths);
        var times = new long[EventsOfProfile];
        for (var i = 0; i < profiles * EventsOfProfile; i++)
        {
            var at = i % EventsOfProfile;
            if (at == 0)
            {
                for (var j = 0; j < times.Length; j++)
                {
                    times[j] = Start + random.NextInt64(730 * Durations.Day);
                }
                Array.Sort(times);
            }
            var properties = $$"""{"revenue":{{random.Next(5, 200)}},"currency":"EUR","product_id":"sku-{{random.Next(5_000)}}","score":{{random.Next(11)}}}""";
            var json = Encoding.UTF8.GetBytes($$"""{"properties":{{properties}}}""");
            var record = new EventRecord
            {
                Type = CallType.Track,
                MessageId = Encoding.UTF8.GetBytes($"b200-{i}"),
                Name = Encoding.UTF8.GetBytes(EventNames[random.Next(EventNames.Length)]),
                UserId = "u"u8,
                Json = json,
                Properties = new Range(14, json.Length - 1),
                Timestamp = times[at],
            };
            var bytes = packer.Pack(record, i, out _);
            entries.Add((times[at], packed.WrittenCount, bytes.Length));
            packed.Write(bytes);
        }
    }

    private PackedEvent EventAt(int index) => new(entries[index].At, packed.WrittenSpan.Slice(entries[index].From, entries[index].Length));

    private void Replay(ProfileFold fold, int profile, bool leavesOut)
    {
        fold.Reset();
        for (var i = profile * EventsOfProfile; i < (profile + 1) * EventsOfProfile; i++)
        {
            var e = EventAt(i);
            if (!leavesOut || fold.Plan.Reads(e.Type, e.Flags, e.Name) || !fold.TryPass(e.At - 1))
            {
                fold.Add(e);
            }
        }
        fold.AdvanceTo(Start + (730 * Durations.Day));
    }

    private double Median(FoldPlan plan, Action<ProfileFold, int> replay, out long moves)
    {
        var fold = new ProfileFold(plan);
        var figures = new List<double>();
        var warm = System.Diagnostics.Stopwatch.StartNew();
        moves = 0;
        while (figures.Count < Runs || warm.Elapsed < options.WarmUp / 3)
        {
            moves = 0;
            var before = Environment.CpuUsage.TotalTime;
            for (var profile = 0; profile < profiles; profile++)
            {
                replay(fold, profile);
                moves += fold.Moves.Count;
            }
            figures.Add((Environment.CpuUsage.TotalTime - before).TotalNanoseconds / ((double)profiles * EventsOfProfile));
        }
        return figures.TakeLast(Runs).Order().ElementAt(Runs / 2);
    }

    private (double Ns, double Bytes, double Allocated) OneByOne(FoldPlan plan, int rounds)
    {
        var fold = new ProfileFold(plan);
        var block = new ArrayBufferWriter<byte>(4_096);
        var figures = new List<double>();
        var (bytes, allocated) = (0.0, 0.0);
        var warm = System.Diagnostics.Stopwatch.StartNew();
        while (figures.Count < Runs || warm.Elapsed < options.WarmUp / 3)
        {
            var (before, allocatedBefore) = (Environment.CpuUsage.TotalTime, GC.GetAllocatedBytesForCurrentThread());
            bytes = 0;
            for (var profile = 0; profile < profiles; profile++)
            {
                fold.Reset();
                Save(fold, block);
                for (var i = profile * EventsOfProfile; i < (profile + 1) * EventsOfProfile; i++)
                {
                    for (var round = 1; round < rounds; round++)
                    {
                        fold.Load(block.WrittenSpan);
                        Save(fold, block);
                    }
                    fold.Load(block.WrittenSpan);
                    fold.Add(EventAt(i));
                    fold.AdvanceTo(entries[i].At + 1);
                    _ = fold.NextDeadline;
                    Save(fold, block);
                }
                bytes += block.WrittenCount;
            }
            figures.Add((Environment.CpuUsage.TotalTime - before).TotalNanoseconds / ((double)profiles * EventsOfProfile));
            allocated = (GC.GetAllocatedBytesForCurrentThread() - allocatedBefore) / ((double)profiles * EventsOfProfile);
        }
        return (figures.TakeLast(Runs).Order().ElementAt(Runs / 2), bytes / profiles, allocated);
    }

    private static void Save(ProfileFold fold, ArrayBufferWriter<byte> block)
    {
        block.ResetWrittenCount();
        fold.Save(block);
    }
}
