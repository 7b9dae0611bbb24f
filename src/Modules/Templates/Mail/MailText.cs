using System.Text;
using AngleSharp.Html.Parser;
using Ciclo.Modules.Templates.Content;
using static Ciclo.Modules.Templates.Mail.LiquidPieces;

namespace Ciclo.Modules.Templates.Mail;

/// <summary>Makes the text part of a message from the same blocks, Liquid still in it.</summary>
internal static class MailText
{
    public static string Of(TemplateContent template, string locale)
    {
        var (content, words, text) = (template.Locales[locale], MailWords.Of(locale), new StringBuilder());
        if (content.IsHtml)
        {
            text.Append(content.Text.Length > 0 ? content.Text : FromHtml(content.Html)).Append("\n\n");
        }
        foreach (var block in content.IsHtml ? [] : content.Blocks)
        {
            var piece = Of(block, words).Trim('\n');
            if (piece.Length > 0)
            {
                var condition = block.If.Trim();
                text.Append(condition.Length > 0 ? $"{{% if {condition} %}}{piece}\n\n{{% endif %}}" : piece + "\n\n");
            }
        }
        // The same as in the HTML part: marketing always says how to leave.
        if (template.IsMarketing && !(content.IsHtml && text.ToString().Contains("unsubscribe_url", StringComparison.Ordinal)))
        {
            text.Append($"{words.Unsubscribe}: {{{{ unsubscribe_url }}}}\n{{% if preferences_url %}}{words.Preferences}: {{{{ preferences_url }}}}\n{{% endif %}}");
        }
        return text.ToString().TrimEnd() + "\n";
    }

    private static string Of(Block block, MailWords words) => block.Type switch
    {
        BlockKind.Heading => $"{block.Text}\n{new string('=', Math.Clamp(block.Text.Length, 3, 60))}",
        BlockKind.Hero => string.Join('\n', new[] { block.High, block.Text, new string('=', Math.Clamp(block.Text.Length, 3, 60)), block.Low }.Where(line => line.Length > 0)),
        BlockKind.Text => Plain(block.Text),
        BlockKind.Image => block.Href.Length > 0 ? $"{block.Alt}\n{block.Href}".Trim() : "",
        BlockKind.Button => $"{block.Label}:\n{block.Href}",
        BlockKind.Products => Products(block, words),
        BlockKind.Coupon => $"{Plain(block.Text)}\n\n    {block.Label}",
        BlockKind.Divider => "----------------------------------------",
        BlockKind.Columns => string.Join("\n\n", block.Cells.Select(cell => string.Join('\n', new[] { cell.Title, Plain(cell.Text), cell.Label.Length > 0 ? $"{cell.Label}: {cell.Href}" : "" }.Where(part => part.Length > 0)))),
        BlockKind.Social => string.Join('\n', block.Links.Select(link => $"{link.Label}: {link.Href}")),
        BlockKind.Scores => Scores(block),
        BlockKind.Footer => Plain(block.Text),
        BlockKind.Html => FromHtml(block.Text),
        _ => "",
    };

    private static string Products(Block block, MailWords words)
    {
        var list = block.Items.Trim().Length > 0 ? block.Items.Trim() : "event.products";
        return $"{{%- for product in {list} limit: {(block.Size == 0 ? 6 : block.Size)} %}}\n- {{{{ product.name | default: product.product_id }}}}{{% if product.quantity and product.quantity != 1 %}} ({words.Quantity} {{{{ product.quantity }}}}){{% endif %}}"
            + $"{{% if product.price %}} – {{{{ product.price | money: {MailWords.CurrencyOf(list)} }}}}{{% endif %}}{{% if product.url %}}\n  {{{{ product.url }}}}{{% endif %}}{{%- endfor %}}";
    }

    private static string Scores(Block block)
    {
        var last = block.Size == 0 ? 10 : block.Size;
        var first = last > 5 ? 0 : 1;
        var lines = Enumerable.Range(first, last - first + 1).Select(score => $"{score}{(score == first && block.Low.Length > 0 ? $" ({block.Low})" : score == last && block.High.Length > 0 ? $" ({block.High})" : "")}: {block.Href}{score}");
        return string.Join('\n', lines);
    }

    /// <summary>The words of a page, with the addresses behind its links.</summary>
    private static string FromHtml(string html)
    {
        var page = new HtmlParser().ParseDocument(html);
        foreach (var hidden in page.QuerySelectorAll("style,head,title").ToList())
        {
            hidden.Remove();
        }
        foreach (var link in page.QuerySelectorAll("a[href]"))
        {
            link.TextContent = $"{link.TextContent.Trim()} ({link.GetAttribute("href")})";
        }
        foreach (var end in page.QuerySelectorAll("p,br,tr,li,h1,h2,h3,div").ToList())
        {
            end.After(page.CreateTextNode("\n"));
        }
        var lines = (page.Body?.TextContent ?? "").Split('\n').Select(line => string.Join(' ', line.Split([' ', '\t', '\r'], StringSplitOptions.RemoveEmptyEntries)));
        var text = new StringBuilder();
        foreach (var line in lines.Where((line, i) => line.Length > 0 || i > 0))
        {
            text.Append(line.Length > 0 || !text.ToString().EndsWith("\n\n", StringComparison.Ordinal) ? line + "\n" : "");
        }
        return text.ToString().Trim();
    }
}
