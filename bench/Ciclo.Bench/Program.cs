using Ciclo.Bench;
using Ciclo.Bench.Peers;
using Ciclo.Bench.Questions;
using Ciclo.Bench.Report;
using Ciclo.Bench.Targets;

var options = BenchOptions.Parse(args);
var results = new Results();
Directory.CreateDirectory(options.Folder);
var data = new CommonData(options);
var history = new EngineHistory(options);
await using var peers = new PeerPool(options, data);

// Ours may be null: then the peers' figures stand alone.
ITarget Compared(Question question, IOurSide? ours) => new ComparedTarget(question, ours, options, data, peers, results);

ITarget[] targets =
[
    new CollectBench(options, results),
    new BurstBench(options, results),
    new LatencyBench(options, results),
    new RuleChangeBench(options, results),
    new FoldBench(options, results),
    new RecommendBench(results),
    new ValueBench(options, results),
    new ScaleTarget(options, results),
    new StartTarget(options, results),
    new PagesTarget(options, results),
    Compared(Question.Framework, new FrameworkSide(history)),
    Compared(Question.Funnel, new FunnelSide(history)),
    Compared(Question.Retention, new RetentionSide(history)),
    Compared(Question.Segment, new SegmentSide(history)),
    new StoredSizeTarget(history.SizeAsync, options, data, peers, results),
    new FunnelGrowthTarget(options, results),
    new FoldGrowthTarget(options, results),
    new EngineGrowthTarget(options, results),
    new TimersTarget(new OwnTimers(options).RunAsync, peers, results),
];

var chosen = targets.Where(target => target.Ids.Any(options.Chooses)).ToArray();
if (chosen.Length == 0)
{
    throw new ArgumentException($"No target is chosen; there are {string.Join(", ", targets.SelectMany(target => target.Ids).Distinct())}.");
}
foreach (var target in chosen)
{
    await target.RunAsync();
    // After each, so that what was measured is kept when a later one fails.
    results.Write(options.Results, string.Join(' ', ["bench/run", .. args]));
}
