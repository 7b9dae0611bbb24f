using System.IO.Compression;
using System.Net;
using Ciclo.Core.Access;
using Ciclo.Modules.Access.Tests;
using Ciclo.Modules.Imports.Tests;
using Ciclo.Modules.Revenue.Tests;
using Ciclo.Tests.Collect;
using Ciclo.Tests.Screens;

namespace Ciclo.Modules.Ask.Tests;

public sealed class SqlPageTests
{
    [DuckFact]
    public async Task A_question_is_asked_saved_opened_changed_and_deleted()
    {
        await using var server = await AccessServer.StartAsync();
        AskDesk.AddPart(server.Host);
        await server.TrackAsync("ana", new { email = "ana@example.com" });
        using var analyst = await server.AsAsync(Role.Analyst);
        using var other = await server.AsAsync(Role.Analyst, "other");
        using var agent = await server.AsAsync(Role.Agent);
        Assert.Contains("count(DISTINCT profile)", (await analyst.GetAsync("/sql")).Text, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Forbidden, (await agent.GetAsync("/sql")).Status);

        Assert.Contains("ana@example.com", (await analyst.SubmitAsync("/sql", "/sql/run", ("sql", "SELECT email FROM profiles"))).Text, StringComparison.Ordinal);
        Assert.Contains("Line 2, column 6", (await analyst.SubmitAsync("/sql", "/sql/run", ("sql", "SELECT 1\r\nFROM nothing"))).Text, StringComparison.Ordinal);
        Assert.Equal("a\n'=x\n", (await analyst.SubmitAsync("/sql", "/sql/csv", ("sql", "SELECT '=x' AS a"))).Html);

        Assert.Contains("Give it a name", (await analyst.SubmitAsync("/sql", "/sql/save", ("sql", "SELECT 1"), ("name", " "))).Text, StringComparison.Ordinal);
        var saved = await analyst.SubmitAsync("/sql", "/sql/save", ("sql", "SELECT 41 AS answer"), ("name", "The answer"), ("description", "It is a number"));
        var path = saved.Location!;
        var page = (await analyst.GetAsync(path)).Text;
        Assert.All(new[] { "The answer", "It is a number", "SELECT 41 AS answer" }, text => Assert.Contains(text, page, StringComparison.Ordinal));
        Assert.Equal(HttpStatusCode.NotFound, (await other.GetAsync(path)).Status);
        var id = path["/sql?q=".Length..];
        Assert.Equal(path, (await analyst.SubmitAsync(path, "/sql/save", ("id", id), ("sql", "SELECT 42 AS answer"), ("name", "The answer"))).Location);
        Assert.Contains("SELECT 42 AS answer", (await analyst.GetAsync(path)).Text, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, (await other.SubmitAsync("/sql", $"/sql/saved/{id}/delete")).Status);
        Assert.Equal("/sql", (await analyst.SubmitAsync($"/sql/saved/{id}/delete", $"/sql/saved/{id}/delete")).Location);
        Assert.Equal(HttpStatusCode.NotFound, (await analyst.GetAsync(path)).Status);
        Assert.Equal(["query.saved", "query.saved", "query.deleted"], server.AuditRows().Select(row => row.Action).Where(action => action.StartsWith("query.", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Without_the_part_the_page_says_how_to_get_it()
    {
        await using var server = await AccessServer.StartAsync();
        using var analyst = await server.AsAsync(Role.Analyst);
        Assert.Contains("ciclo parts add duckdb", (await analyst.GetAsync("/sql")).Text, StringComparison.Ordinal);
        Assert.Equal(503, (await analyst.SubmitAsync("/sql", "/sql/run", ("sql", "SELECT 1"))).Code);
    }

    [ClientFact("sql.mjs", NeedsChromium = true)]
    public async Task In_a_browser_a_question_is_written_completed_asked_drawn_and_kept()
    {
        if (AskDesk.Library is null)
        {
            return;
        }
        var shop = new ShopFixture();
        await shop.InitializeAsync();
        try
        {
            await ClientRun.NodeAsync("screens.mjs", shop.Server.Url, "/sql", "/sql?example=events.0", "/sql?example=orders.0");
            await ClientRun.NodeAsync("sql.mjs", shop.Server.Url);
        }
        finally
        {
            await shop.DisposeAsync();
        }
    }

    [DuckFact]
    public async Task Online_Retails_published_totals_come_from_sql()
    {
        const string Data = "online_retail/online_retail.csv.gz";
        if (ImportFixture.Shared(Data) is not { } file)
        {
            return;
        }
        using var text = new StreamReader(new GZipStream(File.OpenRead(file), CompressionMode.Decompress));
        await using var world = await RevenueWorld.OpenAsync("2012-06-01T00:00:00Z", OnlineRetailTests.Map, await text.ReadToEndAsync());
        Assert.Equal(["18532|8911407.9|4338"], await AskDesk.RowsAsync(world.Host, world.Engine, "SELECT count(*), round(sum(amount), 2), count(DISTINCT profile) FROM orders"));
    }
}
