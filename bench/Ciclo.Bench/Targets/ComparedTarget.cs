using System.Diagnostics;
using Ciclo.Bench.Peers;
using Ciclo.Bench.Questions;
using Ciclo.Bench.Report;

namespace Ciclo.Bench.Targets;

/// <summary>
/// A question asked in turn of us and of each of its peers, five times each after a warm-up of both, every answer held against the expected one. Without
/// a side of ours, the peers' figures stand alone.
/// </summary>
internal sealed class ComparedTarget(Question question, IOurSide? ours, BenchOptions options, CommonData data, PeerPool peers, Results results) : ITarget
{
    private const int Runs = 5;
    private const int PeerWarmUps = 2;

    public IReadOnlyList<string> Ids => [question.Id];

    public async Task RunAsync()
    {
        var expected = data.Expected(question);
        if (ours is not null)
        {
            await ours.PrepareAsync(data.Events);
            var warm = Stopwatch.StartNew();
            do
            {
                Check("ours", ours.Answer(), expected);
            }
            while (warm.Elapsed < options.WarmUp);
        }
        foreach (var (peer, atLeast) in question.Goals)
        {
            results.Add(await CompareAsync(peer, atLeast, expected));
        }
        if (ours is not null)
        {
            await ours.DisposeAsync();
        }
    }

    private async Task<BesideRow> CompareAsync(string name, double atLeast, string expected)
    {
        var work = $"{question.Work}; {options.Events:N0} events, {options.Profiles:N0} profiles";
        var own = new List<(double WallMs, double CpuMs)>();
        var theirs = new List<(double WallMs, double CpuMs)>();
        PeerMeasure? last = null;
        var reason = "";
        try
        {
            var peer = await peers.GetAsync(name);
            last = Check(await peer.RunAsync(question.Id, PeerWarmUps), expected);
            for (var run = 0; run < Runs; run++)
            {
                MeasureOurs(own, expected);
                last = Check(await peer.RunAsync(question.Id, 1), expected);
                theirs.Add((last.WallMs[0], last.CpuMs[0]));
            }
        }
        catch (PeerMissingException exception)
        {
            reason = exception.Message;
            while (own.Count < Runs && ours is not null)
            {
                MeasureOurs(own, expected);
            }
        }
        return new BesideRow(question.Id, work, last is null ? name : $"{name} {last.Version}", Side.OfRuns(own), reason.Length > 0 ? null : Side.OfRuns(theirs), atLeast)
        {
            Note = reason.Length > 0 ? $"{(last is null ? "not installed" : "ended")}: {reason}" : last!.Note,
        };
    }

    private void MeasureOurs(List<(double WallMs, double CpuMs)> own, string expected)
    {
        if (ours is null)
        {
            return;
        }
        var (clock, cpu) = (Stopwatch.StartNew(), Environment.CpuUsage.TotalTime);
        var answer = ours.Answer();
        own.Add((clock.Elapsed.TotalMilliseconds, (Environment.CpuUsage.TotalTime - cpu).TotalMilliseconds));
        Check("ours", answer, expected);
    }

    private PeerMeasure Check(PeerMeasure measure, string expected)
    {
        Check(measure.Peer, measure.Answer, expected);
        return measure;
    }

    private void Check(string side, string answer, string expected)
    {
        if (answer != expected)
        {
            throw new InvalidOperationException($"{question.Id}, {side}: the answer is {Start(answer)}, expected {Start(expected)}.");
        }
    }

    private static string Start(string text) => text.Length > 200 ? text[..200] + "…" : text;
}
