using AngleSharp.Dom;
using AngleSharp.Html.Parser;
using Markdig;

namespace Ciclo.Modules.Boards;

/// <summary>Markdown that people write, as HTML that holds no more than formatting, lists, tables and links to other pages: no script, picture, style or form.</summary>
internal static class SafeMarkdown
{
    private static readonly MarkdownPipeline Pipeline = new MarkdownPipelineBuilder().DisableHtml().UsePipeTables().UseAutoLinks().Build();

    private static readonly HashSet<string> Elements = new(StringComparer.OrdinalIgnoreCase)
    {
        "p", "br", "hr", "strong", "em", "del", "code", "pre", "blockquote", "ul", "ol", "li", "h1", "h2", "h3", "h4", "h5", "h6", "a", "table", "thead", "tbody", "tr", "th", "td",
    };

    public static string Html(string markdown)
    {
        var page = new HtmlParser().ParseDocument("<body>" + Markdown.ToHtml(markdown, Pipeline) + "</body>");
        foreach (var element in page.Body!.QuerySelectorAll("*").ToList())
        {
            if (!Elements.Contains(element.LocalName))
            {
                element.Remove();
                continue;
            }
            var href = element.LocalName == "a" && IsSafe(element.GetAttribute("href")) ? element.GetAttribute("href") : null;
            foreach (var attribute in element.Attributes.ToList())
            {
                element.RemoveAttribute(attribute.Name);
            }
            if (href is not null)
            {
                element.SetAttribute("href", href);
                element.SetAttribute("rel", "noopener noreferrer");
            }
            // The page's own headings come first: those of a card lie below the card's.
            if (element.LocalName is ['h', >= '1' and <= '2'])
            {
                Rename(page, element, "h3");
            }
        }
        return page.Body.InnerHtml;
    }

    private static bool IsSafe(string? href) => href is not null && ((href.StartsWith('/') && !href.StartsWith("//", StringComparison.Ordinal) && !href.StartsWith("/\\", StringComparison.Ordinal))
        || (Uri.TryCreate(href, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" or "mailto"));

    private static void Rename(IDocument page, IElement element, string name)
    {
        var renamed = page.CreateElement(name);
        renamed.Append([.. element.ChildNodes]);
        element.Replace(renamed);
    }
}
