using System.Text;
using AngleSharp.Html.Dom;
using AngleSharp.Html.Parser;
using Ciclo.Core;
using Ciclo.Kit;
using Ciclo.Modules.Templates.Content;
using Ciclo.Modules.Templates.Contracts;

namespace Ciclo.Modules.Templates.Mail;

/// <summary>One thing to know before a message leaves. <see cref="Verdict.Bad"/>: do not send it like this.</summary>
public sealed record MailCheck(Verdict Verdict, Text Says);

/// <summary>What a careful colleague would look at: links, pictures, words, size, colours, and what is missing for the person shown.</summary>
internal static class MailChecks
{
    /// <summary>Gmail shows so many bytes of a message and hides the rest, the way out included.</summary>
    private const int Clipped = 102 * 1024;

    private const int LongSubject = 60;

    private static readonly string[] Alarming =
    [
        "100% free", "100% gratis", "act now", "actúa ya", "buy now", "cash bonus", "click here", "clic aquí", "haz clic aquí", "compra ya", "congratulations", "felicidades, ganaste", "dinero fácil", "earn money", "gana dinero",
        "free money", "dinero gratis", "guaranteed", "garantizado", "limited time", "tiempo limitado", "no obligation", "sin compromiso", "once in a lifetime", "risk free", "sin riesgo", "urgent", "urgente", "winner", "ganador", "última oportunidad", "last chance",
    ];

    public static IReadOnlyList<MailCheck> Of(TemplateContent template, string locale, Rendering rendering)
    {
        if (rendering.Message is not { } message)
        {
            return [new(Verdict.Bad, rendering.Refusal ?? default)];
        }
        var content = template.Locales[locale];
        var page = new HtmlParser().ParseDocument(message.Html);
        var checks = new List<MailCheck>();
        if (template.IsOnsite)
        {
            checks.AddRange([.. Links(page, isOwnSite: true), .. Missing(rendering)]);
            return checks.Count > 0 ? checks : [new(Verdict.Good, new("Its links lead somewhere, and nothing is missing.", "Sus enlaces llevan a algún lado y no falta nada."))];
        }
        checks.AddRange(Subject(message.Subject));
        checks.AddRange(content.Preheader.Trim().Length > 0 || content.IsHtml ? [] : [Warn("The preview text is empty: mail programs show it beside the subject.", "El texto previo está vacío: los programas de correo lo muestran junto al asunto.")]);
        checks.AddRange(Links(page, isOwnSite: false));
        checks.AddRange(Images(page));
        checks.AddRange(Colours(template, content));
        checks.AddRange(Missing(rendering));
        checks.AddRange(Words(message));
        checks.AddRange(Size(Encoding.UTF8.GetByteCount(message.Html)));
        if (template.IsMarketing)
        {
            checks.Add(message.Html.Contains("unsubscribe", StringComparison.OrdinalIgnoreCase) || content.Html.Contains("unsubscribe_url", StringComparison.Ordinal) || !content.IsHtml
                ? new(Verdict.Good, new("There is a link to unsubscribe.", "Hay un enlace para cancelar la suscripción."))
                : new(Verdict.Bad, new("There is no link to unsubscribe. Put {{ unsubscribe_url }} behind one.", "No hay enlace para cancelar la suscripción. Pon {{ unsubscribe_url }} en uno.")));
        }
        return [.. checks.OrderBy(check => check.Verdict switch { Verdict.Bad => 0, Verdict.Warn => 1, _ => 2 })];
    }

    private static IReadOnlyList<MailCheck> Missing(Rendering rendering) => rendering.Missing.Count == 0 ? [] : [Warn(
        $"Not there for the person shown: {string.Join(", ", rendering.Missing.Take(8))}. Give a default: {{{{ {rendering.Missing[0]} | default: \"…\" }}}}.",
        $"Falta en la persona mostrada: {string.Join(", ", rendering.Missing.Take(8))}. Pon un valor de reserva: {{{{ {rendering.Missing[0]} | default: \"…\" }}}}.")];

    private static MailCheck Warn(string en, string es) => new(Verdict.Warn, new(en, es));

    private static MailCheck Bad(string en, string es) => new(Verdict.Bad, new(en, es));

    private static IEnumerable<MailCheck> Subject(string subject)
    {
        if (subject.Length == 0)
        {
            yield return Bad("The subject is empty.", "El asunto está vacío.");
        }
        if (subject.Length > LongSubject)
        {
            yield return Warn($"The subject has {subject.Length} characters: phones show some 40, most programs {LongSubject}.", $"El asunto tiene {subject.Length} caracteres: los teléfonos muestran unos 40, casi todos los programas {LongSubject}.");
        }
        if (subject.Count(char.IsUpper) > 8 && !subject.Any(char.IsLower))
        {
            yield return Warn("The subject is all in capitals: filters and readers take it for shouting.", "El asunto va todo en mayúsculas: los filtros y quien lee lo toman por gritos.");
        }
        if (subject.Contains("!!", StringComparison.Ordinal))
        {
            yield return Warn("The subject has several exclamation marks in a row. One is enough.", "El asunto tiene varios signos de exclamación seguidos. Basta uno.");
        }
    }

    private static IEnumerable<MailCheck> Links(IHtmlDocument page, bool isOwnSite)
    {
        var links = page.QuerySelectorAll("a").Select(link => (Text: link.TextContent.Trim(), Href: link.GetAttribute("href")?.Trim() ?? "")).ToList();
        foreach (var (text, _) in links.Where(link => link.Href is "" or "#"))
        {
            yield return Bad($"The link “{Short(text)}” leads nowhere.", $"El enlace «{Short(text)}» no lleva a ningún lado.");
        }
        foreach (var (text, href) in links.Where(link => link.Href is not ("" or "#") && !Leads(link.Href, isOwnSite)))
        {
            yield return Bad($"The link “{Short(text)}” is not an address: {Short(href)}. Begin it with https://.", $"El enlace «{Short(text)}» no es una dirección: {Short(href)}. Empieza con https://.");
        }
        if (links.Count(link => link.Href.StartsWith("https://example.com", StringComparison.OrdinalIgnoreCase) && !link.Href.Contains("unsubscribe", StringComparison.Ordinal) && !link.Href.EndsWith("preferences", StringComparison.Ordinal) && !link.Href.EndsWith("/view", StringComparison.Ordinal) && !link.Href.Contains("/p/", StringComparison.Ordinal)) is > 0 and var examples)
        {
            yield return Warn($"Links that still lead to example.com: {examples}. Put your own addresses.", $"Enlaces que aún llevan a example.com: {examples}. Pon tus direcciones.");
        }
        if (links.Any(link => link.Href.StartsWith("http://", StringComparison.OrdinalIgnoreCase)))
        {
            yield return Warn("A link begins with http://: some programs warn of it. Use https://.", "Un enlace empieza con http://: algunos programas avisan. Usa https://.");
        }
    }

    private static bool Leads(string href, bool isOwnSite) => (isOwnSite && href.StartsWith('/')) || (Uri.TryCreate(href, UriKind.Absolute, out var uri) && uri.Scheme is "https" or "http" or "mailto" or "tel" or "sms");

    private static IEnumerable<MailCheck> Images(IHtmlDocument page)
    {
        var images = page.QuerySelectorAll("img").ToList();
        if (images.Count(image => string.IsNullOrWhiteSpace(image.GetAttribute("src"))) is > 0 and var empty)
        {
            yield return Bad($"Pictures without an address: {empty}.", $"Imágenes sin dirección: {empty}.");
        }
        if (images.Count(image => image.GetAttribute("alt") is null or "") is > 0 and var silent)
        {
            yield return Warn($"Pictures that say nothing to whoever does not see them: {silent}. Write an alternative text.", $"Imágenes que no dicen nada a quien no las ve: {silent}. Escribe un texto alternativo.");
        }
        if (images.Count > 0 && (page.Body?.TextContent.Trim().Length ?? 0) < 200)
        {
            yield return Warn("It is nearly all pictures: filters mistrust that, and many readers do not load them.", "Es casi pura imagen: los filtros desconfían, y mucha gente no las carga.");
        }
    }

    private static IEnumerable<MailCheck> Colours(TemplateContent template, LocaleContent content)
    {
        if (content.IsHtml)
        {
            yield break;
        }
        var colours = new Palette(template.Theme);
        if (Palette.Contrast(colours.Ink, colours.Surface) is < 4.5 and var text)
        {
            yield return Bad($"The text is hard to read on its ground: a contrast of {text:0.0}, 4.5 is the least.", $"El texto se lee mal sobre su fondo: contraste de {text:0.0}; 4.5 es lo mínimo.");
        }
        if (Palette.Contrast(colours.Accent, colours.OnAccent) is < 4.5 and var button)
        {
            yield return Warn($"The words on buttons are hard to read: a contrast of {button:0.0}. Take a darker or a lighter accent.", $"Las palabras de los botones se leen mal: contraste de {button:0.0}. Elige un acento más oscuro o más claro.");
        }
    }

    private static IEnumerable<MailCheck> Words(RenderedMessage message)
    {
        var said = (message.Subject + " " + message.Text).ToLowerInvariant();
        var found = Alarming.Where(word => said.Contains(word, StringComparison.Ordinal)).ToList();
        if (found.Count > 0)
        {
            yield return Warn($"Filters know these words from spam: {string.Join(", ", found)}.", $"Los filtros conocen estas palabras del spam: {string.Join(", ", found)}.");
        }
    }

    private static IEnumerable<MailCheck> Size(int bytes)
    {
        var told = $"{bytes / 1024d:0.0} KB";
        yield return bytes > Clipped ? Bad($"The HTML has {told}: Gmail cuts it at 102 KB, before its end.", $"El HTML tiene {told}: Gmail lo corta a los 102 KB, antes del final.")
            : bytes > Clipped * 8 / 10 ? Warn($"The HTML has {told}, and Gmail cuts it at 102 KB.", $"El HTML tiene {told}, y Gmail lo corta a los 102 KB.")
            : new(Verdict.Good, new($"The HTML has {told}, well below the 102 KB at which Gmail cuts.", $"El HTML tiene {told}, muy por debajo de los 102 KB en que Gmail corta."));
    }

    private static string Short(string text) => text.Length > 40 ? text[..39] + "…" : text;
}
