using System.Text;
using Ciclo.Core.Metrics;

namespace Ciclo.Modules.Acquisition.Tests;

public sealed class CostFileTests
{
    [Fact]
    public void In_Google_Analytics_shape_the_last_row_of_a_day_and_campaign_wins_and_totals_are_passed_over()
    {
        var read = Read("""
            utm_source,utm_medium,utm_campaign,date,cost,clicks,impressions
            google,cpc,Marca,2026-01-31,100.00,10,200
            Google,CPC,Marca,2026-01-31,120.50,12,240
            google,cpc,Café,2026-01-31,1,1,1
            Total,,,,121.50,13,241
            """);
        Assert.Equal((1, 1, 0), (read.Skipped, read.Replaced, read.Faults.Count));
        Assert.Equal(["google cpc Marca 120.5 12 240", "google cpc Café 1 1 1"], read.Rows.Select(Line));
        Assert.Equal("2026-01-31", Day(read.Rows[0]));
    }

    [Fact]
    public void An_export_of_Google_Ads_in_Spanish_is_read_below_its_titles_and_its_ad_groups_add_up()
    {
        var read = Read("""
            Informe de campañas
            1 de enero de 2026 - 31 de enero de 2026
            Día;Campaña;Grupo de anuncios;Código de moneda;Coste;Clics;Impr.
            31/01/2026;Marca;A;MXN;1.234,50;10;1.200
            31/01/2026;Marca;B;MXN;0,50;1; --
            30/01/2026;Marca;A;MXN;7,00;2;40
            Total: Cuenta;;;MXN;1.242,00;13;1.240
            """);
        Assert.Equal((1, 0, 0, "google / cpc"), (read.Skipped, read.Replaced, read.Faults.Count, read.Origin));
        Assert.Equal(["google cpc Marca 7 2 40", "google cpc Marca 1235 11 1200"], read.Rows.Select(Line));
        Assert.Equal(("2026-01-30", "MXN"), (Day(read.Rows[0]), read.Rows[0].Currency));
    }

    [Theory]
    [InlineData("Campaign name,Day,Amount spent (USD),Impressions,Link clicks,Reporting starts,Reporting ends", "Descubre,2026-01-31,12.34,100,3,2026-01-31,2026-01-31", "USD")]
    [InlineData("Nombre de la campaña,Importe gastado (MXN),Impresiones,Clics en el enlace,Inicio del informe,Fin del informe", "Descubre,12.34,100,3,2026-01-31,2026-01-31", "MXN")]
    [InlineData("Início dos relatórios,Término dos relatórios,Nome da campanha,Valor usado (BRL),Impressões,Cliques no link", "2026-01-31,2026-01-31,Descubre,12.34,100,3", "BRL")]
    public void An_export_of_Meta_is_read_in_three_languages_with_the_currency_of_its_header(string header, string row, string currency)
    {
        var read = Read(header + "\n" + row + "\n" + string.Join(',', row.Split(',').Select(cell => cell == "Descubre" ? "" : cell)));
        Assert.Equal((1, "facebook / paid_social"), (read.Skipped, read.Origin));
        Assert.Equal(["facebook paid_social Descubre 12.34 3 100"], read.Rows.Select(Line));
        Assert.Equal((currency, "2026-01-31"), (read.Rows[0].Currency, Day(read.Rows[0])));
    }

    [Fact]
    public void What_cannot_be_a_cost_is_told_with_its_line_and_the_rest_is_read()
    {
        var read = Read("""
            fecha,campaña,costo,clics,fin del informe
            2026-01-31,A,5,1,2026-01-31
            2026-01-31,B,cinco,1,2026-01-31
            2026-01-31,C,-5,1,2026-01-31
            2026-01-31,D,5,1.5,2026-01-31
            31 de enero,E,5,1,2026-01-31
            2026-01-01,F,5,1,2026-01-31
            """, new FileHints("revista", "cpm"));
        Assert.Equal([3L, 4, 5, 6, 7], read.Faults.Select(fault => fault.Line));
        Assert.Equal(["revista cpm A 5 1 0"], read.Rows.Select(Line));
        Assert.All(read.Faults, fault => Assert.NotEqual(fault.Reason.En, fault.Reason.Es));
    }

    [Fact]
    public void A_file_that_is_no_table_of_costs_is_refused_in_words()
    {
        Assert.Contains("utm_source", CostFile.Read(Bytes("name,age\nAna,5\n"), new FileHints()).Refusal!.Value.En, StringComparison.Ordinal);
        Assert.Contains("zip", CostFile.Read(new MemoryStream("PK\u0003\u0004xxxxxxxx"u8.ToArray()), new FileHints()).Refusal!.Value.En, StringComparison.Ordinal);
        Assert.Contains("'n/a'", CostFile.Read(Bytes("date,cost\n2026-01-31,5\n"), new FileHints(Dates: "n/a")).Refusal!.Value.En, StringComparison.Ordinal);
    }

    [Fact]
    public void Followers_are_read_by_day_and_network()
    {
        var (read, _) = FollowerFile.Read(Bytes("fecha;red;seguidores\n31/01/2026;Instagram;1.234\n01/02/2026;Instagram;1.300\n01/02/2026;;5\n"), new FileHints());
        Assert.Equal([("Instagram", 1_234L), ("Instagram", 1_300L)], read!.Rows.Select(row => (row.Network, row.Followers)));
        Assert.Equal([4L], read.Faults.Select(fault => fault.Line));
    }

    private static ReadFile<CostRow> Read(string text, FileHints? hints = null)
    {
        var (read, refusal) = CostFile.Read(Bytes(text), hints ?? new FileHints());
        Assert.True(read is not null, refusal?.En);
        return read;
    }

    private static MemoryStream Bytes(string text) => new(Encoding.UTF8.GetBytes(text));

    private static string Line(CostRow row) => $"{row.Source.Source} {row.Source.Medium} {row.Source.Campaign} {row.Cost} {row.Clicks} {row.Impressions}";

    private static string Day(CostRow row) => DateTime.UnixEpoch.AddDays(row.Day).ToString("yyyy-MM-dd");
}
