using System.Diagnostics;
using System.Text;
using Ciclo.Core.Events;
using Ciclo.Core.Rules;
using Ciclo.Core.Time;
using Ciclo.Tests.Rules.Twin;
using Ciclo.Tests.Rules.Worlds;

namespace Ciclo.Tests.Rules.Language;

/// <summary>No text, however odd or long, does anything but parse or be refused, and soon.</summary>
public sealed class LimitTests
{
    private static readonly string[] Pieces =
    [
        "count", "sum", "(", ")", "(", ")", "\"A\"", "\"Order Completed\"", ".", ",", "30d", "12h", "5", "0.5", "and", "or", "not", "==", "!=", "<", ">", ">=", "+", "-", "*",
        "/", "traits", "email", "where", "in", "[", "]", "null", "true", "now", "age", "stage", "since", "last", "first", "ever", "any", "page", "instant", "anniversary",
        "@2026-01-31", "@", "`x y`", "`", "\"", "\\", "'", "contains", "matches", "\"(a|b)*\"", "time_in_stage", "consent", "scores", "group", "ñ", "\ud83d", "\ude00", "\u0301",
        "\0", "\n", "999999999999999", "1e5", "2w", "366000d", "%", "#", "days", "distinct", "money",
    ];

    [Fact]
    public void Two_hundred_thousand_random_texts_parse_or_are_refused()
    {
        const int Seed = 20_260_131;
        var dice = new Dice(Seed);
        var clock = Stopwatch.StartNew();
        var good = 0;
        for (var i = 0; i < 200_000; i++)
        {
            var text = Random(dice, i);
            try
            {
                var expression = Parser.Parse(text, (RuleContext)dice.Below(5), Zone.Utc);
                Checker.CheckCondition(expression);
                good++;
                var printed = Printer.Print(expression);
                Assert.NotEqual("", printed);
            }
            catch (RuleException refused)
            {
                Assert.True(refused.Error.Extent.Start >= 0 && refused.Error.Extent.Length >= 0 && refused.Error.Extent.End <= text.Length,
                    $"Seed {Seed}, text {i}: {refused.Error.Extent} lies outside of {text}");
            }
            catch (Exception crash)
            {
                Assert.Fail($"Seed {Seed}, text {i}: {text}\n{crash}");
            }
        }
        Assert.True(good > 1_000, $"Only {good} of the texts are good: too few to say anything of what follows parsing.");
        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(60), $"It took {clock.Elapsed}.");
    }

    [Theory]
    [InlineData("(", "traits.a", ")", 99)]
    [InlineData("not ", "traits.a", "", 99)]
    [InlineData("- ", "traits.a", " > 0", 99)]
    public void A_hundred_levels_are_read_and_one_more_is_refused(string open, string core, string close, int levels)
    {
        Checker.CheckCondition(Parser.Parse(Nested(levels), RuleContext.Lifecycle, Zone.Utc));
        Assert.Equal("too_deep", Assert.Throws<RuleException>(() => Parser.Parse(Nested(levels + 1), RuleContext.Lifecycle, Zone.Utc)).Error.Code);

        string Nested(int count) => close.StartsWith(' ')
            ? string.Concat(Enumerable.Repeat(open, count)) + core + close
            : string.Concat(Enumerable.Repeat(open, count)) + core + string.Concat(Enumerable.Repeat(close, count));
    }

    [Theory]
    [InlineData("(")]
    [InlineData("not ")]
    [InlineData("-")]
    [InlineData("instant(")]
    [InlineData("count(any,")]
    [InlineData("count(any,(")]
    [InlineData("traits.a in[(")]
    [InlineData("anniversary(")]
    public void Ten_thousand_characters_of_opening_are_refused_without_exhausting_a_small_stack(string opening) => OnASmallStack(() =>
    {
        var text = string.Concat(Enumerable.Repeat(opening, Parser.MaxLength / opening.Length));
        Assert.Equal("too_deep", Assert.Throws<RuleException>(() => Parser.Parse(text, RuleContext.Lifecycle, Zone.Utc)).Error.Code);
    });

    [Theory]
    [InlineData("", "1", "+1", " > 0")]
    [InlineData("", "traits.a", " or 1>0", "")]
    [InlineData("", "traits.a", " and traits.b", "")]
    [InlineData("(((((((((((((((((((((", "1", "*1)-1", " > 0")]
    public void Five_hundred_operators_are_read_and_one_more_is_refused(string open, string start, string link, string end) => OnASmallStack(() =>
    {
        var most = open.Length > 0 ? open.Length : Parser.MaxLinks;
        Read(open + start + string.Concat(Enumerable.Repeat(link, most)) + end);
        if (open.Length == 0)
        {
            var text = start + string.Concat(Enumerable.Repeat(link, most + 1)) + end;
            Assert.Equal("too_many_operators", Assert.Throws<RuleException>(() => Read(text)).Error.Code);
        }
    });

    [Fact]
    public void The_deepest_rule_that_is_read_is_compiled_and_evaluated_too() => OnASmallStack(() =>
    {
        var rule = string.Concat(Enumerable.Repeat("not ", 45)) + string.Concat(Enumerable.Repeat("(", 45)) + "count(any) > 0" + string.Concat(Enumerable.Repeat(") and true", 45))
            + string.Concat(Enumerable.Repeat(" or traits.a", Parser.MaxLinks - 45));
        var world = new World([], [new SegmentSource("s", "UTC", rule)], [new TwinEvent(CallType.Track, "A", 0, "m", Origin.Customer, "{}")], 1);
        Assert.Equal(TwinTimeline.History(world.Compile(), world.Events, world.Clock).Say(), EngineAdapter.History(world).Say());
    });

    [Fact]
    public void Ten_thousand_characters_are_read_and_one_more_is_refused()
    {
        var text = "traits.a == \"" + new string('x', Parser.MaxLength - 14) + "\"";
        Assert.Equal(Parser.MaxLength, text.Length);
        Checker.CheckCondition(Parser.Parse(text, RuleContext.Lifecycle, Zone.Utc));
        Assert.Equal("too_long", Assert.Throws<RuleException>(() => Parser.Parse(text + " ", RuleContext.Lifecycle, Zone.Utc)).Error.Code);
    }

    /// <summary>The 1.5 MB that .NET gives its threads in containers built on musl.</summary>
    private static void OnASmallStack(Action action)
    {
        Exception? failed = null;
        var thread = new Thread(() => failed = Record.Exception(action), maxStackSize: 1_536 * 1_024);
        thread.Start();
        thread.Join();
        Assert.Null(failed);
    }

    private static void Read(string text)
    {
        var expression = Parser.Parse(text, RuleContext.Lifecycle, Zone.Utc);
        Checker.CheckCondition(expression);
        Assert.Equal(expression, References.Walk(expression).First());
        Assert.NotEqual("", Printer.Print(expression));
        foreach (var part in References.Walk(expression))
        {
            Assert.NotNull(part);
        }
    }

    private static string Random(Dice dice, int i)
    {
        if (i % 4 == 0)
        {
            // A good rule with one piece changed reaches further than noise.
            var rule = new RuleWriter(dice, dice.Among(Scale.Weeks), new RuleScope(true, ["a", "b"], [("l", ["a"])], ["s"], true)).Condition();
            var at = dice.Below(rule.Length);
            return dice.OneIn(4) ? rule : rule[..at] + dice.Of(Pieces) + rule[Math.Min(rule.Length, at + dice.Below(4))..];
        }
        var text = new StringBuilder();
        for (var left = dice.Below(12); left >= 0; left--)
        {
            text.Append(dice.Of(Pieces)).Append(dice.OneIn(2) ? " " : "");
        }
        return text.ToString();
    }
}
