using Ciclo.Core;
using Ciclo.Core.Events;
using Ciclo.Core.Explain;
using Ciclo.Core.Folds;
using Ciclo.Core.Rules;
using Ciclo.Core.Time;
using Ciclo.Core.Values;

namespace Ciclo.Tests.Explain;

/// <summary>What a rule lacks on 2026-02-10 for one customer: orders on 2 and 5 January and 1 February, and a few other things.</summary>
public class MissingTests
{
    private const string Now = "2026-02-10T12:00:00Z";

    public static TheoryData<string, string, string> Rules => new()
    {
        // count, with windows, operators and where
        { "count(\"Order Completed\") >= 5", "2 more \"Order Completed\"", "2 \"Order Completed\" más" },
        { "count(\"Order Completed\", 90d) > 4", "2 more \"Order Completed\" within 90 days", "2 \"Order Completed\" más en 90 días" },
        { "4 <= count(\"Order Completed\", 12h)", "4 more \"Order Completed\" within 12h", "4 \"Order Completed\" más en 12h" },
        { "count(\"Order Completed\") >= 2.5 + 1", "1 more \"Order Completed\"", "1 \"Order Completed\" más" },
        { "count(\"Order Completed\" where total >= 100 and shipping.country == \"MX\") >= 2",
            "1 more \"Order Completed\" where (total >= 100) and (shipping.country == \"MX\")", "1 \"Order Completed\" donde (total >= 100) and (shipping.country == \"MX\") más" },
        { "count(page) > 1", "2 more page views", "2 vistas de página más" },
        { "count(page) > 0", "1 more page view", "1 vista de página más" },
        { "count(\"Order Completed\", 40d) == 2", "time 2026-02-11", "time 2026-02-11" },
        { "count(\"Order Completed\") < 3", "at most 2 \"Order Completed\"; there are 3", "2 \"Order Completed\" como máximo; hay 3" },
        { "count(\"Order Completed\") == 2.5", "count(\"Order Completed\") == 2.5, which can never be", "count(\"Order Completed\") == 2.5, que nunca puede ser" },
        { "count(\"Order Completed\") != 3", "1 more \"Order Completed\"", "1 \"Order Completed\" más" },
        { "not (count(\"Order Completed\") < 4)", "1 more \"Order Completed\"", "1 \"Order Completed\" más" },
        // amounts
        { "sum(\"Order Completed\".revenue, 365d) >= 500", "revenue of \"Order Completed\": 120 more within 365 days", "revenue de \"Order Completed\": 120 más en 365 días" },
        { "sum(\"Order Completed\".revenue) > 500.5", "revenue of \"Order Completed\": over 120.5 more", "revenue de \"Order Completed\": más de 120.5 más" },
        { "money(\"Order Completed\".revenue) >= 400", "revenue of \"Order Completed\": 20 more", "revenue de \"Order Completed\": 20 más" },
        { "sum(\"Order Completed\".revenue) <= 300", "revenue of \"Order Completed\": at most 300; it is 380", "revenue de \"Order Completed\": 300 como máximo; ahora es 380" },
        { "distinct(\"Order Completed\".sku) >= 3", "1 more different sku of \"Order Completed\"", "1 sku distinto más de \"Order Completed\"" },
        { "days(\"Order Completed\", 30d) >= 3", "2 more days with \"Order Completed\" within 30 days", "2 días más con \"Order Completed\" en 30 días" },
        { "min(\"Order Completed\".revenue) >= 100", "the least revenue of \"Order Completed\" must be at least 100; it is 80", "el menor revenue de \"Order Completed\" debe ser al menos 100; ahora es 80" },
        { "max(\"Order Completed\".revenue, 365d) > 200", "the greatest revenue of \"Order Completed\" within 365 days must be more than 200; it is 180", "el mayor revenue de \"Order Completed\" en 365 días debe ser mayor que 200; ahora es 180" },
        { "avg(\"Order Completed\".nothing) < 5", "the average nothing of \"Order Completed\" must be less than 5; it has none yet", "el promedio de nothing de \"Order Completed\" debe ser menor que 5; aún no tiene" },
        { "last(\"NPS Answered\".score) >= 9", "the last score of \"NPS Answered\" must be at least 9; it is 8", "el último score de \"NPS Answered\" debe ser al menos 9; ahora es 8" },
        { "first(\"Order Completed\".sku) == \"b\"", "the first sku of \"Order Completed\" must be \"b\"; it is \"a\"", "el primer sku de \"Order Completed\" debe ser \"b\"; ahora es \"a\"" },
        { "sum(\"Order Completed\".revenue) / count(\"Order Completed\") > 200", "sum(\"Order Completed\".revenue) / count(\"Order Completed\") must be more than 200; it is 126.666667", "sum(\"Order Completed\".revenue) / count(\"Order Completed\") debe ser mayor que 200; ahora es 126.666667" },
        // events
        { "ever(\"Referral Made\")", "\"Referral Made\" must happen", "debe ocurrir \"Referral Made\"" },
        { "last(\"Referral Made\") != null", "\"Referral Made\" must happen", "debe ocurrir \"Referral Made\"" },
        { "not ever(\"Order Completed\")", "\"Order Completed\" must never have happened, but it has", "nunca debe haber ocurrido \"Order Completed\", pero ya ocurrió" },
        { "since(\"Referral Made\") > 3d", "\"Referral Made\" must happen", "debe ocurrir \"Referral Made\"" },
        // time
        { "since(\"Order Completed\") > 28d", "not before 2026-03-01T00:00:00.001Z", "no antes del 2026-03-01T00:00:00.001Z" },
        { "since(\"Order Completed\") >= 28d", "not before 2026-03-01", "no antes del 2026-03-01" },
        { "since(\"Order Completed\") < 5d", "\"Order Completed\" must happen again; the last was on 2026-02-01", "debe ocurrir de nuevo \"Order Completed\"; la última vez fue el 2026-02-01" },
        { "last(\"Order Completed\") > @2026-02-05", "\"Order Completed\" must happen again; the last was on 2026-02-01", "debe ocurrir de nuevo \"Order Completed\"; la última vez fue el 2026-02-01" },
        { "first(\"Order Completed\") > @2026-02-05", "the time for first(\"Order Completed\") > @2026-02-05T00:00:00.000Z has passed", "ya pasó el momento de first(\"Order Completed\") > @2026-02-05T00:00:00.000Z" },
        { "now >= @2027-06-01", "not before 2027-06-01", "no antes del 2027-06-01" },
        { "now < @2026-01-05", "the time for now < @2026-01-05T00:00:00.000Z has passed", "ya pasó el momento de now < @2026-01-05T00:00:00.000Z" },
        { "age > 60d", "not before 2026-03-02T00:00:00.001Z", "no antes del 2026-03-02T00:00:00.001Z" },
        { "instant(traits.renews_on) - now < 10d", "not before 2026-02-19T00:00:00.001Z", "no antes del 2026-02-19T00:00:00.001Z" },
        { "instant(traits.missing) < now", "trait missing must be set", "el atributo missing debe tener valor" },
        { "anniversary(traits.birthday) - now <= 7d", "not before 2026-05-10", "no antes del 2026-05-10" },
        // traits, scores, consent, groups
        { "traits.company != null", "trait company must be set", "el atributo company debe tener valor" },
        { "traits.plan == null", "trait plan must not be set; it is \"free\"", "el atributo plan no debe tener valor; ahora es \"free\"" },
        { "traits.plan == \"pro\"", "trait plan must be \"pro\"; it is \"free\"", "el atributo plan debe ser \"pro\"; ahora es \"free\"" },
        { "traits.plan in [\"pro\", \"team\"]", "trait plan must be one of [\"pro\", \"team\"]; it is \"free\"", "el atributo plan debe ser uno de [\"pro\", \"team\"]; ahora es \"free\"" },
        { "not traits.plan in [\"free\"]", "trait plan must be none of [\"free\"]; it is \"free\"", "el atributo plan no debe ser ninguno de [\"free\"]; ahora es \"free\"" },
        { "traits.email contains \"@acme\"", "trait email must contain \"@acme\"; it is \"ana@mail.mx\"", "el atributo email debe contener \"@acme\"; ahora es \"ana@mail.mx\"" },
        { "traits.email starts_with \"z\"", "trait email must start with \"z\"; it is \"ana@mail.mx\"", "el atributo email debe empezar con \"z\"; ahora es \"ana@mail.mx\"" },
        { "not traits.email ends_with \".mx\"", "trait email must not end with \".mx\"; it is \"ana@mail.mx\"", "el atributo email no debe terminar con \".mx\"; ahora es \"ana@mail.mx\"" },
        { "traits.email matches \"^z\"", "trait email must match \"^z\"; it is \"ana@mail.mx\"", "el atributo email debe coincidir con \"^z\"; ahora es \"ana@mail.mx\"" },
        { "traits.vip", "trait vip must be true; it has none yet", "el atributo vip debe ser true; aún no tiene" },
        { "scores.churn > 0.9", "score churn must be more than 0.9; it is 0.7", "la puntuación churn debe ser mayor que 0.9; ahora es 0.7" },
        { "consent.advertising", "consent to advertising must be true; it is false", "el consentimiento para advertising debe ser true; ahora es false" },
        { "group.plan == \"gold\"", "group trait plan must be \"gold\"; it is \"silver\"", "el atributo de grupo plan debe ser \"gold\"; ahora es \"silver\"" },
        // other definitions
        { "in(\"other\")", "must be in segment other", "debe estar en el segmento other" },
        { "not in(\"all\")", "must not be in segment all", "no debe estar en el segmento all" },
        { "stage(\"life\") == \"two\"", "must be in stage two of life; it is one", "debe estar en la etapa two de life; está en one" },
        { "stage(\"life\") in [\"two\", \"three\"]", "must be in stage two or three of life; it is one", "debe estar en la etapa two o three de life; está en one" },
        { "stage(\"life\") != \"one\"", "must not be in stage one of life; it is one", "no debe estar en la etapa one de life; está en one" },
        { "time_in_stage(\"life\") > 60d", "not before 2026-03-02T00:00:00.001Z", "no antes del 2026-03-02T00:00:00.001Z" },
        // and, or, not
        { "count(\"Order Completed\") >= 5 and traits.company != null", "2 more \"Order Completed\" + trait company must be set", "2 \"Order Completed\" más + el atributo company debe tener valor" },
        { "count(\"Order Completed\") >= 5 or traits.company != null", "trait company must be set", "el atributo company debe tener valor" },
        { "not (count(\"Order Completed\") < 5 or traits.company == null)", "2 more \"Order Completed\" + trait company must be set", "2 \"Order Completed\" más + el atributo company debe tener valor" },
        { "(ever(\"A\") and ever(\"B\")) or (ever(\"C\") and count(\"Order Completed\") >= 3)", "\"C\" must happen", "debe ocurrir \"C\"" },
        { "false", "false, which can never be", "false, que nunca puede ser" },
    };

    [Theory]
    [MemberData(nameof(Rules))]
    public void What_is_missing_is_said_in_both_languages(string when, string en, string es)
    {
        var explained = Explain(when);
        Assert.False(explained.IsMember);
        Assert.False(explained.Rule!.Holds);
        var words = new ExplainWords(explained.Zone);
        if (en.StartsWith("time ", StringComparison.Ordinal))
        {
            Assert.Equal(en, "time " + explained.Zone.Format(explained.Missing.Single().NotBefore!.Value));
            return;
        }
        Assert.Equal((en, es), (string.Join(" + ", explained.Missing.Select(missing => words.Say(missing).En)), string.Join(" + ", explained.Missing.Select(missing => words.Say(missing).Es))));
    }

    [Theory]
    [InlineData("count(\"Order Completed\", 90d) >= 3", "count(\"Order Completed\", 90d) = 3, 3: m0004 m0003 m0001")]
    [InlineData("count(\"Order Completed\", 10d) >= 1", "count(\"Order Completed\", 10d) = 1, 1: m0004")]
    [InlineData("sum(\"Order Completed\".revenue where total >= 100) > 0", "sum(\"Order Completed\".revenue where (total >= 100)) = 180, 1: m0003")]
    [InlineData("since(\"Order Completed\") > 1d", "since(\"Order Completed\") = 9d 12h, 1: m0004")]
    [InlineData("first(\"Order Completed\") < now", "first(\"Order Completed\") = 2026-01-02, 1: m0001 | now = 2026-02-10T12:00:00.000Z, 0:")]
    [InlineData("last(\"Order Completed\".sku) == \"b\"", "last(\"Order Completed\".sku) = \"b\", 1: m0004")]
    [InlineData("traits.email != null", "traits.email = \"ana@mail.mx\", 1: m0000")]
    [InlineData("traits.plan == \"free\"", "traits.plan = \"free\", 1: m0006")]
    [InlineData("scores.churn > 0.5", "scores.churn = 0.7, 1: m0005")]
    [InlineData("consent.advertising == false", "consent.advertising = false, 1: m0008")]
    [InlineData("group.plan == \"silver\"", "group.plan = \"silver\", 1: m0007")]
    [InlineData("age > 1d", "age = 40d 12h, 1: m0000")]
    [InlineData("in(\"all\")", "in(\"all\") = true, 0:")]
    [InlineData("stage(\"life\") == \"one\" and time_in_stage(\"life\") > 1d", "stage(\"life\") = \"one\", 0: | time_in_stage(\"life\") = 40d 12h, 0:")]
    [InlineData("ever(\"Order Completed\" where instant(due) < @2030-01-01) or ever(any)", "ever(\"Order Completed\" where (instant(due) < @2030-01-01T00:00:00.000Z)) = false, 0: | ever(any) = true, 8: m0002 m0008 m0004 m0007 m0006")]
    public void Each_call_has_its_value_and_the_events_behind_it(string when, string expected)
    {
        var explained = Explain(when);
        Assert.True(explained.IsMember);
        Assert.Empty(explained.Missing);
        var words = new ExplainWords(explained.Zone);
        Assert.Equal(expected, string.Join(" | ", explained.Rule!.Calls.Select(call =>
            $"{call.Call} = {words.Show(call.Value)}, {call.EventCount}:{string.Concat(call.Newest.Select(e => " " + e.MessageId))}")));
    }

    private static SegmentExplanation Explain(string when)
    {
        var history = History();
        var plan = history.Plan(new FoldSettings(FoldSettings.Default.Rates, new OneGroup()),
            $"segment: asked\nwhen: |\n  {when}",
            "segment: other\nwhen: ever(\"Never\")",
            "segment: all\nwhen: age >= 0d",
            "lifecycle: life\nstages:\n  - id: one\n  - { id: two, when: 'ever(\"Never\")' }\n  - { id: three, when: 'ever(\"Never\")' }");
        return new Explainer(plan).ExplainSegment(plan.SegmentIndex("asked"), 1, history.Events, PackedHistory.At(Now));
    }

    private static PackedHistory History() => new PackedHistory()
        .Identify("2026-01-01", """{"email":"ana@mail.mx","birthday":"1990-05-17","renews_on":"2026-03-01"}""")
        .Track("2026-01-02", "Order Completed", """{"revenue":80,"total":80,"sku":"a","shipping":{"country":"MX"}}""")
        .Track("2026-02-09", "NPS Answered", """{"score":8}""")
        .Track("2026-01-05", "Order Completed", """{"revenue":180,"total":180,"sku":"b","shipping":{"country":"MX"}}""")
        .Track("2026-02-01", "Order Completed", """{"revenue":120,"total":20,"sku":"b"}""")
        .Add(CallType.Track, PackedHistory.At("2026-01-20"), "Scores Updated", """{"churn":0.7}""", EventFlags.System)
        .Identify("2026-01-21", """{"plan":"free"}""")
        .Add(CallType.Group, PackedHistory.At("2026-01-22"), "", "{}", groupId: "acme")
        .Add(CallType.Track, PackedHistory.At("2026-02-02"), "Segment Consent Preference Updated", "{}",
            context: """{"consent":{"categoryPreferences":{"advertising":false}}}""")
        .Track("2026-02-20", "Order Completed", """{"revenue":1000,"sku":"z"}""");

    private sealed class OneGroup : IGroupTraits
    {
        public Value Get(string group, string path, long now) => group == "acme" && path == "plan" ? Value.Of("silver") : Value.Null;

        public long NextChange(string group, long now) => Instants.Never;
    }
}
