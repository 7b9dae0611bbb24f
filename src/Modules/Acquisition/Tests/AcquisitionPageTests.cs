using System.Text;
using System.Text.RegularExpressions;
using Ciclo.Core.Access;
using Ciclo.Modules.Access.Tests;

namespace Ciclo.Modules.Acquisition.Tests;

public sealed class AcquisitionPageTests
{
    private const string Csv = "utm_source,utm_medium,utm_campaign,date,cost,clicks,impressions\nfacebook,paid_social,Descubre,2026-11-20,120.50,10,900\nfacebook,paid_social,Descubre,2026-11-21,x,10,900\nTotal,,,,120.50,10,900\n";

    [Fact]
    public async Task A_file_is_shown_before_it_is_kept_and_what_was_kept_is_in_the_records_the_audit_log_and_the_numbers()
    {
        await using var server = await AccessServer.StartAsync();
        using var owner = await server.AsAsync(Role.Owner);
        await server.TrackAsync("ana", new { name = "Ana" });
        var preview = await SendAsync(owner, "costs", Csv);
        Assert.Equal(200, preview.Code);
        Assert.Contains("Descubre", preview.Text, StringComparison.Ordinal);
        Assert.Contains("line 3: the cost 'x' is no amount", preview.Text, StringComparison.Ordinal);
        Assert.Equal("date,source,medium,campaign,cost,currency,clicks,impressions\n", (await server.RunAsync("costs", "list", "--format", "csv")).Out);

        var id = Regex.Match(preview.Html, "name=\"id\" value=\"(?<id>[0-9a-f]+)\"", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture).Groups["id"].Value;
        var kept = await owner.SubmitAsync("/acquisition/costs", "/acquisition/costs/keep", ("id", id));
        Assert.Equal((302, "/acquisition/costs?done=costs"), (kept.Code, kept.Location));
        Assert.Contains("2026-11-20,facebook,paid_social,Descubre,120.5,,10,900", (await server.RunAsync("costs", "list", "--format", "csv")).Out, StringComparison.Ordinal);
        Assert.Contains(server.AuditRows(), row => row.Action == "costs.imported" && row.Detail == "rows=1");
        Assert.Contains("120.50", (await owner.GetAsync("/numbers/ad_cost/rows?by=month&period=2026-11-01")).Text, StringComparison.Ordinal);

        // A page that was open twice keeps nothing twice.
        Assert.Equal(400, (await owner.SubmitAsync("/acquisition/costs", "/acquisition/costs/keep", ("id", id))).Code);
    }

    [Fact]
    public async Task The_page_answers_at_once_and_its_numbers_follow_in_both_languages()
    {
        await using var server = await AccessServer.StartAsync();
        using var analyst = await server.AsAsync(Role.Analyst);
        Assert.Contains("/start", (await analyst.GetAsync("/acquisition")).Html, StringComparison.Ordinal);
        await server.TrackAsync("ana", new { name = "Ana" });
        var page = await analyst.GetAsync("/acquisition?by=quarter&period=2026-11-22&attribution=data_driven&conversion=Signed%20Up");
        Assert.Equal(200, page.Code);
        Assert.Contains("/acquisition/numbers?by=quarter&period=2026-10-01&attribution=data_driven&conversion=Signed%20Up", page.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("/acquisition/costs", page.Html, StringComparison.Ordinal);
        var numbers = await analyst.GetAsync("/acquisition/numbers?by=month&period=9999-99-99&attribution=nonsense");
        Assert.Equal(200, numbers.Code);
        Assert.Contains("No campaign has a cost in this period", numbers.Text, StringComparison.Ordinal);
        Assert.Contains("Ninguna campaña tiene costo", (await analyst.GetAsync("/acquisition/numbers", ("Accept-Language", "es"))).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_no_table_and_what_is_no_host_is_refused_in_words()
    {
        await using var server = await AccessServer.StartAsync();
        using var owner = await server.AsAsync(Role.Owner);
        var refused = await SendAsync(owner, "costs", "name,age\nAna,5\n");
        Assert.Equal(400, refused.Code);
        Assert.Contains("it needs a date and a cost", refused.Text, StringComparison.Ordinal);
        Assert.Equal(400, (await SendAsync(owner, "followers", "")).Code);
        var wrong = await owner.SubmitAsync("/acquisition/costs", "/acquisition/costs/own", ("own_hosts", "shop.example not-a-host"), ("internal_domains", ""));
        Assert.Contains("'not-a-host' is no host", wrong.Text, StringComparison.Ordinal);
        var right = await owner.SubmitAsync("/acquisition/costs", "/acquisition/costs/own", ("own_hosts", "www.Shop.example, pay.example"), ("internal_domains", "@team.example"));
        Assert.Equal(302, right.Code);
        Assert.Equal("name,value\nown_hosts,shop.example pay.example\ninternal_domains,team.example\n", (await server.RunAsync("web", "list", "--format", "csv")).Out);
    }

    [Fact]
    public async Task Commands_take_files_in_and_say_what_they_did()
    {
        await using var server = await AccessServer.StartAsync();
        var file = Path.Combine(server.Host.Folder, "costs.csv");
        await File.WriteAllTextAsync(file, Csv);
        var dry = await server.RunAsync("costs", "import", file, "--dry-run", "--format", "csv");
        Assert.Equal("rows,replaced,skipped,rejected,first_day,last_day,dates\n1,0,1,1,2026-11-20,2026-11-20,yyyy-MM-dd\n", dry.Out);
        Assert.Contains("line 3", dry.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("Descubre", (await server.RunAsync("costs", "list")).Out, StringComparison.Ordinal);
        Assert.Equal(0, (await server.RunAsync("costs", "import", file)).Code);
        Assert.Contains("Descubre", (await server.RunAsync("costs", "list")).Out, StringComparison.Ordinal);
        Assert.Equal("removed\n0\n", (await server.RunAsync("costs", "remove", "facebook", "cpc", "--format", "csv")).Out);
        using var owner = await server.AsAsync(Role.Owner);
        Assert.Contains("Descubre", (await server.RunAsync("costs", "list")).Out, StringComparison.Ordinal);
        Assert.Equal("/acquisition/costs?done=removed", (await owner.SubmitAsync("/acquisition/costs", "/acquisition/costs/remove", ("source", "facebook"), ("medium", "paid_social"))).Location);
        Assert.DoesNotContain("Descubre", (await server.RunAsync("costs", "list")).Out, StringComparison.Ordinal);
        var followers = Path.Combine(server.Host.Folder, "followers.csv");
        await File.WriteAllTextAsync(followers, "date,network,followers\n2026-11-20,Instagram,1200\n");
        Assert.Equal(0, (await server.RunAsync("followers", "import", followers)).Code);
        Assert.Contains("Instagram", (await server.RunAsync("followers", "list")).Out, StringComparison.Ordinal);
        Assert.Equal(1, (await server.RunAsync("web", "set", "own_hosts", "no host")).Code);
        Assert.Equal(0, (await server.RunAsync("web", "set", "own_hosts", "pay.example")).Code);
    }

    private static async Task<Seen> SendAsync(Browser browser, string kind, string text)
    {
        var token = await browser.TokenAsync("/acquisition/costs");
        using var body = new MultipartFormDataContent
        {
            { new StringContent(token), "_form" }, { new StringContent(kind), "kind" }, { new ByteArrayContent(Encoding.UTF8.GetBytes(text)), "file", "file.csv" },
        };
        return await browser.SendAsync(HttpMethod.Post, "/acquisition/costs/try", body);
    }
}
