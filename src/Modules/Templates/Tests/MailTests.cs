using System.Text.Json.Nodes;
using Ciclo.Core.Time;
using Ciclo.Kit;
using Ciclo.Modules.Templates.Content;
using Ciclo.Modules.Templates.Contracts;
using Ciclo.Modules.Templates.Mail;

namespace Ciclo.Modules.Templates.Tests;

public sealed class MailTests
{
    [Fact]
    public void What_a_customer_is_called_never_becomes_markup()
    {
        var message = Render([new Block("a", BlockKind.Heading) { Text = "Hi {{ person.name }}" }, new Block("b", BlockKind.Text) { Text = "**{{ person.name }}**" }, new Block("c", BlockKind.Button) { Label = "{{ person.name }}", Href = "https://example.com/?n={{ person.name }}" }],
            """{ "person": { "name": "<img src=x onerror=1>\" & 'co" } }""").Message!;
        Assert.DoesNotContain("<img", message.Html, StringComparison.Ordinal);
        Assert.Contains("<strong>&lt;img src=x onerror=1&gt;&#34; &amp; &#39;co</strong>", message.Html, StringComparison.Ordinal);
        Assert.Contains("Hi <img src=x onerror=1>\" & 'co", message.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Markdown_and_Liquid_live_in_one_text()
    {
        var html = LiquidPieces.Markdown("Hi **{{ person.name | default: \"you\" }}**, [go](https://example.com/?u={{ id | url_encode }})\n\n{% if x %}\n\n- one\n- two\n\n{% endif %}\n\n<b>no</b>");
        Assert.Contains("<strong>{{ person.name | default: \"you\" }}</strong>", html, StringComparison.Ordinal);
        Assert.Contains("href=\"https://example.com/?u={{ id | url_encode }}\"", html, StringComparison.Ordinal);
        Assert.Contains("{% if x %}\n<ul>", html, StringComparison.Ordinal);
        Assert.DoesNotContain("<p>{%", html, StringComparison.Ordinal);
        Assert.Contains("&lt;b&gt;no", html, StringComparison.Ordinal);
    }

    [Fact]
    public void A_line_break_in_a_subject_begins_no_header()
    {
        var content = Of([]) with { Locales = new Dictionary<string, LocaleContent>(StringComparer.Ordinal) { ["en"] = new LocaleContent { Subject = "Hi {{ person.name }}" } } };
        var message = new CompiledTemplate(content, 1).Render("en", JsonNode.Parse("""{ "person": { "name": "Ana\r\nBcc: all@example.com" } }""")!.AsObject(), Zone.Utc, 0).Message!;
        Assert.Equal("Hi Ana Bcc: all@example.com", message.Subject);
    }

    [Fact]
    public void What_is_missing_follows_the_policy_of_the_template()
    {
        var content = Of([new Block("a", BlockKind.Text) { Text = "Hi {{ person.nick }}" }]);
        var model = JsonNode.Parse("""{ "workspace": { "name": "Tienda" }, "unsubscribe_url": "https://example.com/u" }""")!.AsObject();
        var empty = new CompiledTemplate(content, 1).Render("en", model, Zone.Utc, 0);
        Assert.Equal(["person.nick"], empty.Missing);
        Assert.NotNull(empty.Message);
        var skipped = new CompiledTemplate(content with { Missing = MissingPolicy.Skip }, 1).Render("en", model, Zone.Utc, 0);
        Assert.Null(skipped.Message);
        Assert.Contains("person.nick", skipped.Refusal!.Value.Es, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("es-MX", "es")]
    [InlineData("es-AR", "es")]
    [InlineData("en-GB", "en")]
    [InlineData("pt-BR", "pt-BR")]
    [InlineData("pt", "pt-BR")]
    [InlineData("de", "es")]
    public void The_nearest_language_is_taken(string asked, string taken) => Assert.Equal(taken, new TemplateContent("x", new Dictionary<string, LocaleContent>(StringComparer.Ordinal)
    {
        ["es"] = new(), ["en"] = new(), ["pt-BR"] = new(),
    }).Nearest(asked));

    [Fact]
    public void Marketing_always_says_how_to_leave_and_own_HTML_too()
    {
        var own = Of([]) with { Locales = new Dictionary<string, LocaleContent>(StringComparer.Ordinal) { ["es"] = new LocaleContent { Subject = "x", Html = "<html><body><p>Hola <a href=\"https://example.com/a\">aquí</a></p></body></html>" } } };
        var message = new CompiledTemplate(own, 1).Render("es", JsonNode.Parse("""{ "unsubscribe_url": "https://example.com/u/1" }""")!.AsObject(), Zone.Utc, 0).Message!;
        Assert.Contains("<a href=\"https://example.com/u/1\"", message.Html, StringComparison.Ordinal);
        Assert.Contains("Cancelar suscripción: https://example.com/u/1", message.Text, StringComparison.Ordinal);
        Assert.Contains("Hola aquí (https://example.com/a)", message.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("<script>alert(1)</script>")]
    [InlineData("<p onclick=\"x()\">a</p>")]
    [InlineData("<a href=\" javascript:x()\">a</a>")]
    [InlineData("<iframe src=\"https://example.com\"></iframe>")]
    [InlineData("<form action=\"https://example.com\"></form>")]
    public void A_script_is_refused(string html)
    {
        Assert.Equal("script", ContentRules.Wrong(Of([new Block("a", BlockKind.Html) { Text = html }]))!.Code);
        Assert.Null(ContentRules.Wrong(Of([new Block("a", BlockKind.Html) { Text = "<p style=\"color:red\">a</p>" }])));
    }

    [Fact]
    public void Wrong_Liquid_is_told_by_its_block()
    {
        var wrong = TemplateService.Wrong(Of([new Block("a", BlockKind.Text) { Text = "fine" }, new Block("b", BlockKind.Text) { Text = "Hi {% if x %}" }]))!;
        Assert.Equal("bad_liquid", wrong.Code);
        Assert.Contains("Block 2: Line 1, column 4.", wrong.Message.En, StringComparison.Ordinal);
        Assert.Equal("bad_liquid", TemplateService.Wrong(Of([new Block("a", BlockKind.Text) { Text = "x", If = "a ==  %} {{ evil" }]))!.Code);
    }

    [Fact]
    public void The_checks_find_what_was_planted()
    {
        var content = Of([
            new Block("a", BlockKind.Button) { Label = "Go", Href = "#" }, new Block("b", BlockKind.Button) { Label = "Away", Href = "www.example.org" }, new Block("c", BlockKind.Image) { Src = "https://example.org/a.png" },
            new Block("d", BlockKind.Text) { Text = "Act now, {{ person.nick }}! " + new string('x', 19_000) }, new Block("e", BlockKind.Text) { Text = string.Concat(Enumerable.Repeat("{{ person.long }}", 900)) },
        ]) with { Theme = new Theme { Ink = "#bbbbbb" } };
        content = content with { Locales = new Dictionary<string, LocaleContent>(StringComparer.Ordinal) { ["en"] = content.Locales["en"] with { Subject = "BUY EVERYTHING TODAY!!", Preheader = "" } } };
        var rendering = new CompiledTemplate(content, 1).Render("en", new JsonObject { ["person"] = new JsonObject { ["long"] = new string('y', 100) } }, Zone.Utc, 0, isStrict: false);
        var said = string.Join('\n', MailChecks.Of(content, "en", rendering).Where(check => check.Verdict != Verdict.Good).Select(check => check.Says.En));
        foreach (var expected in new[] { "“Go” leads nowhere", "“Away” is not an address", "Pictures that say nothing", "act now", "person.nick", "Gmail cuts it", "hard to read on its ground", "all in capitals", "exclamation marks", "preview text is empty" })
        {
            Assert.Contains(expected, said, StringComparison.Ordinal);
        }
    }

    private static TemplateContent Of(IReadOnlyList<Block> blocks) => new("x", new Dictionary<string, LocaleContent>(StringComparer.Ordinal) { ["en"] = new LocaleContent { Subject = "Subject", Preheader = "Before", Blocks = blocks } });

    private static Rendering Render(IReadOnlyList<Block> blocks, string model) => new CompiledTemplate(Of(blocks), 1).Render("en", JsonNode.Parse(model)!.AsObject(), Zone.Utc, 0);
}
