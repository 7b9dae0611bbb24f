using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using Ciclo.Tests.Home;

namespace Ciclo.Tests.Customers;

public sealed class ChangeTests(HomeServer server) : IClassFixture<HomeServer>
{
    [Fact]
    public async Task A_note_is_on_the_timeline_with_its_author_and_nobody_elses_can_be_deleted_by_another_address()
    {
        var (ana, luis) = (await server.PathOfAsync("ana"), await server.PathOfAsync("luis"));
        Assert.Equal((HttpStatusCode.Redirect, ana + "?done=note"), Where(await server.PostAsync(ana + "/notes", ("text", "Calls <b>back</b>\nin May"))));
        var (_, html, _) = await server.GetAsync(ana + "?kind=notes");
        Assert.Contains("Calls &lt;b&gt;back&lt;/b&gt;", html, StringComparison.Ordinal);
        var note = Regex.Match(html, "/notes/(nte_[0-9a-f]+)/remove", RegexOptions.NonBacktracking).Groups[1].Value;
        Assert.Equal(HttpStatusCode.BadRequest, (await server.PostAsync($"{luis}/notes/{note}/remove")).Status);
        Assert.Contains("Calls &lt;b&gt;", (await server.GetAsync(ana)).Html, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Redirect, (await server.PostAsync($"{ana}/notes/{note}/remove")).Status);
        Assert.DoesNotContain("Calls &lt;b&gt;", (await server.GetAsync(ana)).Html, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("notes", "text", "")]
    [InlineData("tags", "tag", "   ")]
    [InlineData("lists", "list", "lst_no_such")]
    public async Task What_cannot_be_kept_is_refused_with_a_way_back(string what, string field, string value)
    {
        var ana = await server.PathOfAsync("ana");
        var (status, text, _) = await server.PostAsync($"{ana}/{what}", (field, value));
        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Contains($"href=\"{ana}\"", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Notes_tags_and_lists_follow_a_person_over_a_join_and_its_undoing()
    {
        await server.SendAsync(
            new { type = "page", userId = "m-1", timestamp = "2026-01-01T00:00:00Z", properties = new { title = "One" } },
            new { type = "page", userId = "m-2", timestamp = "2026-02-01T00:00:00Z", properties = new { title = "Two" } });
        var (first, second) = (await server.PathOfAsync("m-1"), await server.PathOfAsync("m-2"));
        await server.PostAsync("/lists/add", ("name", "Followed"));
        var list = Regex.Match((await server.GetAsync(second)).Html, "value=\"(lst_[0-9a-f]+)\">Followed", RegexOptions.NonBacktracking).Groups[1].Value;
        await server.PostAsync(second + "/lists", ("list", list));
        await server.PostAsync(second + "/tags", ("tag", "second-one"));
        await server.PostAsync(second + "/notes", ("text", "Note of the second"));
        await server.PostAsync(first + "/notes", ("text", "Note of the first"));

        Assert.Equal((HttpStatusCode.Redirect, first + "?done=merged"), Where(await server.PostAsync(first + "/merge", ("with", second[11..]))));
        var (_, joined, _) = await server.GetAsync(first);
        Assert.All(new[] { "Note of the second", "Note of the first", "second-one", "Followed" }, text => Assert.Contains(text, joined, StringComparison.Ordinal));
        Assert.Contains("1 person", (await server.GetAsync("/customers?tag=second-one")).Html, StringComparison.Ordinal);

        var (_, seams, _) = await server.GetAsync(first + "/separate");
        var undo = WebUtility.HtmlDecode(Regex.Match(seams, "href=\"([^\"]*)\">Undo this join", RegexOptions.NonBacktracking).Groups[1].Value);
        var (_, parts, _) = await server.GetAsync(undo);
        Assert.Contains("becomes 2 customers", parts, StringComparison.Ordinal);
        await server.PostAsync(first + "/separate", ("a", "user_id:m-1"), ("b", "user_id:m-2"));
        Assert.Equal(second, await server.PathOfAsync("m-2"));
        var (_, again, _) = await server.GetAsync(second);
        Assert.Contains("Note of the second", again, StringComparison.Ordinal);
        Assert.DoesNotContain("Note of the first", again, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_edited_trait_is_seen_first_then_known_and_counts_as_nothing_that_the_customer_did()
    {
        await server.SendAsync(new { type = "identify", userId = "t-1", timestamp = "2026-01-01T00:00:00Z", traits = new { name = "Tere", age = 30, city = "Puebla" } });
        var path = await server.PathOfAsync("t-1");
        (string, string)[] fields = [("name", "age"), ("value", "31"), ("name", "city"), ("value", ""), ("name", "name"), ("value", "Tere")];
        var (_, preview, _) = await server.PostAsync(path + "/traits", fields);
        Assert.Contains("2 traits change", preview, StringComparison.Ordinal);
        Assert.Contains("Puebla", (await server.GetAsync(path)).Html, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Redirect, (await server.PostAsync(path + "/traits/apply", fields)).Status);
        Assert.Equal("1", await CountAsync("traits.age == 31 and traits.city == null and traits.name == \"Tere\""));
        Assert.Equal("1", await CountAsync("traits.name == \"Tere\" and count(any) == 1"));
    }

    [Fact]
    public async Task An_address_of_somebody_else_is_no_edit_but_a_join()
    {
        await server.SendAsync(new { type = "identify", userId = "e-1", traits = new { email = "e1@correo.example" } }, new { type = "identify", userId = "e-2", traits = new { email = "e2@correo.example" } });
        var (status, text, _) = await server.PostAsync(await server.PathOfAsync("e-1") + "/traits/apply", ("name", "email"), ("value", "E2@correo.example"));
        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Contains("Join the two instead", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Everything_held_of_a_person_comes_as_one_file_and_goes_when_they_are_erased()
    {
        await server.SendAsync(
            new { type = "identify", userId = "x-1", traits = new { name = "Exu Porta" } },
            new { type = "track", userId = "x-1", @event = "Order Completed", properties = new { order_id = "X-9", total = 5 } });
        var path = await server.PathOfAsync("x-1");
        await server.PostAsync(path + "/notes", ("text", "A note to take along"));
        var (_, file, _) = await server.PostAsync(path + "/export");
        using var json = JsonDocument.Parse(file);
        Assert.Equal(2, json.RootElement.GetProperty("events").GetArrayLength());
        Assert.Contains("X-9", file, StringComparison.Ordinal);
        Assert.Contains("A note to take along", file, StringComparison.Ordinal);

        Assert.Equal(HttpStatusCode.BadRequest, (await server.PostAsync(path + "/erase", ("word", "yes"))).Status);
        Assert.Equal((HttpStatusCode.Redirect, "/customers?done=erased"), Where(await server.PostAsync(path + "/erase", ("word", "erase"), ("reason", "ticket 12"))));
        await server.Engine.ErasedAsync(server.Engine.Read(state => state.Staged.Erasures.All[^1].Id), default);
        Assert.Equal(HttpStatusCode.NotFound, (await server.GetAsync(path)).Status);
        Assert.Equal(0L, server.Host.Database.Read(connection =>
        {
            using var command = new Microsoft.Data.Sqlite.SqliteCommand("SELECT count(*) FROM customer_notes WHERE text = 'A note to take along'", connection);
            return (long)command.ExecuteScalar()!;
        }));
    }

    [Fact]
    public async Task The_file_of_a_list_has_who_is_shown_and_runs_nothing_in_a_spreadsheet()
    {
        await server.SendAsync(new { type = "identify", userId = "=cmd|' /C calc'!A0", traits = new { name = "@SUM(A1)", email = "formula@correo.example" } });
        var (status, csv, _) = await server.PostAsync("/customers-export", ("query", "formula@correo.example"));
        Assert.Equal(HttpStatusCode.OK, status);
        var lines = csv.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(2, lines.Length);
        Assert.StartsWith("name,user_id,", lines[0], StringComparison.Ordinal);
        Assert.StartsWith("'@SUM(A1),", lines[1], StringComparison.Ordinal);
        Assert.Contains("'=cmd", lines[1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Columns_are_kept_for_who_chose_them()
    {
        var (_, _, location) = await server.PostAsync("/customers-columns", ("column", "phone"), ("column", "trait:name"), ("column", "no-such-column"), ("query", "ana"));
        Assert.Equal("/customers?query=ana&done=columns", location);
        var (_, html, _) = await server.GetAsync("/customers?query=ana");
        Assert.Equal(["Customer", "Phone", "name"], Regex.Matches(html, "<th scope=\"col\"[^>]*>([^<]*)<", RegexOptions.NonBacktracking).Select(match => match.Groups[1].Value));
    }

    [Fact]
    public async Task A_rule_with_a_mistake_is_told_with_its_place_and_one_without_is_fetched()
    {
        Assert.Contains("Line 2, column ", (await server.GetAsync("/customers?rule=" + Uri.EscapeDataString("count(page) >= 1\nand coun(page) > 2"))).Html, StringComparison.Ordinal);
        var (_, page, _) = await server.GetAsync("/customers?rule=" + Uri.EscapeDataString("count(page) >= 100"));
        Assert.Contains("hx-get=\"/customers-rows?rule=count", page, StringComparison.Ordinal);
        var (_, unknown, _) = await server.GetAsync("/customers-rows?rule=" + Uri.EscapeDataString("in(\"no-such-segment\")"));
        Assert.Contains("not defined", unknown, StringComparison.Ordinal);
    }

    private async Task<string> CountAsync(string rule)
    {
        var (_, html, _) = await server.GetAsync("/customers-rows?rule=" + Uri.EscapeDataString(rule));
        return Regex.Match(html, "id=\"list-heading\"[^>]*>([0-9,]+) ", RegexOptions.NonBacktracking).Groups[1].Value;
    }

    private static (HttpStatusCode, string?) Where((HttpStatusCode Status, string Text, string? Location) answer) => (answer.Status, answer.Location);
}
