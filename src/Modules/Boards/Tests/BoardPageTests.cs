using System.Net;
using System.Text.RegularExpressions;
using Ciclo.Core.Access;
using Ciclo.Modules.Access.Tests;
using Ciclo.Modules.Keys;

namespace Ciclo.Modules.Boards.Tests;

public sealed class BoardPageTests
{
    private static readonly (string, string)[] Orders = [("kind", "number"), ("metric", "orders"), ("size", "small")];
    private static readonly (string, string)[] Note = [("kind", "text"), ("text", "**Hola** <script>alert(1)</script> [x](javascript:alert(1)) [y](/numbers)"), ("size", "large")];
    private static readonly (string, string)[] Funnel = [("kind", "funnel"), ("step", "Product Viewed"), ("step", "Order Completed"), ("window", "7d"), ("size", "large")];
    private static readonly (string, string)[] Course = [("kind", "bars"), ("metric", "revenue"), ("size", "large")];

    [Fact]
    public async Task Every_number_of_every_card_opens_into_rows_that_add_up_to_it()
    {
        await using var world = await BoardWorld.StartAsync();
        using var owner = await world.OwnerAsync();
        var own = await BoardWorld.MakeAsync(owner, Orders, Funnel, Course, [("kind", "cohorts"), ("step", "Order Completed"), ("step", "any"), ("own", "month")]);
        var opened = 0;
        foreach (var path in new[] { own, "/dashboards/overview", "/dashboards/revenue", "/dashboards/retention", "/dashboards/activation" })
        {
            foreach (var card in await BoardWorld.CardsAsync(owner, path))
            {
                var seen = await owner.GetAsync($"{path}/cards/{card}");
                Assert.Equal(200, seen.Code);
                foreach (Match number in Regex.Matches(seen.Html, "<a (?:class=\"opens\" )?href=\"(?<to>[^\"]+)\"(?: data-number=\"(?<says>[^\"]*)\"[^>]*)?>(?<text>[^<]*)</a>", RegexOptions.ExplicitCapture))
                {
                    if (!number.Value.Contains("opens", StringComparison.Ordinal) && !number.Value.Contains("data-number", StringComparison.Ordinal))
                    {
                        continue;
                    }
                    var rows = await owner.GetAsync(WebUtility.HtmlDecode(number.Groups["to"].Value));
                    var total = WebUtility.HtmlDecode(Regex.Match(rows.Html, "data-total=\"(?<t>[^\"]*)\"", RegexOptions.ExplicitCapture).Groups["t"].Value);
                    var says = WebUtility.HtmlDecode(number.Groups["says"].Success ? number.Groups["says"].Value : number.Groups["text"].Value);
                    Assert.True(rows.Code == 200 && total.Length > 0 && (says == total || says.StartsWith(total + " ", StringComparison.Ordinal)), $"{path} {card}: {says} opens into {total} at {number.Groups["to"].Value}");
                    opened++;
                }
            }
        }
        Assert.True(opened > 60, $"{opened} numbers");
    }

    [Fact]
    public async Task Cards_are_arranged_by_buttons_and_by_order_and_the_last_change_is_undone()
    {
        await using var world = await BoardWorld.StartAsync();
        using var owner = await world.OwnerAsync();
        var path = await BoardWorld.MakeAsync(owner, Orders, Note, Funnel);
        var cards = await BoardWorld.CardsAsync(owner, path);
        async Task DoAsync(string address, params (string, string)[] fields) => Assert.Equal(302, (await owner.SubmitAsync(path + "/edit", path + address, [("version", await BoardWorld.VersionAsync(owner, path)), .. fields])).Code);
        await DoAsync("/arrange", ("do", "later:" + cards[0]));
        Assert.Equal([cards[1], cards[0], cards[2]], await BoardWorld.CardsAsync(owner, path));
        await DoAsync("/arrange", ("order", $"{cards[2]},{cards[1]},{cards[0]}"));
        Assert.Equal([cards[2], cards[1], cards[0]], await BoardWorld.CardsAsync(owner, path));
        await DoAsync("/arrange", ("do", "wide:" + cards[1]));
        Assert.Contains($"b-wide\" id=\"card-{cards[1]}", (await owner.GetAsync(path)).Html, StringComparison.Ordinal);
        await DoAsync("/arrange", ("do", "remove:" + cards[0]));
        Assert.Equal([cards[2], cards[1]], await BoardWorld.CardsAsync(owner, path));
        await DoAsync("/undo");
        Assert.Equal([cards[2], cards[1], cards[0]], await BoardWorld.CardsAsync(owner, path));
    }

    [Fact]
    public async Task Two_editors_do_not_overwrite_each_other_in_silence()
    {
        await using var world = await BoardWorld.StartAsync();
        using var owner = await world.OwnerAsync();
        var path = await BoardWorld.MakeAsync(owner, Orders, Note);
        var (cards, version) = (await BoardWorld.CardsAsync(owner, path), await BoardWorld.VersionAsync(owner, path));
        Assert.Equal(302, (await owner.SubmitAsync(path + "/edit", path + "/arrange", ("version", version), ("do", "later:" + cards[0]))).Code);
        var late = await owner.SubmitAsync(path + "/edit", path + "/arrange", ("version", version), ("do", "remove:" + cards[1]));
        Assert.Equal(409, late.Code);
        Assert.Contains("Somebody changed this dashboard meanwhile", late.Text, StringComparison.Ordinal);
        Assert.Equal([cards[1], cards[0]], await BoardWorld.CardsAsync(owner, path));
    }

    [Fact]
    public async Task A_private_dashboard_is_its_owners_alone_and_a_shared_one_is_changed_by_who_may_change_definitions()
    {
        await using var world = await BoardWorld.StartAsync();
        using var owner = await world.OwnerAsync();
        using var marketer = await world.Server.AsAsync(Role.Marketer);
        using var analyst = await world.Server.AsAsync(Role.Analyst);
        using var foreign = await world.Server.AsAsync(Role.Owner, "other");
        var path = await BoardWorld.MakeAsync(owner, Orders);
        var card = (await BoardWorld.CardsAsync(owner, path))[0];
        foreach (var other in new[] { marketer, analyst, foreign })
        {
            Assert.All(new[] { path, path + "/edit", path + "/pdf", path + "/share", path + "/tv", $"{path}/cards/{card}" }, page => Assert.True(other.GetAsync(page).Result.Code is 404 or 403, page));
            Assert.DoesNotContain("Ventas", (await other.GetAsync("/dashboards")).Text, StringComparison.Ordinal);
        }
        Assert.Equal(302, (await owner.SubmitAsync(path + "/edit", path + "/settings", ("version", await BoardWorld.VersionAsync(owner, path)), ("name", "Ventas"), ("sharing", "workspace"))).Code);
        Assert.Equal((200, 200, 200, 404), ((await marketer.GetAsync(path)).Code, (await marketer.GetAsync(path + "/edit")).Code, (await analyst.GetAsync(path)).Code, (await analyst.GetAsync(path + "/edit")).Code));
        Assert.Equal(404, (await foreign.GetAsync(path)).Code);
        Assert.Contains(world.Server.AuditRows(), row => row.Action == "dashboard.shared");
    }

    [Fact]
    public async Task What_people_write_is_formatted_and_runs_nothing()
    {
        var html = SafeMarkdown.Html(Note[1].Item2 + "\n\n<img src=x onerror=alert(1)>\n\n# Título\n\n| a | b |\n|---|---|\n| 1 | 2 |");
        Assert.Contains("<strong>Hola</strong>", html, StringComparison.Ordinal);
        Assert.Contains("<h3>Título</h3>", html, StringComparison.Ordinal);
        Assert.Contains("<td>1</td>", html, StringComparison.Ordinal);
        Assert.Contains("href=\"/numbers\"", html, StringComparison.Ordinal);
        Assert.All(new[] { "<script", "<img", "javascript:" }, bad => Assert.DoesNotContain(bad, html, StringComparison.OrdinalIgnoreCase));
        await using var world = await BoardWorld.StartAsync();
        using var owner = await world.OwnerAsync();
        var path = await BoardWorld.MakeAsync(owner, Note);
        Assert.DoesNotContain("<script>alert", (await owner.GetAsync($"{path}/cards/{(await BoardWorld.CardsAsync(owner, path))[0]}")).Html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_makes_no_card_is_refused_with_what_to_do()
    {
        await using var world = await BoardWorld.StartAsync();
        using var owner = await world.OwnerAsync();
        var path = await BoardWorld.MakeAsync(owner);
        async Task<Seen> SaveAsync(params (string, string)[] fields) => await owner.SubmitAsync(path + "/edit", path + "/card", [("version", "1"), .. fields]);
        Assert.Contains("needs two steps", (await SaveAsync(("kind", "funnel"), ("step", "One"))).Text, StringComparison.Ordinal);
        Assert.Contains("has no breakdown", (await SaveAsync(("kind", "table"), ("metric", "ndr"))).Text, StringComparison.Ordinal);
        Assert.Contains("Write what the card says", (await SaveAsync(("kind", "text"), ("text", " "))).Text, StringComparison.Ordinal);
        Assert.Contains("Choose a number", (await SaveAsync(("kind", "number"), ("metric", "nothing"))).Text, StringComparison.Ordinal);
        Assert.Contains("Give it a name", (await owner.SubmitAsync("/dashboards", "/dashboards", ("name", " "))).Text, StringComparison.Ordinal);
        Assert.Empty(await BoardWorld.CardsAsync(owner, path));
    }

    [Fact]
    public async Task Everything_ready_is_there_at_once_in_both_languages_also_over_the_api_and_as_a_command()
    {
        await using var world = await BoardWorld.StartAsync();
        using var analyst = await world.Server.AsAsync(Role.Analyst);
        var (_, key) = await world.Server.AddKeyAsync(KeyKind.Secret, ["read"]);
        foreach (var board in ReadyBoards.All(world.Server.Host, world.Engine, Core.Language.Es))
        {
            Assert.True(board.Cards.Count is >= 3 and <= Board.MostCards, board.Id);
            Assert.Equal(board.Cards.Count, board.Cards.Select(card => card.Id).Distinct().Count());
            Assert.Contains(board.Name, (await analyst.GetAsync("/dashboards/" + board.Id, ("Accept-Language", "es"))).Text, StringComparison.Ordinal);
            Assert.Equal(200, (await analyst.GetAsync($"/api/v1/dashboards/{board.Id}", ("Authorization", "Bearer " + key))).Code);
        }
        var list = await analyst.GetAsync("/api/v1/dashboards", ("Authorization", "Bearer " + key));
        Assert.Contains("\"id\":\"overview\"", list.Html, StringComparison.Ordinal);
        Assert.Contains("\"code\":\"no_dashboard\"", (await analyst.GetAsync("/api/v1/dashboards/nope", ("Authorization", "Bearer " + key))).Html, StringComparison.Ordinal);
        Assert.Equal((400, 400), ((await analyst.GetAsync("/api/v1/dashboards/overview?by=moon", ("Authorization", "Bearer " + key))).Code, (await analyst.GetAsync("/api/v1/dashboards/overview.pdf?period=soon", ("Authorization", "Bearer " + key))).Code));
        var file = Path.Combine(world.Server.Host.Folder, "a.pdf");
        Assert.Equal(0, (await world.Server.RunAsync("boards", "pdf", "--name", "Revenue", "--out", file)).Code);
        Assert.StartsWith("%PDF-1.7", File.ReadLines(file).First(), StringComparison.Ordinal);
        Assert.Contains("`ciclo boards list`", (await world.Server.RunAsync("boards", "pdf", "--name", "Nothing", "--out", file)).Error, StringComparison.Ordinal);
        Assert.Contains("overview", (await world.Server.RunAsync("boards", "list")).Out, StringComparison.Ordinal);
    }
}
