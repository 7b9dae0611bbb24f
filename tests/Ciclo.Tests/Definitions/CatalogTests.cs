using Ciclo.Core;
using Ciclo.Core.Rules;
using Ciclo.Engine.Definitions;

namespace Ciclo.Tests.Definitions;

public class CatalogTests
{
    [Theory]
    [InlineData("segment: b\nwhen: true and in(\"big-spender\")", "2:16 error unknown_segment", "Did you mean big-spenders?")]
    [InlineData("segment: b\nwhen: in(\"customer/engagement/vp\")", "2:7 error unknown_segment", "Did you mean customer/engagement/vip?")]
    [InlineData("segment: b\nwhen: stage(\"costumer\") == \"x\"", "2:7 error unknown_lifecycle", "Did you mean customer?")]
    [InlineData("segment: b\nwhen: time_in_stage(\"costumer\") > 3d", "2:7 error unknown_lifecycle", "Did you mean customer?")]
    [InlineData("segment: b\nwhen: stage(\"customer\") in [\"engagement\", \"retentoin\"]", "2:43 warning unknown_stage", "Did you mean retention?")]
    [InlineData("segment: b\nwhen: '\"advocay\" != stage(\"customer\")'", "2:8 warning unknown_stage", "Did you mean advocacy?")]
    [InlineData("lifecycle: b\nstages: [{ id: one, when: 'stage == \"oone\"' }]", "2:37 warning unknown_stage", "Did you mean one?")]
    public void A_reference_to_nothing_has_its_place_and_the_nearest(string yaml, string expected, string hint)
    {
        var file = DefinitionFile.Read(yaml, "b.yaml");
        var found = Assert.Single(Examples().With(file).Check());
        Assert.Same(file, found.File);
        Assert.Equal((expected, hint), (Show(found), found.Diagnostic.Hint?.En));
    }

    [Fact]
    public void A_cycle_is_shown_once_at_a_reference_and_names_its_way_round()
    {
        var catalog = Catalog.Of(
        [
            Segment("a", "in(\"b\")"), Segment("b", "ever(\"X\") and in(\"c\")"), Segment("c", "in(\"a\") or in(\"b\")"), Segment("d", "in(\"a\")"),
        ]);
        var found = Assert.Single(catalog.Check(), found => found.Diagnostic.Code == "cycle" && found.File.Id == "a");
        Assert.Equal(("2:7 error cycle", "a cycle, a → b → c → a"), (Show(found), found.Diagnostic.Found.En));
        Assert.Single(catalog.Check());
    }

    [Fact]
    public void A_cycle_passes_through_lifecycles_personas_and_sub_segments()
    {
        var lifecycle = DefinitionFile.Read("""
            lifecycle: life
            stages:
              - id: one
              - id: two
                when: ever("A")
                segments: [{ id: x, when: 'stage("life") == "two"' }]
            personas:
              - id: p
                when: in("s")
            """, "life.yaml");
        Assert.Empty(Catalog.Of([lifecycle, Segment("s", "ever(\"A\")")]).Check());
        var viaStage = Assert.Single(Catalog.Of([lifecycle, Segment("s", "stage(\"life\") == \"two\"")]).Check());
        Assert.Equal("a cycle, life → s → life", viaStage.Diagnostic.Found.En);
        Assert.Equal("life.yaml 9:11 error cycle", viaStage.File.Name + " " + Show(viaStage));
        var viaSubSegment = Assert.Single(Catalog.Of([lifecycle, Segment("s", "in(\"life/two/x\")")]).Check());
        Assert.Equal("a cycle, life → s → life/two/x → life", viaSubSegment.Diagnostic.Found.En);
    }

    [Fact]
    public void A_cycle_is_shown_in_the_file_that_is_judged()
    {
        var judged = Segment("b", "in(\"a\")");
        var found = Assert.Single(Catalog.Of([Segment("a", "in(\"b\")"), judged]).Check(null, [judged]));
        Assert.Same(judged, found.File);
        Assert.Equal("a cycle, b → a → b", found.Diagnostic.Found.En);
    }

    [Fact]
    public void A_lifecycle_that_names_itself_is_told_to_write_bare_stage()
    {
        var file = DefinitionFile.Read("lifecycle: life\nstages:\n  - id: one\n  - id: two\n    when: stage(\"life\") == \"one\"\n", "life.yaml");
        var found = Assert.Single(Catalog.Of([file]).Check());
        Assert.Equal(("5:11 error cycle", "a cycle, life → life", "Inside its own lifecycle write bare `stage`."),
            (Show(found), found.Diagnostic.Found.En, found.Diagnostic.Hint?.En));
    }

    [Fact]
    public void An_id_given_twice_is_refused_in_the_second_file()
    {
        var again = DefinitionFile.Read("segment: big-spenders\nwhen: true", "again.yaml");
        var found = Assert.Single(Catalog.Of([.. Examples().Files, again]).Check());
        Assert.Same(again, found.File);
        Assert.Equal(("1:10 error duplicate_definition", "each id once; big-spenders.yaml has it too"), (Show(found), found.Diagnostic.Expected.En));
    }

    [Fact]
    public void What_others_refer_to_cannot_be_removed_or_changed_away()
    {
        var refusal = Assert.Single(Examples().CheckRemoval(DefinitionKind.Lifecycle, "customer"));
        Assert.Equal(("big-spenders.yaml", "5:54 error still_referred", "Change the segment big-spenders first."),
            (refusal.File.Name, Show(refusal), refusal.Diagnostic.Hint?.En));
        Assert.Empty(Examples().CheckRemoval(DefinitionKind.Segment, "big-spenders"));

        var withReference = Examples().With(Segment("of-vip", "in(\"customer/engagement/vip\")"));
        Assert.Empty(withReference.Check());
        var withoutVip = DefinitionFile.Read(LifecycleFileTests.Framework.Replace("id: vip", "id: gold", StringComparison.Ordinal), "framework.yaml");
        var broken = Assert.Single(withReference.With(withoutVip).Check(null, [withoutVip]));
        Assert.Equal(("of-vip.yaml", "2:7 error unknown_segment"), (broken.File.Name, Show(broken)));
    }

    [Fact]
    public void A_file_that_is_wrong_by_itself_does_not_make_others_wrong()
    {
        var broken = DefinitionFile.Read(LifecycleFileTests.Framework + "\noops: 1", "framework.yaml");
        var catalog = Examples().With(Segment("of-vip", "in(\"customer/engagement/vip\")")).With(broken);
        Assert.Equal("unknown_key", Assert.Single(catalog.Check()).Diagnostic.Code);
    }

    [Fact]
    public void Names_never_seen_are_warnings_with_the_nearest()
    {
        var file = DefinitionFile.Read("""
            segment: s
            when: ever("Order Complete") or count("Plan Bought" where plam == "x") > 1 and traits.compny != null
              and sum("Order Completed".revenu) > 1 and scores.churm > 0.5 and ever("Order Refunded") and group.industry == "x"
              and ever(page where url contains "x") and ever("Order Complete") and ever("Zzzzzzzzz".a.b != 1) == true
            """.Replace("ever(\"Zzzzzzzzz\".a.b != 1) == true", "ever(\"Zzzzzzzzz\" where a.b != 1)", StringComparison.Ordinal), "s.yaml");
        var seen = new SeenNames
        {
            Events = ["Plan Bought", "Order Completed"],
            Properties = new Dictionary<string, IReadOnlyCollection<string>>(StringComparer.Ordinal) { ["Plan Bought"] = ["plan"], ["page"] = ["url"] },
            Traits = ["company"],
            Scores = ["churn"],
        };
        Assert.Empty(Catalog.Of([file]).Check());
        var warnings = Catalog.Of([file]).Check(seen).Select(found => $"{Show(found)} {found.Diagnostic.Found.En} {found.Diagnostic.Hint?.En}");
        Assert.Equal(
        [
            "2:12 warning unseen_event the event \"Order Complete\", which has never been seen Did you mean \"Order Completed\"?",
            "2:59 warning unseen_property the property plam of \"Plan Bought\", which has never been seen Did you mean \"plan\"?",
            "2:80 warning unseen_trait the trait compny, which has never been seen Did you mean \"company\"?",
            "3:11 warning unseen_property the property revenu of \"Order Completed\", which has never been seen Did you mean \"revenue\"?",
            "3:45 warning unseen_score the score churm, which has never been seen Did you mean \"churn\"?",
            "4:77 warning unseen_event the event \"Zzzzzzzzz\", which has never been seen ",
        ], warnings);
    }

    [Fact]
    public void Where_nothing_has_come_in_yet_slips_of_the_pen_are_shown_and_one_line_names_the_rest()
    {
        var file = DefinitionFile.Read("segment: s\nwhen: ever(\"Order Complete\") or ever(\"Contract Signed\") or ever(\"Signed Up\") or traits.shoe_size > 40", "s.yaml");
        var found = Catalog.Of([file]).Check(SeenNames.Empty);
        Assert.Equal(["2:12 warning unseen_event", "2:38 warning nothing_seen"], found.Select(Show));
        Assert.Equal("the event \"Contract Signed\", the trait shoe_size", found[1].Diagnostic.Found.En);
    }

    private static Catalog Examples() => Catalog.Of(
        [DefinitionFile.Read(LifecycleFileTests.Framework, "framework.yaml"), DefinitionFile.Read(LifecycleFileTests.BigSpenders, "big-spenders.yaml")]);

    private static DefinitionFile Segment(string id, string when) => DefinitionFile.Read($"segment: {id}\nwhen: {when}", id + ".yaml");

    private static string Show(FileFinding found) =>
        $"{found.Diagnostic.Line}:{found.Diagnostic.Column} {(found.Diagnostic.Severity == Severity.Error ? "error" : "warning")} {found.Diagnostic.Code}";
}
