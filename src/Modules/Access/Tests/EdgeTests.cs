using System.Text.RegularExpressions;
using Ciclo.Core.Access;
using Ciclo.Kit;
using Ciclo.Modules.Access.Contracts;
using Ciclo.Server;

namespace Ciclo.Modules.Access.Tests;

/// <summary>Behind a proxy, under a path, over https; and the demo, which lets this machine in alone.</summary>
public sealed class EdgeTests
{
    private static readonly Regex Address = new("(?:href|action|src)=\"(?<to>/[^\"]*)\"", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture);

    private static readonly (string, string)[] Forwarded =
        [("X-Forwarded-For", "198.51.100.9, 203.0.113.77"), ("X-Forwarded-Proto", "https"), ("X-Forwarded-Host", "ciclo.example.com")];

    [Fact]
    public async Task A_proxy_that_is_named_is_believed_as_far_as_the_proxies_go()
    {
        await using var server = await AccessServer.StartAsync(options => options with { Proxies = [ServerOptions.ReadProxy("127.0.0.1")!.Value] });
        await server.AddUserAsync("ana@example.com", Role.Owner, withPassword: true);
        using var browser = server.NewBrowser(Forwarded);
        Assert.Equal(302, (await browser.SignInAsync("ana@example.com", AccessServer.Password)).Code);
        var cookie = browser.SetCookies.Single(line => line.StartsWith("__Host-ciclo_session=", StringComparison.Ordinal));
        Assert.Contains("secure", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("domain", cookie, StringComparison.OrdinalIgnoreCase);
        // The nearest address that is no proxy: what the client wrote to the left of it is not read.
        Assert.Equal("203.0.113.0/24", server.AuditRows().Single(row => row.Action == AuditActions.SignedIn).Address);
        var page = await browser.SubmitAsync("/settings/users", "/settings/users/invite", ("email", "luis@example.com"), ("role", "agent"));
        Assert.Contains("<code>https://ciclo.example.com/invitation/", page.Text, StringComparison.Ordinal);
        Assert.Equal("max-age=31536000", page.Headers["Strict-Transport-Security"]);
        // Over https the other name is not read: a page on plain http elsewhere could have set it.
        browser.Cookies["ciclo_session"] = browser.Cookies["__Host-ciclo_session"];
        browser.Cookies.Remove("__Host-ciclo_session");
        Assert.Equal(302, (await browser.GetAsync("/account")).Code);
    }

    [Fact]
    public async Task Without_a_named_proxy_its_headers_change_nothing()
    {
        await using var server = await AccessServer.StartAsync();
        await server.AddUserAsync("ana@example.com", Role.Owner, withPassword: true);
        using var browser = server.NewBrowser([("X-Forwarded-For", "203.0.113.77"), ("X-Forwarded-Host", "evil.example")]);
        var entered = await browser.SignInAsync("ana@example.com", AccessServer.Password);
        Assert.False(entered.Headers.ContainsKey("Strict-Transport-Security"));
        Assert.Contains("ciclo_session", browser.Cookies.Keys);
        Assert.Equal("127.0.0.0/24", server.AuditRows().Single(row => row.Action == AuditActions.SignedIn).Address);
        var page = await browser.SubmitAsync("/settings/users", "/settings/users/invite", ("email", "luis@example.com"), ("role", "agent"));
        Assert.DoesNotContain("evil.example", page.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_proxy_elsewhere_is_not_believed()
    {
        await using var server = await AccessServer.StartAsync(options => options with { Proxies = [ServerOptions.ReadProxy("10.0.0.0/8")!.Value] });
        using var browser = server.NewBrowser(Forwarded);
        Assert.False((await browser.GetAsync("/signin")).Headers.ContainsKey("Strict-Transport-Security"));
    }

    [Fact]
    public async Task Under_a_base_path_every_link_form_and_redirect_lies_under_it_whether_the_proxy_takes_it_off_or_not()
    {
        await using var server = await AccessServer.StartAsync(options => options with { BasePath = "/ciclo" });
        await server.TrackAsync("a/b", new { name = "Ana" });
        await server.AddUserAsync("ana@example.com", Role.Owner, withPassword: true);
        foreach (var root in new[] { "/ciclo", "" })
        {
            using var browser = server.NewBrowser();
            Assert.Equal("/ciclo/signin", (await browser.GetAsync(root + "/")).Location);
            var entered = await browser.SubmitAsync(root + "/signin", root + "/signin", ("email", "ana@example.com"), ("password", AccessServer.Password), ("next", "/customers"));
            Assert.Equal("/ciclo/customers", entered.Location);
            foreach (var page in new[] { "/", "/customers", "/account", "/settings/users", "/settings/keys", "/settings/audit" })
            {
                var seen = await browser.GetAsync(root + page);
                Assert.Equal((page, 200), (page, seen.Code));
                var addresses = Address.Matches(seen.Html).Select(match => match.Groups["to"].Value).ToList();
                Assert.True(addresses.Count > 5);
                Assert.All(addresses, to => Assert.StartsWith("/ciclo/", to, StringComparison.Ordinal));
            }
            var found = await browser.GetAsync(root + "/customers/user_id%3Aa%2Fb");
            Assert.StartsWith("/ciclo/customers/prf_", found.Location, StringComparison.Ordinal);
            Assert.Equal(200, (await browser.GetAsync(found.Location!)).Code);
            Assert.Equal(200, (await browser.GetAsync("/ciclo" + Asset.Style)).Code);
            Assert.Equal("/ciclo/customers", (await browser.GetAsync(root + "/language?to=es&back=%2Fcustomers")).Location);
        }
    }

    [Theory]
    [InlineData("<a href=\"/x\"><form action=\"/\">", "<a href=\"/ciclo/x\"><form action=\"/ciclo/\">")]
    [InlineData("<a href=\"//evil\"> <a href=\"https://x/\"> <a href=\"#c\">", "<a href=\"//evil\"> <a href=\"https://x/\"> <a href=\"#c\">")]
    [InlineData("<p title=\"/x\" data-href=\"/x\" hx-get=\"/x\">=&quot;/x", "<p title=\"/x\" data-href=\"/x\" hx-get=\"/ciclo/x\">=&quot;/x")]
    public void Only_addresses_of_this_server_are_led_under_the_base(string html, string under)
    {
        Assert.Equal(under, BasePath.In(html, "/ciclo"));
        Assert.Equal(html, BasePath.In(html, ""));
    }

    [Theory]
    [InlineData("", true)]
    [InlineData("/ciclo", true)]
    [InlineData("/tools/ciclo-1", true)]
    [InlineData("ciclo", false)]
    [InlineData("/ciclo/", false)]
    [InlineData("/", false)]
    [InlineData("/../x", false)]
    [InlineData("/a b", false)]
    [InlineData("/\"onload", false)]
    public void A_base_path_is_made_of_plain_segments(string text, bool isOne) => Assert.Equal(isOne, ServerOptions.IsBasePath(text));

    [Fact]
    public async Task Pages_load_only_what_is_ours_run_nothing_inline_and_are_framed_by_nobody()
    {
        await using var server = await AccessServer.StartAsync();
        using var owner = await server.AsAsync(Role.Owner);
        foreach (var path in new[] { "/signin", "/account", "/settings/users", "/settings/keys", "/settings/audit", "/", "/no-such-page", "/customers/nobody" })
        {
            using var who = path == "/signin" ? server.NewBrowser() : await server.SignedInAsync("owner-default@example.com");
            var seen = await who.GetAsync(path);
            var policy = seen.Headers["Content-Security-Policy"];
            Assert.Contains("default-src 'none'; script-src 'self';", policy, StringComparison.Ordinal);
            Assert.Contains("frame-ancestors 'none'", policy, StringComparison.Ordinal);
            Assert.DoesNotContain("unsafe", policy, StringComparison.Ordinal);
            Assert.Equal(("nosniff", "no-referrer"), (seen.Headers["X-Content-Type-Options"], seen.Headers["Referrer-Policy"]));
            Assert.DoesNotContain(" style=", seen.Html, StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotContain("<script>", seen.Html, StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotContain("<style", seen.Html, StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotContain(" onclick", seen.Html, StringComparison.OrdinalIgnoreCase);
        }
    }

    [Fact]
    public async Task The_demo_lets_this_machine_in_and_shows_that_it_is_one()
    {
        await using var server = await AccessServer.StartAsync(options => options with { DemoWorkspace = "default" });
        using var browser = server.NewBrowser();
        var home = await browser.GetAsync("/");
        Assert.Equal(200, home.Code);
        Assert.Contains("Demo, no password", home.Text, StringComparison.Ordinal);
        Assert.Equal(200, (await browser.GetAsync("/settings/users")).Code);
        Assert.Contains("It has no accounts", (await browser.GetAsync("/account")).Text, StringComparison.Ordinal);
        // A page elsewhere may post to 127.0.0.1 too, so forms are held to be ours here as well.
        Assert.Equal(400, (await browser.PostAsync("/settings/users/invite", ("email", "x@example.com"), ("role", "owner"))).Code);
        Assert.Equal(200, (await browser.SubmitAsync("/settings/users", "/settings/users/invite", ("email", "x@example.com"), ("role", "owner"))).Code);
    }

    [Theory]
    [InlineData("Host", "shop.evil.example")]
    [InlineData("Host", "localhost.evil.example")]
    [InlineData("Host", "192.168.1.20:5080")]
    [InlineData("X-Forwarded-For", "203.0.113.7")]
    [InlineData("X-Real-IP", "127.0.0.1")]
    public async Task The_demo_refuses_any_other_name_and_whatever_came_through_a_proxy(string header, string value)
    {
        await using var server = await AccessServer.StartAsync(options => options with { DemoWorkspace = "default" });
        await server.TrackAsync("ana", new { name = "Ana Ajena" });
        using var browser = server.NewBrowser((header, value));
        foreach (var path in new[] { "/", "/customers", "/signin", "/settings/users", "/account" })
        {
            var seen = await browser.GetAsync(path);
            Assert.Equal((path, 403), (path, seen.Code));
            Assert.DoesNotContain("Ajena", seen.Text, StringComparison.Ordinal);
        }
        Assert.Equal((404, ""), ((await browser.GetAsync("/no-such-page")).Code, (await browser.GetAsync("/no-such-page")).Html));
    }

    [Fact]
    public async Task A_server_that_is_no_demo_lets_nobody_in_for_sitting_at_the_machine()
    {
        await using var server = await AccessServer.StartAsync();
        using var browser = server.NewBrowser();
        foreach (var path in new[] { "/", "/customers", "/settings/users", "/account" })
        {
            Assert.StartsWith("/signin", (await browser.GetAsync(path)).Location, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task The_keys_of_form_tokens_lie_in_the_data_directory_for_its_owner_alone()
    {
        await using var server = await AccessServer.StartAsync();
        using var browser = server.NewBrowser();
        await server.AddUserAsync("ana@example.com", Role.Owner);
        await browser.TokenAsync("/signin");
        var folder = Path.Combine(server.Host.Folder, "protection");
        Assert.NotEmpty(Directory.GetFiles(folder, "key-*.xml"));
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(folder));
        }
    }
}
