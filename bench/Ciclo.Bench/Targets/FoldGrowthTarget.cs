using System.Buffers;
using System.Text;
using Ciclo.Bench.Report;
using Ciclo.Core.Events;
using Ciclo.Core.Folds;
using Ciclo.Core.Time;
using Ciclo.Engine.Definitions;

namespace Ciclo.Bench.Targets;

/// <summary>How an event's CPU time in the fold grows with rules, and with the history of its profile. The suite counts the same in units of work.</summary>
internal sealed class FoldGrowthTarget(BenchOptions options, Results results) : ITarget
{
    private const int Runs = 5;
    private const int EventsOfRun = 2_000;

    // Over a thousand names, events have the hundred of them that some rule reads at every size.
    private static readonly int[] Rules = [100, 1_000, 10_000];
    private static readonly int[] Histories = [10, 100, 1_000, 10_000];

    /// <summary>Three times as much for a hundred times as many.</summary>
    private static readonly double ThreeInHundred = Math.Log(3) / Math.Log(100);

    private readonly Names names = new();
    private readonly Names paths = new();

    public IReadOnlyList<string> Ids => ["growth-rules", "growth-history"];

    public Task RunAsync()
    {
        if (options.Chooses(Ids[0]))
        {
            results.Add(new Growth(Ids[0], "one event folded", "rules", "µs CPU", ThreeInHundred, "at most 3× from 100 to 10,000",
            [
                Line("over 1,000 event names", i => $"count(\"E{i % 1_000}\", 30d) >= {2 + (i / 1_000)}", 100),
                Line("on one name, sharing 100 aggregates", i => $"count(\"E0\", {1 + (i % 100)}d) >= {2 + (i / 100)}", 1),
            ]));
        }
        if (options.Chooses(Ids[1]))
        {
            var plan = PlanOf(["count(\"E0\", 30d) >= 5", "sum(\"E0\".revenue, 90d) >= 500", "max(\"E0\".revenue, 60d) > 10", "days(\"E0\", 180d) >= 9", "since(\"E0\") > 3d"]);
            results.Add(new Growth(Ids[1], "one more event folded on a loaded state, under 5 rules", "events in its profile's history", "µs CPU", 0.1, "flat",
            [
                new GrowthLine("one in twenty days, so that windows hold the same", [.. Histories.Select(history => ((double)history, AfterHistory(plan, history, 20 * Durations.Day)))]),
                new GrowthLine("one an hour, so that windows hold up to 4,320", [.. Histories.Select(history => ((double)history, AfterHistory(plan, history, Durations.Hour)))]),
            ]));
        }
        return Task.CompletedTask;
    }

    private GrowthLine Line(string name, Func<int, string> rule, int namesUsed) =>
        new(name, [.. Rules.Select(rules => ((double)rules, UnderRules(PlanOf(Enumerable.Range(0, rules).Select(rule)), namesUsed)))]);

    private double UnderRules(FoldPlan plan, int namesUsed)
    {
        var events = Enumerable.Range(0, namesUsed).Select(name => Packed($"E{name}")).ToArray();
        var fold = new ProfileFold(plan);
        return Median(() =>
        {
            fold.Reset();
            for (var i = 0; i < EventsOfRun; i++)
            {
                fold.Add(new PackedEvent(i * (Durations.Day / 10), events[i * 7 % namesUsed]));
            }
            fold.AdvanceTo(EventsOfRun * (Durations.Day / 10));
        });
    }

    private double AfterHistory(FoldPlan plan, int history, long apart)
    {
        var packed = Packed("E0");
        var fold = new ProfileFold(plan);
        for (var i = 0; i < history; i++)
        {
            fold.Add(new PackedEvent(i * apart, packed));
        }
        fold.AdvanceTo(history * apart);
        var state = new ArrayBufferWriter<byte>();
        fold.Save(state);
        var after = new ArrayBufferWriter<byte>(4_096);
        return Median(() =>
        {
            for (var i = 0; i < EventsOfRun; i++)
            {
                fold.Load(state.WrittenSpan);
                fold.Add(new PackedEvent((history * apart) + i + 1, packed));
                _ = fold.NextDeadline;
                after.ResetWrittenCount();
                fold.Save(after);
            }
        });
    }

    /// <summary>µs of CPU an event.</summary>
    private double Median(Action run)
    {
        var figures = new List<double>();
        var warm = System.Diagnostics.Stopwatch.StartNew();
        while (figures.Count < Runs || warm.Elapsed < options.WarmUp / 10)
        {
            var before = Environment.CpuUsage.TotalTime;
            var rounds = 0;
            // Long enough for the clock of CPU time.
            for (; rounds == 0 || Environment.CpuUsage.TotalTime - before < TimeSpan.FromMilliseconds(100); rounds++)
            {
                run();
            }
            figures.Add((Environment.CpuUsage.TotalTime - before).TotalMicroseconds / ((double)rounds * EventsOfRun));
        }
        return figures.TakeLast(Runs).Order().ElementAt(Runs / 2);
    }

    private FoldPlan PlanOf(IEnumerable<string> rules)
    {
        var files = rules.Select((rule, i) => DefinitionFile.Read($"segment: s{i}\nwhen: {rule}\n", $"{i}.yaml"));
        return FoldPlan.Compile(Catalog.Of(files).Set, names, paths, FoldSettings.Default);
    }

    private byte[] Packed(string name)
    {
        var properties = "{\"revenue\":12.5}"u8.ToArray();
        var record = new EventRecord
        {
            Type = CallType.Track, MessageId = "m"u8, Name = Encoding.UTF8.GetBytes(name), UserId = "u"u8, Json = properties, Properties = new Range(0, properties.Length),
        };
        return new EventPacker(names, paths).Pack(record, 0, out _).ToArray();
    }
}
