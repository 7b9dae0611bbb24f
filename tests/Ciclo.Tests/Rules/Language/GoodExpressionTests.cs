using Ciclo.Core.Rules;
using Ciclo.Core.Time;

namespace Ciclo.Tests.Rules.Language;

/// <summary>What the language accepts, and how it binds: each text beside its fully parenthesised form.</summary>
public sealed class GoodExpressionTests
{
    [Theory]
    // rules.md, section 2.
    [InlineData("ever(\"Signed Up\") or traits.email != null", "(ever(\"Signed Up\") or (traits.email != null))")]
    [InlineData("sum(\"Order Completed\".revenue, 365d) >= 500", "(sum(\"Order Completed\".revenue, 365d) >= 500)")]
    [InlineData("count(\"Order Completed\") >= 1 and since(\"Order Completed\") > 60d", "((count(\"Order Completed\") >= 1) and (since(\"Order Completed\") > 60d))")]
    [InlineData("ever(\"Referral Made\") or last(\"NPS Answered\".score) >= 9", "(ever(\"Referral Made\") or (last(\"NPS Answered\".score) >= 9))")]
    [InlineData("stage(\"customer\") in [\"engagement\", \"retention\"]", "(stage(\"customer\") in [\"engagement\", \"retention\"])")]
    // Section 3, row by row.
    [InlineData("money(any.revenue, 2w) > 0.5", "(money(any.revenue, 14d) > 0.5)")]
    [InlineData("days(page, 12h) == distinct(screen.name)", "(days(page, 12h) == distinct(screen.name))")]
    [InlineData("min(\"A\".x) < max(\"A\".x) and avg(\"A\".x, 30m) == null", "((min(\"A\".x) < max(\"A\".x)) and (avg(\"A\".x, 30m) == null))")]
    [InlineData("first(identify) < last(identify)", "(first(identify) < last(identify))")]
    [InlineData("ever(\"Order Completed\" where total >= 100 and shipping.country == \"MX\")",
        "ever(\"Order Completed\" where ((total >= 100) and (shipping.country == \"MX\")))")]
    [InlineData("ever(\"A\" where products.category contains \"coffee\")", "ever(\"A\" where (products.category contains \"coffee\"))")]
    [InlineData("sum(\"A\".total where `odd name`.`2nd` == true, 45s) > 1", "(sum(\"A\".total where (`odd name`.`2nd` == true), 45s) > 1)")]
    [InlineData("ever(\"A\" where count == 1 and stage == \"x\" and now != null and traits.a == 2)",
        "ever(\"A\" where ((((count == 1) and (stage == \"x\")) and (now != null)) and (traits.a == 2)))")]
    [InlineData("traits.firstName == group.lastName", "(traits.first_name == group.last_name)")]
    [InlineData("consent.marketing and consent.marketing.email", "(consent.marketing and consent.marketing.email)")]
    [InlineData("in(\"vip\") and not in(\"customer/engagement/vip\")", "(in(\"vip\") and (not in(\"customer/engagement/vip\")))")]
    [InlineData("stage == \"a\" or time_in_stage > 3d or time_in_stage(\"other\") > 3d", "(((stage == \"a\") or (time_in_stage > 3d)) or (time_in_stage(\"other\") > 3d))")]
    [InlineData("instant(traits.renewal) - now < 30d", "((instant(traits.renewal) - now) < 30d)")]
    [InlineData("anniversary(traits.birthday) - now <= 7d", "((anniversary(traits.birthday) - now) <= 7d)")]
    [InlineData("anniversary(first(any)) >= @2026-01-31", "(anniversary(first(any)) >= @2026-01-31T00:00:00.000Z)")]
    [InlineData("now >= @2026-01-31T10:00:00-06:00", "(now >= @2026-01-31T16:00:00.000Z)")]
    [InlineData("scores.health * 2 + 1 > scores.churn / 3", "(((scores.health * 2) + 1) > (scores.churn / 3))")]
    [InlineData("traits.email matches \"^[^@]+@acme\\\\.mx$\"", "(traits.email matches \"^[^@]+@acme\\\\.mx$\")")]
    [InlineData("traits.a starts_with \"x\" and traits.b ends_with \"y\"", "((traits.a starts_with \"x\") and (traits.b ends_with \"y\"))")]
    // Binding: not below and below or; comparison above not; * above +; left to right.
    [InlineData("not traits.a == 1 and traits.b or traits.c", "(((not (traits.a == 1)) and traits.b) or traits.c)")]
    [InlineData("traits.a - 1 - 2 > -3 * -4", "(((traits.a - 1) - 2) > ((-3) * (-4)))")]
    [InlineData("not not traits.a", "(not (not traits.a))")]
    [InlineData("(traits.a or traits.b) and traits.c", "((traits.a or traits.b) and traits.c)")]
    // Null is a condition that does not hold.
    [InlineData("not null", "(not null)")]
    [InlineData("null == null", "(null == null)")]
    // Time: rates 0, 1 and -1 between the sides, however they come about.
    [InlineData("since(\"A\") * 2 / 2 > 60d", "(((since(\"A\") * 2) / 2) > 60d)")]
    [InlineData("since(\"A\") + since(\"B\") - age > 1d", "(((since(\"A\") + since(\"B\")) - age) > 1d)")]
    [InlineData("since(\"A\") * 2 == null", "((since(\"A\") * 2) == null)")]
    [InlineData("age * 2 - since(\"A\") > age - 3d", "(((age * 2) - since(\"A\")) > (age - 3d))")]
    [InlineData("2d - age > now - last(\"A\") - 2 * age", "((2d - age) > ((now - last(\"A\")) - (2 * age)))")]
    [InlineData("first(\"A\") + 36h < now", "((first(\"A\") + 36h) < now)")]
    [InlineData("count(any, 2 * (1d + 12h)) > 0", "(count(any, (2 * (1d + 12h))) > 0)")]
    [InlineData("ever(\"A\") == (count(\"B\") > 1)", "(ever(\"A\") == (count(\"B\") > 1))")]
    // Names and texts.
    [InlineData("ever(\"  Cafe\u0301 \")", "ever(\"Café\")")]
    [InlineData("traits.`2nd phone` == \"a\\n\\t\\\"\\\\\"", "(traits.`2nd phone` == \"a\n\t\\\"\\\\\")")]
    [InlineData("traits.año > 1", "(traits.año > 1)")]
    [InlineData("ever(\"A\" where `not` == 1 and `true`.`in` == 2)", "ever(\"A\" where ((`not` == 1) and (`true`.`in` == 2)))")]
    [InlineData("traits.x in []", "(traits.x in [])")]
    public void A_good_expression_is_read_as_its_parenthesised_form(string text, string printed)
    {
        var once = Printer.Print(Read(text));
        Assert.Equal(printed, once);
        Assert.Equal(once, Printer.Print(Read(once)));
    }

    [Theory]
    [InlineData("Pacific/Apia", "@2011-12-30", "2011-12-30T10:00:00.000Z")]
    [InlineData("America/Sao_Paulo", "@2018-11-04", "2018-11-04T03:00:00.000Z")]
    [InlineData("America/Mexico_City", "@2026-01-31", "2026-01-31T06:00:00.000Z")]
    [InlineData("America/Mexico_City", "@2026-01-31T10:00:00Z", "2026-01-31T10:00:00.000Z")]
    [InlineData("America/Mexico_City", "@2026-01-31T10:00", "2026-01-31T16:00:00.000Z")]
    public void A_date_stands_in_the_files_zone(string zoneId, string literal, string instant)
    {
        Assert.True(Zone.TryGet(zoneId, out var zone));
        var comparison = (ComparisonExpression)Parser.Parse("now > " + literal, RuleContext.Segment, zone);
        Assert.Equal(instant, Instants.Format(((Literal)comparison.Right).Value.AsMs));
    }

    private static Expression Read(string text)
    {
        var expression = Parser.Parse(text, RuleContext.Lifecycle, Zone.Utc);
        Checker.CheckCondition(expression);
        return expression;
    }
}
