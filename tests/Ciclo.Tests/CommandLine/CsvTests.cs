using Ciclo.Core.Values;
using Ciclo.Engine.Hosting;

namespace Ciclo.Tests.Commands;

/// <summary>CSV is opened in spreadsheets, by people who did not write what is in it.</summary>
public sealed class CsvTests
{
    [Theory]
    [InlineData("=1+1", "'=1+1")]
    [InlineData("+34600000000", "'+34600000000")]
    [InlineData("-2", "'-2")]
    [InlineData("@SUM(A1)", "'@SUM(A1)")]
    [InlineData("\t=1", "'\t=1")]
    [InlineData("=HYPERLINK(\"http://x\",\"y\")", "\"'=HYPERLINK(\"\"http://x\"\",\"\"y\"\")\"")]
    [InlineData("\r=1", "\"'\r=1\"")]
    [InlineData("a=1", "a=1")]
    [InlineData("", "")]
    public void A_text_that_a_spreadsheet_would_run_begins_with_an_apostrophe(string text, string cell) => Assert.Equal("c\n" + cell + "\n", Csv(text));

    [Fact]
    public void A_negative_number_is_a_number_and_json_says_what_was_sent()
    {
        Assert.Equal("c\n-2\n", Csv(-2L));
        Assert.Equal("c\n-2.5\n", Csv(Number.FromMicros(-2_500_000)));
        using var output = new StringWriter();
        using (var rows = new RowWriter(output, OutputFormat.Json, ["c"]))
        {
            rows.Write("=1");
        }
        Assert.Contains("\"=1\"", output.ToString(), StringComparison.Ordinal);
    }

    private static string Csv(object? cell)
    {
        using var output = new StringWriter();
        using (var rows = new RowWriter(output, OutputFormat.Csv, ["c"]))
        {
            rows.Write(cell);
        }
        return output.ToString();
    }
}
