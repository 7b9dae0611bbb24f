using Ciclo.Core.Analytics;
using Ciclo.Core.Time;
using Ciclo.Engine.Runtime.Analysis;

namespace Ciclo.Tests.Analytics;

/// <summary>What scans read is counted, not timed: it follows the events that a question names, not those that there are.</summary>
public sealed class ScanCostTests
{
    /// <summary>Even and a multiple of three: all in files, each person under one identifier.</summary>
    private const int Seed = 6;
    private const int People = 40;

    private readonly AnalysisWorld world = new(Seed, people: People, events: 4_000, grid: 1_000);

    [Fact]
    public void A_funnel_reads_no_more_than_the_events_of_its_steps()
    {
        var scan = new FunnelScan(world.State, new FunnelQuestion(["\"A\" where revenue >= 50", "\"B\""]) { WithTimes = false });
        scan.Answer();
        Assert.InRange(scan.RowsRead, 1, Named("A") + Named("B"));
        var timed = new FunnelScan(world.State, new FunnelQuestion(["\"A\"", "\"B\""]));
        timed.Answer();
        Assert.InRange(timed.RowsRead, Named("A"), Named("A") + Named("B"));
    }

    [Fact]
    public void A_funnel_of_a_rare_first_step_reads_a_few_events_a_profile_however_many_there_are_of_the_second()
    {
        var scan = new FunnelScan(world.State, new FunnelQuestion(["\"Never Sent\"", "any"]) { WithTimes = false });
        scan.Answer();
        Assert.InRange(scan.RowsRead, 0, 2 * People);
    }

    [Fact]
    public void Retention_by_names_reads_no_more_than_the_events_of_those_names()
    {
        var scan = new RetentionScan(world.State, new RetentionQuestion("\"A\"", "\"B\"", PeriodKind.Week, AnalysisWorld.Start, world.End));
        scan.Answer();
        Assert.InRange(scan.RowsRead, 1, Named("A") + Named("B"));
    }

    [Fact]
    public void An_ad_hoc_count_reads_no_more_than_the_events_that_its_rule_names()
    {
        var scan = new SegmentCount(world.State, "count(\"A\", 90d) >= 3 and sum(\"A\".revenue) >= 20", Zone.Utc, world.End);
        scan.Count();
        Assert.InRange(scan.RowsRead, 1, Named("A"));
    }

    private long Named(string name) => world.Facts.Count(fact => fact.Name == name);
}
