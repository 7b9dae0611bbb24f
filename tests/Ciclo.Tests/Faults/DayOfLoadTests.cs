using System.Globalization;
using System.Text;
using Ciclo.Core.Time;
using Ciclo.Data.Files;
using Ciclo.Data.Journal;
using Ciclo.Engine.Collect;
using Ciclo.Engine.Definitions;
using Ciclo.Engine.Runtime;
using Ciclo.Tests.Simulation;

namespace Ciclo.Tests.Faults;

/// <summary>
/// F17: days of a shop in simulated time, on real files, with the same people every day: what the process holds does not rise. `CICLO_LOAD_DAYS=30`
/// measures that many days after the warm-up and not one, `CICLO_LOAD_EVENTS=500000` with so many events a day.
/// </summary>
[CollectionDefinition(nameof(DayOfLoadTests), DisableParallelization = true)]
[Collection(nameof(DayOfLoadTests))]
public sealed class DayOfLoadTests : IDisposable
{
    private const long Start = 1_795_262_400_000;
    private const int People = 1_500;
    private const int WarmDays = 2;
    private const double MostAnHour = 0.01;

    /// <summary>A rise is held against this at the least. The engine’s own heap is smaller here, and samples differ by some hundred kilobytes from hour to hour.</summary>
    private const double LeastHeap = 4 << 20;

    private const string Lifecycle = """
        lifecycle: day
        movement: free
        stages:
          - id: asleep
          - id: awake
            when: count(any, 6h) >= 1
          - id: buying
            when: count("Order Completed", 12h) >= 1 and days("Order Completed", 1d) >= 1
        """;

    private const string Segment = """
        segment: spenders
        when: sum("Order Completed".revenue, 1d) >= 100 or max("Order Completed".revenue, 12h) >= 90
        """;

    private static readonly int Days = Number("CICLO_LOAD_DAYS") ?? 1;
    private static readonly int EventsPerDay = Number("CICLO_LOAD_EVENTS") ?? 40_000;

    private readonly string folder = Directory.CreateTempSubdirectory("ciclo-day-").FullName;
    private readonly SimulatedClock clock = new(Start);
    private readonly Random random = new(17);
    private readonly Admission admission;
    private readonly FrameBuilder frame = new();
    private readonly List<string> sent = [];
    private int next;

    public DayOfLoadTests() => admission = new Admission(new MessageIds(random.NextBytes));

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task Memory_and_open_files_rise_by_less_than_a_hundredth_an_hour()
    {
        var samples = await LiveAsync();
        // What is in use without the engine is not the engine's: a rise is held against what it takes itself.
        var others = GC.GetTotalMemory(forceFullCollection: true);
        samples = [.. samples.Skip(24 * (WarmDays - 1)).Select(sample => sample with { Heap = sample.Heap - others })];
        Figures.Say("F17", $"{Days} day(s) of {EventsPerDay:N0} events and {People:N0} people after {WarmDays} days of warm-up, checkpoints each hour; mean of the day before and of the last: "
            + string.Join("; ", Sample.Names.Select((name, i) => $"{name} {MeanOf(samples.Take(24), i):N0} → {MeanOf(samples.TakeLast(24), i):N0} ({100 * RiseOf(samples, i):+0.00;-0.00} %/h)")));
        for (var i = 0; i < Sample.Limited; i++)
        {
            Assert.True(RiseOf(samples, i) <= MostAnHour, $"{Sample.Names[i]}: {100 * RiseOf(samples, i):0.00} % an hour: {string.Join(' ', samples.Select(sample => sample.All[i]))}");
        }
    }

    [Fact]
    public void A_planted_leak_is_found()
    {
        var leaking = Enumerable.Range(0, 48).Select(hour => new Sample(10_000_000 + (hour * 150_000L) + (hour % 24 * 90_000), 20 + (hour % 24), 0, 0, 0, 0)).ToList();
        Assert.True(RiseOf(leaking, 0) > MostAnHour);
        Assert.Equal(0, RiseOf(leaking, 1));
    }

    /// <summary>Warm-up and days; a sample an hour. Nothing of the engine is left when it returns.</summary>
    private async Task<List<Sample>> LiveAsync()
    {
        await using var engine = await OpenAsync();
        var samples = new List<Sample>();
        for (var hour = 0; hour < 24 * (WarmDays + Days); hour++)
        {
            await LiveAnHourAsync(engine, hour % 24);
            samples.Add(Take(engine));
        }
        Assert.Equal(next, engine.Read(state => state.Staged.History.Count));
        Assert.Equal(0, engine.Backlog);
        return samples;
    }

    private Task<WorkspaceEngine> OpenAsync()
    {
        var catalog = Catalog.Of([DefinitionFile.Read(Lifecycle, "day.yaml"), DefinitionFile.Read(Segment, "spenders.yaml")]);
        Assert.DoesNotContain(catalog.Check(), found => found.IsError);
        var versions = new Dictionary<string, int> { ["lifecycle:day"] = 1, ["segment:spenders"] = 1 };
        var rules = new WorkspaceRules(catalog.Set, versions, "EUR", Zone.Utc, [], new Dictionary<string, string>());
        // Memory for a few hours, so that files are written and merged all day.
        return WorkspaceEngine.OpenAsync("default", new DiskStorage(folder), rules, clock, FoldCrew.Inline, FoldCrew.Inline, new JournalOptions(), CancellationToken.None,
            new HistoryOptions { MemoryBytes = 512 << 10, FanIn = 4 });
    }

    /// <summary>Events follow the shop's day: a tenth at night of what comes in the evening. Some are late, some come twice.</summary>
    private async Task LiveAnHourAsync(WorkspaceEngine engine, int hour)
    {
        var share = 1 - (0.82 * Math.Cos(2 * Math.PI * (hour - 5) / 24));
        for (var minute = 0; minute < 60; minute += 5)
        {
            await SendAsync(engine, (int)(EventsPerDay / 288.0 * share));
            clock.Advance(TimeSpan.FromMinutes(5));
            while (await engine.TurnAsync(CancellationToken.None))
            {
            }
        }
        await engine.CheckpointAsync(CancellationToken.None);
    }

    private async Task SendAsync(WorkspaceEngine engine, int count)
    {
        frame.Clear();
        var items = Enumerable.Range(0, count).Select(_ => Item()).ToList();
        items.AddRange(sent.Take(count / 50));
        sent.Clear();
        sent.AddRange(items.Take(count / 50));
        admission.Read(Encoding.UTF8.GetBytes($$"""{"batch":[{{string.Join(',', items)}}]}"""), new RequestFacts(null, clock.NowMs), frame);
        await engine.AppendAsync(frame.Payload.ToArray(), CancellationToken.None);
    }

    private string Item()
    {
        var late = random.Next(20) == 0 ? random.Next(3 * 60) * Durations.Minute : 0;
        var name = random.Next(5) == 0 ? "Order Completed" : "Product Viewed";
        return string.Create(CultureInfo.InvariantCulture,
            $$"""{"type":"track","userId":"u{{random.Next(People)}}","messageId":"m{{next++}}","event":"{{name}}","timestamp":"{{Instants.Format(clock.NowMs - late)}}","properties":{"revenue":{{random.Next(1, 100)}} } }""");
    }

    private Sample Take(WorkspaceEngine engine)
    {
        var heap = GC.GetTotalMemory(forceFullCollection: true);
        var (handles, mapped) = OpenFiles.CanBeTold ? OpenFiles.Below(folder) : (0, 0);
        return engine.Read(state => new Sample(
            heap, handles, state.Placement.StateBytes, state.Placement.Timers, state.Staged.Messages.MemoryBytes, mapped));
    }

    /// <summary>From the mean of the first day to that of the last, an hour: what is held follows the shop's day, so only whole days compare.</summary>
    private static double RiseOf(List<Sample> samples, int measure)
    {
        var (first, last) = (MeanOf(samples.Take(24), measure), MeanOf(samples.TakeLast(24), measure));
        return first == 0 ? last : (last - first) / Math.Max(first, measure == 0 ? LeastHeap : 0) / (samples.Count - 24);
    }

    private static double MeanOf(IEnumerable<Sample> samples, int measure) => samples.Average(sample => (double)sample.All[measure]);

    private static int? Number(string variable) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), CultureInfo.InvariantCulture, out var number) ? number : null;

    /// <summary>What is held at an instant. Mapped files are told and not limited: they are the history, and in the system's memory, not the process's.</summary>
    private sealed record Sample(long Heap, long Handles, long StateBytes, long Timers, long MessageBytes, long Mapped)
    {
        public static readonly string[] Names = ["heap bytes", "open files", "kept states", "timers", "message ids in memory", "mapped bytes"];

        public const int Limited = 4;

        public long[] All => [Heap, Handles, StateBytes, Timers, MessageBytes, Mapped];
    }
}
