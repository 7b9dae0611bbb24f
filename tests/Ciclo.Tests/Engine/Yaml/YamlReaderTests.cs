using Ciclo.Core;
using Ciclo.Core.Rules;
using Ciclo.Core.Time;
using Ciclo.Engine.Yaml;

namespace Ciclo.Tests.Engine.Yaml;

public class YamlReaderTests
{
    [Theory]
    [InlineData("a: &x 1\nb: *x", "anchor", 1, 4)]
    [InlineData("a: 1\nb: *x", "alias", 2, 4)]
    [InlineData("a: !!str 1", "tag", 1, 4)]
    [InlineData("", "empty_file", 1, 1)]
    [InlineData("# nothing\n", "empty_file", 1, 1)]
    [InlineData("a: 1\n---\nb: 2", "second_document", 2, 1)]
    [InlineData("? [a]\n: 1", "bad_key", 1, 3)]
    [InlineData("a: b: c", "yaml_syntax", 1, 5)]
    [InlineData("a: [1, 2", "yaml_syntax", 1, 9)]
    [InlineData("a:\n\t- b", "yaml_syntax", 2, 1)]
    [InlineData("a: \"x\\q\"", "yaml_syntax", 1, 6)]
    [InlineData("a: [1,\nb: 2\n", "yaml_syntax", 1, 6)]
    [InlineData("x:\n  a: 1\n b: 2", "yaml_syntax", 3, 2)]
    [InlineData("a: @x", "yaml_syntax", 1, 4)]
    public void What_is_refused_has_its_place(string text, string code, int line, int column)
    {
        var diagnostics = new List<Diagnostic>();
        Assert.Null(YamlReader.Read(text, diagnostics));
        var found = Assert.Single(diagnostics);
        Assert.Equal((code, line, column), (found.Code, found.Line, found.Column));
    }

    [Fact]
    public void A_key_that_stands_twice_is_refused_and_the_first_is_read()
    {
        var diagnostics = new List<Diagnostic>();
        var root = (YamlMap)YamlReader.Read("a: 1\na: 2\nb: 3", diagnostics)!;
        var found = Assert.Single(diagnostics);
        Assert.Equal(("duplicate_key", 2, 1), (found.Code, found.Line, found.Column));
        Assert.Equal(["1", "3"], root.Entries.Select(entry => ((YamlScalar)entry.Value).Value));
    }

    [Fact]
    public void Too_deep_too_large_and_not_utf8_are_refused()
    {
        Assert.Equal("too_deep", OnlyRefusal(Bytes(new string('[', 100_000))).Code);
        Assert.Equal("file_too_large", OnlyRefusal(new byte[YamlReader.MaxBytes + 1]).Code);
        var notUtf8 = OnlyRefusal([.. Bytes("a: ñ\nb: ñ"), 0xff]);
        Assert.Equal(("not_utf8", 2, 5), (notUtf8.Code, notUtf8.Line, notUtf8.Column));
    }

    [Fact]
    public void Nodes_know_their_places_and_a_byte_order_mark_is_no_character()
    {
        var diagnostics = new List<Diagnostic>();
        var root = (YamlMap)YamlReader.Read([0xef, 0xbb, 0xbf, .. Bytes("a: 1\nb:\n  - x\n  - { c: \"d\" }\n")], diagnostics)!;
        Assert.Equal(new YamlPlace(1, 1), root.Place);
        Assert.Equal(new YamlPlace(1, 4), root.Find("a")!.Value.Place);
        var list = (YamlList)root.Find("b")!.Value;
        Assert.Equal(new YamlPlace(3, 5), list.Items[0].Place);
        var entry = ((YamlMap)list.Items[1]).Entries[0];
        Assert.Equal((new YamlPlace(4, 7), new YamlPlace(4, 10)), (entry.Key.Place, entry.Value.Place));
    }

    [Theory]
    [InlineData("when: count(\"A\") >> 1")]
    [InlineData("when: 'count(\"A''s\") >> 1'")]
    [InlineData("when: \"count(\\\"A\\\") \\x3e> 1\"")]
    [InlineData("when: \"count(\\\"\\U0001F600\\\") \\\n    >> 1\"")]
    [InlineData("when: |\n  count(\"A\")\n    >> 1\n")]
    [InlineData("when: >-  # folded\n  count(\"A\")\n\n  >> 1\n")]
    [InlineData("when: count(\"A\")\n  or\n\n  true >> 1")]
    [InlineData("when: { x: count(\"A\") >> 1 }")]
    [InlineData("when:\r\n  |\r\n  count(\"A\")\r\n  >> 1\r\n")]
    public void A_mistake_in_an_expression_is_shown_at_its_own_line_and_column(string text)
    {
        var diagnostics = new List<Diagnostic>();
        var node = ((YamlMap)YamlReader.Read(text, diagnostics)!).Find("when")!.Value;
        var scalar = node as YamlScalar ?? (YamlScalar)((YamlMap)node).Find("x")!.Value;
        Assert.Null(YamlExpressions.Read(scalar, RuleContext.Segment, Zone.Utc, true, diagnostics));
        var found = Assert.Single(diagnostics);
        // The second > of `>>` is what no expression may hold.
        var index = text.Contains("\\x3e>", StringComparison.Ordinal) ? text.IndexOf("\\x3e>", StringComparison.Ordinal) + 4 : text.IndexOf(">>", StringComparison.Ordinal) + 1;
        Assert.Equal(PlaceOf(text, index), (found.Line, found.Column));
    }

    [Fact]
    public void Each_solid_character_of_a_scalar_is_found_in_the_source()
    {
        const int Seed = 20_260_101;
        var random = new Random(Seed);
        var checkedCharacters = 0;
        for (var i = 0; i < 20_000; i++)
        {
            var text = "k: " + RandomScalar(random) + "\nz: 1\n";
            if (YamlReader.Read(text, new List<Diagnostic>()) is not YamlMap map || map.Find("k")?.Value is not YamlScalar scalar)
            {
                continue;
            }
            var lines = text.Split('\n');
            for (var at = 0; at < scalar.Value.Length; at++)
            {
                if (char.IsWhiteSpace(scalar.Value[at]))
                {
                    continue;
                }
                checkedCharacters++;
                var place = scalar.PlaceOf(at);
                var source = lines[place.Line - 1][(place.Column - 1)..];
                var isEscaped = scalar.Style == YamlStyle.DoubleQuoted && source.StartsWith('\\');
                Assert.True(isEscaped || source[0] == scalar.Value[at], $"seed {Seed}, round {i}, offset {at} of:\n{text}");
            }
        }
        Assert.True(checkedCharacters > 50_000, $"only {checkedCharacters} characters were checked");
    }

    [Fact]
    public void Random_bytes_are_refused_and_never_throw()
    {
        const int Seed = 7;
        var random = new Random(Seed);
        const string Alphabet = "ab:-?,[]{}#&*!|>'\"%@` \n\t\r\\x0u~.=<\u00e9\u2028\u0000";
        for (var i = 0; i < 20_000; i++)
        {
            var text = string.Concat(Enumerable.Range(0, random.Next(40)).Select(_ => Alphabet[random.Next(Alphabet.Length)]));
            var bytes = Bytes(text);
            if (i % 3 == 0)
            {
                random.NextBytes(bytes);
            }
            var diagnostics = new List<Diagnostic>();
            var root = YamlReader.Read(bytes, diagnostics);
            Assert.True(root is null == diagnostics.Count > 0, $"seed {Seed}, round {i}: {Convert.ToHexString(bytes)}");
            PlaceEverything(root);
        }
    }

    [Fact]
    public void Fields_report_unknown_missing_and_mistyped_keys_all_at_once()
    {
        var diagnostics = new List<Diagnostic>();
        var fields = YamlFields.Of(YamlReader.Read("lable: x\nstages: 4\nmovement: forwards\n", diagnostics), diagnostics)!;
        Assert.Null(fields.Scalar("lifecycle", isRequired: true));
        Assert.Null(fields.List("stages"));
        Assert.Null(fields.Word("movement", ["forward", "free"]));
        Assert.Null(fields.Any("label"));
        fields.RefuseOthers();
        Assert.Equal(
            [
                "Line 1, column 1. Found no key lifecycle; expected lifecycle:.",
                "Line 2, column 9. Found 4; expected a list.",
                "Line 3, column 11. Found the text \"forwards\"; expected forward or free. Did you mean forward?",
                "Line 1, column 1. Found the key lable; expected lifecycle, stages, movement or label. Did you mean label?",
            ],
            diagnostics.Select(found => found.Say(Language.En)));
        Assert.Equal("Línea 3, columna 11. Hay el texto \"forwards\"; se esperaba forward o free. ¿Quisiste decir forward?", diagnostics[2].Say(Language.Es));
    }

    private static void PlaceEverything(YamlNode? node)
    {
        switch (node)
        {
            case YamlScalar scalar:
                for (var at = 0; at <= scalar.Value.Length; at++)
                {
                    scalar.PlaceOf(at);
                }
                break;
            case YamlList list:
                list.Items.ToList().ForEach(PlaceEverything);
                break;
            case YamlMap map:
                map.Entries.ToList().ForEach(entry => PlaceEverything(entry.Value));
                break;
        }
    }

    private static string RandomScalar(Random random)
    {
        string[] pieces = random.Next(4) switch
        {
            0 => ["a", "b c", "é", " ", "\n  ", "\n\n  ", "\"", "(", "  \n   ", "#", "😀", "'"],
            1 => ["a", "b c", "''", " ", "\n  ", "\n\n\n  ", "\"", "\\n", "  \n   ", "# x", "😀", ": "],
            2 => ["a", "b c", "'", " ", "\n  ", "\n\n  ", "\\\"", "\\n", "\\x41", "\\u00e9", "\\U0001F600", "\\\n  ", "\\\n\n  ", "\\t", " \\ ", "😀"],
            _ => ["a", "b c", " ", "\n  ", "\n\n  ", "\n    ", "'", "\\", "\"", "# x", "😀", "\t"],
        };
        var body = string.Concat(Enumerable.Range(0, random.Next(1, 12)).Select(_ => pieces[random.Next(pieces.Length)]));
        string[] headers = ["|\n  ", ">\n  ", "|-  # c\n  ", ">2+\n  "];
        return pieces.Length switch
        {
            16 => "\"" + body + "\"",
            _ when pieces.Contains("''") => "'" + body + "'",
            _ when pieces.Contains("\t") => headers[random.Next(headers.Length)] + body,
            _ => body,
        };
    }

    private static (int Line, int Column) PlaceOf(string text, int index)
    {
        var lineStart = text.LastIndexOf('\n', index) + 1;
        return (text[..index].Count(c => c == '\n') + 1, index - lineStart + 1);
    }

    private static Diagnostic OnlyRefusal(byte[] bytes)
    {
        var diagnostics = new List<Diagnostic>();
        Assert.Null(YamlReader.Read(bytes, diagnostics));
        return Assert.Single(diagnostics);
    }

    private static byte[] Bytes(string text) => System.Text.Encoding.UTF8.GetBytes(text);
}
