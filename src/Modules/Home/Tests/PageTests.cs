using System.Net;
using System.Text.RegularExpressions;

namespace Ciclo.Tests.Home;

public sealed class PageTests(HomeServer server) : IClassFixture<HomeServer>
{
    private static readonly Regex Script = new("<script[^>]*>", RegexOptions.NonBacktracking | RegexOptions.IgnoreCase);
    private static readonly Regex Href = new("(?: href| action)=\"([^\"]*)\"", RegexOptions.NonBacktracking);

    /// <summary>What changes something is not asked for by following links; `MatrixTests` tries it.</summary>
    private static readonly Regex Post = new("<form[^>]*method=\"post\"[^>]*>", RegexOptions.NonBacktracking);

    [Theory]
    [InlineData("es-MX,es;q=0.9,en;q=0.5", "es-MX", "El ciclo", "Comprador", "Ya compró")]
    [InlineData("fr,en-GB;q=0.8", "en-US", "The cycle", "Buyer", "Has ordered")]
    [InlineData("", "en-US", "The cycle", "Buyer", "Has ordered")]
    public async Task The_first_page_speaks_the_language_that_the_browser_prefers(string accept, string lang, params string[] words)
    {
        var (status, html, _) = await server.GetAsync("/", accept);
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Contains($"<html lang=\"{lang}\"", html, StringComparison.Ordinal);
        Assert.All(words, word => Assert.Contains(WebUtility.HtmlEncode(word).Replace("&#243;", "ó", StringComparison.Ordinal), WebUtility.HtmlDecode(html), StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_first_page_counts_everyone_once_and_each_number_opens_into_as_many_people()
    {
        var (_, html, _) = await server.GetAsync("/?lifecycle=shop");
        // ana, the one with the evil name, 60 visitors and busy are in a stage; luis only got a message.
        Assert.Contains("<b>64</b> people", html, StringComparison.Ordinal);
        foreach (var (stage, people) in new[] { ("visitor", "62 people"), ("buyer", "1 person"), ("asleep", "0 people") })
        {
            var (_, list, _) = await server.GetAsync($"/customers?stage=shop:{stage}");
            Assert.Contains(people + " in ", list, StringComparison.Ordinal);
            Assert.Contains($">{people.Split(' ')[0]}<span", html, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/?lifecycle=short")]
    [InlineData("/customers")]
    [InlineData("/customers?segment=first-order")]
    [InlineData("ana")]
    public async Task Every_link_leads_somewhere(string page)
    {
        var (status, html, _) = await server.GetAsync(page == "ana" ? await server.PathOfAsync("ana") : page);
        Assert.Equal(HttpStatusCode.OK, status);
        var links = Href.Matches(Post.Replace(html, "")).Select(match => WebUtility.HtmlDecode(match.Groups[1].Value)).Where(link => !link.StartsWith('#')).Distinct(StringComparer.Ordinal).ToList();
        Assert.NotEmpty(links);
        foreach (var link in links)
        {
            Assert.StartsWith("/", link, StringComparison.Ordinal);
            var (found, _, _) = await server.GetAsync(link);
            Assert.True(found is HttpStatusCode.OK || (found == HttpStatusCode.Redirect && link.StartsWith("/language", StringComparison.Ordinal)), $"{link} answers {found}");
        }
    }

    [Fact]
    public async Task The_list_is_read_page_by_page_and_leaves_nobody_out()
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var next = "/customers?query=visitor-";
        for (var pages = 0; next is not null && pages < 5; pages++)
        {
            var (_, html, _) = await server.GetAsync(next);
            seen.UnionWith(Regex.Matches(html, ">(visitor-[0-9]+)<", RegexOptions.NonBacktracking).Select(match => match.Groups[1].Value));
            next = Regex.Match(html, "href=\"([^\"]*)\" rel=\"next\"", RegexOptions.NonBacktracking) is { Success: true } link ? WebUtility.HtmlDecode(link.Groups[1].Value) : null;
        }
        Assert.Null(next);
        Assert.Equal(60, seen.Count);
    }

    [Fact]
    public async Task The_timeline_shows_each_event_on_one_of_its_pages_newest_first()
    {
        var path = await server.PathOfAsync("busy");
        var pages = new List<string>();
        for (var next = path; next is not null && pages.Count < 10;)
        {
            var (_, html, _) = await server.GetAsync(next);
            pages.Add(html);
            next = Regex.Match(html, "href=\"([^\"]*)\" rel=\"next\"", RegexOptions.NonBacktracking) is { Success: true } link ? WebUtility.HtmlDecode(link.Groups[1].Value) : null;
        }
        Assert.InRange(pages.Count, 2, 9);
        var shown = pages.SelectMany(html => Regex.Matches(html, "<span>(Visit [0-9]+\\.)</span>", RegexOptions.NonBacktracking).Select(match => match.Groups[1].Value)).ToList();
        Assert.Equal(Enumerable.Range(0, 150).Reverse().Select(i => $"Visit {i:000}."), shown);
        Assert.Single(pages, html => html.Contains("Entered Visitor", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_customer_is_told_in_words_why_they_are_where_they_are()
    {
        var (_, english, _) = await server.GetAsync(await server.PathOfAsync("ana"));
        Assert.Contains("Why in Buyer, and what next", english, StringComparison.Ordinal);
        Assert.Contains("Asleep comes next, on ", english, StringComparison.Ordinal);
        Assert.Contains("There is no way back from Buyer to Visitor.", english, StringComparison.Ordinal);
        Assert.Contains("$1,240.50 MXN", english, StringComparison.Ordinal);
        var (_, spanish, _) = await server.GetAsync(await server.PathOfAsync("ana"), "es");
        Assert.Contains("Por qué está en Comprador y qué sigue", WebUtility.HtmlDecode(spanish), StringComparison.Ordinal);
        Assert.Contains("Sigue Dormido, el ", WebUtility.HtmlDecode(spanish), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_only_got_messages_is_in_no_stage_and_the_page_says_why()
    {
        var (status, html, _) = await server.GetAsync(await server.PathOfAsync("luis"));
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Contains("In no stage yet", html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_customers_send_never_becomes_markup()
    {
        var pages = new[] { "/", "/customers", "/customers?query=" + Uri.EscapeDataString(HomeServer.Evil), "/customers/" + Uri.EscapeDataString(HomeServer.Evil), await server.PathOfAsync("ana"), await server.PathOfAsync(HomeServer.Evil) };
        foreach (var page in pages)
        {
            var (_, html, _) = await server.GetAsync(page);
            // Our own files, and data that runs nothing.
            Assert.All(Script.Matches(html), script => Assert.Matches("^<script (?:type=\"module\" )?src=\"/assets/|^<script type=\"application/json\"", script.Value));
            Assert.DoesNotContain("<b>López", html, StringComparison.Ordinal);
            Assert.DoesNotContain(" style=", html, StringComparison.Ordinal);
        }
        var (_, evil, _) = await server.GetAsync(await server.PathOfAsync(HomeServer.Evil));
        Assert.Contains("&lt;script&gt;alert(1)&lt;/script&gt;", evil, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_page_has_one_heading_a_main_part_and_labels_for_its_fields()
    {
        foreach (var page in new[] { "/", "/customers", "/customers?query=nobody-at-all", await server.PathOfAsync("ana"), "/no-such-page" })
        {
            var (_, html, _) = await server.GetAsync(page);
            Assert.Single(Regex.Matches(html, "<h1", RegexOptions.NonBacktracking));
            Assert.Single(Regex.Matches(html, "<main", RegexOptions.NonBacktracking));
            foreach (Match field in Regex.Matches(html, "<(?:input|select)[^>]* id=\"([^\"]*)\"", RegexOptions.NonBacktracking))
            {
                Assert.Contains($"for=\"{field.Groups[1].Value}\"", html, StringComparison.Ordinal);
            }
            var ids = Regex.Matches(html, " id=\"([^\"]*)\"", RegexOptions.NonBacktracking).Select(match => match.Groups[1].Value).ToList();
            Assert.Equal(ids.Distinct(StringComparer.Ordinal), ids);
        }
    }

    [Fact]
    public async Task An_empty_result_says_what_to_do()
    {
        var (status, html, _) = await server.GetAsync("/customers?query=nobody-at-all");
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Contains("Nobody fits all of this", html, StringComparison.Ordinal);
        Assert.Contains("Remove the filters", html, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/customers/prf_doesnotexist")]
    [InlineData("/customers/user_id:nobody")]
    [InlineData("/no-such-page")]
    public async Task What_is_not_there_is_a_404_with_a_page(string path)
    {
        var (status, html, _) = await server.GetAsync(path);
        Assert.Equal(HttpStatusCode.NotFound, status);
        Assert.Contains("<h1", html, StringComparison.Ordinal);
    }
}
