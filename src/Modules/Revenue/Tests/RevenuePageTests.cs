using System.Net;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Ciclo.Core.Metrics;
using Ciclo.Modules.Keys;
using Ciclo.Modules.Access.Contracts;

namespace Ciclo.Modules.Revenue.Tests;

public sealed class RevenuePageTests(RevenueServer fixture) : IClassFixture<RevenueServer>
{
    private static readonly Regex Opens = new("<a class=\"opens\" href=\"(?<href>[^\"]+)\">(?<says>[^<]+)</a>", RegexOptions.NonBacktracking);
    private static readonly Regex Total = new("data-total=\"(?<total>[^\"]*)\"", RegexOptions.NonBacktracking);

    [Fact]
    public async Task The_page_answers_at_once_and_each_card_is_asked_for_by_itself()
    {
        var (status, html, _) = await fixture.Server.GetAsync("/revenue?by=quarter");
        Assert.Equal(HttpStatusCode.OK, status);
        foreach (var card in new[] { "mrr", "orders", "customers" })
        {
            Assert.Contains($"hx-get=\"/revenue/{card}?by=quarter\"", html, StringComparison.Ordinal);
        }
        Assert.Contains("Suscripciones, pedidos", (await fixture.Server.GetAsync("/revenue?by=nonsense", "es")).Html, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/revenue/mrr?by=quarter")]
    [InlineData("/revenue/orders?by=quarter")]
    [InlineData("/revenue/customers?by=month")]
    public async Task Every_number_of_a_card_opens_into_rows_that_add_up_to_it(string card)
    {
        var (status, html, _) = await fixture.Server.GetAsync(card);
        Assert.Equal(HttpStatusCode.OK, status);
        var links = Opens.Matches(html).Select(match => (Href: WebUtility.HtmlDecode(match.Groups["href"].Value), Says: WebUtility.HtmlDecode(match.Groups["says"].Value).Trim())).Distinct().ToList();
        Assert.True(links.Count >= 20, $"{card}: {links.Count} numbers open");
        foreach (var (href, says) in links)
        {
            var (found, rows, _) = await fixture.Server.GetAsync(href);
            Assert.Equal(HttpStatusCode.OK, found);
            Assert.Equal((href, says), (href, WebUtility.HtmlDecode(Total.Match(rows).Groups["total"].Value)));
        }
    }

    [Fact]
    public async Task Groups_of_rfm_open_into_customers_and_are_told_as_segments()
    {
        var (status, html, _) = await fixture.Server.GetAsync("/revenue/rfm", "es");
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Contains("segment: rfm-champions", html, StringComparison.Ordinal);
        foreach (var (href, _) in Opens.Matches(html).Select(match => (WebUtility.HtmlDecode(match.Groups["href"].Value), "")))
        {
            Assert.Equal(HttpStatusCode.OK, (await fixture.Server.GetAsync(href)).Status);
        }
    }

    [Fact]
    public async Task The_api_answers_the_rows_of_the_command_and_says_what_is_wrong_with_a_question()
    {
        var key = (await KeyService.Of(fixture.Server.Host).AddAsync("default", KeyKind.Secret, "numbers", null, Actor.CommandLine, fixture.Server.Host.NowMs, default)).Text!;
        async Task<(HttpStatusCode Status, JsonNode Body)> AskAsync(string path)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, path);
            request.Headers.Authorization = new("Bearer", key);
            using var response = await fixture.Server.Client.SendAsync(request);
            return (response.StatusCode, JsonNode.Parse(await response.Content.ReadAsStringAsync())!);
        }

        var (status, body) = await AskAsync("/api/v1/mrr?from=2020-01-01&to=2040-01-01&by=year");
        Assert.Equal((HttpStatusCode.OK, "MXN", 20), (status, (string?)body["currency"], body["data"]!.AsArray().Count));
        Assert.Equal(
            ["period", "opening", .. Enum.GetNames<MrrKind>().Select(kind => kind.ToLowerInvariant()), "closing"], body["data"]![0]!.AsObject().Select(pair => pair.Key));
        foreach (var row in body["data"]!.AsArray())
        {
            Assert.Equal((decimal)row!["closing"]!, row.AsObject().Where(pair => pair.Key is not ("period" or "closing")).Sum(pair => (decimal)pair.Value!));
        }
        Assert.True((decimal)body["data"]![19]!["closing"]! > 0);
        foreach (var (path, code) in new[] { ("from=2020-01-01&to=2019-01-01", "bad_dates"), ("from=2020-01-01&to=2021-01-01&by=decade", "bad_period"), ("from=2020-01-01&to=2021-01-01&pause_as=sleep", "bad_setting"), ("", "bad_dates") })
        {
            var (refused, problem) = await AskAsync("/api/v1/mrr?" + path);
            Assert.Equal((HttpStatusCode.BadRequest, code), (refused, (string?)problem["code"]));
        }
    }
}
