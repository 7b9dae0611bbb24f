using System.Globalization;
using System.Text;
using Ciclo.Core.Events;
using Ciclo.Core.Time;
using Ciclo.Data.Files;
using Ciclo.Data.Journal;
using Ciclo.Engine.Runtime;
using Ciclo.Tests.Simulation;

namespace Ciclo.Tests.Faults;

/// <summary>What the running engine does for an event, counted and not timed: against lateness, against the history of a profile and of everybody, against timers.</summary>
public sealed class EngineGrowthTests : IDisposable
{
    private const long Start = 1_795_262_400_000;

    private readonly string folder = Directory.CreateTempSubdirectory("ciclo-growth-").FullName;
    private readonly FrameBuilder frame = new();

    public void Dispose() => Directory.Delete(folder, recursive: true);

    /// <summary>
    /// What is imported of the past is late in whatever order it comes, as people stand at today already. The number of events is one at which
    /// the last tick refolds everybody for little, the dearest there is.
    /// </summary>
    [Fact]
    public async Task An_import_of_the_past_folds_three_times_what_came_at_the_most_in_order_and_in_reverse()
    {
        const int Events = 180_000;
        const int People = 200;
        var (inOrder, shown) = await ImportAsync("a", Enumerable.Range(0, Events));
        var (reversed, shownReversed) = await ImportAsync("b", Enumerable.Range(0, Events).Reverse());
        Figures.Say("growth-lateness", $"{Events:N0} past events of {People} people at once: {inOrder:N0} folded in order, {reversed:N0} in reverse, {(double)reversed / Events:0.00}× of what came");
        Assert.Equal(shown, shownReversed);
        Assert.InRange(inOrder, Events, 3 * Events);
        Assert.InRange(reversed, Events, 3 * Events);

        async Task<(long Folded, List<string> Shown)> ImportAsync(string name, IEnumerable<int> numbers)
        {
            await using var engine = await OpenAsync(new DiskStorage(Path.Combine(folder, name)), new SimulatedClock(Start));
            await AppendAsync(engine, numbers, number => number % People, number => Start - ((Events - number) * Durations.Minute));
            await TurnsAsync(engine);
            return engine.Read(state => (state.Placement.FoldedEvents, ShownOf(state)));
        }
    }

    [Fact]
    public async Task An_event_in_order_folds_one_event_however_long_its_profiles_history()
    {
        var clock = new SimulatedClock(Start);
        await using var engine = await OpenAsync(new DiskStorage(folder), clock);
        int[] histories = [10, 100, 1_000, 10_000];
        await AppendAsync(engine, Enumerable.Range(0, histories.Sum()), number => PersonOf(number), number => Start - ((histories.Sum() - number) * Durations.Minute));
        await TurnsAsync(engine);
        var folded = new List<long>();
        for (var person = 0; person < histories.Length; person++)
        {
            var before = engine.Read(state => state.Placement.FoldedEvents);
            var number = 1_000_000 + person;
            await AppendAsync(engine, [number], _ => person, _ => Start);
            await TurnsAsync(engine);
            folded.Add(engine.Read(state => state.Placement.FoldedEvents) - before);
        }
        Figures.Say("growth-history", "events folded for one more: " + string.Join(", ", histories.Zip(folded, (size, count) => $"{count} after {size:N0}")));
        Assert.All(folded, count => Assert.Equal(1, count));

        int PersonOf(int number)
        {
            var person = 0;
            for (; number >= histories[person]; person++)
            {
                number -= histories[person];
            }
            return person;
        }
    }

    [Fact]
    public async Task A_restart_reads_and_folds_what_the_tail_needs_however_long_the_history()
    {
        var (few, fewRead) = await RestartAsync(200);
        var (many, manyRead) = await RestartAsync(4_000);
        Figures.Say("growth-restart", $"a tail of 100 events over 4,000 and over 80,000: {few:N0} and {many:N0} events folded, {fewRead:N0} and {manyRead:N0} bytes of the journal read");
        Assert.Equal(few, many);
        Assert.InRange(manyRead, 1, fewRead * 3 / 2);
    }

    private async Task<(long Folded, long Read)> RestartAsync(int people)
    {
        const int EventsEach = 20;
        const int Tail = 100;
        var (storage, clock) = (new SimulatedStorage(1), new SimulatedClock(Start));
        var engine = await OpenAsync(storage, clock);
        var all = people * EventsEach;
        await AppendAsync(engine, Enumerable.Range(0, all), number => number % people, number => Start - ((all - number) * Durations.Second));
        await TurnsAsync(engine);
        await engine.CheckpointAsync(CancellationToken.None);
        await AppendAsync(engine, Enumerable.Range(all, Tail), number => number % 5, _ => Start);
        storage.Kill();
        try
        {
            await engine.DisposeAsync();
        }
        catch (Exception gone) when (gone is JournalFailedException or IOException or ObjectDisposedException)
        {
            // The process under it was killed.
        }
        var before = storage.BytesRead("journal/");
        await using var again = await OpenAsync(storage, clock);
        var read = storage.BytesRead("journal/") - before;
        Assert.Equal(all + Tail, again.Read(state => state.Staged.History.Count));
        return (again.Read(state => state.Placement.FoldedEvents), read);
    }

    [Theory]
    [InlineData("as time passes", 3.0)]
    [InlineData("at random", 3.0)]
    [InlineData("ever earlier", 11.0)]
    public void A_timer_is_put_in_with_as_many_comparisons_among_a_million_as_among_a_thousand(string order, double atMost)
    {
        int[] sizes = [1_000, 10_000, 100_000, 1_000_000];
        var cost = sizes.Select(CostOf).ToList();
        Figures.Say("growth-timers", $"{order}: comparisons for each of the last thousand: " + string.Join(", ", sizes.Zip(cost, (size, each) => $"{each:0.00} among {size:N0}")));
        Assert.True(cost[^1] <= atMost, string.Join(' ', cost));
        Assert.True(order == "ever earlier" || cost[^1] <= cost[0] + 1, string.Join(' ', cost));

        double CostOf(int size)
        {
            var (random, counting) = (new Random(1), new Counting());
            var shard = new Shard(1, counting);
            for (var i = 0; i < size; i++)
            {
                counting.Asked = i == size - 1_000 ? 0 : counting.Asked;
                shard.Await(i, order switch
                {
                    "as time passes" => (i * 100L) + (random.Next(3) * Durations.Day),
                    "at random" => random.NextInt64(1_000 * Durations.Day),
                    _ => Start - i,
                });
            }
            return counting.Asked / 1_000.0;
        }
    }

    private static Task<WorkspaceEngine> OpenAsync(IStorage storage, SimulatedClock clock) => WorkspaceEngine.OpenAsync(
        "default", storage, EngineRules.All[0], clock, FoldCrew.Inline, FoldCrew.Inline, new JournalOptions { Salt = 1, SegmentBytes = 1 << 20 }, CancellationToken.None);

    private static async Task TurnsAsync(WorkspaceEngine engine)
    {
        while (await engine.TurnAsync(CancellationToken.None))
        {
        }
    }

    /// <summary>Appends numbered orders, some hundred to a frame, without folding any.</summary>
    private async Task AppendAsync(WorkspaceEngine engine, IEnumerable<int> numbers, Func<int, int> personOf, Func<int, long> atOf)
    {
        foreach (var chunk in numbers.Chunk(500))
        {
            frame.Clear();
            foreach (var number in chunk)
            {
                Write(number, personOf(number), atOf(number));
            }
            await engine.AppendAsync(frame.Payload.ToArray(), CancellationToken.None);
        }
    }

    private void Write(int number, int person, long at)
    {
        ReadOnlySpan<byte> json = """{"properties":{"revenue":20,"currency":"EUR"} }"""u8;
        var record = new EventRecord
        {
            Type = CallType.Track,
            Timestamp = at,
            ReceivedAt = Start,
            OriginalTimestamp = EventRecord.NoTime,
            SentAt = EventRecord.NoTime,
            MessageId = Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"m{number:00000000}")),
            Name = "Order Completed"u8,
            UserId = Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"u{person}")),
            Json = json,
            Properties = 14..(json.Length - 2),
        };
        frame.Begin(RecordKind.Event);
        record.Write(frame);
        frame.End();
    }

    /// <summary>What people are shown, by their own ids: the engine's are given in the order of arrival.</summary>
    private static List<string> ShownOf(EngineState state) =>
        [.. Queries.Transitions(state, 0, null).Select(row => $"{row.UserId} {row.From} {row.To} {row.At}").Order(StringComparer.Ordinal)];

    private sealed class Counting : IComparer<long>
    {
        public long Asked { get; set; }

        public int Compare(long x, long y)
        {
            Asked++;
            return x.CompareTo(y);
        }
    }
}
