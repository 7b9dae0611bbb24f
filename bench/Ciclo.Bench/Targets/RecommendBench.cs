using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using Ciclo.Bench.Report;
using Ciclo.Core.Predict.Recommend;

namespace Ciclo.Bench.Targets;

/// <summary>
/// P12: EASE from pairs to weights over 3,706 items and a million pairs, as large as MovieLens 1M, on one thread beside numpy on one thread in the same run; then the twenty best for one
/// person at a time. numpy is asked of CICLO_PYTHON, or python3, and left out with a line where it is absent.
/// </summary>
internal sealed class RecommendBench(Results results) : ITarget
{
    private const int People = 6_040;
    private const int Items = 3_706;
    private const int Pairs = 1_000_000;
    private const double Ridge = 300;
    private const int Asked = 20_000;

    public IReadOnlyList<string> Ids => ["P12"];

    public async Task RunAsync()
    {
        var pairs = Made();
        var watch = Stopwatch.StartNew();
        var data = Interactions.From(pairs, People, Items);
        var model = Ease.Train(data, Ridge, threads: 1, CancellationToken.None);
        var seconds = watch.Elapsed.TotalSeconds;
        var peer = await PeerAsync(pairs);
        var row = new float[Items];
        model.Score([0], row);
        if (peer is { } other && Math.Abs(other.Weight - row[1]) > 1e-6)
        {
            throw new InvalidOperationException($"EASE disagrees with numpy: {row[1]} and {other.Weight}");
        }
        results.Add("P12", $"EASE trained on {Items:N0} items, {data.Count:N0} pairs, one thread", "no slower than numpy with OpenBLAS on one thread",
            $"{seconds:0.00} s; {(peer is { } found ? $"numpy {found.Version} {found.Seconds:0.00} s in the same run" : "numpy is not here (it is known to take 5 s)")}",
            (peer?.Seconds ?? 5) / seconds);
        Serve(model, data);
    }

    private void Serve(Ease model, Interactions data)
    {
        var everything = new Catalogue([.. Enumerable.Repeat(true, Items)], new int[Items], new double[Items]);
        using var offers = new Offers(model, Popular.Train(data), everything);
        var (into, times) = (new Offer[20], new double[Asked]);
        offers.For(data.Of(0), 0, new(), 0, into);
        for (var i = 0; i < Asked; i++)
        {
            var start = Stopwatch.GetTimestamp();
            offers.For(data.Of(i % People), 0, new(), 0, into);
            times[i] = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        }
        Array.Sort(times);
        var p99 = times[Asked * 99 / 100];
        results.Add("P12", "the twenty best of 3,706 items for one person, histories of 166 items on average", "p99 < 5 ms", $"p99 {p99:0.00} ms, half within {times[Asked / 2]:0.00} ms", 5 / p99);
    }

    /// <summary>Few items are had by many and few people have many, as in films.</summary>
    private static (int Person, int Item)[] Made()
    {
        var random = new Random(12);
        var pairs = new HashSet<(int, int)>(Pairs);
        while (pairs.Count < Pairs)
        {
            var person = (int)(People * Math.Pow(random.NextDouble(), 1.6));
            var item = (int)(Items * Math.Pow(random.NextDouble(), 2.2));
            pairs.Add((person, item));
        }
        return [.. pairs];
    }

    private static async Task<(double Seconds, double Weight, string Version)?> PeerAsync((int Person, int Item)[] pairs)
    {
        var file = Path.GetTempFileName();
        try
        {
            await File.WriteAllBytesAsync(file, MemoryMarshal.AsBytes(pairs.SelectMany(pair => new[] { pair.Person, pair.Item }).ToArray().AsSpan()).ToArray());
            var script = Path.Combine("bench", "peers", "ease.py");
            var start = new ProcessStartInfo(Environment.GetEnvironmentVariable("CICLO_PYTHON") ?? "python3") { RedirectStandardOutput = true, UseShellExecute = false };
            foreach (var argument in new[] { script, file, $"{People}", $"{Items}", Ridge.ToString(CultureInfo.InvariantCulture) })
            {
                start.ArgumentList.Add(argument);
            }
            using var process = Process.Start(start)!;
            var output = await process.StandardOutput.ReadToEndAsync();
            await process.WaitForExitAsync();
            if (process.ExitCode != 0)
            {
                return null;
            }
            var answer = JsonDocument.Parse(output).RootElement;
            return (answer.GetProperty("seconds").GetDouble(), answer.GetProperty("weight").GetDouble(), answer.GetProperty("numpy").GetString()!);
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null;
        }
        finally
        {
            File.Delete(file);
        }
    }
}
