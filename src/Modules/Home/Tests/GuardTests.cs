using System.Net;
using Ciclo.Engine.Hosting;
using Ciclo.Kit;
using Microsoft.AspNetCore.Http;

namespace Ciclo.Tests.Home;

public sealed class GuardTests(HomeServer server) : IClassFixture<HomeServer>
{
    [Theory]
    [InlineData("/")]
    [InlineData("/customers")]
    [InlineData("/customers/user_id:ana")]
    [InlineData("/language?to=es&back=/")]
    public async Task A_name_of_somebody_else_that_points_here_gets_no_customer(string path)
    {
        var (status, html, _) = await server.GetAsync(path, hostHeader: "shop.evil.example");
        Assert.Equal(HttpStatusCode.Forbidden, status);
        Assert.Contains("ssh -N -L", html, StringComparison.Ordinal);
        Assert.DoesNotContain("ana", html.Replace("an", "", StringComparison.Ordinal), StringComparison.Ordinal);
        var (asset, _, _) = await server.GetAsync(Asset.Style, hostHeader: "shop.evil.example");
        Assert.Equal(HttpStatusCode.Forbidden, asset);
    }

    [Fact]
    public async Task A_request_that_came_through_a_proxy_is_refused()
    {
        var (status, _, _) = await server.GetAsync("/", with: request => request.Headers.Add("X-Forwarded-For", "203.0.113.7"));
        Assert.Equal(HttpStatusCode.Forbidden, status);
    }

    [Fact]
    public async Task An_unknown_address_tells_nothing_to_others()
    {
        var (status, html, _) = await server.GetAsync("/no-such-page", hostHeader: "shop.evil.example");
        Assert.Equal((HttpStatusCode.NotFound, ""), (status, html));
    }

    [Theory]
    [InlineData("127.0.0.1", "localhost", true)]
    [InlineData("127.9.9.9", "127.0.0.1:5080", true)]
    [InlineData("::1", "[::1]:5080", true)]
    [InlineData("::ffff:127.0.0.1", "LocalHost:5080", true)]
    [InlineData("127.0.0.1", "localhost.evil.example", false)]
    [InlineData("127.0.0.1", "127.0.0.1.evil.example", false)]
    [InlineData("127.0.0.1", "10.0.0.7", false)]
    [InlineData("127.0.0.1", "", false)]
    [InlineData("10.0.0.7", "localhost", false)]
    [InlineData("::ffff:10.0.0.7", "127.0.0.1", false)]
    [InlineData(null, "localhost", false)]
    public void Both_the_connection_and_the_name_must_be_of_this_machine(string? peer, string host, bool allowed)
    {
        var http = new DefaultHttpContext();
        http.Connection.RemoteIpAddress = peer is null ? null : IPAddress.Parse(peer);
        http.Request.Host = new HostString(host);
        Assert.Equal(allowed, LoopbackOnly.Allows(http));
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/customers")]
    [InlineData("/no-such-page")]
    public async Task Pages_run_only_our_own_files_and_are_kept_by_nobody(string path)
    {
        var (_, _, headers) = await server.GetAsync(path);
        Assert.Equal("default-src 'none'; script-src 'self'; connect-src 'self'; style-src 'self'; img-src 'self' data:; frame-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'", headers.GetValues("Content-Security-Policy").Single());
        Assert.Equal("nosniff", headers.GetValues("X-Content-Type-Options").Single());
        Assert.True(headers.CacheControl!.NoStore);
    }

    [Fact]
    public async Task The_style_sheet_is_kept_for_a_year_under_its_version_and_unknown_under_another()
    {
        var (status, css, headers) = await server.GetAsync(Asset.Style);
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Contains("--c-accent", css, StringComparison.Ordinal);
        Assert.DoesNotMatch("url\\([\"']?http|@import", css);
        Assert.Equal(TimeSpan.FromDays(365), headers.CacheControl!.MaxAge);
        var (old, _, _) = await server.GetAsync("/assets/000000000000/ciclo.css");
        Assert.Equal(HttpStatusCode.NotFound, old);
    }

    [Theory]
    [InlineData("/customers?query=a%26b", "/customers?query=a%26b")]
    [InlineData("//evil.example/", "/")]
    [InlineData("/\\evil.example", "/")]
    [InlineData("https://evil.example/", "/")]
    [InlineData("javascript:alert(1)", "/")]
    [InlineData("/a\r\nSet-Cookie: x=1", "/")]
    [InlineData("", "/")]
    public async Task The_language_switch_leads_nowhere_but_here(string back, string to)
    {
        var (status, _, headers) = await server.GetAsync("/language?to=es&back=" + Uri.EscapeDataString(back));
        Assert.Equal(HttpStatusCode.Redirect, status);
        Assert.Equal(to, headers.Location!.OriginalString);
        Assert.StartsWith("ciclo_language=es;", headers.GetValues("Set-Cookie").Single(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_language_that_was_chosen_wins_over_the_browsers()
    {
        var (_, html, _) = await server.GetAsync("/", "en", with: request => request.Headers.Add("Cookie", "ciclo_language=es"));
        Assert.Contains("El ciclo", html, StringComparison.Ordinal);
    }
}
