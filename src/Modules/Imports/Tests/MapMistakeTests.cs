using System.Text;
using Ciclo.Core;

namespace Ciclo.Modules.Imports.Tests;

/// <summary>Each mistake in a map is shown at its place; `«»` in a map stands around what is found.</summary>
public class MapMistakeTests
{
    private const string File = "Customer ID,Order No,Amount,When,Amount2,twin,twin\nc1,o1,5.5,2026-01-31,1,a,b\n";

    private const string Emit = "source: s\nemit:\n  - type: track\n    event: Bought\n    user_id: Customer ID\n    timestamp: When\n";

    private static readonly (string Map, string Code, string Said)[] Mistakes =
    [
        ("«»source: s\nemits: []\n", "missing_key", "no key emit; expected emit:"),
        ("«emits»: []\nsource: s\nemit: [{ type: identify, user_id: twin2, timestamp: When }]", "unknown_key", "Found the key emits; expected source, format, header"),
        ("source: s\nemit: «[]»", "bad_emit_count", "Found a list; expected 1 to 50 events."),
        ("source: «[a]»\nemit:\n  - { type: identify, user_id: a }", "wrong_type", "Found a list; expected a name for the source of the file."),
        ("source: «\"\"»\nemit:\n  - { type: identify, user_id: a }", "bad_source", "expected a name of 1 to 60 characters on one line."),
        (Emit + "format: «cvs»", "unknown_word", "Found the text \"cvs\"; expected csv or jsonl. Did you mean csv?"),
        (Emit + "header: «nope»", "wrong_type", "Found the text \"nope\"; expected true or false."),
        (Emit + "delimiter: «tabs»", "unknown_word", "expected \",\", \";\", \"|\", tab or whitespace. Did you mean tab?"),
        (Emit + "encoding: «utf-9»", "unknown_word", "expected utf-8, utf-16le, utf-16be or windows-1252. Did you mean utf-8?"),
        (Emit + "decimal: «x»", "unknown_word", "expected . or ,."),
        (Emit + "on_change: «replaced»", "unknown_word", "Did you mean replace?"),
        (Emit + "columns: { Amount: «numbr» }", "unknown_word", "expected text, number, time or boolean. Did you mean number?"),
        (Emit + "columns: «Amount»", "wrong_type", "expected a map of names and types, or a list of them."),
        (Emit + "columns: [ { Amount: number }, «[x]» ]", "wrong_type", "expected a column such as { date: text }."),
        (Emit + "columns: [ Amount, «Amount» ]", "duplicate_column", "expected each column once."),
        (Emit + "columns: { «Amonut»: number }", "unknown_column", "Found the column Amonut; expected a column of the file. Did you mean Amount?"),
        ("«»" + Emit + "header: false", "missing_key", "Found header: false and no columns; expected columns: with the names in order."),
        (Emit + "format: jsonl\ndelimiter: «\",\"»", "csv_only", "Found delimiter in a map for jsonl"),
        (Emit + "skip: «Amount +»1", "type", "Found a number; expected a condition."),
        (Emit + "skip: Amount «=» 1", "unknown_character", "Write == to compare."),
        (Emit + "group_by: «Order Nr»", "unknown_column", "Did you mean Order No?"),
        (Emit + "«»  - type: track\n    event: Bought\n    user_id: twin\n".Replace("«»  - ", "  - «»"), "duplicate_emit", "Found a second event with the id track:Bought; expected each id once. The first is on line 3."),
        (Emit.Replace("track", "«trak»"), "unknown_word", "expected track, identify, page, screen, group or alias. Did you mean track?"),
        ("source: s\nemit:\n  - «»user_id: When", "missing_key", "Found no key type; expected type:."),
        ("source: s\nemit:\n  - «track»", "wrong_type", "expected a map of keys and values."),
        ("source: s\nemit:\n  - «»type: track\n    user_id: When\n    timestamp: When", "missing_key", "Found no key event"),
        ("source: s\nemit:\n  - «»type: track\n    event: A\n    timestamp: When", "no_id", "Found an event of nobody; expected user_id, anonymous_id or email."),
        ("source: s\nemit:\n  - «»type: alias\n    user_id: When\n    timestamp: When", "missing_key", "no key previous_id"),
        ("source: s\nemit:\n  - «»type: group\n    user_id: When\n    timestamp: When", "missing_key", "no key group_id"),
        ("source: s\nemit:\n  - type: identify\n    user_id: When\n    timestamp: When\n    «properties»: {}", "unknown_key", "Found the key properties"),
        ("source: s\nemit:\n  - type: identify\n    user_id: When\n    timestamp: When\n    email: «When»\n    traits: { email: When }", "duplicate_key", "Found email here and in traits; expected it once."),
        (Emit + "    id: «\"\"»", "bad_id", "expected an id of 1 to 200 characters"),
        (Emit.Replace("Bought", "«\" \"»"), "bad_name", "expected 1 to 512 characters."),
        (Emit.Replace("Bought", "{ column: «Evnt» }"), "unknown_column", "Found the column Evnt; expected a column of the file. The file has: Customer ID, Order No"),
        (Emit.Replace("Bought", "{ «colum»: When, column: When }"), "unknown_key", "Found the key colum; expected column. Did you mean column?"),
        (Emit.Replace("user_id: Customer ID", "user_id: «customer id»"), "unknown_column", "Did you mean Customer ID?"),
        (Emit.Replace("user_id: Customer ID", "user_id: «twin»"), "ambiguous_column", "which the header names twice"),
        (Emit.Replace("user_id: Customer ID", "user_id: «[When]»"), "wrong_type", "Found a list; expected a column's name."),
        (Emit.Replace("timestamp: When", "timestamp: «Wen»"), "unknown_column", "Did you mean When?"),
        (Emit.Replace("timestamp: When", "timestamp: «{» format: iso }"), "missing_key", "no key column"),
        (Emit.Replace("timestamp: When", "timestamp: { column: When, format: «»isoo }"), "bad_pattern", "Found `i`; expected yyyy"),
        (Emit.Replace("timestamp: When", "timestamp: { column: When, format: yyyy-«DD»-MM }"), "bad_pattern", "Found `DD`; expected yyyy, yy, M, MM, MMM, MMMM, d, dd, ddd, H, HH, h, hh, tt, m, mm, s, ss, f, zzz or K. Days are d in small letters: dd."),
        (Emit.Replace("timestamp: When", "timestamp: { column: When, format: \"yyyy-mm-dd«»\" }"), "bad_pattern", "Found a pattern without one month; expected MM. Months are M in capitals; m is minutes."),
        (Emit.Replace("timestamp: When", "timestamp: { column: When, format: yyyy-MM-dd hh:mm«»  }"), "bad_pattern", "Found h without tt, or tt without h"),
        (Emit.Replace("timestamp: When", "timestamp: { column: When, format: 'yyyy-MM-dd «\"»T' }"), "bad_pattern", "Found a text without its closing quote; expected \"."),
        (Emit.Replace("timestamp: When", "timestamp: { column: When, timezone: «Europe/Lodon» }"), "unknown_timezone", "Did you mean Europe/London?"),
        (Emit + "    key: '«`Order Nr`»'", "unknown_column", "Did you mean Order No?"),
        (Emit + "    key: Order «Nr»", "unexpected", "Found `Nr`; expected an operator or the end."),
        (Emit + "    properties: «Amount»", "wrong_type", "expected a map of keys and values."),
        (Emit + "    properties: { currency: «EUR» }", "unknown_column", "Found the column EUR; expected a column of the file. A value is a column or an expression. For the text itself write '\"EUR\"'."),
        (Emit + "    properties: { plan: Gold «plan» }", "unexpected", "For the text itself write '\"Gold plan\"'."),
        (Emit + "    properties: { plan: «}»", "wrong_type", "Found nothing; expected a column or an expression. Write null for null"),
        (Emit + "    properties: { total: «sum»(Amount) }", "function_without_group", "add `group_by`"),
        (Emit + "    properties: { items: { «each»: { a: Amount } } }", "each_without_group", "expected it only under group_by"),
        (Emit + "group_by: Order No\n".Insert(0, "    properties: { items: { each: { a: «sum»(Amount) } } }\n"), "function_without_group", ""),
        (Emit + "    properties: { total: avgg(Amount) }\n".Replace("avgg", "«avgg»") + "group_by: Order No", "unknown_function", "expected sum, min, max, count, first or last."),
        (Emit + "    properties: { total: Amount * «\"x\"» }", "type", "Found a text, \"x\"; expected a number."),
        (Emit + "    properties: { total: 'Amount * «Amout»' }", "unknown_column", "Did you mean Amount?"),
        (Emit + "    properties: { total: \"Amount *\\n «Amout»\" }", "unknown_column", "Did you mean Amount?"),
        (Emit + "    properties:\n      total: >\n        Amount\n        * «Amout»\n", "unknown_column", "Did you mean Amount?"),
        (Emit + "    properties:\n      total: |\n        Amount\n          * `Order «»Nr`\n".Replace("`Order «»Nr`", "«`Order Nr`»"), "unknown_column", "Did you mean Order No?"),
        (Emit + "    properties:\n      total: Amount\n        * «Amout»\n", "unknown_column", "Did you mean Amount?"),
        (Emit + "    properties: { a: { b: [ Amount, «Amout» ] } }", "unknown_column", "Did you mean Amount?"),
        (Emit + "    traits«»: {}".Replace("traits«»", "«traits»"), "unknown_key", "Found the key traits"),
    ];

    public static TheoryData<int> Rows => [.. Enumerable.Range(0, Mistakes.Length)];

    [Theory]
    [MemberData(nameof(Rows))]
    public async Task Each_mistake_is_shown_at_its_line_and_column(int row)
    {
        var (marked, code, said) = Mistakes[row];
        var (line, column) = PlaceOf(marked);
        var errors = await ErrorsOf(marked.Replace("«", "").Replace("»", ""));
        var found = errors.Where(error => (error.Line, error.Column) == (line, column)).ToList();
        Assert.True(found.Count > 0 && found.Any(error => error.Code == code && error.Say(Language.En).Contains(said, StringComparison.Ordinal)),
            $"expected {code} at {line}:{column}, {said}\nin\n{marked}\nfound\n" + string.Join('\n', errors.Select(error => error.Code + ": " + error.Say(Language.En))));
        Assert.All(errors, error => Assert.True(error.Say(Language.Es) != error.Say(Language.En)));
    }

    [Fact]
    public async Task All_mistakes_are_found_at_once()
    {
        var errors = await ErrorsOf("source: s\nformt: csv\nemit:\n  - type: track\n    event: A\n    timestamp: { column: a, timezone: Mars }\n  - type: aliass\n");
        Assert.Equal(["unknown_key", "unknown_timezone", "no_id", "unknown_word"], errors.OrderBy(error => error.Code == "unknown_key" ? 0 : 1).Select(error => error.Code));
        var bound = await ErrorsOf("source: s\nskip: A == 1\nemit:\n  - type: track\n    event: A\n    user_id: B\n    timestamp: C\n    properties: { d: D, e: E }\n");
        Assert.Equal(["A", "B", "C", "D", "E"], bound.Select(error => error.Found.En["the column ".Length..]).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_warning_is_no_refusal()
    {
        var map = Emit.Replace("Bought", "When").Replace("    timestamp: When\n", "");
        var target = new MemoryTarget();
        var diagnostics = new List<Diagnostic>();
        Assert.NotNull(MapReader.Read(map, diagnostics));
        Assert.Equal(("no_timestamp", Severity.Warning), (diagnostics.Single().Code, diagnostics.Single().Severity));
        var result = await ImportFixture.RunAsync(map, File, target, ImportFixture.Options with { IsDryRun = true });
        Assert.Equal(["literal_like_column", "no_key"], result.Diagnostics.Select(found => found.Code));
        Assert.Equal(1, result.Events);
        Assert.Empty(target.Started);
    }

    [Fact]
    public async Task In_json_lines_a_path_never_seen_is_a_warning_with_the_nearest()
    {
        const string Map = "source: s\nformat: jsonl\nemit:\n  - type: track\n    event: A\n    user_id: user.id\n    key: k\n    timestamp: at\n    properties: { x: user.nmae }\n";
        var result = await ImportFixture.RunAsync(Map, "{\"user\":{\"id\":7,\"name\":\"x\"},\"k\":1,\"at\":\"2026-01-01\"}\n", new MemoryTarget());
        var warning = Assert.Single(result.Diagnostics);
        Assert.Equal(("unknown_column", Severity.Warning, 9, 22), (warning.Code, warning.Severity, warning.Line, warning.Column));
        Assert.Contains("user.name", warning.Say(Language.En), StringComparison.Ordinal);
        Assert.Equal(1, result.Events);
    }

    private static async Task<List<Diagnostic>> ErrorsOf(string map)
    {
        var diagnostics = new List<Diagnostic>();
        if (MapReader.Read(map, diagnostics) is { } read)
        {
            var target = new MemoryTarget();
            var result = await ImportRunner.RunAsync(new MemoryStream(Encoding.UTF8.GetBytes(File)), "f", read, ImportFixture.Options, target, null, CancellationToken.None);
            diagnostics.AddRange(result.Diagnostics);
            Assert.True(!result.IsRefused || target.Started.Count == 0, "a refused map began an import");
        }
        return [.. diagnostics.Where(found => found.Severity == Severity.Error)];
    }

    private static (int Line, int Column) PlaceOf(string marked)
    {
        var index = marked.IndexOf('«');
        var before = marked[..index];
        return (before.Count(c => c == '\n') + 1, index - (before.LastIndexOf('\n') + 1) + 1);
    }
}
