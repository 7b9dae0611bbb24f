using Ciclo.Core.Access;
using Ciclo.Modules.Access.Contracts;
using Ciclo.Modules.Keys;
using Ciclo.Modules.Keys.Contracts;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Patterns;

namespace Ciclo.Modules.Access.Tests;

/// <summary>Every route against every role, every scope of keys, and somebody of another workspace.</summary>
public sealed class MatrixTests
{
    /// <summary>What the pages asked for when this was written. A page that asks for less is a decision, and changes this list.</summary>
    private static readonly Dictionary<string, Permission?> Known = new(StringComparer.Ordinal)
    {
        ["/"] = Permission.ReadNumbers,
        ["/customers"] = Permission.ReadPeople,
        ["/customers/{reference}"] = Permission.ReadPeople,
        ["/lifecycles/{id}"] = Permission.ReadNumbers,
        ["/lifecycles/{id}/history"] = Permission.ReadNumbers,
        ["/lifecycles/{id}/explain"] = Permission.ReadPeople,
        ["/lifecycles/{id}/movers"] = Permission.ReadPeople,
        ["/lifecycles/{id}/movers/export"] = Permission.EraseAndExport,
        ["/lifecycles/{id}/draft"] = Permission.ChangeDefinitions,
        ["/lifecycles/{id}/apply"] = Permission.ChangeDefinitions,
        ["/lifecycles/{id}/back"] = Permission.ChangeDefinitions,
        ["/segments/{id}"] = Permission.ReadNumbers,
        ["/segments/{id}/form"] = Permission.ChangeDefinitions,
        ["/segments/{id}/apply"] = Permission.ChangeDefinitions,
        ["/segments/{id}/export"] = Permission.EraseAndExport,
        ["/account"] = null,
        ["/signout"] = null,
        ["/settings/users"] = Permission.Users,
        ["/settings/users/invite"] = Permission.Users,
        ["/settings/users/{id}/role"] = Permission.Users,
        ["/settings/users/{id}/end"] = Permission.Users,
        ["/settings/users/{id}/restore"] = Permission.Users,
        ["/settings/users/{id}/reset"] = Permission.Users,
        ["/settings/users/{id}/sessions/end"] = Permission.Users,
        ["/settings/invitations/{id}/revoke"] = Permission.Users,
        ["/settings/audit"] = Permission.Users,
        ["/start"] = Permission.KeysAndSources,
        ["/start/framework"] = Permission.ChangeDefinitions,
        ["/sources/schema"] = Permission.ReadPeople,
        ["/sources/rejected/{id}"] = Permission.ReadPeople,
        ["/sources/rejected/{id}/retry"] = Permission.KeysAndSources,
        ["/sources/imports/upload"] = Permission.KeysAndSources,
        ["/sources/imports/files/{id}"] = Permission.KeysAndSources,
        ["/sources/imports/files/{id}/import"] = Permission.KeysAndSources,
        ["/sources/imports/undo/{number}"] = Permission.EraseAndExport,
        ["/journeys"] = Permission.ReadNumbers,
        ["/journeys/{id}"] = Permission.ReadNumbers,
        ["/journeys/{id}/people"] = Permission.ReadPeople,
        ["/journeys/{id}/trial"] = Permission.ReadPeople,
        ["/journeys/{id}/edit"] = Permission.ChangeDefinitions,
        ["/journeys/{id}/draft"] = Permission.ChangeDefinitions,
        ["/journeys/{id}/publish"] = Permission.Send,
        ["/journeys/{id}/pause"] = Permission.Send,
        ["/journeys/{id}/end"] = Permission.Send,
        ["/settings/costs"] = Permission.Send,
        ["/dashboards/{id}/schedules/{schedule}/again"] = Permission.ChangeDefinitions,
        ["/tasks"] = Permission.ReadPeople,
        ["/tasks/{id}/done"] = Permission.ChangePeople,
        ["/tasks/{id}/reopen"] = Permission.ChangePeople,
        ["/tasks/{id}/plan"] = Permission.ChangePeople,
        ["/customers/{id}/tasks"] = Permission.ReadPeople,
        ["/dashboards"] = Permission.ReadNumbers,
        ["/dashboards/{id}"] = Permission.ReadNumbers,
        ["/dashboards/{id}/arrange"] = Permission.ReadNumbers,
        ["/dashboards/{id}/pdf"] = Permission.ReadNumbers,
        ["/dashboards/{id}/share"] = Permission.ChangeDefinitions,
        ["/dashboards/{id}/links"] = Permission.ChangeDefinitions,
        ["/dashboards/{id}/links/{link}/revoke"] = Permission.ChangeDefinitions,
        ["/dashboards/{id}/schedules"] = Permission.ChangeDefinitions,
        ["/map"] = Permission.ReadNumbers,
        ["/models/{id}/churn"] = Permission.ReadNumbers,
        ["/models/{id}/stay"] = Permission.ReadNumbers,
        ["/models/{id}/stay/people"] = Permission.ReadPeople,
        ["/models/{id}/people"] = Permission.ReadPeople,
        ["/models/lift/{id}"] = Permission.ReadNumbers,
        ["/models/lift/{id}/people"] = Permission.ReadPeople,
        ["/campaigns/{id}/people"] = Permission.ReadPeople,
        ["/campaigns/won/{experiment}"] = Permission.ReadNumbers,
        ["/templates/{id}"] = Permission.ReadNumbers,
        ["/templates/{id}/preview"] = Permission.ReadNumbers,
        ["/templates/{id}/block"] = Permission.Send,
        ["/templates/{id}/publish"] = Permission.Send,
        ["/templates/{id}/test"] = Permission.Send,
        ["/templates/{id}/delete"] = Permission.Send,
        ["/sql"] = Permission.ReadNumbers,
        ["/sql/run"] = Permission.ReadNumbers,
        ["/sql/csv"] = Permission.ReadNumbers,
        ["/sql/save"] = Permission.ReadNumbers,
        ["/sql/saved/{id}/delete"] = Permission.ReadNumbers,
        ["/messages"] = Permission.ReadPeople,
        ["/messages/{id}"] = Permission.ReadPeople,
        ["/messages/{id}/body"] = Permission.ReadPeople,
        ["/messages/{id}/again"] = Permission.Send,
        ["/messages/{id}/settle"] = Permission.Send,
        ["/messages-export"] = Permission.EraseAndExport,
        ["/settings/email"] = Permission.Send,
        ["/settings/email/dkim"] = Permission.Send,
        ["/settings/email/test"] = Permission.Send,
        ["/settings/keys"] = Permission.KeysAndSources,
        ["/settings/keys/{id}/rotate"] = Permission.KeysAndSources,
        ["/settings/keys/{id}/revoke"] = Permission.KeysAndSources,
    };

    /// <summary>Pages for strangers. Everything else asks who is there.</summary>
    private static readonly string[] Open =
        ["/signin", "/setup/{token}", "/invitation/{token}", "/reset/{token}", "/language", "/assets/{version}/{name}", "/shared/{token}", "/shared/{token}/cards/{card}", "/c/{token}", "/o/{token}", "/v/{token}"];

    [Fact]
    public async Task Every_route_has_a_rule_and_strangers_see_only_the_doors()
    {
        await using var server = await AccessServer.StartAsync();
        Assert.True(server.Routes.Count > 40, $"{server.Routes.Count} routes");
        Assert.All(server.Routes, route => Assert.True(HasRule(route), $"{route.RoutePattern.RawText} has no authorisation rule"));
        var open = server.Routes.Where(route => route.Metadata.GetMetadata<PageRule>() is { IsOpen: true }).Select(PathOf).Distinct(StringComparer.Ordinal);
        Assert.Equal(Open.Order(StringComparer.Ordinal), open.Order(StringComparer.Ordinal));
        foreach (var (path, permission) in Known)
        {
            var rules = server.Routes.Where(route => PathOf(route) == path).Select(route => route.Metadata.GetMetadata<PageRule>()).ToList();
            Assert.NotEmpty(rules);
            Assert.All(rules, rule => Assert.Equal(new PageRule(permission, IsOpen: false), rule));
        }
    }

    [Fact]
    public async Task A_route_without_a_rule_is_found()
    {
        await using var bare = WebApplication.CreateSlimBuilder().Build();
        bare.MapGet("/open", () => "");
        Assert.False(HasRule(((IEndpointRouteBuilder)bare).DataSources.SelectMany(source => source.Endpoints).OfType<RouteEndpoint>().Single()));
    }

    [Theory]
    [InlineData(Role.Owner)]
    [InlineData(Role.Marketer)]
    [InlineData(Role.Analyst)]
    [InlineData(Role.Agent)]
    [InlineData(Role.Developer)]
    public async Task Each_role_opens_what_its_permissions_say_and_nothing_else(Role role)
    {
        await using var server = await AccessServer.StartAsync();
        using var first = await server.AsAsync(role);
        Assert.Equal(200, (await first.GetAsync("/account")).Code);
        foreach (var (route, rule) in Pages(server).Where(page => !page.Rule.IsOpen))
        {
            var path = PathWith(route, "x");
            // Routes that end sessions would end the next ones too.
            using var browser = await server.SignedInAsync($"{role.Name()}-default@example.com");
            var isAllowed = rule.Permission is not { } permission || role.May(permission);
            foreach (var method in MethodsOf(route))
            {
                var seen = method == HttpMethod.Post
                    ? await browser.PostAsync(path, ("_form", await browser.TokenAsync("/account")))
                    : await browser.SendAsync(method, path, null);
                var where = $"{role.Name()} {method} {path}: {seen.Code} {seen.Location}";
                Assert.True(seen.Code < 500, where);
                Assert.False(seen.Location?.StartsWith("/signin?", StringComparison.Ordinal) == true, where);
                if (isAllowed)
                {
                    Assert.True(seen.Code is 200 or 302 or 400 or 404 or 405, where);
                }
                else
                {
                    Assert.True(seen.Code == 403 || (path == "/" && seen.Location == "/customers"), where);
                }
            }
        }
    }

    [Fact]
    public async Task Strangers_get_no_page_and_no_post_but_at_the_doors()
    {
        await using var server = await AccessServer.StartAsync();
        await server.AddUserAsync("ana@example.com", Role.Owner);
        using var stranger = server.NewBrowser();
        foreach (var (route, _) in Pages(server).Where(page => !page.Rule.IsOpen))
        {
            var path = PathWith(route, "x");
            foreach (var method in MethodsOf(route))
            {
                var seen = await stranger.SendAsync(method, path, method == HttpMethod.Post ? new FormUrlEncodedContent([]) : null);
                Assert.True(method == HttpMethod.Post ? seen.Code == 401 : seen is { Code: 302 } && seen.Location!.StartsWith("/signin", StringComparison.Ordinal), $"{method} {path}: {seen.Code} {seen.Location}");
                Assert.Contains("no-store", seen.Headers["Cache-Control"], StringComparison.Ordinal);
            }
        }
    }

    [Fact]
    public async Task No_post_does_anything_without_the_token_of_its_session()
    {
        await using var server = await AccessServer.StartAsync();
        using var owner = await server.AsAsync(Role.Owner);
        using var other = await server.SignedInAsync("owner-default@example.com");
        var foreign = await other.TokenAsync("/account");
        var before = server.AuditRows().Count;
        foreach (var (route, _) in Pages(server).Where(page => MethodsOf(page.Route).Contains(HttpMethod.Post)))
        {
            var path = PathWith(route, "x");
            foreach (var fields in new (string, string)[][] { [], [("_form", "made up")], [("_form", foreign)] })
            {
                var seen = await owner.PostAsync(path, fields);
                Assert.True(seen.Code == 400 && seen.Text.Contains("This form is from before", StringComparison.Ordinal), $"{path} with {fields.Length} fields: {seen.Code}");
            }
        }
        Assert.Equal(before, server.AuditRows().Count);
        Assert.Equal(200, (await owner.GetAsync("/account")).Code);
    }

    [Fact]
    public async Task A_script_may_send_the_token_as_a_header()
    {
        await using var server = await AccessServer.StartAsync();
        using var owner = await server.AsAsync(Role.Owner);
        var token = await owner.TokenAsync("/account");
        Assert.Equal(302, (await owner.PostAsync("/account/profile", [("name", "Ana"), ("language", "es")], [("X-Ciclo-Form", token)])).Code);
        Assert.Contains("Tu cuenta", (await owner.GetAsync("/account")).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Each_scope_of_a_key_opens_its_routes_and_no_others()
    {
        await using var server = await AccessServer.StartAsync();
        using var client = server.NewBrowser();
        var writeKey = await server.AddKeyAsync(KeyKind.Write);
        foreach (var scope in KeyScopes.All.Keys)
        {
            var (_, key) = await server.AddKeyAsync(KeyKind.Secret, [scope]);
            foreach (var route in server.Routes)
            {
                if (route.Metadata.GetMetadata<RequiredScope>()?.Scope is not { } needed)
                {
                    continue;
                }
                var method = MethodsOf(route)[0];
                var path = PathWith(route, "x");
                var seen = await client.SendAsync(method, path, null, ("Authorization", "Bearer " + key));
                Assert.True(needed == scope ? seen.Code is not (401 or 403) : seen.Code == 403, $"{scope} key, {method} {path} asks for {needed}: {seen.Code}");
                Assert.Equal(403, (await client.SendAsync(method, path, null, ("Authorization", "Bearer " + writeKey.Text))).Code);
            }
            // A key is no way into pages, and a session none into the API.
            Assert.Equal(302, (await client.GetAsync("/customers", ("Authorization", "Bearer " + key))).Code);
        }
        using var owner = await server.AsAsync(Role.Owner);
        Assert.Equal(401, (await owner.GetAsync("/api/v1/profiles")).Code);
    }

    [Fact]
    public async Task What_lies_in_another_workspace_is_not_found()
    {
        await using var server = await AccessServer.StartAsync();
        await server.TrackAsync("ana", new { name = "Ana Ajena" });
        var victim = await server.AddUserAsync("victim@example.com", Role.Analyst);
        await server.AddUserAsync("first@example.com", Role.Owner);
        var key = await server.AddKeyAsync(KeyKind.Secret);
        await server.LinkAsync("users", "add", "--email", "new@example.com", "--role", "agent");
        var invitation = new MemberService(server.Host).Invitations("default").Single().Id;
        using var foreign = await server.AsAsync(Role.Owner, "other");
        Assert.Equal(404, (await foreign.GetAsync("/customers/user_id%3Aana")).Code);
        foreach (var page in new[] { "/customers", "/settings/users", "/settings/keys", "/settings/audit", "/" })
        {
            var seen = await foreign.GetAsync(page);
            Assert.Equal(200, seen.Code);
            Assert.All(new[] { "Ajena", "user_id:ana", "victim", "new@example.com", key.Id, invitation, victim }, secret => Assert.DoesNotContain(secret, seen.Text, StringComparison.Ordinal));
        }
        foreach (var path in new[]
        {
            $"/settings/users/{victim}/role", $"/settings/users/{victim}/end", $"/settings/users/{victim}/restore", $"/settings/users/{victim}/reset", $"/settings/users/{victim}/sessions/end",
            $"/settings/invitations/{invitation}/revoke", $"/settings/keys/{key.Id}/rotate", $"/settings/keys/{key.Id}/revoke",
        })
        {
            Assert.Equal((path, 404), (path, (await foreign.SubmitAsync("/account", path, ("role", "owner"))).Code));
        }
        Assert.Equal(404, (await foreign.SubmitAsync("/account", "/account/workspace", ("workspace", "default"))).Code);
        Assert.Equal(Role.Analyst, new MemberService(server.Host).List("default").Single(member => member.UserId == victim).Role);
    }

    [Fact]
    public async Task Whoever_is_in_two_workspaces_looks_at_one_at_a_time_with_its_role()
    {
        await using var server = await AccessServer.StartAsync();
        await server.TrackAsync("ana", new { name = "Ana" });
        await server.AddUserAsync("both@example.com", Role.Agent);
        await server.AddUserAsync("both@example.com", Role.Owner, "other");
        using var browser = await server.SignedInAsync("both@example.com");
        Assert.Equal((403, 302), ((await browser.GetAsync("/settings/users")).Code, (await browser.GetAsync("/customers/user_id%3Aana")).Code));
        Assert.Equal(302, (await browser.SubmitAsync("/account", "/account/workspace", ("workspace", "other"))).Code);
        Assert.Equal((200, 404), ((await browser.GetAsync("/settings/users")).Code, (await browser.GetAsync("/customers/user_id%3Aana")).Code));
    }

    private static bool HasRule(Endpoint route) => route.Metadata.GetMetadata<IAllowAnonymous>() is not null
        || route.Metadata.GetMetadata<RequiredScope>() is not null || route.Metadata.GetMetadata<PageRule>() is not null;

    private static IEnumerable<(RouteEndpoint Route, PageRule Rule)> Pages(AccessServer server) =>
        server.Routes.Select(route => (route, route.Metadata.GetMetadata<PageRule>()!)).Where(page => page.Item2 is not null);

    private static string PathOf(RouteEndpoint route) => "/" + route.RoutePattern.RawText!.Trim('/');

    private static string PathWith(RouteEndpoint route, string value) => "/" + string.Join('/', route.RoutePattern.PathSegments.Select(
        segment => segment.Parts[0] is RoutePatternLiteralPart literal ? literal.Content : value));

    private static List<HttpMethod> MethodsOf(RouteEndpoint route) => [.. route.Metadata.GetMetadata<HttpMethodMetadata>()!.HttpMethods.Select(name => new HttpMethod(name))];
}
