using Ciclo.Core;
using Ciclo.Core.Events;
using Ciclo.Core.Explain;
using Ciclo.Tests.Definitions;

namespace Ciclo.Tests.Explain;

public class StageExplanationTests
{
    private static readonly PackedHistory Orders = new PackedHistory()
        .Track("2026-01-01T15:00:00Z", "Signed Up")
        .Track("2026-01-02T15:00:00Z", "Order Completed", """{"revenue":80}""")
        .Track("2026-01-05T15:00:00Z", "Order Completed", """{"revenue":120}""");

    [Fact]
    public void The_stage_held_has_its_rule_as_it_read_then_and_reads_now()
    {
        var explained = Explain(Orders, "2026-01-20", LifecycleFileTests.Framework);
        var stay = explained.Stay!;
        Assert.Equal(("engagement", PackedHistory.At("2026-01-05T15:00:00Z"), MoveReason.Rule, (string?)null), (stay.Id, stay.Since, stay.Reason, stay.Persona));
        Assert.Equal(["awareness", "acquisition", "onboarding", "engagement"], stay.Path.Select(step => step.To));
        var call = Assert.Single(stay.RuleThen!.Calls);
        Assert.Equal(("count(\"Order Completed\")", "2", 2L), (call.Call, call.Value.ToString(), call.EventCount));
        Assert.Equal([102L, 101L], call.Newest.Select(e => e.Address));
        Assert.Equal("m0002 Order Completed", $"{call.Newest[0].MessageId} {call.Newest[0].Name}");
        Assert.True(stay.RuleNow!.Holds);
    }

    [Fact]
    public void Each_other_stage_says_what_it_lacks_and_what_time_will_bring()
    {
        var explained = Explain(Orders, "2026-01-20", LifecycleFileTests.Framework);
        Assert.Equal(("engagement", "retention", PackedHistory.At("2026-03-06T15:00:00.001Z")), (explained.Next!.From, explained.Next.To, explained.Next.At));
        var others = explained.Others.ToDictionary(other => other.Id, other => $"{ExplainSentences.OfOutlook(other, explained).En} {other.HoldsAt - explained.At}");
        Assert.Equal("Cannot go back to onboarding from engagement. 0", others["onboarding"]);
        Assert.StartsWith("Missing: not before 2026-03-06T09:00:00.001-06:00.", others["retention"], StringComparison.Ordinal);
        Assert.Equal("Missing: \"Referral Made\" must happen. ", others["advocacy"]);
        Assert.Equal(5, others.Count);
    }

    [Fact]
    public void Before_the_first_event_there_is_no_stage()
    {
        var explained = Explain(Orders, "2026-01-01", LifecycleFileTests.Framework);
        Assert.Null(explained.Stay);
        Assert.Equal("Aún en ninguna etapa: no ha llegado nada de este cliente.", ExplainSentences.Of(explained).Es);
        Assert.Equal("awareness", Explain(new PackedHistory().Track("2026-01-01", "X"), "2026-01-01", LifecycleFileTests.Framework).Stay!.Id);
    }

    [Fact]
    public void The_first_stage_is_entered_by_the_first_event_and_no_rule()
    {
        var stay = Explain(new PackedHistory().Track("2026-01-01", "X"), "2026-01-02", LifecycleFileTests.Framework).Stay!;
        Assert.Equal((MoveReason.FirstEvent, null, null), (stay.Reason, stay.RuleThen, stay.RuleNow));
    }

    [Fact]
    public void A_persona_applies_with_its_own_rules()
    {
        var history = new PackedHistory().Identify("2026-01-01", """{"company":"Acme"}""").Track("2026-01-02", "Contract Signed");
        var explained = Explain(history, "2026-01-03", LifecycleFileTests.Framework);
        Assert.Equal(("b2b", "onboarding", "b2b"), (explained.Persona, explained.Stay!.Id, explained.Stay.Persona));
        Assert.Equal("ever(\"Contract Signed\")", explained.Stay.RuleThen!.Condition);
        Assert.Equal("En onboarding desde 2026-01-01T18:00:00.000-06:00: se cumplió su regla en la versión 7 para el tipo de cliente b2b, ever(\"Contract Signed\").",
            ExplainSentences.Of(explained).Es);
    }

    [Fact]
    public void Free_movement_falls_back_to_the_first_stage_when_nothing_holds()
    {
        const string Free = """
            lifecycle: customer
            movement: free
            stages:
              - id: idle
                when: ever("Never")
              - id: active
                when: count(any, 10d) >= 1
            """;
        var history = new PackedHistory().Track("2026-01-01", "X");
        var active = Explain(history, "2026-01-03", Free);
        Assert.Equal(("active", "idle", PackedHistory.At("2026-01-11")), (active.Stay!.Id, active.Next!.To, active.Next.At));
        var idle = Explain(history, "2026-01-20", Free);
        Assert.Equal(("idle", MoveReason.NothingElseHeld), (idle.Stay!.Id, idle.Stay.Reason));
        Assert.Equal("Missing: 1 more event within 10 days.", ExplainSentences.OfOutlook(idle.Others[0], idle).En);
        Assert.Null(idle.Next);
    }

    [Fact]
    public void A_stage_whose_rule_holds_behind_the_one_held_says_so()
    {
        const string Free = "lifecycle: customer\nmovement: free\nstages:\n  - id: one\n  - { id: two, when: ever(any) }";
        var explained = Explain(new PackedHistory().Track("2026-01-01", "X"), "2026-01-02", Free);
        Assert.Equal("Its rule holds, but two comes later.", ExplainSentences.OfOutlook(explained.Others[0], explained).En);
    }

    [Fact]
    public void Rules_that_lead_in_a_circle_are_shown()
    {
        const string Circle = """
            lifecycle: customer
            movement: free
            stages:
              - id: one
              - id: two
                when: stage == "one"
            """;
        var explained = Explain(new PackedHistory().Track("2026-01-01", "X"), "2026-01-02", Circle);
        Assert.Equal(PackedHistory.At("2026-01-01"), explained.LoopAt);
    }

    [Fact]
    public void A_sub_segment_lacks_its_stage_its_condition_and_its_persona()
    {
        const string Life = """
            lifecycle: customer
            stages:
              - id: one
              - id: two
                when: ever("A")
                segments: [{ id: vip, when: 'ever("B")' }]
            personas:
              - id: plain
                when: ever("C")
                stages: { two: { segments: [] } }
            """;
        Assert.Equal("In customer/two/vip since 2026-01-02.|", Segment(new PackedHistory().Track("2026-01-01", "A").Track("2026-01-02", "B"), Life));
        Assert.Equal("Never in customer/two/vip so far.|must be in stage two of customer; it is one|\"B\" must happen", Segment(new PackedHistory().Track("2026-01-01", "X"), Life));
        Assert.Equal("Not in customer/two/vip since 2026-01-03.|this segment does not exist for the persona that applies",
            Segment(new PackedHistory().Track("2026-01-01", "A").Track("2026-01-02", "B").Track("2026-01-03", "C"), Life));
    }

    [Fact]
    public void A_segment_says_when_time_alone_ends_it()
    {
        const string Recent = "segment: recent\nwhen: count(\"A\", 30d) >= 1";
        var history = new PackedHistory().Track("2026-01-01", "A");
        var plan = history.Plan(Recent);
        var inside = new Explainer(plan).ExplainSegment(0, 1, history.Events, PackedHistory.At("2026-01-10"));
        Assert.Equal("En recent desde 2026-01-01; sale el 2026-01-31 si no pasa nada.", ExplainSentences.Of(inside).Es);
        var outside = new Explainer(plan).ExplainSegment(0, 1, history.Events, PackedHistory.At("2026-02-10"));
        Assert.Equal("Fuera de recent desde 2026-01-31.", ExplainSentences.Of(outside).Es);
    }

    [Fact]
    public void The_whole_explanation_reads_well_in_a_terminal_and_as_a_view()
    {
        var explained = Explain(Orders, "2026-01-20", LifecycleFileTests.Framework);
        var text = ExplainPrinter.Print(explained, Language.Es);
        Assert.StartsWith("""
            Ciclo de vida del cliente (customer)
            En engagement desde 2026-01-05T09:00:00.000-06:00: se cumplió su regla en la versión 7, count("Order Completed") >= 2.
              Entonces: count("Order Completed") >= 2 (se cumple)
                count("Order Completed") = 2, 2 eventos
                  2026-01-05T15:00:00.000Z Order Completed (m0002)
                  2026-01-02T15:00:00.000Z Order Completed (m0001)
              Ahora: count("Order Completed") >= 2 (se cumple)
            """, text, StringComparison.Ordinal);
        Assert.Contains("Pasa a retention el 2026-03-06T09:00:00.001-06:00 si no pasa nada.", text, StringComparison.Ordinal);
        Assert.Contains("Falta: debe ocurrir \"Referral Made\".", text, StringComparison.Ordinal);
        var view = ExplainFormatter.View(explained, Language.En);
        var json = System.Text.Json.JsonSerializer.Serialize(view, System.Text.Json.JsonSerializerOptions.Web);
        Assert.Contains("\"next\":{\"from\":\"engagement\",\"to\":\"retention\",\"at\":\"2026-03-06T15:00:00.001Z\"", json, StringComparison.Ordinal);
        Assert.Contains("\"kind\":\"notBefore\"", json, StringComparison.Ordinal);
    }

    private static string Segment(PackedHistory history, string lifecycle)
    {
        var plan = history.Plan(lifecycle);
        var explained = new Explainer(plan).ExplainSegment(plan.SegmentIndex("customer/two/vip"), 1, history.Events, PackedHistory.At("2026-01-10"));
        var words = new ExplainWords(explained.Zone);
        return ExplainSentences.Of(explained).En + "|" + string.Join('|', explained.Missing.Select(missing => words.Say(missing).En));
    }

    private static StageExplanation Explain(PackedHistory history, string at, string lifecycle)
    {
        var plan = history.Plan(lifecycle);
        return new Explainer(plan).ExplainStage(0, 7, history.Events, PackedHistory.At(at));
    }
}
