using System.Globalization;
using System.IO.Compression;
using System.Text;

namespace Ciclo.Modules.Boards.Pdf;

/// <summary>What a document says of itself. <paramref name="Language"/>: a BCP 47 tag.</summary>
internal sealed record PdfFacts(string Title, string Author, string Subject, string Language, DateTimeOffset MadeAt);

/// <summary>
/// Writes sheets as a PDF 1.7 (ISO 32000-1): pages, the letters that they use, and the tree of tags (14.7, 14.8). Only what our sheets draw; the same sheets
/// are the same bytes.
/// </summary>
internal sealed class PdfFile : IDisposable
{
    private readonly MemoryStream file = new();
    private readonly List<long> places = [];

    private PdfFile()
    {
    }

    public static byte[] Of(PdfFacts facts, IReadOnlyList<Sheet> sheets)
    {
        using var made = new PdfFile();
        return made.Write(facts, sheets);
    }

    public void Dispose() => file.Dispose();

    private byte[] Write(PdfFacts facts, IReadOnlyList<Sheet> sheets)
    {
        Raw("%PDF-1.7\n%\u00e2\u00e3\u00cf\u00d3\n");
        var (catalog, pages, tree, whole) = (Reserve(), Reserve(), Reserve(), Reserve());
        var fonts = string.Concat(new[] { ("R", Letters.Regular), ("S", Letters.Strong) }.Select(one => $"/{one.Item1} {FontOf(one.Item2, sheets)} 0 R "));
        var (numbers, elements, parents) = (new List<int>(), new List<int>(), new List<string>());
        for (var i = 0; i < sheets.Count; i++)
        {
            var (page, content) = (Reserve(), Stream("", Encoding.ASCII.GetBytes(sheets[i].Content)));
            numbers.Add(page);
            Object(page, $"<</Type/Page/Parent {pages} 0 R/MediaBox[0 0 {N(sheets[i].Width)} {N(sheets[i].Height)}]/Resources<</Font<<{fonts}>>>>/Contents {content} 0 R/StructParents {i}/Tabs/S>>");
            var own = sheets[i].Tags.Select((tag, number) => ElementOf(tag, number, page, whole, sheets[i].Height)).ToList();
            elements.AddRange(own);
            parents.Add($"{i}[{References(own)}]");
        }
        Object(pages, $"<</Type/Pages/Count {sheets.Count}/Kids[{References(numbers)}]>>");
        Object(whole, $"<</Type/StructElem/S/Document/P {tree} 0 R/K[{References(elements)}]>>");
        Object(tree, $"<</Type/StructTreeRoot/K {whole} 0 R/ParentTree<</Nums[{string.Join(' ', parents)}]>>/ParentTreeNextKey {sheets.Count}>>");
        Object(catalog, $"<</Type/Catalog/Pages {pages} 0 R/StructTreeRoot {tree} 0 R/MarkInfo<</Marked true>>/Lang{Text(facts.Language)}/ViewerPreferences<</DisplayDocTitle true>>>>");
        var info = Reserve();
        Object(info, $"<</Title{Text(facts.Title)}/Author{Text(facts.Author)}/Subject{Text(facts.Subject)}/Creator{Text("Ciclo")}/CreationDate(D:{facts.MadeAt.UtcDateTime.ToString("yyyyMMddHHmmss", CultureInfo.InvariantCulture)}Z)>>");
        var end = file.Length;
        Raw($"xref\n0 {places.Count + 1}\n0000000000 65535 f \n" + string.Concat(places.Select(at => at.ToString("D10", CultureInfo.InvariantCulture) + " 00000 n \n")));
        Raw($"trailer\n<</Size {places.Count + 1}/Root {catalog} 0 R/Info {info} 0 R>>\nstartxref\n{end}\n%%EOF\n");
        return file.ToArray();
    }

    private int ElementOf(SheetTag tag, int number, int page, int parent, double height)
    {
        var element = Reserve();
        var place = tag.Place is { } box ? $"/A<</O/Layout/BBox[{N(box.X)} {N(height - box.Y - box.Height)} {N(box.X + box.Width)} {N(height - box.Y)}]>>" : "";
        Object(element, $"<</Type/StructElem/S/{tag.Name}/P {parent} 0 R/Pg {page} 0 R/K {number}{(tag.Says.Length > 0 ? "/Alt" + Text(tag.Says) : "")}{place}>>");
        return element;
    }

    /// <summary>A font by glyph numbers, with the outlines that are used, and the letters they stand for, so that text can be searched and copied.</summary>
    private int FontOf(TrueFont font, IReadOnlyList<Sheet> sheets)
    {
        var used = new SortedDictionary<int, Rune>();
        foreach (var (glyph, letter) in sheets.SelectMany(sheet => sheet.Used.TryGetValue(font, out var own) ? own : []))
        {
            used.TryAdd(glyph, letter);
        }
        var name = "CICLOA+" + font.Name;
        var outlines = font.Subset(used.Keys);
        var data = Stream($"/Length1 {outlines.Length}", outlines);
        var (descriptor, descendant, whole) = (Reserve(), Reserve(), Reserve());
        Object(descriptor, $"<</Type/FontDescriptor/FontName/{name}/Flags 4/FontBBox[-1000 {font.Descent} 2000 {font.Ascent}]/ItalicAngle 0/Ascent {font.Ascent}/Descent {font.Descent}/CapHeight 727/StemV 80/FontFile2 {data} 0 R>>");
        var widths = string.Join(' ', used.Keys.Select(glyph => $"{glyph}[{font.WidthOf(glyph)}]"));
        Object(descendant, $"<</Type/Font/Subtype/CIDFontType2/BaseFont/{name}/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>/FontDescriptor {descriptor} 0 R/CIDToGIDMap/Identity/DW 500/W[{widths}]>>");
        var letters = Stream("", Encoding.ASCII.GetBytes(LettersOf(used)));
        Object(whole, $"<</Type/Font/Subtype/Type0/BaseFont/{name}/Encoding/Identity-H/DescendantFonts[{descendant} 0 R]/ToUnicode {letters} 0 R>>");
        return whole;
    }

    /// <summary>The map from glyphs to letters (9.10.3); a block of it has at most 100 entries.</summary>
    private static string LettersOf(SortedDictionary<int, Rune> used)
    {
        var map = new StringBuilder("/CIDInit/ProcSet findresource begin\n12 dict begin\nbegincmap\n/CMapName/Ciclo def\n/CMapType 2 def\n1 begincodespacerange\n<0000><FFFF>\nendcodespacerange\n");
        foreach (var block in used.Chunk(100))
        {
            map.Append(CultureInfo.InvariantCulture, $"{block.Length} beginbfchar\n");
            foreach (var (glyph, letter) in block)
            {
                map.Append(CultureInfo.InvariantCulture, $"<{glyph:X4}><{Convert.ToHexString(Encoding.BigEndianUnicode.GetBytes(letter.ToString()))}>\n");
            }
            map.Append("endbfchar\n");
        }
        return map.Append("endcmap\nend\nend\n").ToString();
    }

    private int Reserve()
    {
        places.Add(0);
        return places.Count;
    }

    private void Object(int number, string body)
    {
        places[number - 1] = file.Length;
        Raw($"{number} 0 obj\n{body}\nendobj\n");
    }

    private int Stream(string more, byte[] bytes)
    {
        using var packed = new MemoryStream();
        using (var zip = new ZLibStream(packed, CompressionLevel.SmallestSize, leaveOpen: true))
        {
            zip.Write(bytes);
        }
        var number = Reserve();
        places[number - 1] = file.Length;
        Raw($"{number} 0 obj\n<</Length {packed.Length}/Filter/FlateDecode{more}>>\nstream\n");
        packed.WriteTo(file);
        Raw("\nendstream\nendobj\n");
        return number;
    }

    private void Raw(string text) => file.Write(Encoding.Latin1.GetBytes(text));

    private static string References(IEnumerable<int> numbers) => string.Join(' ', numbers.Select(number => $"{number} 0 R"));

    private static string Text(string text) => $"<FEFF{Convert.ToHexString(Encoding.BigEndianUnicode.GetBytes(text))}>";

    private static string N(double value) => value.ToString("0.##", CultureInfo.InvariantCulture);
}
