using System.Text.RegularExpressions;

namespace Ciclo.Tests.Docs;

/// <summary>
/// A fenced block of a page that a test runs, and what it says will be printed. Fences: `sh test` runs as it stands; `sh test=serve` starts
/// the server; `sh test=demo` runs the demo, small and without serving; a fence that ends in `output`, right after one, says what is printed.
/// </summary>
public sealed record ReadmeBlock(int Line, string Kind, IReadOnlyList<string> Commands, IReadOnlyList<string> Output);

public static class ReadmeBlocks
{
    private static readonly Regex CommandName = new("""\.\.?/ciclo (?<name>[a-z]+)""", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture);

    public static IReadOnlyList<ReadmeBlock> Read(string page)
    {
        var blocks = new List<ReadmeBlock>();
        var lines = page.Split('\n');
        for (var i = 0; i < lines.Length; i++)
        {
            if (!lines[i].StartsWith("```", StringComparison.Ordinal))
            {
                continue;
            }
            var (start, words) = (i, lines[i][3..].Split(' ', StringSplitOptions.RemoveEmptyEntries));
            var end = Array.IndexOf(lines, "```", i + 1);
            var body = lines[(i + 1)..end];
            i = end;
            if (words is ["sh", var kind] && kind.StartsWith("test", StringComparison.Ordinal))
            {
                blocks.Add(new ReadmeBlock(start + 1, kind, body, []));
            }
            else if (words is [_, "output"])
            {
                blocks[^1] = blocks[^1] with { Output = body };
            }
        }
        return blocks;
    }

    /// <summary>The commands of the program that the blocks use.</summary>
    public static IEnumerable<string> CommandsOf(IEnumerable<ReadmeBlock> blocks) => blocks
        .SelectMany(block => block.Commands).SelectMany(line => CommandName.Matches(line)).Select(match => match.Groups["name"].Value).Distinct(StringComparer.Ordinal);

    /// <summary>One script for a shell that prints `@@ LINE` before what the block of that line prints. The server listens on a free port.</summary>
    public static string Script(IEnumerable<ReadmeBlock> blocks)
    {
        var script = new List<string> { "set -euo pipefail", "chmod +x ciclo" };
        foreach (var block in blocks)
        {
            script.Add($"printf '\\n@@ {block.Line}\\n'");
            script.AddRange(block.Kind switch
            {
                "test=serve" => Serving(block.Commands),
                "test=demo" => block.Commands.Where(line => !line.StartsWith("./test", StringComparison.Ordinal))
                    .Select(line => line.Replace("./ciclo demo", "./ciclo demo --customers 200 --no-serve", StringComparison.Ordinal)),
                _ => block.Commands.Select(line => line.Replace("http://127.0.0.1:5080", "${url}", StringComparison.Ordinal)),
            });
        }
        return string.Join('\n', script) + "\n";
    }

    /// <summary>The server says on its standard output where it listens; it ends with the shell.</summary>
    private static IEnumerable<string> Serving(IEnumerable<string> commands) => commands.SelectMany<string, string>(line =>
        line.Contains("/ciclo serve", StringComparison.Ordinal)
            ?
            [
                $"exec 3< <(exec {line.Split('#')[0].Trim()} --urls http://127.0.0.1:0)",
                "server=$!",
                """trap 'kill "$server" 2>/dev/null; wait "$server" || true' EXIT""",
                """while read -r -u 3 said; do if [[ $said =~ http://127.0.0.1:[0-9]+ ]]; then url=${BASH_REMATCH[0]}; break; fi; done""",
            ]
            : [line]);

    /// <summary>What each block printed, by its line.</summary>
    public static IReadOnlyDictionary<int, string> Printed(string output) => output.Split("\n@@ ").Skip(1)
        .Select(part => part.Split('\n', 2)).ToDictionary(part => int.Parse(part[0]), part => part[1]);

    /// <summary>Lines that the page shows and the run did not print, in this order. Blanks do not count; `…` stands for anything.</summary>
    public static IEnumerable<string> Missing(ReadmeBlock block, string printed)
    {
        var lines = new Queue<string>(printed.Split('\n'));
        foreach (var shown in block.Output.Where(line => line.Trim().Length > 0))
        {
            var pattern = string.Join(".*", WithoutBlanks(shown).Split('…').Select(Regex.Escape));
            var isFound = false;
            while (!isFound && lines.TryDequeue(out var line))
            {
                isFound = Regex.IsMatch(WithoutBlanks(line), $"^{pattern}$", RegexOptions.NonBacktracking);
            }
            if (!isFound)
            {
                yield return shown;
            }
        }
    }

    private static string WithoutBlanks(string line) => line.Replace(" ", "", StringComparison.Ordinal).Trim();
}
