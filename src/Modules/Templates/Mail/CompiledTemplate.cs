using System.Globalization;
using System.Text.Json.Nodes;
using Ciclo.Core;
using Ciclo.Core.Liquid;
using Ciclo.Core.Time;
using Ciclo.Modules.Templates.Content;
using Ciclo.Modules.Templates.Contracts;

namespace Ciclo.Modules.Templates.Mail;

/// <summary>One version of a template, parsed once in each of its languages, rendered from any thread.</summary>
internal sealed class CompiledTemplate
{
    private readonly TemplateContent content;
    private readonly int version;
    private readonly Dictionary<string, Lazy<Parts>> parts;

    public CompiledTemplate(TemplateContent content, int version)
    {
        (this.content, this.version) = (content, version);
        parts = content.Locales.Keys.ToDictionary(locale => locale, locale => new Lazy<Parts>(() => Parts.Of(content, locale)), StringComparer.Ordinal);
    }

    /// <summary>What is wrong with the Liquid of a language; null where nothing is.</summary>
    public Text? WrongIn(string locale) => parts[locale].Value.Wrong;

    /// <param name="locale">As asked for: the nearest of the template's is taken, numbers and dates are of this one.</param>
    /// <param name="model">The variables.</param>
    /// <param name="zone">Of the workspace; the person's own (`person.timezone`) goes before it.</param>
    /// <param name="nowMs">What `now` is.</param>
    /// <param name="isStrict">Whether the template's policy on what is missing is followed; not so in a preview.</param>
    public Rendering Render(string locale, JsonObject model, Zone zone, long nowMs, bool isStrict = true)
    {
        var taken = content.Nearest(locale);
        var made = parts[taken].Value;
        if (made.Wrong is { } wrong)
        {
            return new Rendering(null, wrong, []);
        }
        var told = Trait(model, "timezone") is { } named && Zone.TryGet(named, out var own) ? own : zone;
        var options = new LiquidOptions(CultureOf(locale, taken), told, nowMs) { Currency = (model["event"] as JsonObject)?["currency"]?.ToString() ?? "", Seed = Seed(model) };
        var variables = new LiquidModel(model);
        var (subject, html, text) = (made.Subject!.Render(variables, options), made.Html!.Render(variables, options with { EscapesHtml = true }), made.Text!.Render(variables, options));
        if ((subject.Error ?? html.Error ?? text.Error) is { } error)
        {
            return new Rendering(null, error.Said, []);
        }
        var missing = subject.Missing.Concat(html.Missing).Concat(text.Missing).Distinct(StringComparer.Ordinal).ToList();
        return isStrict && content.Missing == MissingPolicy.Skip && missing.Count > 0
            ? new Rendering(null, new Text($"Missing: {string.Join(", ", missing)}. The template says not to send then.", $"Falta: {string.Join(", ", missing)}. La plantilla dice que entonces no se envíe."), missing)
            : new Rendering(new RenderedMessage(version, taken, OneLine(subject.Text), html.Text, text.Text), null, missing);
    }

    private static CultureInfo CultureOf(string locale, string taken)
    {
        // The words are those of the template's language; how numbers are written may be the reader's region.
        var wanted = locale.Split('-')[0] == taken.Split('-')[0] ? locale : taken;
        wanted = wanted switch { "es" => "es-MX", "en" => "en-US", _ => wanted };
        try
        {
            return CultureInfo.GetCultureInfo(wanted);
        }
        catch (CultureNotFoundException)
        {
            return CultureInfo.GetCultureInfo("en-US");
        }
    }

    private static string? Trait(JsonObject model, string name) => model["person"] is JsonObject person && person[name] is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;

    // The same person gets the same draw of `sample` each time a message is rendered.
    private static int Seed(JsonObject model)
    {
        var id = Trait(model, "id") ?? "";
        var seed = 17;
        foreach (var c in id)
        {
            seed = unchecked((seed * 31) + c);
        }
        return seed;
    }

    // A line break in a subject would begin another header.
    private static string OneLine(string text) => string.Join(' ', text.Split(['\r', '\n', '\t', ' '], StringSplitOptions.RemoveEmptyEntries));

    private sealed record Parts(LiquidTemplate? Subject, LiquidTemplate? Html, LiquidTemplate? Text, Text? Wrong)
    {
        public static Parts Of(TemplateContent content, string locale)
        {
            if (FirstWrong(content.Locales[locale]) is { } wrong)
            {
                return new Parts(null, null, null, wrong);
            }
            var (subject, subjectError) = LiquidTemplate.Parse(content.Locales[locale].Subject);
            var (html, htmlError) = LiquidTemplate.Parse(content.IsOnsite ? OnsiteHtml.Of(content, locale) : MailHtml.Of(content, locale));
            var (text, textError) = LiquidTemplate.Parse(content.IsOnsite ? OnsiteHtml.TextOf(content, locale) : MailText.Of(content, locale));
            return new Parts(subject, html, text, (subjectError ?? htmlError ?? textError)?.Said);
        }

        /// <summary>What is wrong is told of the field in which it stands: its place in the whole message would help nobody.</summary>
        private static Text? FirstWrong(LocaleContent content)
        {
            foreach (var (name, text) in FieldsOf(content))
            {
                if (LiquidTemplate.Parse(text).Error is { } error)
                {
                    return new Text($"{name.En}: {error.Say(Language.En)}", $"{name.Es}: {error.Say(Language.Es)}");
                }
            }
            return null;
        }

        private static IEnumerable<(Text Name, string Text)> FieldsOf(LocaleContent content)
        {
            yield return (new("Subject", "Asunto"), content.Subject);
            yield return (new("Preview text", "Texto previo"), content.Preheader);
            if (content.IsHtml)
            {
                yield return (Core.Text.Same("HTML"), content.Html);
                yield break;
            }
            for (var i = 0; i < content.Blocks.Count; i++)
            {
                var block = content.Blocks[i];
                var name = new Text($"Block {i + 1}", $"Bloque {i + 1}");
                if (block.If.Trim().Length > 0)
                {
                    yield return (name, $"{{% if {block.If} %}}{{% endif %}}");
                }
                // A part of a block cannot leave a tag open for another: each is a whole template.
                foreach (var text in new[] { block.Text, block.Label, block.Href, block.Src, block.Alt, block.Low, block.High }.Concat(block.Cells.Concat(block.Links).SelectMany(cell => new[] { cell.Src, cell.Alt, cell.Title, cell.Text, cell.Label, cell.Href })))
                {
                    yield return (name, text);
                }
                if (block.Items.Trim().Length > 0)
                {
                    yield return (name, $"{{% for x in {block.Items} %}}{{% endfor %}}");
                }
            }
        }
    }
}
