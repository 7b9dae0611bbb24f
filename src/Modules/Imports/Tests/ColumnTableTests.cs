using System.Text;
using Ciclo.Core;
using Ciclo.Engine.Hosting;
using Ciclo.Modules.Imports.Contracts;

namespace Ciclo.Modules.Imports.Tests;

/// <summary>Tables read whole, by columns.</summary>
public sealed class ColumnTableTests
{
    [Theory]
    [InlineData("x,t_x,The end\n2,30.43,38.86\n0,0,1e2\n")]
    [InlineData("x;t_x;The end\r\n2;30,43;38,86\r\n0;0;1e2")]
    [InlineData("\uFEFF\"x\"\t\"t_x\"\t\" The end \"\n2\t\"30.43\"\t 38.86\n\n0\t0\t1e2\n")]
    public void A_table_reads_alike_however_it_is_cut_and_quoted(string text)
    {
        foreach (var bytes in new[] { Encoding.UTF8.GetBytes(text), ImportFixture.Gzip(Encoding.UTF8.GetBytes(text)), Encoding.Unicode.GetPreamble().Concat(Encoding.Unicode.GetBytes(text.TrimStart('\uFEFF'))).ToArray() })
        {
            var table = ColumnTable.Read(new MemoryStream(bytes), "t.csv");
            Assert.Equal(["x", "t_x", "The end"], table.Columns);
            Assert.Equal([2.0, 0.0], table.Numbers(0));
            Assert.Equal([30.43, 0.0], table.Numbers(1));
            Assert.Equal([38.86, 100.0], table.Numbers(table.IndexOf("the end")));
        }
    }

    [Fact]
    public void Texts_are_known_by_their_levels_and_an_empty_cell_is_no_number()
    {
        var table = Of("plan,months\nMonthly,1.5\n\"One, \"\"two\"\"\",\nMonthly,3\n");
        var (levels, codes) = table.Levels(0);
        Assert.Equal(["Monthly", "One, \"two\""], levels);
        Assert.Equal([0, 1, 0], codes);
        Assert.Equal((false, true), (table.IsNumeric(0), table.IsNumeric(1)));
        Assert.Equal([1.5, double.NaN, 3], table.Numbers(1, mayBeEmpty: true));
        Assert.Contains("line 3: column months is empty", Refusal(() => table.Numbers(1)).En, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a,b\n1,2\n3\n", "t.csv, line 3: 1 cells; the file has 2 columns", "línea 3")]
    [InlineData("a,b\n1,2\n\n3,soon\n", "t.csv, line 4: column b: \"soon\" is not a number", "línea 4: columna b")]
    [InlineData("", "t.csv is empty", "está vacío")]
    [InlineData("a,c\n1,2\n", "t.csv has no column 'b'; it has a, c", "no tiene la columna 'b'")]
    [InlineData("b,b\n1,2\n", "t.csv has 2 columns named 'b'", "tiene 2 columnas llamadas 'b'")]
    [InlineData("a,b\n1,NaN\n", "\"NaN\" is not a number", "no es un número")]
    public void What_cannot_be_read_is_refused_with_its_place(string text, string english, string spanish)
    {
        var refusal = Refusal(() =>
        {
            var table = Of(text);
            table.Numbers(table.IndexOf("b"));
        });
        Assert.Contains(english, refusal.En, StringComparison.Ordinal);
        Assert.Contains(spanish, refusal.Es, StringComparison.Ordinal);
    }

    [Fact]
    public void Numbers_are_read_to_their_last_digit_over_any_number_of_pages()
    {
        var random = new Random(1);
        var wanted = Enumerable.Range(0, 300_000).Select(i => i % 3 == 0 ? random.Next(1_000) / 100.0 : (random.NextDouble() - 0.5) * Math.Pow(10, random.Next(-8, 9))).ToArray();
        var table = Of("number,pad\n" + string.Join('\n', wanted.Select(number => FormattableString.Invariant($"{number:R},some text"))));
        Assert.Equal(wanted, table.Numbers(0));
        Assert.Equal("some text", table.TextOf(wanted.Length - 1, 1));
        Assert.Equal(wanted.Length + 1, table.LineOf(wanted.Length - 1));
    }

    private static ColumnTable Of(string text) => ColumnTable.Read(new MemoryStream(Encoding.UTF8.GetBytes(text)), "t.csv");

    private static Text Refusal(Action action) => Assert.Throws<RefusedException>(action).Text;
}
