using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace Ciclo.Bench;

/// <summary>Figures beside their targets, written as they are: a target missed says by how much.</summary>
internal sealed class Results
{
    private readonly List<string> rows = [];

    /// <param name="id">The line of the targets.</param>
    /// <param name="work">What was done.</param>
    /// <param name="target">What was to be reached.</param>
    /// <param name="figure">What was measured.</param>
    /// <param name="share">The figure as a share of the target: 1 or more has reached it.</param>
    public void Add(string id, string work, string target, string figure, double share)
    {
        var verdict = share >= 1 ? $"reached ({share:0.0}×)" : $"**missed**: {share * 100:0} % of it";
        rows.Add($"| {id} | {work} | {target} | {figure} | {verdict} |");
        Console.WriteLine($"{id}: {figure} — {verdict}");
    }

    public void Write(string path, string command)
    {
        var text = new StringBuilder()
            .AppendLine("# Benchmark results").AppendLine()
            .AppendLine(CultureInfo.InvariantCulture, $"- {TimeProvider.System.GetUtcNow():yyyy-MM-dd HH:mm} UTC, `{command}`")
            .AppendLine(CultureInfo.InvariantCulture, $"- {Cpu()}, {Environment.ProcessorCount} cores, {GC.GetGCMemoryInfo().TotalAvailableMemoryBytes >> 30} GiB, {RuntimeInformation.OSDescription}, .NET {Environment.Version}")
            .AppendLine(CultureInfo.InvariantCulture, $"- Load of the machine by others when it began (1 minute): {loadAtStart}")
            .AppendLine("- One run; each figure's answer was checked, and a wrong one would have ended the run.").AppendLine()
            .AppendLine("| | work | target | measured | |").AppendLine("| --- | --- | --- | --- | --- |");
        rows.ForEach(row => text.AppendLine(row));
        File.WriteAllText(path, text.ToString());
    }

    private readonly string loadAtStart = File.Exists("/proc/loadavg") ? File.ReadAllText("/proc/loadavg").Split(' ')[0] : "unknown";

    private static string Cpu() => File.Exists("/proc/cpuinfo")
        ? File.ReadLines("/proc/cpuinfo").FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal))?.Split(':')[1].Trim() ?? "unknown processor"
        : "unknown processor";
}
