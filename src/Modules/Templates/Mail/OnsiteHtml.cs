using System.Text;
using Ciclo.Modules.Templates.Content;
using static Ciclo.Modules.Templates.Mail.LiquidPieces;

namespace Ciclo.Modules.Templates.Mail;

/// <summary>
/// Makes a message on the site from its blocks, Liquid still in it. The page that shows it reads the picture, the texts and the button from here and draws them itself; as a page of its own it
/// looks about like that.
/// </summary>
internal static class OnsiteHtml
{
    /// <summary>What such a message may be made of.</summary>
    public static readonly IReadOnlyList<BlockKind> Blocks = [BlockKind.Text, BlockKind.Image, BlockKind.Button];

    /// <summary>Of these at most one.</summary>
    public static readonly IReadOnlyList<BlockKind> Once = [BlockKind.Image, BlockKind.Button];

    public static string Of(TemplateContent template, string locale)
    {
        var (content, body) = (template.Locales[locale], new StringBuilder());
        foreach (var block in content.Blocks)
        {
            var condition = block.If.Trim();
            body.Append(condition.Length > 0 ? $"{{%- if {condition} -%}}" : "").Append(block.Type switch
            {
                BlockKind.Image => $"<img src=\"{Escape(block.Src)}\" alt=\"{Escape(block.Alt)}\">",
                BlockKind.Button => $"<a href=\"{Escape(block.Href)}\">{Escape(block.Label)}</a>",
                _ => $"<p>{Escape(Plain(block.Text))}</p>",
            }).Append(condition.Length > 0 ? "{%- endif -%}" : "").Append('\n');
        }
        return $$"""
            <!DOCTYPE html>
            <html lang="{{locale}}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><title>{{Escape(content.Subject)}}</title>
            <style>
            body { margin: 0; padding: 24px; background: #dfe4e8; font: 16px/1.45 system-ui, sans-serif; color: #13202a }
            main { max-width: 672px; margin: 0 auto; background: #fff; border: 1px solid #c3ccd3; border-radius: 10px; padding: 16px 20px; overflow-wrap: anywhere }
            h1 { font-size: 18px; margin: 0 0 4px } p { margin: 0 0 12px; white-space: pre-line } img { display: block; max-width: 100%; max-height: 40vh; border-radius: 7px; margin: 0 0 12px }
            a { display: inline-flex; align-items: center; min-height: 44px; padding: 0 18px; border-radius: 7px; background: #0a5a74; color: #fff; text-decoration: none; font-weight: 600 }
            @media (prefers-color-scheme: dark) { body { background: #0b1116 } main { color: #e7edf1; background: #151f27; border-color: #3b4d5a } a { background: #62c1dc; color: #04212b } }
            </style></head>
            <body><main><h1>{{Escape(content.Subject)}}</h1>
            {{body}}</main></body></html>

            """;
    }

    /// <summary>The texts alone.</summary>
    public static string TextOf(TemplateContent template, string locale) => string.Join("\n\n", template.Locales[locale].Blocks.Where(block => block.Type == BlockKind.Text).Select(block =>
        block.If.Trim() is { Length: > 0 } condition ? $"{{% if {condition} %}}{Plain(block.Text)}{{% endif %}}" : Plain(block.Text))) + "\n";
}
