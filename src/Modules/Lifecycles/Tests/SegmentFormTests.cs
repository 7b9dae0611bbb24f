using Ciclo.Core.Rules;
using Ciclo.Core.Time;
using Ciclo.Engine.Definitions;
using Ciclo.Modules.Lifecycles;

namespace Ciclo.Tests.Modules.Lifecycles;

public sealed class SegmentFormTests
{
    [Theory]
    [InlineData("ever(\"Order Completed\")")]
    [InlineData("not ever(\"Order Completed\" where total >= 100)")]
    [InlineData("count(\"Order Completed\", 90d) >= 2 and traits.email != null")]
    [InlineData("count(\"Order Completed\" where shipping.country == \"MX\", 90d) >= 2")]
    [InlineData("sum(\"Order Completed\".revenue, 365d) >= 500.5 or since(\"Order Completed\") > 60d")]
    [InlineData("traits.plan contains \"pro\" and (stage(\"customer\") == \"retention\" or in(\"vip\"))")]
    [InlineData("ever(page) or not in(\"vip\") and traits.age >= 18")]
    [InlineData("traits.note == \"a \\\"quoted\\\" word\"")]
    [InlineData("traits.plan in [\"a\", \"b\"] and traits.level in [1, 2.5]")]
    [InlineData("not (traits.plan in [\"a\", \"b\"]) or stage(\"customer\") in [\"engagement\", \"retention\"]")]
    [InlineData("count(\"Order Completed\" where shipping.country in [\"MX\", \"ES\"], 90d) >= 2")]
    public void What_the_form_can_say_it_says_and_writes_again_with_the_same_meaning(string rule)
    {
        var form = Assert.IsType<SegmentForm>(Read(rule));
        Assert.Equal(Printer.Print(Parse(rule)), Printer.Print(Parse(form.Write())));
        Assert.Equal(form.Write(), Read(form.Write())!.Write());
    }

    [Theory]
    [InlineData("count(\"Order Completed\", 36h) >= 2")]
    [InlineData("count(\"Order Completed\") >= count(\"Order Refunded\")")]
    [InlineData("traits.plan in [\"a, b\", \"c\"]")]
    [InlineData("traits.plan in [1, \"2\"]")]
    [InlineData("not (traits.email != null and ever(page))")]
    [InlineData("traits.a == 1 and (traits.b == 2 or (traits.c == 3 and traits.d == 4))")]
    [InlineData("age > 30d")]
    public void What_the_form_cannot_say_stays_text(string rule) => Assert.Null(Read(rule));

    [Fact]
    public void A_rule_put_into_a_text_leaves_all_else_as_it_was()
    {
        const string Before = "# Why this list\nsegment: a\nwhen: >-\n  ever(page)\n  and ever(\"X\")\n# the end\nlabel: A\n";
        Assert.Equal("# Why this list\nsegment: a\nwhen: >-\n  ever(\"Y: #1\")\n# the end\nlabel: A\n", DraftText.WithRule(Before, "ever(\"Y: #1\")"));
        Assert.Equal("ever(\"Y: #1\")", SegmentFile.Read(DraftText.WithRule(Before, "ever(\"Y: #1\")")).Segment!.When.Text);
    }

    private static Expression Parse(string rule) => Parser.Parse(rule, RuleContext.Segment, Zone.Utc);

    private static SegmentForm? Read(string rule) => SegmentForm.Read(new Rule(rule, Parse(rule)), Zone.Utc);
}

public sealed class LineDifferenceTests
{
    [Fact]
    public void A_difference_makes_one_text_into_the_other()
    {
        for (var seed = 0; seed < 200; seed++)
        {
            var random = new Random(seed);
            string[] Text() => [.. Enumerable.Range(0, random.Next(12)).Select(_ => "line " + random.Next(5))];
            var (before, after) = (Text(), Text());
            var difference = LineDifference.Of(before, after);
            Assert.True(before.SequenceEqual(difference.Where(one => one.Change != LineChange.Added).Select(one => one.Part)), $"seed {seed}");
            Assert.True(after.SequenceEqual(difference.Where(one => one.Change != LineChange.Removed).Select(one => one.Part)), $"seed {seed}");
        }
    }

    [Fact]
    public void What_stays_is_told_as_staying() =>
        Assert.Equal([(LineChange.Same, "a"), (LineChange.Removed, "b"), (LineChange.Added, "x"), (LineChange.Same, "c")], LineDifference.Of(["a", "b", "c"], ["a", "x", "c"]));
}
