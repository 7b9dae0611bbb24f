using PdfSharp.Drawing;
using PdfSharp.UniversalAccessibility;

namespace Ciclo.Modules.Boards.Pdf;

/// <summary>One page being drawn: texts that are cut or wrapped to their place, boxes, and tags by which assistive technology reads it. Points from the top left.</summary>
internal sealed class Sheet(XGraphics graphics, StructureBuilder tags)
{
    public static readonly XColor Ink = XColor.FromArgb(0x13, 0x20, 0x2a);
    public static readonly XColor Soft = XColor.FromArgb(0x44, 0x52, 0x5e);
    public static readonly XColor Line = XColor.FromArgb(0xdf, 0xe4, 0xe8);
    public static readonly XColor Sunken = XColor.FromArgb(0xf0, 0xf3, 0xf4);
    public static readonly XColor Accent = XColor.FromArgb(0x0a, 0x5a, 0x74);
    public static readonly XColor Good = XColor.FromArgb(0x17, 0x69, 0x3d);
    public static readonly XColor Bad = XColor.FromArgb(0xad, 0x22, 0x1b);

    /// <summary>Of the lines of a chart, as on pages.</summary>
    public static readonly IReadOnlyList<XColor> Series =
        [Accent, XColor.FromArgb(0xc9, 0x8a, 0x1b), Good, Bad, XColor.FromArgb(0x5a, 0x68, 0x73), XColor.FromArgb(0x7f, 0x4d, 0), XColor.FromArgb(0x2f, 0x7f, 0x99), Ink];

    public static readonly IReadOnlyList<XColor> Stages =
        [XColor.FromArgb(0x5d, 0x6b, 0x7e), XColor.FromArgb(0x45, 0x58, 0xb8), XColor.FromArgb(0x0f, 0x75, 0x61), XColor.FromArgb(0x58, 0x6e, 0x0c), XColor.FromArgb(0x98, 0x56, 0), XColor.FromArgb(0xa1, 0x2e, 0x67)];

    public XGraphics Graphics => graphics;

    /// <summary>Draws what assistive technology passes over: lines, boxes, what stands on every page.</summary>
    public void Aside(Action draw)
    {
        tags.BeginArtifact();
        draw();
        tags.End();
    }

    public void Block(PdfBlockLevelElementTag tag, Action draw)
    {
        tags.BeginElement(tag);
        draw();
        tags.End();
    }

    /// <summary>A drawing, with the words that stand for it.</summary>
    public void Figure(string says, XRect place, Action draw)
    {
        tags.BeginElement(PdfIllustrationElementTag.Figure, says, place);
        draw();
        tags.End();
    }

    /// <summary>One line, cut with … where it is too long. <paramref name="y"/> is its baseline.</summary>
    public void Text(string text, double x, double y, double width, XFont font, XColor color, bool isEnd = false)
    {
        var cut = Cut(graphics, text, width, font);
        graphics.DrawString(cut, font, new XSolidBrush(color), isEnd ? x + width - graphics.MeasureString(cut, font).Width : x, y, XStringFormats.BaseLineLeft);
    }

    public void Box(XColor color, double x, double y, double width, double height)
    {
        if (width > 0 && height > 0)
        {
            graphics.DrawRectangle(new XSolidBrush(color), x, y, width, height);
        }
    }

    public void Frame(double x, double y, double width, double height) => graphics.DrawRoundedRectangle(new XPen(Line, 0.8), x, y, width, height, 8, 8);

    public static string Cut(XGraphics graphics, string text, double width, XFont font)
    {
        if (graphics.MeasureString(text, font).Width <= width)
        {
            return text;
        }
        var (fits, over) = (0, text.Length);
        while (fits < over)
        {
            var middle = (fits + over + 1) / 2;
            (fits, over) = graphics.MeasureString(text[..middle] + "…", font).Width <= width ? (middle, over) : (fits, middle - 1);
        }
        return text[..fits].TrimEnd() + "…";
    }

    /// <summary>Lines no wider than a place, broken between words; at most so many, the last cut.</summary>
    public static List<string> Wrap(XGraphics graphics, string text, double width, XFont font, int most)
    {
        var lines = new List<string>();
        foreach (var paragraph in text.ReplaceLineEndings("\n").Split('\n'))
        {
            var line = "";
            foreach (var word in paragraph.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            {
                var longer = line.Length == 0 ? word : line + " " + word;
                if (line.Length > 0 && graphics.MeasureString(longer, font).Width > width)
                {
                    lines.Add(line);
                    longer = word;
                }
                line = longer;
            }
            lines.Add(line);
        }
        if (lines.Count > most)
        {
            lines = [.. lines.Take(most - 1), lines[most - 1] + " …"];
        }
        return lines;
    }
}
