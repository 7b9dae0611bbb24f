using System.Globalization;
using System.Text;

namespace Ciclo.Modules.Boards.Pdf;

/// <summary>A colour of paper.</summary>
internal readonly record struct Tint(byte R, byte G, byte B)
{
    public static readonly Tint Ink = new(0x13, 0x20, 0x2a);
    public static readonly Tint Soft = new(0x44, 0x52, 0x5e);
    public static readonly Tint Line = new(0xdf, 0xe4, 0xe8);
    public static readonly Tint Sunken = new(0xf0, 0xf3, 0xf4);
    public static readonly Tint Accent = new(0x0a, 0x5a, 0x74);
    public static readonly Tint Good = new(0x17, 0x69, 0x3d);
    public static readonly Tint Bad = new(0xad, 0x22, 0x1b);

    /// <summary>Of the lines of a chart, as on pages.</summary>
    public static readonly IReadOnlyList<Tint> Series = [Accent, new(0xc9, 0x8a, 0x1b), Good, Bad, new(0x5a, 0x68, 0x73), new(0x7f, 0x4d, 0), new(0x2f, 0x7f, 0x99), Ink];

    public static readonly IReadOnlyList<Tint> Stages = [new(0x5d, 0x6b, 0x7e), new(0x45, 0x58, 0xb8), new(0x0f, 0x75, 0x61), new(0x58, 0x6e, 0x0c), new(0x98, 0x56, 0), new(0xa1, 0x2e, 0x67)];
}

/// <summary>A piece of a page that assistive technology reads: its tag (`H1`, `P`, `Figure`), and for a drawing the words that stand for it.</summary>
internal sealed record SheetTag(string Name, string Says, (double X, double Y, double Width, double Height)? Place);

/// <summary>One page being drawn, in points from its top left. Everything lies in a tag, or is passed over by assistive technology.</summary>
internal sealed class Sheet(double width, double height)
{
    private readonly StringBuilder content = new();

    public double Width => width;

    public double Height => height;

    /// <summary>In the order in which they are read; a tag's number is its place here.</summary>
    public List<SheetTag> Tags { get; } = [];

    /// <summary>Letters that were drawn, by font, with the letter that each glyph stands for.</summary>
    public Dictionary<TrueFont, SortedDictionary<int, Rune>> Used { get; } = [];

    public string Content => content.ToString();

    /// <summary>Draws what assistive technology passes over: lines, boxes, what stands on every page.</summary>
    public void Aside(Action draw)
    {
        content.Append("/Artifact BMC\n");
        draw();
        content.Append("EMC\n");
    }

    public void Block(string tag, Action draw) => Tagged(new SheetTag(tag, "", null), draw);

    /// <summary>A drawing, with the words that stand for it.</summary>
    public void Figure(string says, double x, double y, double across, double down, Action draw) => Tagged(new SheetTag("Figure", says, (x, y, across, down)), draw);

    /// <summary>One line, cut with … where it is too long. <paramref name="y"/> is its baseline.</summary>
    public void Text(string text, double x, double y, double across, Letters letters, Tint color, bool isEnd = false)
    {
        var cut = letters.Cut(text, across);
        var used = Used.TryGetValue(letters.Font, out var known) ? known : Used[letters.Font] = [];
        var hex = new StringBuilder();
        foreach (var letter in cut.EnumerateRunes())
        {
            var glyph = letters.Font.GlyphOf(letter);
            used.TryAdd(glyph, letter);
            hex.Append(glyph.ToString("X4", CultureInfo.InvariantCulture));
        }
        var at = isEnd ? x + across - letters.WidthOf(cut) : x;
        content.Append(CultureInfo.InvariantCulture, $"BT /{(letters.IsStrong ? "S" : "R")} {N(letters.Size)} Tf {Fill(color)} {N(at)} {N(height - y)} Td <{hex}> Tj ET\n");
    }

    public void Box(Tint color, double x, double y, double across, double down)
    {
        if (across > 0 && down > 0)
        {
            content.Append(CultureInfo.InvariantCulture, $"{Fill(color)} {N(x)} {N(height - y - down)} {N(across)} {N(down)} re f\n");
        }
    }

    public void Dot(Tint color, double x, double y) => Box(color, x - 1.2, y - 1.2, 2.4, 2.4);

    public void Course(Tint color, double thick, IReadOnlyList<(double X, double Y)> points)
    {
        content.Append(CultureInfo.InvariantCulture, $"{Stroke(color)} {N(thick)} w 1 j 1 J ");
        for (var i = 0; i < points.Count; i++)
        {
            content.Append(CultureInfo.InvariantCulture, $"{N(points[i].X)} {N(height - points[i].Y)} {(i == 0 ? "m" : "l")} ");
        }
        content.Append("S\n");
    }

    /// <summary>A thin frame with round corners.</summary>
    public void Frame(double x, double y, double across, double down)
    {
        const double R = 6;
        const double C = R * 0.4477;
        var (left, right, top, foot) = (x, x + across, height - y, height - y - down);
        content.Append(CultureInfo.InvariantCulture, $"{Stroke(Tint.Line)} 0.8 w {N(left + R)} {N(foot)} m {N(right - R)} {N(foot)} l ")
            .Append(CultureInfo.InvariantCulture, $"{N(right - C)} {N(foot)} {N(right)} {N(foot + C)} {N(right)} {N(foot + R)} c {N(right)} {N(top - R)} l ")
            .Append(CultureInfo.InvariantCulture, $"{N(right)} {N(top - C)} {N(right - C)} {N(top)} {N(right - R)} {N(top)} c {N(left + R)} {N(top)} l ")
            .Append(CultureInfo.InvariantCulture, $"{N(left + C)} {N(top)} {N(left)} {N(top - C)} {N(left)} {N(top - R)} c {N(left)} {N(foot + R)} l ")
            .Append(CultureInfo.InvariantCulture, $"{N(left)} {N(foot + C)} {N(left + C)} {N(foot)} {N(left + R)} {N(foot)} c s\n");
    }

    private void Tagged(SheetTag tag, Action draw)
    {
        content.Append(CultureInfo.InvariantCulture, $"/{tag.Name} <</MCID {Tags.Count}>> BDC\n");
        Tags.Add(tag);
        draw();
        content.Append("EMC\n");
    }

    private static string N(double value) => value.ToString("0.##", CultureInfo.InvariantCulture);

    private static string Fill(Tint color) => Parts(color) + " rg";

    private static string Stroke(Tint color) => Parts(color) + " RG";

    private static string Parts(Tint color) => string.Create(CultureInfo.InvariantCulture, $"{color.R / 255.0:0.###} {color.G / 255.0:0.###} {color.B / 255.0:0.###}");
}
