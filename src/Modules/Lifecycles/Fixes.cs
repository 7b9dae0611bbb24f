using System.Text.RegularExpressions;
using Ciclo.Core;

namespace Ciclo.Modules.Lifecycles;

/// <summary>A change that would mend a finding: from its place on, the first <paramref name="Find"/> becomes <paramref name="Insert"/>.</summary>
public sealed record Fix(string Find, string Insert);

/// <summary>Mends that are certain enough to offer as a button: a mistyped name whose nearest is known, and a number where a duration belongs.</summary>
internal static class Fixes
{
    private static readonly Regex Nearest = new("""^Did you mean "?([^"?]+)"?\?""", RegexOptions.NonBacktracking);
    private static readonly Regex Quoted = new("^the event \"([^\"]+)\"", RegexOptions.NonBacktracking);
    private static readonly Regex Named = new("""^(?:the (?:property|trait|group trait|score|function|name|key|stage|segment|lifecycle) )?`?([A-Za-z_$][A-Za-z0-9_$.-]*)`?""", RegexOptions.NonBacktracking);
    private static readonly Regex LeadingNumber = new("""^[0-9]+""", RegexOptions.NonBacktracking);

    public static Fix? Of(Diagnostic found, string line)
    {
        if (found.Hint is { } hint && Nearest.Match(hint.En) is { Success: true } nearest && Wrong(found) is { } wrong)
        {
            return new Fix(wrong, nearest.Groups[1].Value);
        }
        var at = Math.Clamp(found.Column - 1, 0, line.Length);
        if (found.Expected.En.Contains("a duration", StringComparison.Ordinal) && LeadingNumber.Match(line[at..]) is { Success: true } number)
        {
            return new Fix(number.Value, number.Value + "d");
        }
        return null;
    }

    /// <summary>The name as it stands in the text, out of what was found: `the event "X"`, `the property X of "Y"`, `the function X`, `X`.</summary>
    private static string? Wrong(Diagnostic found)
    {
        var text = found.Found.En;
        if (Quoted.Match(text) is { Success: true } quoted)
        {
            return quoted.Groups[1].Value;
        }
        return Named.Match(text) is { Success: true } named ? named.Groups[1].Value : null;
    }
}
