using System.Text.RegularExpressions;
using AngleSharp.Html.Parser;
using Ciclo.Core;
using Ciclo.Modules.Templates.Mail;

namespace Ciclo.Modules.Templates.Content;

/// <summary>What no template may be, whoever made it: too long, of an unknown shape, with a script. What is only unwise is told by <see cref="Mail.MailChecks"/>.</summary>
internal static class ContentRules
{
    public static readonly string[] Fonts = ["sans", "serif", "rounded", "mono"];

    private static readonly Regex Id = new("^[a-z0-9][a-z0-9-]{0,59}$", RegexOptions.NonBacktracking);
    private static readonly Regex Colour = new("^#[0-9a-fA-F]{6}$", RegexOptions.NonBacktracking);
    private static readonly Regex Locale = new("^[a-z]{2,3}(-[A-Z][A-Za-z]{1,3})?$", RegexOptions.NonBacktracking);

    public static bool IsId(string id) => Id.IsMatch(id);

    public static bool IsLocale(string locale) => Locale.IsMatch(locale);

    public static bool IsColour(string colour) => Colour.IsMatch(colour);

    /// <summary>The first thing that is wrong; null where nothing is.</summary>
    public static TemplateError? Wrong(TemplateContent content)
    {
        if (content.Name is null || content.Name.Trim().Length is 0 or > TemplateContent.LongestName)
        {
            return new("bad_name", new($"Give it a name of 1 to {TemplateContent.LongestName} characters.", $"Ponle un nombre de 1 a {TemplateContent.LongestName} caracteres."));
        }
        if (!TemplateContent.Channels.Contains(content.Channel))
        {
            return new("bad_channel", new($"The channel of a template is one of {string.Join(", ", TemplateContent.Channels)}.", $"El canal de una plantilla es {string.Join(" o ", TemplateContent.Channels)}."));
        }
        if (content.Purpose is not ("marketing" or "transactional"))
        {
            return new("bad_purpose", new("A template's purpose is marketing or transactional.", "El propósito de una plantilla es marketing o transactional."));
        }
        if (content.Locales is not { Count: > 0 and <= TemplateContent.MostLocales } || content.Locales.Values.Any(one => one is null) || content.Locales.Keys.FirstOrDefault(key => !IsLocale(key)) is not null)
        {
            return new("bad_locales", new(
                $"A template has 1 to {TemplateContent.MostLocales} languages, written as es, en or es-MX.", $"Una plantilla tiene de 1 a {TemplateContent.MostLocales} idiomas, escritos como es, en o es-MX."));
        }
        if (content.IsOnsite && content.Locales.Values.Any(one => one.IsHtml || one.Blocks.Any(block => !OnsiteHtml.Blocks.Contains(block.Type)) || OnsiteHtml.Once.Any(kind => one.Blocks.Count(block => block.Type == kind) > 1)))
        {
            return new("bad_onsite", new(
                "A message on the site has texts, one picture and one button at most. Take the other blocks out.", "Un mensaje en el sitio tiene textos, y una imagen y un botón como máximo. Quita los otros bloques."));
        }
        return Wrong(content.Theme) ?? content.Locales.Select(pair => Wrong(pair.Key, pair.Value)).FirstOrDefault(wrong => wrong is not null);
    }

    private static TemplateError? Wrong(Theme theme)
    {
        if (new[] { theme.Accent, theme.Background, theme.Surface, theme.Ink }.FirstOrDefault(colour => !IsColour(colour)) is { } bad)
        {
            return new("bad_colour", new($"A colour is written #0a5a74, not “{bad}”.", $"Un color se escribe #0a5a74, no «{bad}»."));
        }
        return Fonts.Contains(theme.Font) && theme.Width is >= 480 and <= 720 && theme.Radius is >= 0 and <= 32 && theme.Logo.Length <= 2_000 && theme.Brand.Length <= 200
            ? null
            : new("bad_theme", new(
                $"The letters are one of {string.Join(", ", Fonts)}, the width 480 to 720 pixels, the roundness 0 to 32.", $"Las letras son {string.Join(", ", Fonts)}; el ancho, de 480 a 720 píxeles; las esquinas, de 0 a 32."));
    }

    private static TemplateError? Wrong(string locale, LocaleContent content)
    {
        if (content.Subject.Length > TemplateContent.LongestSubject || content.Preheader.Length > TemplateContent.LongestSubject)
        {
            return new("bad_subject", new(
                $"In {locale}: subject and preview text have at most {TemplateContent.LongestSubject} characters, and there is a list of blocks.",
                $"En {locale}: el asunto y el texto previo tienen {TemplateContent.LongestSubject} caracteres como máximo, y hay una lista de bloques."));
        }
        if (content.Blocks.Count > TemplateContent.MostBlocks)
        {
            return new("too_many_blocks", new(
                $"A message holds {TemplateContent.MostBlocks} blocks. Take some away: readers stop long before.", $"Un mensaje tiene {TemplateContent.MostBlocks} bloques como máximo. Quita algunos: quien lee se detiene mucho antes."));
        }
        if (content.Blocks.GroupBy(block => block.Id, StringComparer.Ordinal).FirstOrDefault(group => group.Count() > 1 || group.Key is not { Length: > 0 and <= 40 }) is { } twice)
        {
            return new("bad_block_id", new($"In {locale}: the block id “{twice.Key}” is empty, too long or stands twice.", $"En {locale}: el id de bloque «{twice.Key}» está vacío, es demasiado largo o está dos veces."));
        }
        if (content.Html.Length > TemplateContent.LongestHtml || content.Text.Length > TemplateContent.LongestHtml)
        {
            return new("too_long", new($"HTML of your own has at most {TemplateContent.LongestHtml:N0} characters.", $"El HTML propio tiene {TemplateContent.LongestHtml:N0} caracteres como máximo."));
        }
        return HasScript(content.Html) || content.Blocks.Any(block => block.Type == BlockKind.Html && HasScript(block.Text)) ? Script
            : content.Blocks.Select(Wrong).FirstOrDefault(wrong => wrong is not null);
    }

    private static readonly TemplateError Script = new("script", new(
        "The HTML has a script, an event attribute, a frame, a form or a javascript: address. Mail programs throw such mail away: take it out.",
        "El HTML tiene un script, un atributo de evento, un marco, un formulario o una dirección javascript:. Los programas de correo descartan esos mensajes: quítalo."));

    private static TemplateError? Wrong(Block block)
    {
        var texts = new[] { block.Text, block.Label, block.Href, block.Src, block.Alt, block.Items, block.Low, block.High, block.If, block.Align };
        var inner = block.Cells.Concat(block.Links).SelectMany(cell => new[] { cell.Src, cell.Alt, cell.Title, cell.Text, cell.Label, cell.Href });
        return texts.Concat(inner).Any(text => text is null || text.Length > (block.Type == BlockKind.Html ? TemplateContent.LongestHtml : TemplateContent.LongestText)) || block.Cells.Count > 3 || block.Links.Count > 8 || block.Size is < 0 or > 200
            ? new("bad_block", new(
                $"The block “{block.Id}” is out of its limits: texts of {TemplateContent.LongestText:N0} characters, 3 columns, 8 links, a size up to 200.",
                $"El bloque «{block.Id}» pasa sus límites: textos de {TemplateContent.LongestText:N0} caracteres, 3 columnas, 8 enlaces, un tamaño de hasta 200."))
            : null;
    }

    private static bool HasScript(string html)
    {
        if (html.Length == 0)
        {
            return false;
        }
        var page = new HtmlParser().ParseDocument(html);
        return page.All.Any(element => element.LocalName is "script" or "iframe" or "object" or "embed" or "form" or "base"
            || element.Attributes.Any(attribute => attribute.Name.StartsWith("on", StringComparison.OrdinalIgnoreCase)
                || (attribute.Name is "href" or "src" && attribute.Value.TrimStart().StartsWith("javascript:", StringComparison.OrdinalIgnoreCase))));
    }
}
