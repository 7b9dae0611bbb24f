using System.Text;

namespace Ciclo.Modules.Boards.Pdf;

/// <summary>Inter (SIL Open Font License, beside the files) in a size, in points. It travels in the program: a report looks the same on every machine.</summary>
internal readonly record struct Letters(double Size, bool IsStrong = false)
{
    public static readonly TrueFont Regular = Load("Inter-Regular");

    public static readonly TrueFont Strong = Load("Inter-SemiBold");

    public TrueFont Font => IsStrong ? Strong : Regular;

    /// <summary>How wide a line is, in points.</summary>
    public double WidthOf(string text)
    {
        var width = 0;
        foreach (var letter in text.EnumerateRunes())
        {
            width += Font.WidthOf(Font.GlyphOf(letter));
        }
        return width * Size / 1_000;
    }

    /// <summary>The same letters, as much smaller as it takes for a line to fit a width; at least half the size.</summary>
    public Letters Fitting(string text, double width) => WidthOf(text) is var wide && wide > width ? this with { Size = Size * Math.Max(0.5, width / wide) } : this;

    /// <summary>A line cut with … where it is too long for a width.</summary>
    public string Cut(string text, double width)
    {
        if (WidthOf(text) <= width)
        {
            return text;
        }
        var (fits, over) = (0, text.Length);
        while (fits < over)
        {
            var middle = (fits + over + 1) / 2;
            (fits, over) = WidthOf(text[..middle] + "…") <= width ? (middle, over) : (fits, middle - 1);
        }
        return text[..fits].TrimEnd() + "…";
    }

    /// <summary>Lines no wider than a place, broken between words; at most so many, the last cut.</summary>
    public List<string> Wrap(string text, double width, int most)
    {
        var lines = new List<string>();
        foreach (var paragraph in text.ReplaceLineEndings("\n").Split('\n'))
        {
            var line = "";
            foreach (var word in paragraph.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            {
                var longer = line.Length == 0 ? word : line + " " + word;
                if (line.Length > 0 && WidthOf(longer) > width)
                {
                    lines.Add(line);
                    longer = word;
                }
                line = longer;
            }
            lines.Add(line);
        }
        return lines.Count <= most ? lines : [.. lines.Take(most - 1), lines[most - 1] + " …"];
    }

    private static TrueFont Load(string name)
    {
        using var stream = typeof(Letters).Assembly.GetManifestResourceStream($"Ciclo.Modules.Boards.Pdf.Fonts.{name}.ttf") ?? throw new InvalidOperationException($"The font {name} is missing from the program.");
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return new TrueFont(name, bytes);
    }
}
