using System.Text;
using Markdig;

namespace Ciclo.Modules.Templates.Mail;

/// <summary>
/// Text with Liquid in it on its way into HTML. What people write is escaped or becomes markup; `{{ … }}` and `{% … %}` pass as they are, and what they write is escaped when the message is rendered.
/// </summary>
internal static class LiquidPieces
{
    private static readonly MarkdownPipeline Pipeline = new MarkdownPipelineBuilder().DisableHtml().UseAutoLinks().UseSoftlineBreakAsHardlineBreak().Build();

    /// <summary>A text as HTML or the value of an attribute.</summary>
    public static string Escape(string text) => Around(text, Encoded);

    /// <summary>Markdown as HTML. A tag of Liquid alone in a paragraph stays without the paragraph around it.</summary>
    public static string Markdown(string text)
    {
        var (bare, pieces, mark) = TakeOut(text);
        var html = Markdig.Markdown.ToHtml(bare, Pipeline).Trim();
        for (var i = 0; i < pieces.Count; i++)
        {
            var name = NameOf(mark, i);
            if (pieces[i].StartsWith("{%", StringComparison.Ordinal))
            {
                html = html.Replace($"<p>{name}</p>", name, StringComparison.Ordinal);
            }
            html = html.Replace(name, pieces[i], StringComparison.Ordinal);
        }
        return html;
    }

    /// <summary>What Markdown says, for the text part: links with their address behind them, without its other signs.</summary>
    public static string Plain(string text)
    {
        var plain = new StringBuilder();
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '[' && text.IndexOf("](", i, StringComparison.Ordinal) is > 0 and var middle && text.IndexOf(')', middle) is > 0 and var close && text.IndexOf('\n', i, close - i) < 0)
            {
                plain.Append(text, i + 1, middle - i - 1).Append(" (").Append(text, middle + 2, close - middle - 2).Append(')');
                i = close;
            }
            else if (text[i] == '{' && i + 1 < text.Length && text[i + 1] is '{' or '%' && text.IndexOf(text[i + 1] == '{' ? "}}" : "%}", i, StringComparison.Ordinal) is > 0 and var end)
            {
                plain.Append(text, i, end + 2 - i);
                i = end + 1;
            }
            else if (!(text[i] == '*' && i + 1 < text.Length && (text[i + 1] == '*' || (i > 0 && text[i - 1] == '*'))))
            {
                plain.Append(text[i]);
            }
        }
        return plain.ToString();
    }

    // The four signs alone: letters beyond ASCII stay as they are, for a message is UTF-8.
    private static string Encoded(string text) => text.Replace("&", "&amp;", StringComparison.Ordinal).Replace("<", "&lt;", StringComparison.Ordinal).Replace(">", "&gt;", StringComparison.Ordinal).Replace("\"", "&quot;", StringComparison.Ordinal);

    private static string Around(string text, Func<string, string> change)
    {
        var (bare, pieces, mark) = TakeOut(text);
        var changed = change(bare);
        for (var i = 0; i < pieces.Count; i++)
        {
            changed = changed.Replace(NameOf(mark, i), pieces[i], StringComparison.Ordinal);
        }
        return changed;
    }

    private static (string Bare, List<string> Pieces, string Mark) TakeOut(string text)
    {
        var mark = "zq";
        while (text.Contains(mark, StringComparison.Ordinal))
        {
            mark += "q";
        }
        var (bare, pieces) = (new StringBuilder(), new List<string>());
        for (var i = 0; i < text.Length; i++)
        {
            var close = text[i] != '{' || i + 1 >= text.Length ? null : text[i + 1] switch { '{' => "}}", '%' => "%}", _ => null };
            if (close is not null && text.IndexOf(close, i + 2, StringComparison.Ordinal) is > 0 and var end)
            {
                bare.Append(NameOf(mark, pieces.Count));
                pieces.Add(text[i..(end + 2)]);
                i = end + 1;
            }
            else
            {
                bare.Append(text[i]);
            }
        }
        return (bare.ToString(), pieces, mark);
    }

    // Letters and digits alone: nothing that Markdown or an address would change.
    private static string NameOf(string mark, int i) => $"{mark}{i}x";
}
