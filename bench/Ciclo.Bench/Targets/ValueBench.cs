using System.Diagnostics;
using System.Globalization;
using Ciclo.Bench.Report;
using Ciclo.Core.Predict.Value;
using MathNet.Numerics.Distributions;

namespace Ciclo.Bench.Targets;

/// <summary>
/// P10 and P11: the models of purchases, from columns of numbers to parameters, the search for equal histories included. CDNOW's customers are read where the published data lies
/// (CICLO_SHARED), and must give the published likelihood; a million are made with parameters that the fit must find again.
/// </summary>
internal sealed class ValueBench(BenchOptions options, Results results) : ITarget
{
    private const int Runs = 5;
    private const int Many = 1_000_000;
    private static readonly double[] Truth = [0.243, 4.414, 0.793, 2.426];

    private sealed record Columns(double[] Orders, double[] Lasts, double[] Ages);

    public IReadOnlyList<string> Ids => ["P10", "P11"];

    public Task RunAsync()
    {
        if (Cdnow() is { } cdnow)
        {
            var (ms, model) = Median(() => BetaGeometric.Fitted(Table(cdnow)));
            Check(Math.Abs(model.Fit.LogLikelihood + 9582.429) < 1e-3, $"BG/NBD on CDNOW: {model.Fit.LogLikelihood}");
            results.Add("P10", "BG/NBD fitted to CDNOW's 2,357 customers", "≤ 5 ms", $"{ms:0.00} ms (log-likelihood {model.Fit.LogLikelihood:0.0000}; lifetimes is known to take 85–119 ms, BTYD 590–760 ms)", 5 / ms);
            var (paretoMs, pareto) = Median(() => ParetoNbd.Fitted(Table(cdnow)));
            Check(Math.Abs(pareto.Fit.LogLikelihood + 9594.976) < 1e-2, $"Pareto/NBD on CDNOW: {pareto.Fit.LogLikelihood}");
            results.Add("P11", "Pareto/NBD fitted to CDNOW's 2,357 customers", "≤ 120 ms", $"{paretoMs:0.0} ms (log-likelihood {pareto.Fit.LogLikelihood:0.0000}; CLVTools is known to take 380 ms, BTYD 2,200 ms)", 120 / paretoMs);
        }
        Add(Made(isByDay: true), "known to the day");
        Add(Made(isByDay: false), "no two alike");
        return Task.CompletedTask;
    }

    private void Add(Columns columns, string grain)
    {
        var (ms, model) = Median(() => BetaGeometric.Fitted(Table(columns)));
        var farthest = Enumerable.Range(0, 4).Max(at => Math.Abs(model.Fit.Parameters[at] - Truth[at]) / model.Fit.Error(at));
        // Rounding to days moves parameters by more than chance does: a twentieth is allowed as well.
        Check(farthest < 5 || Enumerable.Range(0, 4).All(at => Math.Abs(model.Fit.Parameters[at] / Truth[at] - 1) < 0.05), $"BG/NBD of a million: {string.Join(' ', model.Fit.Parameters)}");
        var table = Table(columns);
        var (scoreMs, total) = Median(() => Enumerable.Range(0, table.Count).AsParallel().Sum(group => model.Expected(table[group], 52)));
        Check(total > 0, "nothing is expected of a million customers");
        results.Add("P10", $"BG/NBD fitted to 1,000,000 customers, {grain} ({table.Count:N0} different histories)", "≤ 250 ms",
            $"{ms:0} ms; expected orders of all in {scoreMs:0} ms more (r {model.Fit.Parameters[0]:0.000}, α {model.Fit.Parameters[1]:0.00}; lifetimes is known to take 12.4 s)", 250 / ms);
    }

    private static HistoryTable Table(Columns columns) => HistoryTable.Of(columns.Orders, columns.Lasts, columns.Ages);

    private (double Ms, T Result) Median<T>(Func<T> work)
    {
        var (times, warm, result) = (new List<double>(), Stopwatch.StartNew(), default(T)!);
        while (times.Count < Runs || warm.Elapsed < options.WarmUp / 5)
        {
            var run = Stopwatch.StartNew();
            result = work();
            times.Add(run.Elapsed.TotalMilliseconds);
        }
        return (times.TakeLast(Runs).Order().ElementAt(Runs / 2), result);
    }

    private static void Check(bool holds, string what)
    {
        if (!holds)
        {
            throw new InvalidOperationException(what);
        }
    }

    private static Columns? Cdnow()
    {
        var file = Path.Combine(Environment.GetEnvironmentVariable("CICLO_SHARED") ?? "shared", "data", "cdnow", "btyd_cdnowSummary_cbs.csv");
        if (!File.Exists(file))
        {
            return null;
        }
        var rows = File.ReadLines(file).Skip(1).Select(line => Array.ConvertAll(line.Split(','), cell => double.Parse(cell, CultureInfo.InvariantCulture))).ToList();
        return new Columns([.. rows.Select(row => row[0])], [.. rows.Select(row => row[1])], [.. rows.Select(row => row[2])]);
    }

    private static Columns Made(bool isByDay)
    {
        var random = new Random(1);
        var columns = new Columns(new double[Many], new double[Many], new double[Many]);
        for (var i = 0; i < Many; i++)
        {
            var age = 27 + (12 * random.NextDouble());
            var (rate, leaves) = (Math.Max(1e-9, Gamma.Sample(random, Truth[0], Truth[1])), Beta.Sample(random, Truth[2], Truth[3]));
            var (orders, last) = (0, 0.0);
            for (var time = Exponential.Sample(random, rate); time <= age; time += Exponential.Sample(random, rate))
            {
                (orders, last) = (orders + 1, time);
                if (random.NextDouble() < leaves)
                {
                    break;
                }
            }
            double Days(double weeks) => isByDay ? Math.Ceiling(weeks * 7) / 7 : weeks;
            (columns.Orders[i], columns.Lasts[i], columns.Ages[i]) = (orders, Days(last), Days(age));
        }
        return columns;
    }
}
