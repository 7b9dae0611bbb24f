using System.Buffers.Binary;
using System.Text;

namespace Ciclo.Modules.Boards.Pdf;

/// <summary>
/// A TrueType font (ISO/IEC 14496-22) as far as paper needs it: which glyph a letter has, how wide it is, and a copy with the outlines of some glyphs only,
/// which keep their numbers.
/// </summary>
internal sealed class TrueFont
{
    /// <summary>What a program that only draws glyphs by number needs.</summary>
    private static readonly string[] Kept = ["cvt ", "fpgm", "glyf", "head", "hhea", "hmtx", "loca", "maxp", "prep"];

    private readonly byte[] bytes;
    private readonly Dictionary<string, (int At, int Length)> tables = new(StringComparer.Ordinal);
    private readonly int perEm;
    private readonly bool hasLongPlaces;
    private readonly int metrics;
    private readonly int glyphs;
    private readonly int cmap;

    /// <param name="name">As the document names it.</param>
    /// <param name="bytes">The file.</param>
    public TrueFont(string name, byte[] bytes)
    {
        (Name, this.bytes) = (name, bytes);
        for (var i = 0; i < U16(4); i++)
        {
            var entry = 12 + (i * 16);
            tables[Encoding.ASCII.GetString(bytes, entry, 4)] = (I32(entry + 8), I32(entry + 12));
        }
        (perEm, hasLongPlaces) = (U16(At("head") + 18), U16(At("head") + 50) == 1);
        (Ascent, Descent) = (Scaled(I16(At("hhea") + 4)), Scaled(I16(At("hhea") + 6)));
        (metrics, glyphs) = (U16(At("hhea") + 34), U16(At("maxp") + 4));
        cmap = UnicodeMap();
    }

    public string Name { get; }

    /// <summary>In thousandths of the letters' size, as widths are.</summary>
    public int Ascent { get; }

    public int Descent { get; }

    /// <summary>The glyph of a letter; 0, an empty box, where the font has none.</summary>
    public int GlyphOf(Rune letter)
    {
        var (from, to) = (0, U16(cmap + 6) / 2);
        // Format 4: segments by their last letter.
        var ends = cmap + 14;
        while (from < to)
        {
            var middle = (from + to) / 2;
            (from, to) = U16(ends + (middle * 2)) < letter.Value ? (middle + 1, to) : (from, middle);
        }
        var segments = U16(cmap + 6) / 2;
        var (starts, deltas) = (ends + 2 + (segments * 2), ends + 2 + (segments * 4));
        if (letter.Value > 0xFFFF || from == segments || U16(starts + (from * 2)) > letter.Value)
        {
            return 0;
        }
        var offsetAt = deltas + (segments * 2) + (from * 2);
        if (U16(offsetAt) == 0)
        {
            return (letter.Value + U16(deltas + (from * 2))) & 0xFFFF;
        }
        var glyph = U16(offsetAt + U16(offsetAt) + ((letter.Value - U16(starts + (from * 2))) * 2));
        return glyph == 0 ? 0 : (glyph + U16(deltas + (from * 2))) & 0xFFFF;
    }

    public int WidthOf(int glyph) => Scaled(U16(At("hmtx") + (Math.Min(glyph, metrics - 1) * 4)));

    /// <summary>The font with the outlines of some glyphs, and of those that they are composed of.</summary>
    public byte[] Subset(IEnumerable<int> wanted)
    {
        var kept = Composed(wanted.Append(0));
        var places = new byte[(glyphs + 1) * 4];
        using var outlines = new MemoryStream();
        for (var glyph = 0; glyph < glyphs; glyph++)
        {
            BinaryPrimitives.WriteInt32BigEndian(places.AsSpan(glyph * 4), (int)outlines.Length);
            if (kept.Contains(glyph))
            {
                outlines.Write(Outline(glyph));
                outlines.Write(new byte[-outlines.Length & 3]);
            }
        }
        BinaryPrimitives.WriteInt32BigEndian(places.AsSpan(glyphs * 4), (int)outlines.Length);
        var head = bytes.AsSpan(At("head"), tables["head"].Length).ToArray();
        BinaryPrimitives.WriteInt16BigEndian(head.AsSpan(50), 1);
        return Whole([.. Kept.Where(tables.ContainsKey).Select(table => (table, table switch
        {
            "glyf" => outlines.ToArray(),
            "loca" => places,
            "head" => head,
            _ => bytes.AsSpan(At(table), tables[table].Length).ToArray(),
        }))]);
    }

    private HashSet<int> Composed(IEnumerable<int> wanted)
    {
        const int HasMore = 0x20;
        var (kept, next) = (new HashSet<int>(), new Queue<int>(wanted));
        while (next.TryDequeue(out var glyph))
        {
            if (!kept.Add(glyph) || Outline(glyph) is not { Length: > 0 } outline || BinaryPrimitives.ReadInt16BigEndian(outline) >= 0)
            {
                continue;
            }
            // A composed outline: flags, a glyph, then arguments and a scale whose sizes the flags tell.
            for (var (at, flags) = (10, HasMore); (flags & HasMore) != 0;)
            {
                flags = BinaryPrimitives.ReadUInt16BigEndian(outline[at..]);
                next.Enqueue(BinaryPrimitives.ReadUInt16BigEndian(outline[(at + 2)..]));
                at += 4 + ((flags & 1) != 0 ? 4 : 2) + ((flags & 8) != 0 ? 2 : (flags & 0x40) != 0 ? 4 : (flags & 0x80) != 0 ? 8 : 0);
            }
        }
        return kept;
    }

    private ReadOnlySpan<byte> Outline(int glyph) => bytes.AsSpan(At("glyf") + PlaceOf(glyph), PlaceOf(glyph + 1) - PlaceOf(glyph));

    private int PlaceOf(int glyph) => hasLongPlaces ? I32(At("loca") + (glyph * 4)) : U16(At("loca") + (glyph * 2)) * 2;

    private static byte[] Whole(List<(string Name, byte[] Bytes)> parts)
    {
        using var file = new MemoryStream();
        var head = new byte[12 + (parts.Count * 16)];
        BinaryPrimitives.WriteInt32BigEndian(head, 0x00010000);
        BinaryPrimitives.WriteInt16BigEndian(head.AsSpan(4), (short)parts.Count);
        var at = head.Length;
        for (var i = 0; i < parts.Count; i++)
        {
            var entry = head.AsSpan(12 + (i * 16));
            Encoding.ASCII.GetBytes(parts[i].Name, entry);
            BinaryPrimitives.WriteInt32BigEndian(entry[8..], at);
            BinaryPrimitives.WriteInt32BigEndian(entry[12..], parts[i].Bytes.Length);
            at += (parts[i].Bytes.Length + 3) & ~3;
        }
        file.Write(head);
        foreach (var (_, part) in parts)
        {
            file.Write(part);
            file.Write(new byte[-part.Length & 3]);
        }
        return file.ToArray();
    }

    private int UnicodeMap()
    {
        var table = At("cmap");
        for (var i = 0; i < U16(table + 2); i++)
        {
            var at = table + I32(table + 4 + (i * 8) + 4);
            if (U16(at) == 4)
            {
                return at;
            }
        }
        throw new InvalidDataException($"{Name} has no map of Unicode in format 4.");
    }

    private int At(string table) => tables[table].At;

    private int Scaled(int units) => (int)Math.Round(units * 1_000.0 / perEm);

    private int U16(int at) => BinaryPrimitives.ReadUInt16BigEndian(bytes.AsSpan(at));

    private int I16(int at) => BinaryPrimitives.ReadInt16BigEndian(bytes.AsSpan(at));

    private int I32(int at) => BinaryPrimitives.ReadInt32BigEndian(bytes.AsSpan(at));
}
