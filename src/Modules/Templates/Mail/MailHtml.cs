using System.Text;
using Ciclo.Modules.Templates.Content;
using static Ciclo.Modules.Templates.Mail.LiquidPieces;

namespace Ciclo.Modules.Templates.Mail;

/// <summary>
/// Makes the HTML of a message from its blocks, Liquid still in it: tables with their styles inline, for mail programs know little else; a style sheet for phones and for the dark beside that.
/// </summary>
internal sealed class MailHtml
{
    private readonly TemplateContent template;
    private readonly LocaleContent content;
    private readonly string locale;
    private readonly Theme theme;
    private readonly Palette colours;
    private readonly MailWords words;
    private readonly string font;
    private readonly StringBuilder html = new();

    private MailHtml(TemplateContent template, string locale)
    {
        (this.template, this.locale, content, theme) = (template, locale, template.Locales[locale], template.Theme);
        colours = new Palette(theme);
        words = MailWords.Of(locale);
        font = theme.Font switch
        {
            "serif" => "Georgia,'Times New Roman',Times,serif",
            "rounded" => "'Trebuchet MS','Nunito','Segoe UI',Tahoma,sans-serif",
            "mono" => "'SF Mono',Menlo,Consolas,'Courier New',monospace",
            _ => "-apple-system,BlinkMacSystemFont,'Segoe UI',Roboto,'Helvetica Neue',Arial,sans-serif",
        };
    }

    public static string Of(TemplateContent template, string locale) => template.Locales[locale].IsHtml ? Own(template, locale) : new MailHtml(template, locale).Make();

    /// <summary>HTML of the user's own. Marketing that does not say how to leave says so at its end.</summary>
    private static string Own(TemplateContent template, string locale)
    {
        var own = template.Locales[locale].Html;
        if (!template.IsMarketing || own.Contains("unsubscribe_url", StringComparison.Ordinal))
        {
            return own;
        }
        var said = MailWords.Of(locale);
        var footer = $"<p style=\"margin:24px 0;text-align:center;font:13px/1.5 Arial,sans-serif;color:#5b6570\"><a href=\"{{{{ unsubscribe_url }}}}\" style=\"color:#5b6570\">{said.Unsubscribe}</a></p>";
        var end = own.LastIndexOf("</body>", StringComparison.OrdinalIgnoreCase);
        return end < 0 ? own + footer : own.Insert(end, footer);
    }

    private string Make()
    {
        Head();
        foreach (var block in content.Blocks.Where(block => block.Type != BlockKind.Footer))
        {
            var isConditional = block.If.Trim().Length > 0;
            html.Append(isConditional ? $"{{%- if {block.If.Trim()} -%}}\n" : "");
            Write(block);
            html.Append(isConditional ? "{%- endif -%}\n" : "");
        }
        Foot();
        return html.ToString();
    }

    private void Head()
    {
        var c = colours;
        html.Append($$"""
            <!DOCTYPE html>
            <html lang="{{locale}}" xmlns="http://www.w3.org/1999/xhtml">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width,initial-scale=1">
            <meta name="x-apple-disable-message-reformatting">
            <meta name="format-detection" content="telephone=no,date=no,address=no,email=no,url=no">
            <meta name="color-scheme" content="light dark">
            <meta name="supported-color-schemes" content="light dark">
            <title>{{Escape(content.Subject)}}</title>
            <style>
            :root { color-scheme: light dark; supported-color-schemes: light dark }
            body { margin: 0; padding: 0; width: 100%; -webkit-text-size-adjust: 100%; -ms-text-size-adjust: 100% }
            table { border-collapse: separate; border-spacing: 0 } img { border: 0; -ms-interpolation-mode: bicubic }
            @media only screen and (max-width: {{theme.Width + 20}}px) {
              .outer { padding: 12px 0 !important } .hero { border-radius: 0 !important } .card { border-radius: 0 !important } .pad { padding-left: 20px !important; padding-right: 20px !important }
              .col { display: block !important; width: 100% !important; padding: 0 0 20px !important } .wide { width: 100% !important; height: auto !important } .h1 { font-size: 26px !important; line-height: 32px !important }
              .score { padding: 8px 0 !important }
            }
            @media (prefers-color-scheme: dark) {
              .bg { background: #0f1418 !important } .card { background: #1a2127 !important; border-color: #2b353d !important } .ink, .ink h1, .ink h2, .ink h3, .ink strong { color: #e9eef2 !important }
              .muted { color: #a7b3bd !important } .line { border-color: #36424b !important } .soft { background: #222c34 !important; border-color: #46545f !important } a.lk, .ink a { color: {{c.DarkLink}} !important }
              .out { color: #a7b3bd !important } .out a { color: #c3ccd3 !important } a.btn-o { color: #e9eef2 !important; border-color: #a7b3bd !important } .tile { background: #ffffff !important; border-radius: 8px }
            }
            </style>
            </head>
            <body class="bg" style="margin:0;padding:0;background:{{c.Background}}">
            <div style="display:none;max-height:0;overflow:hidden;mso-hide:all;font-size:1px;line-height:1px;color:{{c.Background}};opacity:0">{{Escape(content.Preheader)}}{{string.Concat(Enumerable.Repeat("&#847;&zwnj;&nbsp;", 60))}}</div>
            <table role="presentation" class="bg" width="100%" cellpadding="0" cellspacing="0" border="0" style="background:{{c.Background}}"><tr><td class="outer" align="center" style="padding:32px 12px">
            <table role="presentation" class="wide" width="{{theme.Width}}" cellpadding="0" cellspacing="0" border="0" style="width:{{theme.Width}}px;max-width:100%">
            <tr><td class="pad" align="center" style="padding:8px 40px 24px">{{Brand()}}</td></tr>
            <tr><td class="card" style="background:{{c.Surface}};border:1px solid {{c.Line}};border-radius:{{theme.Radius + 4}}px;overflow:hidden">
            <table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0">

            """);
        if (content.Blocks is not [{ Type: BlockKind.Hero }, ..])
        {
            html.Append("<tr><td style=\"height:36px;line-height:36px;font-size:1px\">&nbsp;</td></tr>\n");
        }
    }

    private string Brand() => theme.Logo.Length > 0
        ? $"<img src=\"{Escape(theme.Logo)}\" alt=\"{Escape(theme.Brand)}\" height=\"36\" style=\"display:block;height:36px;width:auto;max-width:220px\">"
        : $"<span class=\"out\" style=\"font:700 19px/28px {font};letter-spacing:-.2px;color:{colours.Ink}\">{Escape(theme.Brand)}</span>";

    private void Foot()
    {
        html.Append($$"""
            <tr><td style="height:24px;line-height:24px;font-size:1px">&nbsp;</td></tr>
            </table></td></tr>

            """);
        var footers = content.Blocks.Where(block => block.Type == BlockKind.Footer).ToList();
        if (template.IsMarketing || footers.Count > 0)
        {
            html.Append($"<tr><td class=\"pad out\" align=\"center\" style=\"padding:24px 40px 8px;font:13px/20px {font};color:{colours.MutedOutside}\">");
            foreach (var footer in footers)
            {
                html.Append(Styled(Markdown(footer.Text), colours.MutedOutside, "0 0 8px"));
            }
            // Whoever gets marketing can always leave, whatever the blocks say.
            if (template.IsMarketing)
            {
                html.Append($"<p style=\"margin:0 0 8px\"><a href=\"{{{{ unsubscribe_url }}}}\" style=\"color:{colours.MutedOutside};text-decoration:underline\">{words.Unsubscribe}</a>"
                    + $"{{% if preferences_url %}} &nbsp;·&nbsp; <a href=\"{{{{ preferences_url }}}}\" style=\"color:{colours.MutedOutside};text-decoration:underline\">{words.Preferences}</a>{{% endif %}}"
                    + $"{{% if view_url %}} &nbsp;·&nbsp; <a href=\"{{{{ view_url }}}}\" style=\"color:{colours.MutedOutside};text-decoration:underline\">{words.View}</a>{{% endif %}}</p>");
            }
            html.Append("</td></tr>\n");
        }
        html.Append("</table>\n</td></tr></table>\n</body>\n</html>\n");
    }

    private void Write(Block block)
    {
        var align = block.Align is "left" or "center" ? block.Align : block.Type is BlockKind.Text or BlockKind.Heading ? "left" : "center";
        switch (block.Type)
        {
            case BlockKind.Heading:
                Row(align, "0 40px 12px", $"<h1 class=\"h1 ink\" style=\"margin:0;font:700 30px/37px {font};letter-spacing:-.4px;color:{colours.Ink}\">{Escape(block.Text)}</h1>");
                break;
            case BlockKind.Text:
                Row(align, "0 40px 8px", $"<div class=\"ink\" style=\"font:16px/26px {font};color:{colours.Ink}\">{Styled(Markdown(block.Text), colours.Link, "0 0 16px")}</div>");
                break;
            case BlockKind.Image:
                Image(block);
                break;
            case BlockKind.Button:
                Row(align, "12px 40px 28px", Button(block.Label, block.Href));
                break;
            case BlockKind.Products:
                Products(block);
                break;
            case BlockKind.Coupon:
                Coupon(block);
                break;
            case BlockKind.Divider:
                Row(align, "12px 40px 28px", $"<div class=\"line\" style=\"border-top:1px solid {colours.Line};font-size:1px;line-height:1px\">&nbsp;</div>");
                break;
            case BlockKind.Spacer:
                var height = block.Size == 0 ? 24 : block.Size;
                html.Append($"<tr><td style=\"height:{height}px;line-height:{height}px;font-size:1px\">&nbsp;</td></tr>\n");
                break;
            case BlockKind.Columns:
                Columns(block);
                break;
            case BlockKind.Social:
                Row(align, "8px 40px 20px", string.Join(" &nbsp;·&nbsp; ", block.Links.Select(link =>
                    $"<a class=\"lk\" href=\"{Escape(link.Href)}\" style=\"font:600 14px/22px {font};color:{colours.Link};text-decoration:none\">{Escape(link.Label)}</a>")));
                break;
            case BlockKind.Scores:
                Scores(block);
                break;
            case BlockKind.Hero:
                Hero(block);
                break;
            case BlockKind.Html:
                Row(align, "0", block.Text);
                break;
        }
    }

    private void Row(string align, string padding, string inner) =>
        html.Append($"<tr><td class=\"pad ink\" align=\"{align}\" style=\"padding:{padding};text-align:{align}\">{inner}</td></tr>\n");

    private string Button(string label, string href) =>
        $"<table role=\"presentation\" cellpadding=\"0\" cellspacing=\"0\" border=\"0\" style=\"display:inline-table\"><tr><td bgcolor=\"{colours.Accent}\" style=\"border-radius:{theme.Radius}px;background:{colours.Accent}\">"
        + $"<a class=\"btn\" href=\"{Escape(href)}\" style=\"display:inline-block;padding:14px 30px;font:600 16px/22px {font};color:{colours.OnAccent} !important;text-decoration:none;border-radius:{theme.Radius}px;border:1px solid {colours.Accent}\">"
        + $"<span style=\"color:{colours.OnAccent}\">{Escape(label)}</span></a></td></tr></table>";

    private void Hero(Block block)
    {
        html.Append($"<tr><td class=\"pad hero\" align=\"center\" bgcolor=\"{colours.Accent}\" style=\"padding:48px 40px 44px;background:{colours.Accent};border-radius:{theme.Radius + 3}px {theme.Radius + 3}px 0 0\">");
        if (block.High.Length > 0)
        {
            html.Append($"<div style=\"font:600 14px/20px {font};letter-spacing:.6px;color:{colours.OnAccent}\">{Escape(block.High)}</div>");
        }
        html.Append($"<h1 class=\"h1\" style=\"margin:8px 0 0;font:700 34px/41px {font};letter-spacing:-.6px;color:{colours.OnAccent}\">{Escape(block.Text)}</h1>");
        if (block.Low.Length > 0)
        {
            html.Append($"<div style=\"margin:12px auto 0;max-width:440px;font:17px/26px {font};color:{colours.OnAccent}\">{Escape(block.Low)}</div>");
        }
        html.Append("</td></tr>\n<tr><td style=\"height:32px;line-height:32px;font-size:1px\">&nbsp;</td></tr>\n");
    }

    private void Image(Block block)
    {
        var width = theme.Width - 80;
        var image = $"<img class=\"wide\" src=\"{Escape(block.Src)}\" alt=\"{Escape(block.Alt)}\" width=\"{width}\" style=\"display:block;width:{width}px;max-width:100%;height:auto;border-radius:{theme.Radius}px\">";
        Row("center", "0 40px 24px", block.Href.Length > 0 ? $"<a href=\"{Escape(block.Href)}\">{image}</a>" : image);
    }

    private void Products(Block block)
    {
        var list = block.Items.Trim().Length > 0 ? block.Items.Trim() : "event.products";
        var label = block.Label.Trim();
        html.Append($$$"""
            {%- for product in {{{list}}} limit: {{{(block.Size == 0 ? 6 : block.Size)}}} -%}
            <tr><td class="pad ink" style="padding:0 40px 16px"><table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0"><tr>
            {%- if product.image_url -%}<td class="tile" width="88" valign="top" style="width:88px"><img src="{{ product.image_url }}" alt="{{ product.name | default: product.product_id }}" width="88" height="88" style="display:block;width:88px;height:88px;object-fit:cover;border-radius:{{{Math.Min(theme.Radius, 12)}}}px"></td>
            {%- else -%}<td class="soft" width="88" height="88" align="center" valign="middle" style="width:88px;height:88px;background:{{{colours.Soft}}};border-radius:{{{Math.Min(theme.Radius, 12)}}}px"><span class="ink" style="font:700 30px/88px {{{font}}};color:{{{colours.Link}}}">{{ product.name | default: "•" | slice: 0 | upcase }}</span></td>
            {%- endif -%}
            <td class="ink" valign="middle" style="padding-left:18px;font:16px/23px {{{font}}};color:{{{colours.Ink}}}"><strong>{{ product.name | default: product.product_id }}</strong>{%- if product.variant -%}<br><span class="muted" style="font-size:14px;color:{{{colours.Muted}}}">{{ product.variant }}</span>{%- endif -%}{%- if product.quantity and product.quantity != 1 -%}<br><span class="muted" style="font-size:14px;color:{{{colours.Muted}}}">{{{words.Quantity}}} {{ product.quantity }}</span>{%- endif -%}
            """);
        if (label.Length > 0)
        {
            html.Append($"{{%- if product.url -%}}<br><a class=\"lk\" href=\"{{{{ product.url }}}}\" style=\"font:600 14px/22px {font};color:{colours.Link};text-decoration:none\">{Escape(label)} →</a>{{%- endif -%}}");
        }
        html.Append($"</td><td class=\"ink\" align=\"right\" valign=\"middle\" style=\"padding-left:12px;font:600 16px/23px {font};white-space:nowrap;color:{colours.Ink}\">{{%- if product.price -%}}{{{{ product.price | money: {MailWords.CurrencyOf(list)} }}}}{{%- endif -%}}</td></tr></table></td></tr>\n{{%- endfor -%}}\n");
        html.Append("<tr><td style=\"height:8px;line-height:8px;font-size:1px\">&nbsp;</td></tr>\n");
    }

    private void Coupon(Block block) => Row("center", "8px 40px 24px",
        $"<table role=\"presentation\" width=\"100%\" cellpadding=\"0\" cellspacing=\"0\" border=\"0\"><tr><td class=\"soft\" align=\"center\" style=\"padding:24px 20px;background:{colours.Soft};border:2px dashed {Palette.Mix(colours.Accent, colours.Surface, 0.45)};border-radius:{theme.Radius}px\">"
        + (block.Text.Length > 0 ? $"<div class=\"ink\" style=\"font:16px/24px {font};color:{colours.Ink}\">{Styled(Markdown(block.Text), colours.Link, "0 0 10px")}</div>" : "")
        + $"<div class=\"ink\" style=\"font:700 26px/34px 'SF Mono',Menlo,Consolas,monospace;letter-spacing:3px;color:{colours.Ink}\">{Escape(block.Label)}</div></td></tr></table>");

    private void Columns(Block block)
    {
        var share = 100 / Math.Max(1, block.Cells.Count);
        html.Append("<tr><td class=\"pad ink\" style=\"padding:4px 28px 12px\"><table role=\"presentation\" width=\"100%\" cellpadding=\"0\" cellspacing=\"0\" border=\"0\"><tr>\n");
        foreach (var cell in block.Cells)
        {
            html.Append($"<td class=\"col ink\" width=\"{share}%\" valign=\"top\" style=\"width:{share}%;padding:0 12px 12px;font:15px/23px {font};color:{colours.Ink}\">");
            if (cell.Src.Length > 0)
            {
                html.Append($"<img class=\"wide\" src=\"{Escape(cell.Src)}\" alt=\"{Escape(cell.Alt)}\" width=\"240\" style=\"display:block;width:100%;height:auto;border-radius:{theme.Radius}px;margin:0 0 12px\">");
            }
            html.Append(cell.Title.Length > 0 ? $"<h2 class=\"ink\" style=\"margin:0 0 6px;font:700 17px/24px {font};color:{colours.Ink}\">{Escape(cell.Title)}</h2>" : "");
            html.Append(cell.Text.Length > 0 ? Styled(Markdown(cell.Text), colours.Link, "0 0 10px") : "");
            html.Append(cell.Label.Length > 0 ? $"<a class=\"lk\" href=\"{Escape(cell.Href)}\" style=\"font:600 15px/22px {font};color:{colours.Link};text-decoration:none\">{Escape(cell.Label)} →</a>" : "");
            html.Append("</td>\n");
        }
        html.Append("</tr></table></td></tr>\n");
    }

    private void Scores(Block block)
    {
        var last = block.Size == 0 ? 10 : block.Size;
        var first = last > 5 ? 0 : 1;
        html.Append("<tr><td class=\"pad ink\" style=\"padding:8px 36px 24px\"><table role=\"presentation\" width=\"100%\" cellpadding=\"0\" cellspacing=\"0\" border=\"0\"><tr>\n");
        for (var score = first; score <= last; score++)
        {
            html.Append($"<td align=\"center\" width=\"{100 / (last - first + 1)}%\" style=\"padding:0 2px\"><a class=\"score soft ink\" href=\"{Escape(block.Href)}{score}\" aria-label=\"{score} / {last}\" style=\"display:block;padding:11px 0;background:{colours.Soft};border:1px solid {colours.Line};"
                + $"border-radius:{Math.Min(theme.Radius, 8)}px;font:700 16px/20px {font};color:{colours.Ink};text-decoration:none\">{score}</a></td>\n");
        }
        html.Append("</tr></table><table role=\"presentation\" width=\"100%\" cellpadding=\"0\" cellspacing=\"0\" border=\"0\"><tr>"
            + $"<td class=\"muted\" align=\"left\" style=\"padding:8px 2px 0;font:13px/18px {font};color:{colours.Muted}\">{Escape(block.Low)}</td><td class=\"muted\" align=\"right\" style=\"padding:8px 2px 0;font:13px/18px {font};color:{colours.Muted}\">{Escape(block.High)}</td></tr></table></td></tr>\n");
    }

    /// <summary>What Markdown makes has no styles, and mail programs bring odd ones of their own.</summary>
    private static string Styled(string markup, string link, string paragraph) => markup
        .Replace("<p>", $"<p style=\"margin:{paragraph}\">", StringComparison.Ordinal)
        .Replace("<a href", $"<a style=\"color:{link};text-decoration:underline\" href", StringComparison.Ordinal)
        .Replace("<ul>", "<ul style=\"margin:0 0 16px;padding-left:22px\">", StringComparison.Ordinal)
        .Replace("<ol>", "<ol style=\"margin:0 0 16px;padding-left:22px\">", StringComparison.Ordinal)
        .Replace("<li>", "<li style=\"margin:0 0 6px\">", StringComparison.Ordinal)
        .Replace("<h1>", "<h1 style=\"margin:0 0 12px;font-size:26px;line-height:32px\">", StringComparison.Ordinal)
        .Replace("<h2>", "<h2 style=\"margin:0 0 10px;font-size:20px;line-height:27px\">", StringComparison.Ordinal)
        .Replace("<h3>", "<h3 style=\"margin:0 0 8px;font-size:17px;line-height:24px\">", StringComparison.Ordinal)
        .Replace("<blockquote>", "<blockquote style=\"margin:0 0 16px;padding:0 0 0 16px;border-left:3px solid currentColor\">", StringComparison.Ordinal);
}
