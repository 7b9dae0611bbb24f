using Ciclo.Core;
using Ciclo.Core.Rules;
using Ciclo.Engine.Definitions;

namespace Ciclo.Tests.Definitions;

public class LifecycleFileTests
{
    public const string Framework = """
        # lifecycles/framework.yaml: checked in, reviewed, applied with `ciclo lifecycle apply`
        lifecycle: customer
        label: { en: Customer lifecycle, es: Ciclo de vida del cliente }
        timezone: America/Mexico_City        # for date literals and calendar days; default UTC
        movement: forward                    # forward | free
        stages:                              # in order: the first is where everyone begins
          - id: awareness
            label: { en: Awareness, es: Conocimiento }
          - id: acquisition
            when: ever("Signed Up") or traits.email != null
          - id: onboarding
            when: count("Order Completed") >= 1
          - id: engagement
            when: count("Order Completed") >= 2
            segments:                        # finer groups inside a stage
              - id: vip
                when: sum("Order Completed".revenue, 365d) >= 500
          - id: retention
            when: count("Order Completed") >= 1 and since("Order Completed") > 60d
            returns_to: [engagement]         # the only way back under `movement: forward`
          - id: advocacy
            when: ever("Referral Made") or last("NPS Answered".score) >= 9
        personas:                            # a buyer persona can move by other rules
          - id: b2b
            when: traits.company != null
            stages:
              onboarding: { when: 'ever("Contract Signed")' }     # replaces key by key; what is not named stays
        """;

    public const string BigSpenders = """
        # segments/big-spenders.yaml
        segment: big-spenders
        label: { en: Big spenders, es: Grandes compradores }
        timezone: America/Mexico_City
        when: sum("Order Completed".revenue, 90d) >= 200 and stage("customer") in ["engagement", "retention"]
        """;

    [Fact]
    public void The_example_files_are_read_as_they_say()
    {
        var file = LifecycleFile.Read(Framework, "framework.yaml");
        Assert.Empty(file.Diagnostics);
        var lifecycle = file.Lifecycle!;
        Assert.Equal(("customer", "Ciclo de vida del cliente", "America/Mexico_City", Movement.Forward),
            (lifecycle.Id, lifecycle.Label.Es, lifecycle.Zone.Id, lifecycle.Movement));
        Assert.Equal(["awareness", "acquisition", "onboarding", "engagement", "retention", "advocacy"], lifecycle.Stages.Select(stage => stage.Id));
        Assert.Null(lifecycle.Stages[0].When);
        Assert.Equal("Conocimiento", lifecycle.Stages[0].Label.Es);
        Assert.Equal("acquisition", lifecycle.Stages[1].Label.En);
        Assert.Equal("vip", Assert.Single(lifecycle.Stages[3].Segments).Id);
        Assert.Equal([3], lifecycle.Stages[4].ReturnsTo);
        var segment = SegmentFile.Read(BigSpenders, "big-spenders.yaml");
        Assert.Empty(segment.Diagnostics);
        Assert.Equal(("big-spenders", "Big spenders"), (segment.Segment!.Id, segment.Segment.Label.En));
        Assert.Empty(Catalog.Of([file, segment]).Check());
    }

    [Fact]
    public void What_is_not_said_has_its_default()
    {
        var lifecycle = LifecycleFile.Read("lifecycle: a\nlabel: { es: Ciclo }\nstages: [{ id: one }]").Lifecycle!;
        Assert.Equal(("Ciclo", "Ciclo", "UTC", Movement.Forward), (lifecycle.Label.En, lifecycle.Label.Es, lifecycle.Zone.Id, lifecycle.Movement));
        Assert.Equal(Text.Same("one"), lifecycle.Stages[0].Label);
        var segment = SegmentFile.Read("segment: s\nwhen: true").Segment!;
        Assert.Equal((Text.Same("s"), "UTC"), (segment.Label, segment.Zone.Id));
    }

    [Fact]
    public void A_persona_replaces_key_by_key_and_what_is_not_named_stays()
    {
        var lifecycle = LifecycleFile.Read("""
            lifecycle: a
            stages:
              - id: one
              - id: two
                label: Two
                when: ever("A")
                returns_to: [one]
                segments: [{ id: x, when: true }]
              - id: three
                when: ever("B")
            personas:
              - id: by-when
                when: true
                stages:
                  two: { when: 'ever("C")' }
              - id: by-rest
                when: true
                stages:
                  two: { returns_to: [], segments: [{ id: y, when: true }], label: Dos }
              - id: nothing
                when: true
            """).Lifecycle!;
        var (two, byWhen, byRest) = (lifecycle.Stages[1], lifecycle.Personas[0].Stages[1], lifecycle.Personas[1].Stages[1]);
        Assert.Equal("ever(\"C\")", byWhen.When!.Text);
        Assert.Equal((two.Label, two.ReturnsTo, two.Segments), (byWhen.Label, byWhen.ReturnsTo, byWhen.Segments));
        Assert.Same(two.When, byRest.When);
        Assert.Equal((Text.Same("Dos"), 0, "y"), (byRest.Label, byRest.ReturnsTo.Count, Assert.Single(byRest.Segments).Id));
        Assert.Equal(lifecycle.Stages, lifecycle.Personas[2].Stages);
        Assert.Equal(lifecycle.Stages[2], lifecycle.Personas[0].Stages[2]);
    }

    [Fact]
    public void Date_literals_stand_in_the_files_zone()
    {
        var segment = SegmentFile.Read("when: now > @2026-01-31\ntimezone: America/Mexico_City\nsegment: s").Segment!;
        Assert.Equal("(now > @2026-01-31T06:00:00.000Z)", Printer.Print(segment.When.Expression));
    }

    [Theory]
    [InlineData("lifecycle: a\nstages:\n  - id: one\n  - id: two\n", "4:9 always_holds")]
    [InlineData("lifecycle: a\nmovement: free\nstages:\n  - id: one\n    returns_to: [one]\n", "5:17 no_effect")]
    public void What_is_odd_but_allowed_is_a_warning(string yaml, string expected)
    {
        var file = LifecycleFile.Read(yaml);
        Assert.True(file.IsValid);
        var warning = Assert.Single(file.Diagnostics);
        Assert.Equal((Severity.Warning, expected), (warning.Severity, $"{warning.Line}:{warning.Column} {warning.Code}"));
    }
}
