using Ciclo.Core;
using Ciclo.Engine.Definitions;

namespace Ciclo.Tests.Definitions;

/// <summary>Every kind of mistake in a file. `‸` marks the place that must be shown; the file is read without it.</summary>
public class MistakeTests
{
    private const string Stages = "stages: [{ id: one }]\n";

    public static TheoryData<string, string, string, string, string?> Mistakes => new()
    {
        { "lifecycle: a\n‸labl: x\n" + Stages, "unknown_key", "the key labl", "lifecycle, label, timezone, movement, stages or personas", "Did you mean label?" },
        { "lifecycle: a\nstages:\n  - id: one\n    ‸whem: true\n", "unknown_key", "the key whem", "id, label, when, returns_to or segments", "Did you mean when?" },
        { "‸stages: [{ id: one }]\n", "missing_key", "no key lifecycle", "lifecycle:", null },
        { "‸lifecycle: a\n", "missing_key", "no key stages", "stages:", null },
        { "lifecycle: a\nstages:\n  - ‸label: One\n", "missing_key", "no key id", "id:", null },
        { "lifecycle: a\nstages: ‸one\n", "wrong_type", "the text \"one\"", "a list", null },
        { "lifecycle: a\nstages: ‸{ one: 1 }\n", "wrong_type", "a map", "a list", null },
        { "lifecycle: a\nstages: ‸[]\n", "no_stages", "an empty list", "at least one stage", null },
        { "lifecycle: a\nstages: [‸one]\n", "wrong_type", "the text \"one\"", "a map of keys and values", null },
        { "lifecycle: ‸[a]\n" + Stages, "wrong_type", "a list", "an id", null },
        { "lifecycle:‸ \n" + Stages, "wrong_type", "nothing", "an id", null },
        { "lifecycle: ‸Ciclo de Vída\n" + Stages, "bad_id", "the text \"Ciclo de Vída\"", "an id: lower-case letters, digits, _ and -, at most 64", "For instance ciclo-de-vida." },
        { "lifecycle: ‸-a\n" + Stages, "bad_id", "the text \"-a\"", "an id: lower-case letters, digits, _ and -, at most 64", "For instance a." },
        { $"lifecycle: ‸{new string('a', 65)}\n" + Stages, "bad_id", $"the text \"{new string('a', 60)}…\"", "an id: lower-case letters, digits, _ and -, at most 64", null },
        { "lifecycle: a\nstages:\n  - id: one\n  - id: ‸one\n    when: true\n", "duplicate_id", "the id one a second time", "each id once", null },
        { "lifecycle: a\n‸lifecycle: b\n" + Stages, "duplicate_key", "the key lifecycle a second time", "each key once", null },
        { "lifecycle: a\nmovement: ‸forwards\n" + Stages, "unknown_word", "the text \"forwards\"", "forward or free", "Did you mean forward?" },
        { "lifecycle: a\ntimezone: ‸America/Mexico_Cty\n" + Stages, "unknown_timezone", "the text \"America/Mexico_Cty\"", "an IANA time zone, such as America/Mexico_City", "Did you mean America/Mexico_City?" },
        { "lifecycle: a\nlabel: ‸[x]\n" + Stages, "wrong_type", "a list", "a text, or one for en and one for es", null },
        { "lifecycle: a\nlabel: { en: ‸{} }\n" + Stages, "wrong_type", "a map", "a text, or one for en and one for es", null },
        { "lifecycle: a\nlabel: { ‸pt: Ciclo }\n" + Stages, "unknown_key", "the key pt", "en or es", null },
        { "lifecycle: a\nlabel: ‸{}\n" + Stages, "wrong_type", "a map", "a text for en or es", null },
        { $"lifecycle: a\nlabel: ‸{new string('x', 201)}\n" + Stages, "bad_label", $"the text \"{new string('x', 60)}…\"", "a text of 1 to 200 characters", null },
        { "lifecycle: a\nstages:\n  - id: one\n    when: ‸[true]\n", "wrong_type", "a list", "a condition", null },
        { "lifecycle: a\nstages:\n  - id: one\n    when: ‸cuont(\"A\") > 1\n", "unknown_function", "the function cuont", "a function of the rule language", "Did you mean count?" },
        { "lifecycle: a\nstages:\n  - id: one\n    when: count(\"A\", ‸365) > 1\n", "bad_window", "a number, 365", "a duration, such as 90d", null },
        { "lifecycle: a\nstages:\n  - id: one\n    when: count(\"A\") > ‸\"x\"\n", "type", "a text, \"x\"", "a number", null },
        { "lifecycle: a\nstages:\n  - id: one\n    when: ‸count(\"A\")\n", "type", "a number", "a condition", "Compare it, for instance with > 0." },
        { "lifecycle: a\nstages:\n  - id: one\n    when: ever(\"A\") and ‸since(\"A\") * 2 > 60d\n", "rate", "two sides that drift apart faster or slower than time passes", "a difference that stands still or changes with time itself, such as since(A) > 30d", null },
        { "lifecycle: a\nstages:\n  - id: one\n    when: |\n      ever(\"A\")\n        and ‸xyzzy\n", "unknown_name", "the name xyzzy", "a function, traits.NAME or an event in quotes", "For a trait write traits.xyzzy." },
        { "lifecycle: a\nstages:\n  - id: one\n    when: 'traits.x == \"it''s\" ‸&& true'\n", "unknown_character", "`&`", "a name, a value or an operator", "Write `and`." },
        { "lifecycle: a\nstages:\n  - id: one\n  - id: two\n    when: true\n    returns_to: [‸oen]\n", "unknown_stage", "the text \"oen\"", "a stage: one or two", "Did you mean one?" },
        { "lifecycle: a\nstages:\n  - id: one\n    returns_to: ‸one\n", "wrong_type", "the text \"one\"", "a list", null },
        { "lifecycle: a\nstages:\n  - id: one\n    returns_to: [‸[one]]\n", "wrong_type", "a list", "the id of a stage", null },
        { "lifecycle: a\nstages:\n  - id: one\n    segments: [‸{ id: vip }]\n", "missing_key", "no key when", "when:", null },
        { "lifecycle: a\nstages:\n  - id: one\n    segments: [{ id: vip, when: true }, { id: ‸vip, when: true }]\n", "duplicate_id", "the id vip a second time", "each id once", null },
        { "lifecycle: a\nstages: [{ id: one }]\npersonas:\n  - ‸id: b2b\n", "missing_key", "no key when", "when:", null },
        { "lifecycle: a\nstages: [{ id: one }]\npersonas:\n  - { id: p, when: true }\n  - { id: ‸p, when: true }\n", "duplicate_id", "the id p a second time", "each id once", null },
        { "lifecycle: a\nstages: [{ id: one }]\npersonas:\n  - id: p\n    when: true\n    stages:\n      ‸onee: { when: true }\n", "unknown_stage", "the text \"onee\"", "a stage: one", "Did you mean one?" },
        { "lifecycle: a\nstages: [{ id: one }]\npersonas:\n  - id: p\n    when: true\n    stages:\n      one: { ‸id: two }\n", "unknown_key", "the key id", "label, when, returns_to or segments", null },
        { "lifecycle: a\nstages: [{ id: one }]\npersonas:\n  - id: p\n    when: true\n    stages: ‸[one]\n", "wrong_type", "a list", "a map of keys and values", null },
        { "lifecycle: a\n stages‸: []\n", "yaml_syntax", "something that is not YAML", "valid YAML", "A text with a colon and a blank in it stands in single quotes." },
        { "‸segment: s\n", "missing_key", "no key when", "when:", null },
        { "segment: s\nwhen: ‸stage == \"x\"\n", "bare_stage", "stage", "stage(\"lifecycle-id\")", "Bare `stage` has a meaning only inside a lifecycle." },
        { "segment: s\nwhen: true\n‸stages: []\n", "unknown_key", "the key stages", "segment, label, timezone or when", null },
    };

    [Theory]
    [MemberData(nameof(Mistakes))]
    public void A_mistake_has_its_place_what_was_found_and_what_was_expected(string marked, string code, string found, string expected, string? hint)
    {
        var (yaml, line, column) = Marked(marked);
        var file = DefinitionFile.Read(yaml, "f.yaml");
        Assert.False(file.IsValid);
        var error = Assert.Single(file.Diagnostics, one => one.Severity == Severity.Error);
        Assert.Equal((code, line, column), (error.Code, error.Line, error.Column));
        Assert.Equal((found, expected, hint), (error.Found.En, error.Expected.En, error.Hint?.En));
        Assert.NotEmpty(error.Found.Es);
        Assert.NotEmpty(error.Expected.Es);
    }

    [Theory]
    [InlineData(101, 0, 0, "101 items", "at most 100")]
    [InlineData(1, 51, 0, "51 items", "at most 50")]
    [InlineData(1, 0, 201, "more than 200 segments inside stages", "at most 200 in a lifecycle")]
    public void Each_list_has_its_limit(int stages, int personas, int segments, string found, string expected)
    {
        var file = LifecycleFile.Read(Generated(stages, personas, segments));
        var error = Assert.Single(file.Diagnostics, one => one.Severity == Severity.Error);
        Assert.Equal(("too_many", found, expected), (error.Code, error.Found.En, error.Expected.En));
        Assert.True(LifecycleFile.Read(Generated(Math.Min(stages, 100), Math.Min(personas, 50), Math.Min(segments, 200))).IsValid);
    }

    [Fact]
    public void A_file_over_its_limit_is_refused()
    {
        var file = LifecycleFile.Read("lifecycle: a\n" + Stages + "#" + new string('x', 1 << 20));
        Assert.Equal("file_too_large", Assert.Single(file.Diagnostics).Code);
    }

    [Fact]
    public void All_mistakes_of_a_file_are_shown_in_its_order()
    {
        var file = LifecycleFile.Read("""
            lifecycle: A
            lifecycle: b
            timezone: Mars/Base
            movment: free
            stages:
              - id: one
                when: count(
              - id: one
                returns_to: [zzz, [x]]
                segments:
                  - id: vip
                    when: sum("A") > 1
              - when: since("A") > 3
            personas:
              - id: p
                when: traits.company
                stages:
                  nowhere: { when: xx }
            """);
        Assert.Equal(
            ["1 bad_id", "2 duplicate_key", "3 unknown_timezone", "4 unknown_key", "7 expected_event", "8 duplicate_id", "9 unknown_stage", "9 wrong_type",
                "12 missing_property", "13 missing_key", "13 type", "18 unknown_stage", "18 unknown_name"],
            file.Diagnostics.Where(one => one.Severity == Severity.Error).Select(one => $"{one.Line} {one.Code}"));
    }

    [Fact]
    public void What_is_printed_names_file_line_and_column_and_points_at_the_place()
    {
        var yaml = "segment: s\nwhen: count(\"A\", 365) > 1\n";
        var file = SegmentFile.Read(yaml, "segments/s.yaml");
        Assert.Equal(
            "segments/s.yaml:2:18: error: Found a number, 365; expected a duration, such as 90d.\n  when: count(\"A\", 365) > 1\n                   ^\n",
            DiagnosticPrinter.Print(file.Name, yaml, file.Diagnostics, Language.En));
        Assert.Equal(
            "segments/s.yaml:2:18: error: Hay un número, 365; se esperaba una duración, como 90d.\n  when: count(\"A\", 365) > 1\n                   ^\n",
            DiagnosticPrinter.Print(file.Name, yaml, file.Diagnostics, Language.Es));
    }

    [Fact]
    public void A_long_line_is_shown_around_the_place()
    {
        var yaml = $"segment: s\nwhen: {string.Concat(Enumerable.Repeat("true and ", 100))}oops\n";
        var printed = DiagnosticPrinter.Print("s.yaml", yaml, SegmentFile.Read(yaml).Diagnostics, Language.En).Split('\n');
        Assert.True(printed[1].Length <= 122);
        Assert.Equal("oops", printed[1][printed[2].IndexOf('^', StringComparison.Ordinal)..]);
    }

    private static (string Yaml, int Line, int Column) Marked(string marked)
    {
        var at = marked.IndexOf('‸', StringComparison.Ordinal);
        var before = marked[..at];
        return (marked.Remove(at, 1), before.Count(c => c == '\n') + 1, at - before.LastIndexOf('\n'));
    }

    private static string Generated(int stages, int personas, int segments) =>
        "lifecycle: a\nstages:\n" + string.Concat(Enumerable.Range(0, stages).Select(i => $"  - id: s{i}\n    when: true\n"))
        + (segments == 0 ? "" : "    segments:\n" + string.Concat(Enumerable.Range(0, segments).Select(i => $"      - {{ id: g{i}, when: true }}\n")))
        + (personas == 0 ? "" : "personas:\n" + string.Concat(Enumerable.Range(0, personas).Select(i => $"  - {{ id: p{i}, when: true }}\n")));
}
