using System.Runtime.InteropServices;
using System.Text;

namespace Ciclo.Modules.Customers.Search;

/// <summary>What an entry is, in the order in which finds of one rank are shown.</summary>
internal enum EntryKind : byte
{
    Name,
    Email,
    Phone,
    Id,
}

/// <summary>How well an entry fits, the best first.</summary>
internal enum Fit : byte
{
    Whole,
    Beginning,
    WordBeginning,
    Inside,
    None,
}

/// <summary>
/// Short texts of many identifiers, packed into pages of bytes that are searched whole: a vectorised search of the bytes passes several gigabytes
/// a second, so that all names and ids of a million people take some tens of milliseconds. Texts are only added.
/// </summary>
internal sealed class TextPages
{
    private const int PageBytes = 1 << 20;
    private const int LongestText = 512;
    private const byte End = (byte)'\n';

    private sealed class Page
    {
        public readonly byte[] Bytes = new byte[PageBytes];
        public readonly List<int> Starts = [];
        public readonly List<int> Nodes = [];
        public readonly List<EntryKind> Kinds = [];
        public int Length;
    }

    private readonly List<Page> pages = [];

    public long Bytes => (long)pages.Count * PageBytes;

    public int Count { get; private set; }

    /// <summary>Adds a folded text of an identifier's number; longer ones are cut.</summary>
    public void Add(int node, EntryKind kind, string text)
    {
        if (text.Length == 0)
        {
            return;
        }
        var cut = text.Length > LongestText ? text[..LongestText] : text;
        var size = Encoding.UTF8.GetByteCount(cut) + 1;
        if (pages.Count == 0 || pages[^1].Length + size > PageBytes)
        {
            pages.Add(new Page());
        }
        var page = pages[^1];
        page.Starts.Add(page.Length);
        page.Nodes.Add(node);
        page.Kinds.Add(kind);
        page.Length += Encoding.UTF8.GetBytes(cut, page.Bytes.AsSpan(page.Length));
        page.Bytes[page.Length++] = End;
        Count++;
    }

    /// <summary>Every entry in which all words stand, or which has the digits, with how well it fits.</summary>
    public List<(int Node, EntryKind Kind, Fit Fit)> Find(string text, string digits)
    {
        var words = text.Split(' ').Where(word => word.Length > 0).Select(Encoding.UTF8.GetBytes).OrderByDescending(word => word.Length).ToArray();
        var whole = Encoding.UTF8.GetBytes(text);
        var phone = Encoding.UTF8.GetBytes(digits);
        var parts = new List<(int, EntryKind, Fit)>[pages.Count];
        Parallel.For(0, pages.Count, i => parts[i] = In(pages[i], words, whole, phone));
        return [.. parts.SelectMany(part => part)];
    }

    private static List<(int, EntryKind, Fit)> In(Page page, byte[][] words, byte[] whole, byte[] phone)
    {
        var found = new List<(int, EntryKind, Fit)>();
        if (words.Length > 0)
        {
            Each(page, words[0], (entry, span) =>
            {
                var fit = page.Kinds[entry] == EntryKind.Phone ? Fit.None : FitOf(span, words, whole);
                if (fit != Fit.None)
                {
                    found.Add((page.Nodes[entry], page.Kinds[entry], fit));
                }
            });
        }
        if (phone.Length > 0)
        {
            Each(page, phone, (entry, span) =>
            {
                if (page.Kinds[entry] == EntryKind.Phone)
                {
                    // People leave the country's prefix out: the end of a number is as good as all of it.
                    found.Add((page.Nodes[entry], EntryKind.Phone, span.EndsWith(phone) ? Fit.Whole : span.StartsWith(phone) ? Fit.Beginning : Fit.Inside));
                }
            });
        }
        return found;
    }

    private delegate void OnEntry(int entry, ReadOnlySpan<byte> text);

    private static void Each(Page page, byte[] needle, OnEntry on)
    {
        var bytes = page.Bytes.AsSpan(0, page.Length);
        var starts = CollectionsMarshal.AsSpan(page.Starts);
        for (var at = 0; at < bytes.Length;)
        {
            var hit = bytes[at..].IndexOf(needle);
            if (hit < 0)
            {
                return;
            }
            var entry = starts.BinarySearch(at + hit);
            entry = entry < 0 ? ~entry - 1 : entry;
            var end = entry + 1 < starts.Length ? starts[entry + 1] : bytes.Length;
            on(entry, bytes[starts[entry]..(end - 1)]);
            at = end;
        }
    }

    private static Fit FitOf(ReadOnlySpan<byte> text, byte[][] words, byte[] whole)
    {
        for (var i = 1; i < words.Length; i++)
        {
            if (text.IndexOf(words[i]) < 0)
            {
                return Fit.None;
            }
        }
        if (text.SequenceEqual(whole))
        {
            return Fit.Whole;
        }
        if (text.StartsWith(whole))
        {
            return Fit.Beginning;
        }
        foreach (var word in words)
        {
            if (!BeginsAWord(text, word))
            {
                return Fit.Inside;
            }
        }
        return Fit.WordBeginning;
    }

    private static bool BeginsAWord(ReadOnlySpan<byte> text, ReadOnlySpan<byte> word)
    {
        for (var at = 0; at < text.Length;)
        {
            var hit = text[at..].IndexOf(word);
            if (hit < 0)
            {
                return false;
            }
            if (at + hit == 0 || text[at + hit - 1] is (byte)' ' or (byte)'.' or (byte)'-' or (byte)'_' or (byte)'@')
            {
                return true;
            }
            at += hit + 1;
        }
        return false;
    }
}
