using System.Text;
using System.Text.RegularExpressions;
using Ciclo.Core.Rules.Patterns;
using Ciclo.Tests.Faults;
using Ciclo.Tests.Fuzzing;

namespace Ciclo.Tests.Rules.Patterns;

/// <summary>`matches` says what .NET's expressions say, and never takes more steps than its bound, whatever the pattern and the text.</summary>
public sealed class PatternTests
{
    /// <summary>The longest text an event can bring.</summary>
    private const int LongestText = 32_768;

    private static readonly string[] Pieces =
    [
        "a", "b", "c", "A", "é", "ß", "K", "_", " ", "\n", ".", "^", "$", "\\A", "\\z", "\\Z", "\\b", "\\B", "\\d", "\\w", "\\W", "\\s", "\\S", "\\D", "\\p{Lu}", "\\P{L}",
        "\\x61", "\\u0062", "\\.", "\\n", "\\0", "\\cA", "[ab]", "[^a]", "[a-c]", "[a-c-[b]]", "[\\w-[a]]", "[^\\d\\s]", "[]a]", "[^]a]", "[a\\]]", "[-a]", "[\\[a]",
        "(", ")", "(?:", "(?<n>", "(?i)", "(?i:", "(?-i)", "(?m)", "(?s)", "(?#x)", "|", "*", "+", "?", "{2}", "{0,2}", "{1,}", "{0}", "{,2}", "{", "}", "ab", "1", "-", "[", "]",
    ];

    private static readonly string[] Letters = ["a", "b", "c", "A", "B", "é", "É", "ß", "K", "k", "\u212a", "_", " ", "\n", "1", ".", "-", "{", "}", "]", "[", "\0", "\u0001", "\u200d", "😀", ",", "2"];

    [Fact]
    public void It_answers_as_dotnet_does()
    {
        const int Wanted = 10_000;
        var seed = FuzzRun.Seed;
        var random = new Random(seed);
        var (read, refused, matched) = (0, 0, 0);
        for (var i = 0; i < Wanted; i++)
        {
            var text = Joined(random, Pieces, 8);
            if (Dotnet(text) is not { } theirs)
            {
                Assert.ThrowsAny<Exception>(() => Pattern.Parse(text));
                continue;
            }
            if (Ours(text) is not { } ours)
            {
                refused++;
                continue;
            }
            read++;
            for (var texts = 0; texts < 6; texts++)
            {
                var subject = Joined(random, Letters, 6);
                var expected = theirs.IsMatch(subject);
                matched += expected ? 1 : 0;
                Assert.True(expected == ours.IsMatch(subject), $"seed {seed}: {Show(text)} over {Show(subject)} is {expected} to .NET");
            }
        }
        Assert.True(read > Wanted / 12 && refused < read / 20 && matched > read / 2, $"seed {seed}: {read} read, {refused} refused, {matched} matched");
        Figures.Say("rules as code", $"{read:N0} patterns agree with .NET over 6 texts each, {refused:N0} that .NET reads are refused, seed {seed}");
    }

    [Theory]
    [InlineData("(.*a.{90})*x")]
    [InlineData("(.*){1,200}x")]
    [InlineData("(.*b.*c|.*a.*a){40}x")]
    [InlineData("(a?){200}a{200}b")]
    [InlineData("(a|aa|aaa)*$z|.*z")]
    [InlineData("((a*)*)*b")]
    [InlineData("[a-z]{990}")]
    public void No_pattern_takes_more_steps_than_its_bound(string text)
    {
        var pattern = Pattern.Parse(text);
        foreach (var subject in new[] { new string('a', LongestText), string.Concat(Enumerable.Repeat("abc", LongestText / 3)) })
        {
            pattern.IsMatch(subject);
            var steps = 0L;
            Assert.Equal(0, Allocated.By(() => pattern.IsMatch(subject, out steps)));
            Assert.InRange(steps, 0, 2L * (LongestText + 1) * Pattern.LargestProgram);
            Figures.Say("rules as code", $"{text} over {subject.Length:N0} characters: {steps:N0} steps");
        }
    }

    [Theory]
    [InlineData("a{1001}")]
    [InlineData("(a{100}){100}")]
    [InlineData("((((a{50}){50}){50}){50}){50}")]
    [InlineData("(?:(){1000000}){1000000}a{1000}")]
    public void What_is_larger_is_refused_at_once(string text) => Assert.Throws<NotSupportedException>(() => Pattern.Parse(text));

    [Theory]
    [InlineData("(a)\\1")]
    [InlineData("(?=a)")]
    [InlineData("(?!a)")]
    [InlineData("(?<=a)b")]
    [InlineData("(?<!a)b")]
    [InlineData("(?>a*)b")]
    [InlineData("(?<a>x)(?<b-a>y)")]
    [InlineData("(?(a)b|c)")]
    [InlineData("(?x) a")]
    [InlineData("\\Ga")]
    public void What_needs_backtracking_is_refused(string text) => Assert.Throws<NotSupportedException>(() => Pattern.Parse(text));

    private static Regex? Dotnet(string text)
    {
        try
        {
            return new Regex(text, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
        }
        catch (Exception refused) when (refused is ArgumentException or NotSupportedException)
        {
            return null;
        }
    }

    private static Pattern? Ours(string text)
    {
        try
        {
            return Pattern.Parse(text);
        }
        catch (NotSupportedException)
        {
            return null;
        }
    }

    private static string Joined(Random random, string[] pieces, int most)
    {
        var text = new StringBuilder();
        for (var left = random.Next(most) + 1; left > 0; left--)
        {
            text.Append(pieces[random.Next(pieces.Length)]);
        }
        return text.ToString();
    }

    private static string Show(string text) => System.Text.Json.JsonSerializer.Serialize(text);
}
