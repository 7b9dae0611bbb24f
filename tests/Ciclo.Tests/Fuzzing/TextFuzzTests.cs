using System.Text;
using Ciclo.Core.Rules;
using Ciclo.Core.Time;
using Ciclo.Engine.Definitions;
using Ciclo.Modules.Imports;

namespace Ciclo.Tests.Fuzzing;

/// <summary>What people write and upload: expressions, definition files, import maps, tables. Each is read, or refused with a place and a reason.</summary>
public sealed class TextFuzzTests
{
    private const string Map = "source: s\nemit:\n  - type: track\n    event: A\n    user_id: id\n    key: id\n    properties: { name: name, n: n }\n";

    [Fact]
    public void An_expression_is_read_or_refused_at_a_place_inside_it()
    {
        var good = 0;
        FuzzRun.Over(Corpus.BytesOf("rules"), 10_000, (bytes, random) =>
        {
            var text = Encoding.UTF8.GetString(bytes);
            try
            {
                var expression = Parser.Parse(text, (RuleContext)random.Next(5), Zone.Utc);
                Checker.CheckCondition(expression);
                good++;
                Assert.NotEqual("", Printer.Print(expression));
            }
            catch (RuleException refused)
            {
                Assert.InRange(refused.Error.Extent.End, 0, text.Length);
            }
        }, ["count(", "sum(", "and", "or", "not", "where", "traits.", "\"A\"", "30d", "in [", "matches", "stage", "null", "@2026-01-31", "`x y`"]);
        Assert.True(good > 50, $"seed {FuzzRun.Seed}: only {good} were good");
    }

    [Fact]
    public void A_definition_file_is_read_or_each_of_its_mistakes_is_named()
    {
        FuzzRun.Over(Corpus.BytesOf("yaml"), 1_500, (bytes, _) =>
        {
            var file = DefinitionFile.Read(Encoding.UTF8.GetString(bytes), "fuzz.yaml");
            Assert.All(Catalog.Of([file]).Check(), found => Assert.NotEqual("", found.Diagnostic.Say(Core.Language.En)));
        }, ["lifecycle: a", "segment: b", "\n  - id: x", "when: ", "stages:", "movement: free", "returns_to: [x]", "personas:", "\n", "  ", "&a", "*a", "|", ">-", "!!int", "---"]);
    }

    [Fact]
    public void An_import_map_is_read_or_its_mistakes_are_named()
    {
        FuzzRun.Over(Corpus.BytesOf("maps"), 2_000, (bytes, _) =>
        {
            var found = new List<Core.Diagnostic>();
            Assert.True(MapReader.Read(bytes, found) is not null || found.Count > 0);
        }, ["emit:", "source: s", "type: track", "key: ", "group_by: id", "properties: { a: b }", "\n  - ", "delimiter: tab", "format: json_lines", "columns:"]);
    }

    [Fact]
    public void A_table_is_read_to_its_end_whatever_is_in_it()
    {
        var found = new List<Core.Diagnostic>();
        var map = MapReader.Read(Map, found);
        Assert.True(map is not null, string.Join('\n', found.Select(each => each.Say(Core.Language.En))));
        FuzzRun.Over(Corpus.BytesOf("csv"), 1_500, (bytes, _) =>
        {
            try
            {
                ReadTable(map, bytes);
            }
            catch (InvalidDataException) when (bytes is [0x1f, 0x8b, ..])
            {
                // A packed file that is broken: the command says so.
            }
        }, ["\"", "\"\"", ",", ";", "\t", "\n", "\r\n", "id,name,n\n", "1,5", "1.234,50"]);
    }

    private static void ReadTable(ImportMap map, byte[] bytes)
    {
        using var input = Utf8Input.Open(new MemoryStream(bytes), null);
        var file = OpenedFile.Open(map, input, []);
        var rows = 0;
        while (file.Plan is not null && file.Read() is var state && state != ReadState.End)
        {
            // A row has at least its line's end, or is the last. What is packed may be long.
            Assert.True(++rows <= bytes.Length + 1 || bytes is [0x1f, 0x8b, ..]);
            Assert.True(state == ReadState.Row || !file.Fault.IsNone);
        }
    }
}
