using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace Ciclo.Bench.Report;

/// <summary>Figures beside their targets, written as they are: a target missed says by how much.</summary>
internal sealed class Results
{
    private readonly List<string> rows = [];
    private readonly List<BesideRow> beside = [];
    private readonly List<Growth> growths = [];
    private readonly List<(string Id, string What, string? Reason)> missed = [];
    private readonly string loadAtStart = File.Exists("/proc/loadavg") ? File.ReadAllText("/proc/loadavg").Split(' ')[0] : "unknown";

    /// <summary>A figure against a fixed target.</summary>
    /// <param name="id">The line of the targets.</param>
    /// <param name="work">What was done.</param>
    /// <param name="target">What was to be reached.</param>
    /// <param name="figure">What was measured.</param>
    /// <param name="share">The figure as a share of the target: 1 or more has reached it.</param>
    public void Add(string id, string work, string target, string figure, double share)
    {
        var verdict = share >= 1 ? $"reached ({share:0.0}×)" : $"**missed**: {share * 100:0} % of it";
        if (share < 1)
        {
            missed.Add((id, work, Reasons.Find(id, work)));
        }
        rows.Add($"| {id} | {work} | {target} | {figure} | {verdict} |");
        Console.WriteLine($"{id}: {figure} — {verdict}");
    }

    /// <summary>Both sides of a line.</summary>
    public void Add(BesideRow row)
    {
        beside.Add(row);
        if (row.Ratio < row.AtLeast)
        {
            missed.Add((row.Id, $"{row.Work}; against {row.Peer}", Reasons.Find(row.Id, row.Peer)));
        }
        Console.WriteLine($"{row.Id}: ours {Said(row.Ours)}; {row.Peer} {Said(row.Theirs)}; {row.RatioText} — {row.Verdict} ({row.Note})");
    }

    /// <summary>A cost against a size; draws its chart.</summary>
    public void Add(Growth growth)
    {
        growths.Add(growth);
        if (growth.IsMissed)
        {
            missed.Add((growth.Id, growth.Work, Reasons.Find(growth.Id, growth.Work)));
        }
        Console.WriteLine($"{growth.Id}: {string.Join("; ", growth.Lines.Select(line => line.Text))} — {growth.Verdict}");
    }

    /// <summary>Writes the file and, in `charts` beside it, a picture for each growth.</summary>
    public void Write(string path, string command)
    {
        var text = new StringBuilder()
            .AppendLine("# Benchmark results").AppendLine()
            .AppendLine(CultureInfo.InvariantCulture, $"- {TimeProvider.System.GetUtcNow():yyyy-MM-dd HH:mm} UTC, `{command}`")
            .AppendLine(CultureInfo.InvariantCulture, $"- {Cpu()}, {Environment.ProcessorCount} cores, {GC.GetGCMemoryInfo().TotalAvailableMemoryBytes >> 30} GiB, {RuntimeInformation.OSDescription}, .NET {Environment.Version}")
            .AppendLine(CultureInfo.InvariantCulture, $"- Load of the machine by others when it began (1 minute): {loadAtStart}")
            .AppendLine("- One run; each figure's answer was checked, and a wrong one would have ended the run.");
        var folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        Directory.CreateDirectory(folder);
        WriteRows(text);
        WriteBeside(text);
        WriteMissed(text);
        WriteGrowths(text, Path.Combine(folder, "charts"));
        File.WriteAllText(path, text.ToString());
    }

    private void WriteRows(StringBuilder text)
    {
        if (rows.Count > 0)
        {
            text.AppendLine().AppendLine("| | work | target | measured | |").AppendLine("| --- | --- | --- | --- | --- |");
            rows.ForEach(row => text.AppendLine(row));
        }
    }

    private void WriteBeside(StringBuilder text)
    {
        if (beside.Count == 0)
        {
            return;
        }
        text.AppendLine().AppendLine("## Beside others on the same machine").AppendLine()
            .AppendLine("Medians of five runs in turn (ours, theirs, ours, …) after a warm-up of both; the ratio of CPU time is what the target is held against, as both use what cores there are.")
            .AppendLine("Each has the same events in its best form and gives the same answer; bench/README.md says how.").AppendLine()
            .AppendLine("| | work | ours | theirs | ratio | target | | note |").AppendLine("| --- | --- | --- | --- | --- | --- | --- | --- |");
        foreach (var row in beside)
        {
            var target = row.AtLeast > 0 ? $"≥ {row.AtLeast:0.##}×" : "—";
            text.AppendLine(CultureInfo.InvariantCulture, $"| {row.Id} | {row.Work} | {Said(row.Ours)} | {row.Peer}: {Said(row.Theirs)} | {row.RatioText} | {target} | {row.Verdict} | {row.Note.Replace("|", "/", StringComparison.Ordinal)} |");
        }
    }

    private void WriteMissed(StringBuilder text)
    {
        if (missed.Count == 0)
        {
            return;
        }
        text.AppendLine().AppendLine("## What is missed, and why").AppendLine().AppendLine("| | work | reason and remedy |").AppendLine("| --- | --- | --- |");
        foreach (var (id, what, reason) in missed)
        {
            text.AppendLine(CultureInfo.InvariantCulture, $"| {id} | {what} | {reason ?? "not looked into yet"} |");
        }
    }

    private void WriteGrowths(StringBuilder text, string charts)
    {
        if (growths.Count == 0)
        {
            return;
        }
        Directory.CreateDirectory(charts);
        text.AppendLine().AppendLine("## Growth").AppendLine()
            .AppendLine("| | work | measured | target | |").AppendLine("| --- | --- | --- | --- | --- |");
        foreach (var growth in growths)
        {
            var lines = string.Join("<br>", growth.Lines.Select(line => line.Text));
            text.AppendLine(CultureInfo.InvariantCulture, $"| {growth.Id} | {growth.Work}: {growth.Cost} against {growth.Size} | {lines} | {growth.Target} (exponent ≤ {growth.AtMost:0.00}) | {growth.Verdict} |");
            File.WriteAllText(Path.Combine(charts, growth.Id + ".svg"), GrowthChart.Draw(growth));
        }
        text.AppendLine();
        growths.ForEach(growth => text.AppendLine(CultureInfo.InvariantCulture, $"![{growth.Work}: {growth.Cost} against {growth.Size}](charts/{growth.Id}.svg)"));
    }

    private static string Said(Side? side) => side?.Text ?? "not measured";

    private static string Cpu() => File.Exists("/proc/cpuinfo")
        ? File.ReadLines("/proc/cpuinfo").FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal))?.Split(':')[1].Trim() ?? "unknown processor"
        : "unknown processor";
}
