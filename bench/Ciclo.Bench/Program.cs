using Ciclo.Bench;

var options = BenchOptions.Parse(args);
if (options.Only == "data")
{
    var events = new Ciclo.Bench.Questions.BenchEvents(options.Events, options.Profiles);
    Console.WriteLine(Ciclo.Bench.Questions.EventTable.Write(events, options.Folder));
    var ordered = new Ciclo.Bench.Questions.ProfileOrder(events);
    Console.WriteLine(Ciclo.Bench.Questions.Answers.Funnel(ordered));
    Console.WriteLine(Ciclo.Bench.Questions.Answers.Framework(ordered));
    Console.WriteLine(Ciclo.Bench.Questions.Answers.Segment(ordered));
    Console.WriteLine(Ciclo.Bench.Questions.Answers.Retention(ordered));
    return;
}
var results = new Results();
Directory.CreateDirectory(options.Folder);
if (options.Only.Contains("P1", StringComparison.Ordinal))
{
    await new CollectBench(options, results).RunAsync();
}
if (options.Only.Contains("P3", StringComparison.Ordinal))
{
    await new LatencyBench(options, results).RunAsync();
}
if (options.Only.Contains("P5", StringComparison.Ordinal))
{
    await new RuleChangeBench(options, results).RunAsync();
}
results.Write(options.Results, string.Join(' ', ["bench/run", .. args]));
