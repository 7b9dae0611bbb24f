using System.Text;
using Ciclo.Core.Values;

namespace Ciclo.Modules.Imports.Tests;

/// <summary>What files look like: encodings, delimiters, quotes, decimal marks, types.</summary>
public class ReadingTests
{
    private const string Map = "source: s\nemit:\n  - type: track\n    event: A\n    user_id: id\n    key: id\n    properties: { name: name, n: n }\n";

    private static readonly Encoding Windows1252 = CodePagesEncodingProvider.Instance.GetEncoding(1252)!;

    public static TheoryData<string, byte[], string> Encodings => new()
    {
        { "utf-8", Encoding.UTF8.GetBytes("id,name,n\na,Peña €,1\n"), "" },
        { "utf-8", [0xef, 0xbb, 0xbf, .. Encoding.UTF8.GetBytes("id,name,n\na,Peña €,1\n")], "" },
        { "utf-16le", [0xff, 0xfe, .. Encoding.Unicode.GetBytes("id,name,n\na,Peña €,1\n")], "" },
        { "utf-16le", Encoding.Unicode.GetBytes("id,name,n\na,Peña €,1\n"), "" },
        { "utf-16be", [0xfe, 0xff, .. Encoding.BigEndianUnicode.GetBytes("id,name,n\na,Peña €,1\n")], "" },
        { "windows-1252", Windows1252.GetBytes("id,name,n\na,Peña €,1\n"), "" },
        { "windows-1252", Windows1252.GetBytes("id,name,n\na,Peña €,1\n"), "encoding: latin1\n" },
        // The first foreign byte lies far behind what is looked at first.
        { "windows-1252", Windows1252.GetBytes("id,name,n\n" + Filler() + "a,Peña €,1\n"), "" },
        { "utf-8", Encoding.UTF8.GetBytes("id,name,n\n" + Filler() + "a,Peña €,1\n"), "" },
    };

    [Theory]
    [MemberData(nameof(Encodings))]
    public async Task A_file_is_read_in_its_encoding_packed_or_not(string encoding, byte[] file, string given)
    {
        foreach (var bytes in new[] { file, ImportFixture.Gzip(file) })
        {
            var target = new MemoryTarget();
            var result = await ImportFixture.RunAsync(given + Map, bytes, target);
            Assert.Equal((encoding, 0L), (result.Detected!.Encoding, result.Rejected));
            Assert.Equal("""{"name":"Peña €","n":1}""", target.Events.Single(admitted => admitted.UserId == "a").Properties);
        }
    }

    [Theory]
    [InlineData("PK,n\n7,1\n")]
    [InlineData("PK\n7")]
    public async Task A_column_called_PK_is_no_archive(string file)
    {
        var result = await ImportFixture.RunAsync("source: s\nemit:\n  - { type: identify, user_id: PK }\n", file, new MemoryTarget());
        Assert.Equal((1L, 1L), (result.Rows, result.Events));
    }

    [Fact]
    public async Task Utf8_cut_anywhere_by_the_first_chunk_is_still_utf8()
    {
        for (var shift = 0; shift < 4; shift++)
        {
            var head = "id,name,n\n" + new string('x', 128 * 1024 - 14 - shift) + ",";
            var target = new MemoryTarget();
            var result = await ImportFixture.RunAsync(Map, Encoding.UTF8.GetBytes(head + "é€😀,1\n"), target);
            Assert.Equal("utf-8", result.Detected!.Encoding);
            Assert.Equal("id_too_long", Assert.Single(result.Rejects).Reason);
        }
    }

    [Fact]
    public async Task A_row_that_is_no_text_in_the_encoding_is_rejected_alone()
    {
        byte[] file = [.. Encoding.UTF8.GetBytes("id,name,n\na,é,1\nb,"), 0xff, .. Encoding.UTF8.GetBytes(",2\nc,é,3\n")];
        var target = new MemoryTarget();
        var result = await ImportFixture.RunAsync("encoding: utf-8\n" + Map, file, target);
        var reject = Assert.Single(result.Rejects);
        Assert.Equal((3L, "invalid_text"), (reject.Line, reject.Reason));
        Assert.Equal(["a", "c"], target.Events.Select(admitted => admitted.UserId));
    }

    [Theory]
    [InlineData("id;name;n\na;x, y;1\n", ';')]
    [InlineData("id\tname\tn\na\tx, y\t1\n", '\t')]
    [InlineData("id|name|n\na|x, y|1\n", '|')]
    [InlineData("id,name,n\na,\"x; y; z; w\",1\n", ',')]
    [InlineData("id,name,n\r\na,\"x;\r\ny\",1\r\n", ',')]
    public async Task The_delimiter_is_found_out(string file, char delimiter)
    {
        var result = await ImportFixture.RunAsync(Map, file, new MemoryTarget());
        Assert.Equal((delimiter, 1L, 0L), (result.Detected!.Delimiter, result.Events, result.Rejected));
    }

    [Fact]
    public async Task Without_a_header_the_named_columns_decide_between_two_delimiters()
    {
        var target = new MemoryTarget();
        const string NoHeader = "source: s\nheader: false\ncolumns: [ { id: text }, n ]\nemit:\n  - { type: track, event: A, user_id: id, properties: { n: n } }\n";
        var result = await ImportFixture.RunAsync(NoHeader, "a;1,5\nb;2,5\n", target);
        Assert.Equal((';', true), (result.Detected!.Delimiter, result.Detected.IsDecimalComma));
        Assert.Equal(["""{"n":1.5}""", """{"n":2.5}"""], target.Events.Select(admitted => admitted.Properties).Order());
    }

    [Fact]
    public async Task Quotes_hold_delimiters_line_breaks_and_quotes_and_a_line_number_is_that_of_the_first_character()
    {
        var target = new MemoryTarget();
        var result = await ImportFixture.RunAsync(Map, "id,name,n\r\na,\"x,\r\n\"\"y\"\"\",1\r\n\r\nb,no \"quotes\" here,2\r\nc,short\r\nd,\"\",4", target);
        Assert.Equal(["""{"name":"x,\r\n\"y\"","n":1}""", """{"name":"no \"quotes\" here","n":2}""", """{"name":null,"n":4}"""], target.Events.Select(admitted => admitted.Properties));
        var reject = Assert.Single(result.Rejects);
        Assert.Equal((6L, "wrong_cells", "c,short"), (reject.Line, reject.Reason, reject.Row));
        Assert.Equal("2 cells; the file has 3 columns", reject.Detail.En);
    }

    [Theory]
    [InlineData("id,name,n\na,\"x\"y,1\nb,z,2\n", "text_after_quote", "a,\"x\"y,1")]
    [InlineData("id,name,n\na,\"x,1\nb,z,2\n", "unclosed_quote", "a,\"x,1")]
    public async Task A_stray_quote_costs_one_line(string file, string reason, string text)
    {
        var target = new MemoryTarget();
        var result = await ImportFixture.RunAsync(Map, file, target);
        Assert.Equal((2L, reason, text), (result.Rejects[0].Line, result.Rejects[0].Reason, result.Rejects[0].Row));
        Assert.Equal("b", Assert.Single(target.Events).UserId);
    }

    [Fact]
    public async Task A_row_beyond_every_limit_is_rejected_and_reading_goes_on()
    {
        var target = new MemoryTarget();
        var result = await ImportFixture.RunAsync(Map, "id,name,n\na," + new string('x', 9_000_000) + ",1\nb,\"" + new string('y', 6_000_000) + "\nc,z,3\nd," + new string('z', 1_100_000) + ",4\n", target);
        Assert.Equal([(2L, "row_too_large"), (3L, "row_too_large"), (5L, "too_large")], result.Rejects.Select(reject => (reject.Line, reject.Reason)));
        Assert.Equal("c", Assert.Single(target.Events).UserId);
    }

    [Theory]
    [InlineData("id;n\na;1,5\nb;2\n", null, true, "1.5")]
    [InlineData("id;n\na;1.234,5\nb;2\n", null, true, "1234.5")]
    [InlineData("id;n\na;1.5\nb;2,345\n", null, false, "1.5")]
    [InlineData("id;n\na;3,125\nb;2,345\n", null, true, "3.125")]
    [InlineData("id;n\na;93.994\nb;1.1\n", null, false, "93.994")]
    [InlineData("id;n\na;93.994\nb;5\n", null, false, "93.994")]
    [InlineData("id,n\na,\"1,234.50\"\nb,2\n", null, false, "1234.5")]
    [InlineData("id,n\na,\"1,5\"\nb,2\n", null, true, "1.5")]
    [InlineData("id;n\na;1,5\nb;2\n", "decimal: \".\"\n", false, "\"1,5\"")]
    [InlineData("id;n\na;1,500\nb;2\n", "decimal: \",\"\n", true, "1.5")]
    [InlineData("id,n\na,-0.0000005\nb,2\n", null, false, "0")]
    [InlineData("id,n\na, 7 \nb,2\n", null, false, "7")]
    [InlineData("id,n\na,1e3\nb,2\n", null, false, "1000")]
    public async Task Decimal_marks_are_found_out_and_numbers_are_exact(string file, string? given, bool isComma, string number)
    {
        var target = new MemoryTarget();
        var result = await ImportFixture.RunAsync(given + "source: s\nemit:\n  - { type: track, event: A, user_id: id, properties: { n: n } }\n", file, target);
        Assert.Equal((isComma, 2L), (result.Detected!.IsDecimalComma, result.Events));
        Assert.Equal($$"""{"n":{{number}}}""", target.Events.Single(admitted => admitted.UserId == "a").Properties);
    }

    [Fact]
    public async Task A_column_is_of_numbers_where_each_cell_of_the_first_thousand_rows_is_one_without_a_superfluous_zero()
    {
        var file = new StringBuilder("id,zip,plain,late,empty,blank,long\n");
        for (var row = 0; row < 1_000; row++)
        {
            file.Append($"u{row},{(row == 500 ? "007" : "7")},{(row % 2 == 0 ? "-0.5" : "0")},1,,{(row == 3 ? " " : "1")},1234567890123456\n");
        }
        file.Append("last,1,1,none,x,1,1\n");
        const string Typed = "source: s\nemit:\n  - { type: track, event: A, user_id: id, properties: { zip: zip, plain: plain } }\n";
        var result = await ImportFixture.RunAsync(Typed, file.ToString(), new MemoryTarget());
        Assert.Equal(
            [ColumnType.Text, ColumnType.Text, ColumnType.Number, ColumnType.Number, ColumnType.Text, ColumnType.Number, ColumnType.Text],
            result.Detected!.Columns.Select(column => column.Type));
        Assert.Equal(0, result.Rejected);
        var used = await ImportFixture.RunAsync(Typed.Replace("zip: zip", "late: late"), file.ToString(), new MemoryTarget());
        Assert.Equal((1_002L, "bad_number"), (Assert.Single(used.Rejects).Line, used.Rejects[0].Reason));
        var given = await ImportFixture.RunAsync(Typed + "columns: { zip: number, empty: time }\n", file.ToString(), new MemoryTarget());
        Assert.Equal("bad_time", Assert.Single(given.Rejects).Reason);
    }

    [Fact]
    public async Task Given_types_make_instants_and_truth_of_cells()
    {
        const string Typed = "source: s\ncolumns: { at: time, ok: boolean, n: text }\nskip: instant(at) > @2026-02-01 and not ok\nemit:\n  - { type: identify, user_id: id, key: id, traits: { at: at, ok: ok, n: n } }\n";
        var target = new MemoryTarget();
        var result = await ImportFixture.RunAsync(Typed, "id,at,ok,n\na,2026-01-31 10:00,sí,1\nb,2026-03-01,no,2\nc,2026-03-01T00:00:00-06:00,TRUE,3\nd,2026-01-01,maybe,4\n", target);
        Assert.Equal(["""{"at":"2026-01-31T10:00:00.000Z","ok":true,"n":"1"}""", """{"at":"2026-03-01T06:00:00.000Z","ok":true,"n":"3"}"""], target.Events.Select(admitted => admitted.Properties));
        Assert.Equal((1L, "bad_boolean"), (result.Skipped, Assert.Single(result.Rejects).Reason));
    }

    [Fact]
    public async Task Json_lines_keep_their_types_and_reach_into_objects()
    {
        const string Lines = """
            {"u":{"id":17,"mail":" Ana@X.mx "},"n":1.50,"t":"a\u0041\ud83d\ude00","l":[1,"b",null],"o":{"x":1},"a.b":true,"skip":false,"at":1767225600}
            {"u":{"id":18},"n":"7","t":"","l":["no"],"skip":true}

            {"u":{"id":19},"n":null,"at":1767225600.5,"skip":null}
            {"u":{"id":[1]},"at":1}
            {"u":
            []
            {"u":{"id":"x\ud800"},"at":1}
            {"u":{"id":"0"},"at":1}
            """;
        const string JsonMap = "source: j\nformat: jsonl\nskip: skip\nemit:\n  - type: track\n    event: A\n    user_id: u.id\n    email: u.mail\n    timestamp: { column: at, format: unix }\n    key: u.id\n    properties: { n: n, t: t, l: l, o: o, ab: a.b, twice: n * 2, has: 'l contains \"b\"' }\n";
        var target = new MemoryTarget();
        var result = await ImportFixture.RunAsync(JsonMap, Lines, target);
        Assert.Equal((8L, 1L), (result.Rows, result.Skipped));
        Assert.Equal(
            [(5L, "bad_id"), (6L, "bad_json"), (7L, "not_an_object"), (8L, "invalid_text"), (9L, "blocked_id")],
            result.Rejects.Select(reject => (reject.Line, reject.Reason)));
        Assert.Equal(
            [
                """{"type":"track","event":"A","userId":"17","timestamp":"2026-01-01T00:00:00.000Z","properties":{"n":1.50,"t":"aA😀","l":[1,"b",null],"o":{"x":1},"ab":true,"twice":3,"has":true},"context":{"traits":{"email":"Ana@X.mx"}}}""",
                """{"type":"track","event":"A","userId":"19","timestamp":"2026-01-01T00:00:00.500Z","properties":{"n":null,"t":null,"l":null,"o":null,"ab":null,"twice":null,"has":false}}""",
            ],
            target.Events.Select(admitted => admitted.Json.Replace("\\uD83D\\uDE00", "😀")));
        Assert.Equal("ana@x.mx", target.Events[0].Email);
        Assert.Equal("""{"traits":{"email":"Ana@X.mx"}}""", target.Events[0].Context);
    }

    [Fact]
    public void Numbers_read_fast_are_the_numbers_read_carefully()
    {
        const int Seed = 42;
        var random = new Random(Seed);
        const string Alphabet = "0123456789..,,--+e ";
        var numbers = 0;
        for (var i = 0; i < 200_000; i++)
        {
            var text = string.Concat(Enumerable.Range(0, random.Next(1, 12)).Select(_ => Alphabet[random.Next(Alphabet.Length)]));
            var format = new NumberFormat(false);
            if (text.Contains(',', StringComparison.Ordinal) || !Number.TryParse(text.Trim(), out var expected))
            {
                continue;
            }
            numbers++;
            Assert.True(format.TryParse(Encoding.ASCII.GetBytes(text), out var actual) && actual == expected, $"seed {Seed}, round {i}: {text}");
            var comma = text.Replace('.', ',');
            Assert.True(new NumberFormat(true).TryParse(Encoding.ASCII.GetBytes(comma), out actual) && actual == expected, $"seed {Seed}, round {i}: {comma}");
        }
        Assert.True(numbers > 10_000, $"only {numbers} numbers were tried");
    }

    [Theory]
    [InlineData("1,234", true)]
    [InlineData("1,234,567.5", true)]
    [InlineData("-12,345", true)]
    [InlineData("1,23", false)]
    [InlineData("1234,567", false)]
    [InlineData(",123", false)]
    [InlineData("1,234,", false)]
    [InlineData("1.5,000", false)]
    [InlineData("1..5", false)]
    [InlineData("", false)]
    public void Groups_of_thousands_are_threes(string text, bool isNumber) =>
        Assert.Equal(isNumber, new NumberFormat(false).TryParse(Encoding.ASCII.GetBytes(text), out _));

    private static string Filler()
    {
        var filler = new StringBuilder();
        for (var row = 0; row < 30_000; row++)
        {
            filler.Append('u').Append(row).Append(",plain,1\n");
        }
        return filler.ToString();
    }
}
