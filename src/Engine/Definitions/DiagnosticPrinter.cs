using System.Text;
using Ciclo.Core;

namespace Ciclo.Engine.Definitions;

/// <summary>
/// Findings as compilers print them: `FILE:LINE:COL: error: …`, the line of the file, and a caret under the place. Editors can jump to it.
/// </summary>
public static class DiagnosticPrinter
{
    private const int MaxShown = 120;

    public static string Print(IEnumerable<FileFinding> findings, Language language)
    {
        var output = new StringBuilder();
        foreach (var group in findings.GroupBy(found => found.File))
        {
            output.Append(Print(group.Key.Name, group.Key.Yaml, group.Select(found => found.Diagnostic), language));
        }
        return output.ToString();
    }

    public static string Print(string fileName, string source, IEnumerable<Diagnostic> diagnostics, Language language)
    {
        var lines = source.TrimStart('\uFEFF').Split('\n');
        var output = new StringBuilder();
        foreach (var found in diagnostics.OrderBy(found => found.Line).ThenBy(found => found.Column))
        {
            var severity = (found.Severity, language) switch
            {
                (Severity.Error, _) => "error",
                (_, Language.Es) => "aviso",
                _ => "warning",
            };
            output.Append($"{fileName}:{found.Line}:{found.Column}: {severity}: {found.Message(language)}\n");
            if (found.Line <= lines.Length)
            {
                AppendLine(output, lines[found.Line - 1].TrimEnd('\r'), found.Column);
            }
        }
        return output.ToString();
    }

    private static void AppendLine(StringBuilder output, string line, int column)
    {
        var at = Math.Min(column - 1, line.Length);
        var from = Math.Max(0, Math.Min(at - (MaxShown / 2), line.Length - MaxShown));
        var shown = line.Substring(from, Math.Min(MaxShown, line.Length - from));
        // Tabs stay tabs, so that the caret stands under its character however wide they are shown.
        var pad = string.Concat(line.AsSpan(from, at - from).ToArray().Select(c => c == '\t' ? '\t' : ' '));
        output.Append($"  {shown}\n  {pad}^\n");
    }
}
