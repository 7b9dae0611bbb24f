using System.Text.RegularExpressions;

namespace Ciclo.Core.Rules.Patterns;

/// <summary>
/// A regular expression that answers whether a text matches, in steps of at most (length of the text + 1) × (<see cref="LargestProgram"/>) and in
/// memory that does not grow: all ways through it are walked side by side (Thompson 1968, as told by Cox 2007). Its language and meaning are
/// those of .NET's expressions without backtracking. Those are not used themselves because their automaton, built while they match, has no
/// bound: `(.*a.{90})*x` over one text of 32 KB takes 80 seconds and 4 GB, and a limit of time would make a history depend on the machine.
/// Safe for several threads.
/// </summary>
public sealed class Pattern
{
    /// <summary>Steps of a pattern, those of each repetition counted: `[a-z]{300}` has 300.</summary>
    public const int LargestProgram = 1_000;

    [ThreadStatic]
    private static Walk? walk;

    private readonly Step[] steps;

    private Pattern(Step[] steps) => this.steps = steps;

    /// <summary>Reads a pattern. Throws <see cref="ArgumentException"/> for one that is none, <see cref="NotSupportedException"/> for one that is too large or needs backtracking.</summary>
    public static Pattern Parse(string text)
    {
        // .NET finds the mistakes. It is not run: without backtracking it would work out all classes ahead, which many of them make dear.
        _ = new Regex(text, RegexOptions.CultureInvariant);
        return new Pattern(PatternWriter.Write(PatternParser.Parse(text), LargestProgram));
    }

    public bool IsMatch(ReadOnlySpan<char> text) => IsMatch(text, out _);

    /// <summary>The same, with the steps taken.</summary>
    public bool IsMatch(ReadOnlySpan<char> text, out long taken)
    {
        walk ??= new Walk();
        var isMatch = walk.Run(steps, text);
        taken = walk.Taken;
        return isMatch;
    }
}
