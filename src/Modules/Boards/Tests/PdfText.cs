using System.Globalization;
using System.IO.Compression;
using System.Text;
using System.Text.RegularExpressions;

namespace Ciclo.Modules.Boards.Tests;

/// <summary>Reads the text of a PDF as a reader's search does: the content of its pages, each glyph through the map of its font. Shares nothing with what writes it.</summary>
internal static class PdfText
{
    private static readonly Regex Show = new("/(?<font>[RS]) [0-9.]+ Tf.*?<(?<glyphs>[0-9A-F]*)> Tj", RegexOptions.ExplicitCapture);
    private static readonly Regex Entry = new("<(?<glyph>[0-9A-F]{4})><(?<letter>[0-9A-F]+)>", RegexOptions.ExplicitCapture);

    /// <summary>Each line that was drawn, page by page.</summary>
    public static IReadOnlyList<IReadOnlyList<string>> PagesOf(byte[] pdf)
    {
        var text = Encoding.Latin1.GetString(pdf);
        var page = Regex.Match(text, @"/Font<</R (?<r>\d+) 0 R /S (?<s>\d+) 0 R", RegexOptions.ExplicitCapture);
        var fonts = new Dictionary<string, Dictionary<string, string>>(StringComparer.Ordinal) { ["R"] = LettersOf(pdf, text, page.Groups["r"].Value), ["S"] = LettersOf(pdf, text, page.Groups["s"].Value) };
        return
        [
            .. Regex.Matches(text, @"/Type/Page/.*?/Contents (?<at>\d+) 0 R", RegexOptions.ExplicitCapture).Select(match => (IReadOnlyList<string>)
            [
                .. Show.Matches(StreamOf(pdf, text, match.Groups["at"].Value)).Select(shown => string.Concat(
                    shown.Groups["glyphs"].Value.Chunk(4).Select(glyph => fonts[shown.Groups["font"].Value][new string(glyph)]))),
            ]),
        ];
    }

    private static Dictionary<string, string> LettersOf(byte[] pdf, string text, string font)
    {
        var map = Regex.Match(ObjectOf(text, font), @"/ToUnicode (?<at>\d+) 0 R", RegexOptions.ExplicitCapture).Groups["at"].Value;
        return Entry.Matches(StreamOf(pdf, text, map)).ToDictionary(entry => entry.Groups["glyph"].Value, entry => Encoding.BigEndianUnicode.GetString(Convert.FromHexString(entry.Groups["letter"].Value)));
    }

    /// <summary>Where the cross-reference table says it is, so that a wrong table is found too.</summary>
    private static int PlaceOf(string text, string number)
    {
        var table = int.Parse(Regex.Match(text, @"startxref\n(?<at>\d+)", RegexOptions.ExplicitCapture).Groups["at"].Value, CultureInfo.InvariantCulture);
        var rows = text.IndexOf("\n0000000000 65535", table, StringComparison.Ordinal) + 1;
        var at = int.Parse(text.AsSpan(rows + (int.Parse(number, CultureInfo.InvariantCulture) * 20), 10), CultureInfo.InvariantCulture);
        Assert.StartsWith(number + " 0 obj\n", text[at..(at + 20)], StringComparison.Ordinal);
        return at;
    }

    private static string ObjectOf(string text, string number) => text[PlaceOf(text, number)..text.IndexOf("endobj", PlaceOf(text, number), StringComparison.Ordinal)];

    private static string StreamOf(byte[] pdf, string text, string number)
    {
        var at = PlaceOf(text, number);
        var length = int.Parse(Regex.Match(text[at..(at + 200)], @"/Length (?<n>\d+)", RegexOptions.ExplicitCapture).Groups["n"].Value, CultureInfo.InvariantCulture);
        var begin = text.IndexOf("stream\n", at, StringComparison.Ordinal) + 7;
        using var packed = new ZLibStream(new MemoryStream(pdf, begin, length), CompressionMode.Decompress);
        using var reader = new StreamReader(packed, Encoding.Latin1);
        return reader.ReadToEnd();
    }
}
