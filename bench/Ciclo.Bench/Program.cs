using Ciclo.Bench;

var options = BenchOptions.Parse(args);
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
if (options.Only.Contains("FOLD", StringComparison.Ordinal))
{
    new FoldBench(options, results).Run();
}
results.Write(options.Results, string.Join(' ', ["bench/run", .. args]));
