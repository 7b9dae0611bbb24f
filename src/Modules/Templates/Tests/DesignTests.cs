using System.Text.Json.Nodes;
using AngleSharp.Html.Parser;
using Ciclo.Core;
using Ciclo.Core.Time;
using Ciclo.Kit;
using Ciclo.Modules.Templates.Content;
using Ciclo.Modules.Templates.Designs;
using Ciclo.Modules.Templates.Mail;

namespace Ciclo.Modules.Templates.Tests;

/// <summary>The designs that come with the program: whole, in both languages, and without anything to find fault with but the addresses that are the user's to give.</summary>
public sealed class DesignTests
{
    public static TheoryData<string, string> Each
    {
        get
        {
            var each = new TheoryData<string, string>();
            foreach (var design in ReadyDesigns.All)
            {
                each.Add(design.Id, "en");
                each.Add(design.Id, "es");
            }
            return each;
        }
    }

    [Theory]
    [MemberData(nameof(Each))]
    public void A_design_renders_whole_and_its_checks_find_no_fault(string id, string locale)
    {
        var design = ReadyDesigns.Find(id)!;
        Assert.Null(TemplateService.Wrong(design.Content));
        var language = locale == "es" ? Language.Es : Language.En;
        var rendering = new CompiledTemplate(design.Content, 1).Render(locale, SampleModel.Of(language, SampleModel.Person(language), "Ciclo", 1_763_800_000_000), Zone.Utc, 1_763_800_000_000);
        Assert.True(rendering.Message is not null, rendering.Refusal?.En);
        Assert.Empty(rendering.Missing);
        var message = rendering.Message!;
        Assert.DoesNotContain("{{", message.Html + message.Text + message.Subject, StringComparison.Ordinal);
        Assert.DoesNotContain("{%", message.Html + message.Text, StringComparison.Ordinal);
        Assert.InRange(message.Subject.Length, 5, 60);
        var found = MailChecks.Of(design.Content, locale, rendering).Where(check => check.Verdict is Verdict.Bad || (check.Verdict is Verdict.Warn && !check.Says.En.Contains("example.com", StringComparison.Ordinal)));
        Assert.Empty(found.Select(check => check.Says.En));
        Assert.Equal(design.Content.IsMarketing, message.Html.Contains("https://example.com/unsubscribe", StringComparison.Ordinal));
        Assert.Equal(design.Content.IsMarketing, message.Text.Contains("https://example.com/unsubscribe", StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Each))]
    public void A_design_greets_somebody_of_whom_nothing_is_known(string id, string locale)
    {
        var model = new JsonObject { ["person"] = new JsonObject(), ["event"] = new JsonObject(), ["workspace"] = new JsonObject { ["name"] = "Tienda" }, ["unsubscribe_url"] = "https://example.com/unsubscribe" };
        var message = new CompiledTemplate(ReadyDesigns.Find(id)!.Content, 1).Render(locale, model, Zone.Utc, 1_763_800_000_000, isStrict: false).Message!;
        Assert.DoesNotContain(" ,", message.Subject, StringComparison.Ordinal);
        Assert.DoesNotContain(" !", message.Subject, StringComparison.Ordinal);
        Assert.NotEmpty(message.Text);
    }

    [Fact]
    public void Every_picture_has_words_every_table_is_for_looks_and_the_dark_is_thought_of()
    {
        foreach (var design in ReadyDesigns.All)
        {
            var page = new HtmlParser().ParseDocument(MailHtml.Of(design.Content, "es"));
            Assert.All(page.QuerySelectorAll("table"), table => Assert.Equal("presentation", table.GetAttribute("role")));
            Assert.All(page.QuerySelectorAll("img"), image => Assert.NotEqual("", image.GetAttribute("alt") ?? ""));
            Assert.Contains("prefers-color-scheme: dark", page.Head!.InnerHtml, StringComparison.Ordinal);
            // What has the colour of ink inline changes it in the dark by its class; without one it would be ink on night.
            var inked = page.QuerySelectorAll($"[style*='color:{design.Content.Theme.Ink}']").ToList();
            Assert.NotEmpty(inked);
            Assert.All(inked, element => Assert.True(element.ClassList.Contains("ink") || element.ClassList.Contains("out"), element.OuterHtml));
            Assert.Equal("es", page.DocumentElement.GetAttribute("lang"));
        }
    }

    [Fact]
    public void A_template_read_from_what_was_written_is_the_same()
    {
        foreach (var design in ReadyDesigns.All)
        {
            var written = TemplateFile.Write(design.Id, design.Content);
            var (id, content, wrong) = TemplateFile.Read(System.Text.Encoding.UTF8.GetBytes(written));
            Assert.True(content is not null, wrong?.En);
            Assert.Equal(design.Id, id);
            Assert.Equal(design.Content.ToJson(), content!.ToJson());
            Assert.Equal(written, TemplateFile.Write(design.Id, content));
        }
    }
}
