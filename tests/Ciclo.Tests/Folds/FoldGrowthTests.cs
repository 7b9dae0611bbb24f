using System.Buffers;
using System.Text;
using Ciclo.Core.Events;
using Ciclo.Core.Folds;
using Ciclo.Engine.Definitions;
using Ciclo.Tests.Faults;

namespace Ciclo.Tests.Folds;

/// <summary>What a fold does for an event, counted and not timed: against the number of rules and against the length of the history.</summary>
public sealed class FoldGrowthTests
{
    private const long Day = 86_400_000;
    private readonly Names names = new();
    private readonly Names paths = new();

    [Fact]
    public void A_hundred_times_the_rules_over_a_thousand_names_cost_an_event_three_times_at_most() =>
        AssertGrowth("over 1,000 names", i => $"count(\"E{i % 1_000}\", 30d) >= {2 + (i / 1_000)}", 100);

    [Fact]
    public void A_hundred_times_the_rules_over_a_hundred_aggregates_of_one_name_cost_an_event_three_times_at_most() =>
        AssertGrowth("on one name, sharing 100 aggregates", i => $"count(\"E0\", {1 + (i % 100)}d) >= {2 + (i / 100)}", 1);

    [Fact]
    public void A_new_event_costs_the_same_after_ten_thousand_events_as_after_ten()
    {
        var plan = PlanOf(["count(\"E0\", 30d) >= 5", "sum(\"E0\".revenue, 90d) >= 500", "max(\"E0\".revenue, 60d) > 10", "days(\"E0\", 180d) >= 9", "since(\"E0\") > 3d"]);
        int[] sizes = [10, 100, 1_000, 10_000];
        var work = sizes.Select(history => WorkAfter(plan, history)).ToList();
        Figures.Say("growth-history", "units of work for 100 events: " + string.Join(", ", sizes.Zip(work, (size, units) => $"{units} after {size:N0}")));
        Assert.True(work[^1] <= work[0] * 3, $"{work[0]} units of work for 100 events after 10, {work[^1]} after 10,000.");
    }

    [Fact]
    public void In_the_steady_state_an_event_on_a_saved_state_allocates_nothing()
    {
        var plan = PlanOf(["count(\"E0\", 30d) >= 5", "sum(\"E1\".revenue, 90d) >= 500", "max(\"E0\".revenue, 60d) > 10", "days(\"E1\", 180d) >= 9", "since(\"E0\") > 3d", "traits.plan != null"]);
        var fold = new ProfileFold(plan);
        var block = new ArrayBufferWriter<byte>(65_536);
        byte[][] events = [Packed("E0"), Packed("E1")];
        long before = 0;
        for (var i = 0; i < 3_000; i++)
        {
            if (i == 2_000)
            {
                before = GC.GetAllocatedBytesForCurrentThread();
            }
            if (i > 0)
            {
                fold.Load(block.WrittenSpan);
            }
            fold.Add(new PackedEvent(i * (Day / 4), events[i & 1]));
            fold.AdvanceTo((i * (Day / 4)) + 1);
            _ = fold.NextDeadline;
            block.ResetWrittenCount();
            fold.Save(block);
        }
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private void AssertGrowth(string what, Func<int, string> rule, int namesUsed)
    {
        var (few, some, many) = (Work(100), Work(1_000), Work(10_000));
        Figures.Say("growth-rules", $"{what}: units of work for 500 events: {few} under 100 rules, {some} under 1,000, {many} under 10,000");
        Assert.True(many <= few * 3, $"{few} units of work under 100 rules, {many} under 10,000.");

        long Work(int rules)
        {
            var fold = new ProfileFold(PlanOf(Enumerable.Range(0, rules).Select(rule)));
            for (var i = 0; i < 500; i++)
            {
                fold.Add(new PackedEvent(i * (Day / 10), Packed($"E{i * 7 % namesUsed}")));
            }
            fold.AdvanceTo(500 * Day);
            return fold.Work;
        }
    }

    private long WorkAfter(FoldPlan plan, int history)
    {
        var packed = Packed("E0");
        var fold = new ProfileFold(plan);
        for (var i = 0; i < history; i++)
        {
            fold.Add(new PackedEvent(i * (Day / 24), packed));
        }
        fold.AdvanceTo(history * (Day / 24));
        var block = new ArrayBufferWriter<byte>();
        fold.Save(block);
        var other = new ProfileFold(plan);
        other.Load(block.WrittenSpan);
        for (var i = 0; i < 100; i++)
        {
            other.Add(new PackedEvent((history + i + 1) * (Day / 24), packed));
        }
        _ = other.NextDeadline;
        return other.Work;
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
            Type = CallType.Track, MessageId = "m"u8, Name = Encoding.UTF8.GetBytes(name), UserId = "u"u8, Json = properties,
            Properties = new Range(0, properties.Length), Timestamp = 0,
        };
        return new EventPacker(names, paths).Pack(record, 0, out _).ToArray();
    }
}
