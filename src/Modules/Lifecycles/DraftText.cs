using System.Text;
using Ciclo.Core;
using Ciclo.Engine.Definitions;

namespace Ciclo.Modules.Lifecycles;

/// <summary>The texts that drafts begin with.</summary>
internal static class DraftText
{
    /// <summary>A definition under another id: only the line that states it changes.</summary>
    public static string WithId(string yaml, int line, string id)
    {
        var lines = yaml.ReplaceLineEndings("\n").Split('\n');
        lines[line - 1] = lines[line - 1][..(lines[line - 1].IndexOf(':', StringComparison.Ordinal) + 1)] + " " + id;
        return string.Join('\n', lines);
    }

    public static string Empty(string id, string zone) => $$"""
        lifecycle: {{id}}
        timezone: {{zone}}
        movement: forward
        stages:
          - id: visitor
          - id: customer
            when: count("Order Completed") >= 1

        """;

    /// <summary>A segment's text with another rule; every line that does not belong to `when` stays.</summary>
    public static string WithRule(string yaml, string rule)
    {
        var kept = new List<string>();
        var (isRule, at) = (false, -1);
        foreach (var line in yaml.ReplaceLineEndings("\n").TrimEnd('\n').Split('\n'))
        {
            isRule = line.StartsWith("when:", StringComparison.Ordinal) || (isRule && (line.Length == 0 || char.IsWhiteSpace(line[0])));
            if (!isRule)
            {
                kept.Add(line);
            }
            else if (at < 0)
            {
                at = kept.Count;
            }
        }
        // A block holds whatever a rule holds: quotes, colons, marks of comments.
        kept.InsertRange(at < 0 ? kept.Count : at, ["when: >-", "  " + rule.ReplaceLineEndings(" ")]);
        return string.Join('\n', kept) + "\n";
    }

    public static string EmptySegment(string id, string zone) => $"""
        segment: {id}
        timezone: {zone}
        when: ever("Order Completed")

        """;
}

/// <summary>One finding for the editor: 1-based place, words in the reader's language, and the change that would mend it.</summary>
public sealed record FindingAnswer(int Line, int Column, bool IsError, string Says, string Message, Fix? Fix);

public sealed record CheckAnswer(IReadOnlyList<FindingAnswer> Findings, bool IsDraft, bool CanReplay)
{
    public static CheckAnswer Of(IReadOnlyList<FileFinding> findings, string text, bool isDraft, bool canReplay, Language language)
    {
        var lines = text.Split('\n');
        return new CheckAnswer([.. findings.Select(found => found.Diagnostic).Select(found => new FindingAnswer(
            found.Line, found.Column, found.Severity == Severity.Error, found.Say(language), found.Message(language),
            found.Line >= 1 && found.Line <= lines.Length ? Fixes.Of(found, lines[found.Line - 1]) : null))], isDraft, canReplay);
    }
}
