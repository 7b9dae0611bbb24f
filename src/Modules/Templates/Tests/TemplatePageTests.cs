using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Ciclo.Core.Access;
using Ciclo.Modules.Access.Tests;
using Ciclo.Modules.Keys;
using Ciclo.Modules.Templates.Contracts;
using Microsoft.Extensions.DependencyInjection;

namespace Ciclo.Modules.Templates.Tests;

public sealed class TemplatePageTests
{
    [Fact]
    public async Task A_design_becomes_a_template_is_changed_published_and_gone_back_from()
    {
        await using var server = await AccessServer.StartAsync();
        using var owner = await server.AsAsync(Role.Owner);
        var list = (await owner.GetAsync("/templates")).Html;
        Assert.Contains("/templates/designs/abandoned-cart/preview", list, StringComparison.Ordinal);
        var made = await owner.SubmitAsync("/templates", "/templates", ("design", "abandoned-cart"));
        Assert.Equal((302, "/templates/abandoned-cart?done=made"), (made.Code, made.Location));
        var templates = server.Services.GetRequiredService<ITemplates>();
        Assert.Equal((1, "Abandoned cart"), (templates.Find("default", "abandoned-cart")!.Version, templates.Find("default", "abandoned-cart")!.Name));

        const string Path = "/templates/abandoned-cart";
        var before = templates.Render("default", "abandoned-cart", "en", []).Message!;
        Assert.Equal(302, (await owner.SubmitAsync(Path, Path + "/block", [("number", await NumberAsync(owner, Path)), ("locale", "en"), ("block", "b1"), ("text", "A new headline ñ")])).Code);
        Assert.Contains("A new headline ñ", (await owner.GetAsync(Path + "/preview?locale=en")).Html, StringComparison.Ordinal);
        Assert.Equal(before.Html, templates.Render("default", "abandoned-cart", "en", []).Message!.Html);
        Assert.Equal(302, (await owner.SubmitAsync(Path, Path + "/publish", [("number", await NumberAsync(owner, Path))])).Code);
        var after = templates.Render("default", "abandoned-cart", "en-GB", []).Message!;
        Assert.Equal((2, true), (after.Version, after.Html.Contains("A new headline ñ", StringComparison.Ordinal)));

        Assert.Equal(302, (await owner.SubmitAsync(Path, Path + "/back", [("number", await NumberAsync(owner, Path)), ("version", "1")])).Code);
        Assert.Equal(302, (await owner.SubmitAsync(Path, Path + "/publish", [("number", await NumberAsync(owner, Path))])).Code);
        var back = templates.Render("default", "abandoned-cart", "en", []).Message!;
        Assert.Equal((3, before.Html), (back.Version, back.Html));
        Assert.Equal(3, server.AuditRows().Count(row => row.ToString()!.Contains("template.published", StringComparison.Ordinal)));

        Assert.Equal(302, (await owner.SubmitAsync(Path + "/delete", Path + "/delete")).Code);
        Assert.Null(templates.Render("default", "abandoned-cart", "en", []).Message);
        Assert.Equal(404, (await owner.GetAsync(Path)).Code);
    }

    [Fact]
    public async Task A_change_made_from_an_old_draft_is_not_made_and_says_so()
    {
        await using var server = await AccessServer.StartAsync();
        using var owner = await server.AsAsync(Role.Owner);
        await owner.SubmitAsync("/templates", "/templates", ("design", "welcome"));
        const string Path = "/templates/welcome";
        var number = await NumberAsync(owner, Path);
        Assert.Equal(302, (await owner.SubmitAsync(Path, Path + "/words", [("number", number), ("locale", "es"), ("subject", "Primero")])).Code);
        var late = await owner.SubmitAsync(Path, Path + "/words", [("number", number), ("locale", "es"), ("subject", "Segundo")]);
        Assert.Equal(409, late.Code);
        Assert.Contains("Somebody changed this template meanwhile", late.Html, StringComparison.Ordinal);
        Assert.Contains("Primero", (await owner.GetAsync(Path + "?locale=es")).Html, StringComparison.Ordinal);
        Assert.Equal(302, (await owner.SubmitAsync(Path, Path + "/undo", [("number", await NumberAsync(owner, Path))])).Code);
        Assert.DoesNotContain("Primero", (await owner.GetAsync(Path + "?locale=es")).Html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Blocks_are_added_moved_and_taken_out_and_wrong_Liquid_is_not_published()
    {
        await using var server = await AccessServer.StartAsync();
        using var owner = await server.AsAsync(Role.Owner);
        await owner.SubmitAsync("/templates", "/templates", ("name", "Mía ñ"));
        const string Path = "/templates/mia-n";
        async Task<int> DoAsync(string part, params (string, string)[] fields) => (await owner.SubmitAsync(Path, Path + part, [("number", await NumberAsync(owner, Path)), ("locale", "en"), .. fields])).Code;
        Assert.Equal(302, await DoAsync("/block", ("kind", "Button")));
        Assert.Equal(["b1", "b2", "b3"], await BlocksAsync(owner, Path));
        Assert.Equal(302, await DoAsync("/arrange", ("do", "earlier:b3")));
        Assert.Equal(["b1", "b3", "b2"], await BlocksAsync(owner, Path));
        Assert.Equal(302, await DoAsync("/arrange", ("order", "b2,b3,b1")));
        Assert.Equal(["b2", "b3", "b1"], await BlocksAsync(owner, Path));
        Assert.Equal(302, await DoAsync("/arrange", ("do", "remove:b3")));
        Assert.Equal(["b2", "b1"], await BlocksAsync(owner, Path));
        Assert.Equal(302, await DoAsync("/block", ("block", "b1"), ("text", "{% if x %}")));
        Assert.Equal(400, await DoAsync("/publish"));
        Assert.Contains("Block 2: Line 1, column 1.", (await owner.GetAsync(Path + "/preview?locale=en")).Html, StringComparison.Ordinal);
        Assert.Equal(400, await DoAsync("/settings", ("accent", "red; background: url(x)")));
        Assert.Equal(302, await DoAsync("/locale", ("new", "pt"), ("do", "add")));
        Assert.Contains("?locale=pt", (await owner.GetAsync(Path)).Html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_preview_shows_a_person_to_who_may_see_people_and_runs_nothing()
    {
        await using var server = await AccessServer.StartAsync();
        var (_, key) = await server.AddKeyAsync(KeyKind.Write);
        using var client = new HttpClient { BaseAddress = new Uri(server.Url) };
        client.DefaultRequestHeaders.Authorization = new("Basic", Convert.ToBase64String(Encoding.ASCII.GetBytes(key + ":")));
        using var answer = await client.PostAsJsonAsync(new Uri("/v1/identify", UriKind.Relative), new { userId = "u-1", traits = new { name = "Nayeli <Cruz>", email = "nayeli@example.com" } });
        await server.Host.FindWorkspace("default")!.RestAsync(default);
        using var owner = await server.AsAsync(Role.Owner);
        await owner.SubmitAsync("/templates", "/templates", ("design", "welcome"));
        var seen = await owner.GetAsync("/templates/welcome/preview?locale=es&person=nayeli@example.com");
        Assert.Contains("¡Hola, Nayeli!", seen.Html, StringComparison.Ordinal);
        Assert.Contains("sandbox", seen.Headers["Content-Security-Policy"], StringComparison.Ordinal);
        Assert.Contains("default-src 'none'", seen.Headers["Content-Security-Policy"], StringComparison.Ordinal);
        Assert.Contains("frame-src 'self'", (await owner.GetAsync("/templates/welcome")).Headers["Content-Security-Policy"], StringComparison.Ordinal);
        using var analyst = await server.AsAsync(Role.Analyst);
        if (!Role.Analyst.May(Permission.ReadPeople))
        {
            Assert.DoesNotContain("Nayeli", (await analyst.GetAsync("/templates/welcome/preview?locale=es&person=nayeli@example.com")).Html, StringComparison.Ordinal);
        }
        Assert.Equal(403, (await analyst.PostAsync("/templates", ("design", "nps"), ("_form", await analyst.TokenAsync("/account")))).Code);

        var rendered = await server.RunAsync("templates", "render", "welcome", "--user", "u-1", "--locale", "es", "--part", "subject");
        Assert.Equal((0, "Te damos la bienvenida, Nayeli"), (rendered.Code, rendered.Out.Trim()));
    }

    [Fact]
    public async Task A_template_goes_out_and_in_by_file_and_by_API()
    {
        await using var server = await AccessServer.StartAsync();
        var file = Path.Combine(server.Host.Folder, "t.yaml");
        var shown = await server.RunAsync("templates", "show", "nps");
        Assert.Equal(0, shown.Code);
        await File.WriteAllTextAsync(file, shown.Out.Replace("One question", "A single question", StringComparison.Ordinal));
        Assert.Equal(0, (await server.RunAsync("templates", "apply", file)).Code);
        Assert.Contains("nps", (await server.RunAsync("templates", "list")).Out, StringComparison.Ordinal);

        var (_, read) = await server.AddKeyAsync(KeyKind.Secret, ["read"]);
        var (_, write) = await server.AddKeyAsync(KeyKind.Secret, ["write"]);
        using var client = new HttpClient { BaseAddress = new Uri(server.Url) };
        async Task<(int Code, string Body)> AskAsync(HttpMethod method, string path, string key, string? body = null)
        {
            using var request = new HttpRequestMessage(method, new Uri(path, UriKind.Relative)) { Content = body is null ? null : new StringContent(body, Encoding.UTF8, "application/json") };
            request.Headers.Authorization = new("Bearer", key);
            using var response = await client.SendAsync(request);
            return ((int)response.StatusCode, await response.Content.ReadAsStringAsync());
        }
        var got = JsonDocument.Parse((await AskAsync(HttpMethod.Get, "/api/v1/templates/nps", read)).Body).RootElement;
        Assert.Equal(1, got.GetProperty("version").GetInt32());
        var content = got.GetProperty("content").GetRawText();
        Assert.Contains("A single question", content, StringComparison.Ordinal);
        Assert.Contains("\"version\":1", (await AskAsync(HttpMethod.Put, "/api/v1/templates/nps", write, content)).Body, StringComparison.Ordinal);
        Assert.Contains("\"version\":2", (await AskAsync(HttpMethod.Put, "/api/v1/templates/nps", write, content.Replace("A single", "Just one", StringComparison.Ordinal))).Body, StringComparison.Ordinal);
        var refused = await AskAsync(HttpMethod.Put, "/api/v1/templates/nps", write, content.Replace("{{ person.id | url_encode }}", "{{ person.id | url_encod }}", StringComparison.Ordinal));
        Assert.Equal(400, refused.Code);
        Assert.Contains("Did you mean url_encode?", refused.Body, StringComparison.Ordinal);
        Assert.Equal(403, (await AskAsync(HttpMethod.Put, "/api/v1/templates/nps", read, content)).Code);
        Assert.Equal(404, (await AskAsync(HttpMethod.Get, "/api/v1/templates/nope", read)).Code);
        foreach (var broken in new[] { "[]", "{", "{}", "{\"name\":\"x\",\"locales\":{\"es\":null}}", "{\"name\":\"x\",\"locales\":{\"es\":{\"blocks\":[{\"type\":\"nope\"}]}}}", "{\"name\":\"x\",\"color\":1,\"locales\":{}}", "{\"name\":1,\"locales\":[]}" })
        {
            Assert.Equal(400, (await AskAsync(HttpMethod.Put, "/api/v1/templates/x", write, broken)).Code);
        }
        await File.WriteAllTextAsync(file, "name: x\nlocales:\n  es:\n    subject: hola\n");
        Assert.Contains("id:", (await server.RunAsync("templates", "apply", file)).Error, StringComparison.Ordinal);
    }

    private static async Task<string> NumberAsync(Browser browser, string path) =>
        Regex.Match((await browser.GetAsync(path)).Html, "name=\"number\" value=\"(?<n>[0-9]+)\"", RegexOptions.ExplicitCapture).Groups["n"].Value;

    private static async Task<IReadOnlyList<string>> BlocksAsync(Browser browser, string path) =>
        [.. Regex.Matches((await browser.GetAsync(path + "?locale=en")).Html, "data-card=\"(?<id>[^\"]+)\"", RegexOptions.ExplicitCapture).Select(match => match.Groups["id"].Value)];
}
