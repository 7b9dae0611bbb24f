using System.Globalization;
using Ciclo.Bench.Peers;
using Ciclo.Bench.Questions;
using Ciclo.Bench.Report;

namespace Ciclo.Bench.Targets;

/// <summary>P8: bytes an event on disk for profile, time, name and one number, the common data set, indexes and directories included.</summary>
/// <param name="ours">Stores the events as our history does and answers bytes an event; null: not measured.</param>
internal sealed class StoredSizeTarget(Func<BenchEvents, Task<double>>? ours, BenchOptions options, CommonData data, PeerPool peers, Results results) : ITarget
{
    private const double AtMost = 12;

    public IReadOnlyList<string> Ids => ["P8"];

    public async Task RunAsync()
    {
        Side? own = null;
        if (ours is not null)
        {
            var bytes = await ours(data.Events);
            own = Bytes(bytes);
            results.Add("P8", $"history on disk, {options.Events:N0} events", "≤ 12 bytes an event for profile, time, name, one number", own.Text, AtMost / bytes);
        }
        var row = new BesideRow("P8", $"history on disk, {options.Events:N0} events", PeerPool.Chdb, own, null, 0);
        try
        {
            var measure = await (await peers.GetAsync(PeerPool.Chdb)).RunAsync("P8", 1);
            results.Add(row with { Peer = $"{measure.Peer} {measure.Version}", Theirs = Bytes(double.Parse(measure.Answer, CultureInfo.InvariantCulture)), Note = measure.Note });
        }
        catch (PeerMissingException exception)
        {
            results.Add(row with { Note = $"not installed: {exception.Message}" });
        }
    }

    private static Side Bytes(double bytes) => new($"{bytes:0.00} bytes an event", bytes);
}
