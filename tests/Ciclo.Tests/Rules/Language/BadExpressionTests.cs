using Ciclo.Core.Rules;
using Ciclo.Core.Time;

namespace Ciclo.Tests.Rules.Language;

/// <summary>What the language refuses: why, and at which characters.</summary>
public sealed class BadExpressionTests
{
    [Theory]
    // Words.
    [InlineData("cuont(\"A\") > 1", "unknown_function", "cuont", "the function cuont")]
    [InlineData("email != null", "unknown_name", "email", "the name email")]
    [InlineData("count > 1", "missing_argument", "count", "count")]
    [InlineData("traits != null", "expected_name", "traits", "traits")]
    [InlineData("traits. == 1", "expected_name", "==", "`==`")]
    [InlineData("`email` != null", "unknown_name", "`email`", "the name email")]
    [InlineData("count(Order) > 1", "expected_event", "Order", "`Order`")]
    [InlineData("ever(\" \")", "empty_event", "\" \"", "an empty name")]
    [InlineData("ever(\"A\" where sum(x) > 1)", "unknown_function", "sum", "the function sum")]
    [InlineData("ever(\"A\" where in(\"s\"))", "unknown_function", "in", "the function in")]
    [InlineData("stage(customer) == \"a\"", "unexpected", "customer", "`customer`")]
    [InlineData("consent.a.b.c", "consent_path", "consent.a.b.c", "consent.a.b.c")]
    // Characters.
    [InlineData("traits.a = 1", "unknown_character", "=", "`=`")]
    [InlineData("traits.a && traits.b", "unknown_character", "&", "`&`")]
    [InlineData("traits.a == 'x'", "unknown_character", "'", "`'`")]
    [InlineData("traits.a == \"x\\q\"", "unknown_escape", "\\q", "\\q")]
    [InlineData("traits.a == \"x", "unclosed_text", "\"x", "a text without its closing quote")]
    [InlineData("traits.`a == 1", "unclosed_name", "`a == 1", "a name in backticks that is empty or not closed")]
    // Literals.
    [InlineData("traits.a > 1000000000000000", "number_range", "1000000000000000", "a number, 1000000000000000")]
    [InlineData("traits.a > 0.1234567", "too_many_decimals", "0.1234567", "a number, 0.1234567")]
    [InlineData("age > 3x", "bad_duration", "3x", "3x")]
    [InlineData("age > 1.5d", "bad_duration", "1.5d", "1.5d")]
    [InlineData("age > 366001d", "duration_range", "366001d", "366001d")]
    [InlineData("now > @2026-02-29", "bad_instant", "@2026-02-29", "@2026-02-29")]
    [InlineData("now > @", "bad_instant", "@", "@")]
    // Shape.
    [InlineData("", "unexpected", "", "the end of the expression")]
    [InlineData("traits.a and", "unexpected", "", "the end of the expression")]
    [InlineData("traits.a traits.b", "unexpected", "traits", "`traits`")]
    [InlineData("(traits.a", "unexpected", "", "the end of the expression")]
    [InlineData("1 < traits.a < 3", "chained_comparison", "<", "`<`")]
    [InlineData("traits.a == 1 in [true]", "chained_comparison", "in", "`in`")]
    [InlineData("traits.a in [1", "unexpected", "", "the end of the expression")]
    [InlineData("traits.a in \"x\"", "unexpected", "\"x\"", "a text, \"x\"")]
    // Functions' arguments.
    [InlineData("sum(\"A\") > 1", "missing_property", "\"A\"", "an event without a property")]
    [InlineData("count(\"A\".x) > 1", "unexpected_property", "\"A\".x", "a property, x")]
    [InlineData("since(\"A\".x) > 1d", "unexpected_property", "\"A\".x", "a property, x")]
    [InlineData("ever(\"A\", 30d)", "unexpected_window", "30d", "a window")]
    [InlineData("last(\"A\".x, 30d) > 1", "unexpected_window", "30d", "a window")]
    [InlineData("count(\"A\", 365) > 1", "bad_window", "365", "a number, 365")]
    [InlineData("count(\"A\", age) > 1", "bad_window", "age", "a duration")]
    [InlineData("count(\"A\", 1d - 1d) > 1", "bad_window", "1d - 1d", "a duration")]
    [InlineData("count(\"A\", 1d - 2d) > 1", "bad_window", "1d - 2d", "a duration")]
    // Types.
    [InlineData("count(\"A\")", "type", "count(\"A\")", "a number")]
    [InlineData("count(\"A\") and true", "type", "count(\"A\")", "a number")]
    [InlineData("not \"x\"", "type", "\"x\"", "a text, \"x\"")]
    [InlineData("count(\"A\") == \"1\"", "type", "\"1\"", "a text, \"1\"")]
    [InlineData("since(\"A\") > 60", "type", "60", "a number, 60")]
    [InlineData("traits.renewal < now", "type", "traits.renewal", "a property or trait")]
    [InlineData("traits.age > 60d", "type", "traits.age", "a property or trait")]
    [InlineData("ever(\"A\") > false", "type", "ever(\"A\")", "a condition")]
    [InlineData("traits.a > null", "type", "null", "null")]
    [InlineData("traits.a in [1, null]", "null_in_list", "null", "null")]
    [InlineData("stage in [1]", "type", "1", "a number, 1")]
    [InlineData("count(\"A\") contains \"x\"", "type", "count(\"A\")", "a number")]
    [InlineData("traits.a starts_with 1", "type", "1", "a number, 1")]
    [InlineData("\"x\" + 1 == 2", "type", "\"x\"", "a text, \"x\"")]
    [InlineData("now + now > now", "type", "now", "an instant")]
    [InlineData("now * 2 > now", "type", "2", "a number, 2")]
    [InlineData("1d - now > 1d", "type", "now", "an instant")]
    [InlineData("-now < now", "type", "now", "an instant")]
    [InlineData("instant(5) < now", "type", "5", "a number, 5")]
    [InlineData("anniversary(now) < now", "type", "now", "an instant")]
    [InlineData("ever(\"A\" where total + 1)", "type", "total + 1", "a number")]
    [InlineData("traits.a matches traits.b", "pattern", "traits.b", "a property or trait")]
    [InlineData("traits.a matches \"(?=x)\"", "pattern", "\"(?=x)\"", "a text, \"(?=x)\"")]
    [InlineData("traits.a matches \"(\"", "pattern", "\"(\"", "a text, \"(\"")]
    // Time.
    [InlineData("since(\"A\") * 2 > 60d", "rate", "since(\"A\") * 2 > 60d", null)]
    [InlineData("true and (since(\"A\") / 3 > 60d)", "rate", "since(\"A\") / 3", null)]
    [InlineData("age > -since(\"A\")", "rate", "age > -since(\"A\")", null)]
    [InlineData("age + age > 3d", "rate", "age + age > 3d", null)]
    [InlineData("age * 0.0001 * 0.0001 > 1s", "rate", "age * 0.0001 * 0.0001", null)]
    [InlineData("age * 1.000001 * 0.999999 > 1s", "rate", "age * 1.000001 * 0.999999", null)]
    [InlineData("age * count(\"A\") > 3d", "duration_factor", "count(\"A\")", "a number")]
    [InlineData("age / 0 > 3d", "duration_factor", "0", "a number, 0")]
    [InlineData("age / (1 - 1) > 3d", "duration_factor", "1 - 1", "a number")]
    [InlineData("age * 2 in [3d]", "rate", null, null)]
    public void A_bad_expression_is_refused_where_it_is_wrong(string text, string code, string? where, string? found)
    {
        var error = Assert.Throws<RuleException>(() => Check(text)).Error;
        Assert.Equal(code, error.Code);
        if (where is not null)
        {
            Assert.Equal(where, text.Substring(error.Extent.Start, error.Extent.Length));
        }
        if (found is not null)
        {
            Assert.Equal(found, error.Found.En);
        }
        Assert.NotEqual("", error.Found.Es);
        Assert.NotEqual("", error.Expected.En);
        Assert.NotEqual("", error.Expected.Es);
    }

    [Fact]
    public void The_second_of_two_like_places_is_the_one_that_is_named()
    {
        const string Text = "count(\"A\", 30d) > 1 and count(\"A\", 30) > 1";
        var error = Assert.Throws<RuleException>(() => Check(Text)).Error;
        Assert.Equal(("bad_window", Text.LastIndexOf("30", StringComparison.Ordinal), 2), (error.Code, error.Extent.Start, error.Extent.Length));
    }

    [Fact]
    public void Half_a_character_in_an_events_name_is_refused() =>
        Assert.Equal("bad_text", Assert.Throws<RuleException>(() => Check("ever(\"A\ud83d\")")).Error.Code);

    [Fact]
    public void A_mistyped_function_is_answered_with_the_nearest()
    {
        Assert.Equal("Did you mean count?", Assert.Throws<RuleException>(() => Check("cuont(\"A\") > 1")).Error.Hint?.En);
        Assert.Equal("¿Quisiste decir time_in_stage?", Assert.Throws<RuleException>(() => Check("time_in_stge > 3d")).Error.Hint?.Es);
    }

    [Theory]
    [InlineData("stage == \"a\"")]
    [InlineData("time_in_stage > 1d")]
    public void A_bare_stage_outside_a_lifecycle_is_refused(string text) =>
        Assert.Equal("bare_stage", Assert.Throws<RuleException>(() => Parser.Parse(text, RuleContext.Segment, Zone.Utc)).Error.Code);

    private static void Check(string text) => Checker.CheckCondition(Parser.Parse(text, RuleContext.Lifecycle, Zone.Utc));
}
