using System.Text;
using Ciclo.Core;

namespace Ciclo.Modules.Imports.Tests;

/// <summary>A map built by pointing: what is guessed, what is written, and what is read back from a text that was changed by hand.</summary>
public sealed class PointingTests : IDisposable
{
    private readonly string path = Path.GetTempFileName();

    public void Dispose() => File.Delete(path);

    [Theory]
    [InlineData("Núm. Cliente;Correo electrónico;Fecha de compra;Importe total;Folio", "Ignore,Email,Date,Amount,OrderId")]
    [InlineData("CustomerID,InvoiceNo,InvoiceDate,StockCode,Description,Quantity,UnitPrice,Country", "UserId,OrderId,Date,ProductId,Product,Quantity,Price,Country")]
    [InlineData("Código do cliente;Data do pedido;Valor total;Cidade", "UserId,Date,Amount,City")]
    public void Columns_are_known_by_their_names_in_three_languages(string header, string roles)
    {
        var delimiter = header.Contains(';', StringComparison.Ordinal) ? ';' : ',';
        var sample = Sample(header + "\n" + string.Join(delimiter, header.Split(delimiter).Select((_, i) => "x" + i)) + "\n");
        var guessed = ColumnGuess.Of(sample, "f.csv", "UTC", "MXN").Columns.Select(column => column.Role is ColumnRole.Property ? ColumnRole.Ignore : column.Role).ToList();
        var expected = roles.Split(',').Select(Enum.Parse<ColumnRole>).ToList();
        // «Núm. Cliente» is a customer's number; an abbreviation may be read or not, but never as anything else.
        Assert.Equal(expected.Skip(expected[0] == ColumnRole.Ignore ? 1 : 0), guessed.Skip(expected[0] == ColumnRole.Ignore ? 1 : 0));
    }

    [Fact]
    public void Columns_without_a_telling_name_are_known_by_their_values()
    {
        var sample = Sample("a,b,c\nana@example.com,2025-10-01 10:00:00,1\neva@example.com,2025-10-02 11:00:00,2\n");
        var pointing = ColumnGuess.Of(sample, "f.csv", "UTC", "MXN");
        Assert.Equal(("a", "b"), (pointing.Of(ColumnRole.Email), pointing.Of(ColumnRole.Date)));
        Assert.Equal("yyyy-MM-dd HH:mm:ss", pointing.TimeFormat);
    }

    [Fact]
    public void A_broken_date_in_the_sample_does_not_hide_how_dates_are_written()
    {
        var days = string.Join('\n', Enumerable.Range(1, 20).Select(day => $"c,{day:00}/10/2025"));
        Assert.Equal("d/M/yyyy", ColumnGuess.Of(Sample("cliente,fecha\n" + days + "\nc,31/02/2025\nc,pendiente\n"), "f.csv", "UTC", "MXN").TimeFormat);
    }

    [Fact]
    public void A_file_without_a_header_gets_numbered_columns()
    {
        var sample = Sample("ana@example.com;12;2025-10-01\neva@example.com;13;2025-10-02\n");
        Assert.False(sample.HasHeader);
        Assert.Equal(["columna_1", "columna_2", "columna_3"], sample.Columns.Select(column => column.Name));
        Assert.Equal(2, sample.Rows.Count);
    }

    [Fact]
    public async Task Rows_of_one_order_become_one_order_with_its_products_whatever_the_columns_are_called()
    {
        const string Csv = "Núm. de pedido;ID: cliente;E-mail;Fecha;sum;and;first\nP-1;007;ana@x.mx;01/10/2025;Café \"Chiapas\";2;10,50\nP-1;007;ana@x.mx;01/10/2025;Taza;1;9,00\nP-2;008;eva@x.mx;02/10/2025;Taza;1;9,00\n";
        var sample = Sample(Csv);
        var pointing = ColumnGuess.Of(sample, "f.csv", "America/Mexico_City", "MXN");
        var roles = new[] { ColumnRole.OrderId, ColumnRole.UserId, ColumnRole.Email, ColumnRole.Date, ColumnRole.Product, ColumnRole.Quantity, ColumnRole.Price };
        pointing = pointing with { Subject = RowSubject.Order, IsGrouped = true, TimeFormat = "d/M/yyyy", Columns = [.. pointing.Columns.Select((column, i) => column with { Role = roles[i] })] };
        var text = MapWriter.Write(pointing, sample);
        var target = new MemoryTarget();
        var result = await ImportFixture.RunAsync(text, Csv, target);
        Assert.True(!result.IsRefused, text + string.Join('\n', result.Diagnostics.Select(found => found.Message(Language.En))));
        Assert.Equal((3L, 0L, 4L), (result.Rows, result.Rejected, result.Events));
        var order = target.Bodies.Values.Select(body => Encoding.UTF8.GetString(body)).Single(body => body.Contains("P-1", StringComparison.Ordinal) && body.Contains("products", StringComparison.Ordinal));
        Assert.Contains("\"revenue\":30", order, StringComparison.Ordinal);
        Assert.Contains("\"currency\":\"MXN\"", order, StringComparison.Ordinal);
        Assert.Contains("007", order, StringComparison.Ordinal);
    }

    [Fact]
    public void What_was_pointed_at_is_read_back_from_the_text()
    {
        var sample = Sample("Pedido;Cliente;Correo;Fecha;Importe;Canal;Nota\nP-1;c-1;a@x.mx;01/10/2025;10,00;web;x\n");
        var pointing = ColumnGuess.Of(sample, "f.csv", "UTC", "MXN");
        pointing = pointing with { Columns = [.. pointing.Columns.Select(column => column.Name == "Nota" ? column with { Role = ColumnRole.Ignore } : column)] };
        var map = MapReader.Read(MapWriter.Write(pointing, sample), [])!;
        var back = PointingReader.Of(map, sample, pointing with { Columns = [.. pointing.Columns.Select(column => column with { Role = ColumnRole.Ignore })] });
        Assert.Equal(pointing.Columns.Select(column => (column.Name, column.Role)), back.Columns.Select(column => (column.Name, column.Role)));
        Assert.Equal((pointing.Subject, pointing.TimeFormat, pointing.IsGrouped, pointing.Source), (back.Subject, back.TimeFormat, back.IsGrouped, back.Source));
        Assert.Equal(MapWriter.Write(pointing, sample), MapWriter.Write(back, sample));
    }

    [Fact]
    public async Task A_dry_run_tells_its_events_by_name()
    {
        const string Csv = "Cliente;Correo;Fecha;Importe\nc-1;a@x.mx;01/10/2025;10,00\nc-2;b@x.mx;02/10/2025;11,00\n";
        var sample = Sample(Csv);
        var result = await ImportFixture.RunAsync(MapWriter.Write(ColumnGuess.Of(sample, "f.csv", "UTC", "MXN"), sample), Csv, new MemoryTarget(), ImportFixture.Options with { IsDryRun = true });
        Assert.Equal([("Order Completed", 2L), ("identify", 2L)], result.ByName);
    }

    private FileSample Sample(string text)
    {
        File.WriteAllText(path, text);
        return FileSample.Read(path);
    }
}
