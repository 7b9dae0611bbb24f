using System.Text.RegularExpressions;
using Ciclo.Core.Rules;

namespace Ciclo.Modules.Lifecycles;

/// <summary>On which line of a lifecycle's text each stage and sub-segment has its rule: where its people are written beside it.</summary>
internal static class RuleLines
{
    private static readonly Regex IdKey = new("""\bid:\s*["']?([a-z0-9_-]+)""", RegexOptions.NonBacktracking);
    private static readonly Regex WhenKey = new("""(^|[\s{,])when:""", RegexOptions.NonBacktracking);

    /// <summary>1-based lines by stage id and by `stage/segment`; the line of the id where there is no rule. What cannot be told is left out.</summary>
    public static IReadOnlyDictionary<string, int> Of(string yaml, LifecycleDefinition lifecycle)
    {
        var (found, owner, stage, isInStages) = (new Dictionary<string, int>(StringComparer.Ordinal), "", -1, false);
        var lines = yaml.Split('\n');
        for (var i = 0; i < lines.Length; i++)
        {
            if (lines[i].Length > 0 && char.IsLetter(lines[i][0]))
            {
                isInStages = lines[i].StartsWith("stages", StringComparison.Ordinal);
            }
            if (!isInStages)
            {
                continue;
            }
            if (IdKey.Match(lines[i]) is { Success: true } id)
            {
                owner = Owner(lifecycle, ref stage, id.Groups[1].Value) ?? owner;
                found.TryAdd(owner, i + 1);
            }
            if (owner.Length > 0 && WhenKey.IsMatch(lines[i]))
            {
                found[owner] = i + 1;
            }
        }
        found.Remove("");
        return found;
    }

    private static string? Owner(LifecycleDefinition lifecycle, ref int stage, string id)
    {
        if (stage >= 0 && lifecycle.Stages[stage].Segments.Any(segment => segment.Id == id))
        {
            return lifecycle.Stages[stage].Id + "/" + id;
        }
        if (stage + 1 < lifecycle.Stages.Count && lifecycle.Stages[stage + 1].Id == id)
        {
            stage++;
            return id;
        }
        return null;
    }
}
