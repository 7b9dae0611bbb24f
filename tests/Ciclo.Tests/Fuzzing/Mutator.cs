using System.Buffers;
using System.Text;

namespace Ciclo.Tests.Fuzzing;

/// <summary>
/// Makes inputs out of others: flips, cuts, splices, odd numbers and words, and changes that know brackets and quotes, so that what comes out
/// is often nearly right. The same random numbers make the same inputs.
/// </summary>
public sealed class Mutator
{
    private const int LongestInput = 200_000;

    private static readonly SearchValues<byte> Edges = SearchValues.Create(",:{}[]()\"\n"u8);

    private static readonly byte[][] Odd =
    [
        .. new[]
        {
            "0", "-0", "-1", "9223372036854775807", "-9223372036854775808", "18446744073709551616", "1e308", "1e-400", "0.1", "NaN", "null", "true", "[]", "{}", "\"\"", "\\u0000",
            "\\ud800", "\\udc00", "\\ud83d\\ude00", "\r\n", "\t", "\"", "'", "\\", ",", ":", ";", "--", "/*", "//", "#", "%", "&a", "*a", "<<", "\u2028", "İ", "ß", "é", "😀", "\u0301",
        }.Select(Encoding.UTF8.GetBytes),
        [0], [0xff], [0xc3], [0xed, 0xa0, 0x80], [0xef, 0xbb, 0xbf], [0xff, 0xfe], [0x80], [0x1f, 0x8b],
    ];

    private readonly Random random;
    private readonly IReadOnlyList<byte[]> corpus;
    private readonly IReadOnlyList<byte[]> words;
    private byte[] bytes = [];

    /// <param name="random">Seeded, by whom the seed is told when a test fails.</param>
    /// <param name="corpus">What inputs are made from; at least one that is not empty.</param>
    /// <param name="words">Words of the language that is read, put in at random places.</param>
    public Mutator(Random random, IReadOnlyList<byte[]> corpus, params string[] words)
    {
        this.random = random;
        this.corpus = corpus;
        this.words = [.. words.Select(Encoding.UTF8.GetBytes), .. Odd];
    }

    /// <summary>One of the corpus, changed one to five times.</summary>
    public byte[] Next()
    {
        bytes = Seed();
        for (var left = random.Next(1, 6); left > 0; left--)
        {
            Change();
        }
        return bytes;
    }

    private byte[] Seed() => corpus[random.Next(corpus.Count)];

    private void Change()
    {
        var at = random.Next(bytes.Length + 1);
        switch (random.Next(12))
        {
            case 0:
                Flip(bit: true);
                break;
            case 1:
                Flip(bit: false);
                break;
            case 2:
                Replace(at, Length(at), []);
                break;
            case 3:
                bytes = bytes[..at];
                break;
            case 4:
                Replace(at, 0, bytes.AsSpan(at, Length(at)));
                break;
            case 5:
                Splice(at);
                break;
            case 6:
                Replace(at, 0, Word());
                break;
            case 7:
                ReplaceValue(at);
                break;
            case 8:
                Nest(at);
                break;
            case 9:
                Repeat(at);
                break;
            case 10:
                Exchange();
                break;
            default:
                var (from, length) = ValueAround(at);
                Replace(from, length, []);
                break;
        }
    }

    private ReadOnlySpan<byte> Word() => words[random.Next(words.Count)];

    private int Length(int at) => random.Next(Math.Min(bytes.Length - at, random.Next(4) == 0 ? 400 : 12) + 1);

    private void Flip(bool bit)
    {
        if (bytes.Length > 0)
        {
            bytes = [.. bytes];
            ref var one = ref bytes[random.Next(bytes.Length)];
            one = bit ? (byte)(one ^ (1 << random.Next(8))) : (byte)random.Next(256);
        }
    }

    private void Splice(int at)
    {
        var other = Seed();
        bytes = [.. bytes.AsSpan(0, at), .. other.AsSpan(random.Next(other.Length + 1))];
    }

    private void ReplaceValue(int at)
    {
        var (from, length) = ValueAround(at);
        Replace(from, length, Word());
    }

    /// <summary>Puts a value into lists or objects, many deep now and then.</summary>
    private void Nest(int at)
    {
        var (from, length) = ValueAround(at);
        var depth = random.Next(8) == 0 ? random.Next(2_000) : random.Next(1, 40);
        var (open, close) = random.Next(2) == 0 ? ("[", "]") : ("{\"a\":", "}");
        byte[] nested = [.. Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat(open, depth))), .. bytes.AsSpan(from, length), .. Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat(close, depth)))];
        Replace(from, length, nested);
    }

    /// <summary>The same value many times, with commas between.</summary>
    private void Repeat(int at)
    {
        var (from, length) = ValueAround(at);
        var times = random.Next(8) == 0 ? random.Next(3_000) : random.Next(1, 20);
        var one = bytes[from..(from + length)];
        var all = new List<byte>(one);
        for (var i = 0; i < times && all.Count < 50_000; i++)
        {
            all.Add((byte)',');
            all.AddRange(one);
        }
        Replace(from, length, all.ToArray());
    }

    /// <summary>Puts a value of another input, or of this one, where a value stands.</summary>
    private void Exchange()
    {
        var (into, length) = ValueAround(random.Next(bytes.Length + 1));
        var mine = bytes;
        bytes = random.Next(2) == 0 ? Seed() : bytes;
        var (from, taken) = ValueAround(random.Next(bytes.Length + 1));
        var value = bytes[from..(from + taken)];
        bytes = mine;
        Replace(into, length, value);
    }

    private void Replace(int at, int length, ReadOnlySpan<byte> with)
    {
        if (bytes.Length - length + with.Length <= LongestInput)
        {
            bytes = [.. bytes.AsSpan(0, at), .. with, .. bytes.AsSpan(at + length)];
        }
    }

    /// <summary>What stands between brackets, quotes or separators around a place; where brackets match it reaches to the matching one.</summary>
    private (int From, int Length) ValueAround(int at)
    {
        var from = at;
        while (from > 0 && !IsEdge(bytes[from - 1]))
        {
            from--;
        }
        if (from > 0 && bytes[from - 1] is (byte)'{' or (byte)'[' or (byte)'(' or (byte)'"')
        {
            from--;
        }
        if (from >= bytes.Length)
        {
            return (bytes.Length, 0);
        }
        var end = bytes[from] switch
        {
            (byte)'{' or (byte)'[' or (byte)'(' => Matching(from),
            (byte)'"' => bytes.AsSpan(from + 1).IndexOf((byte)'"') is var quote and >= 0 ? from + quote + 2 : bytes.Length,
            _ => bytes.AsSpan(from).IndexOfAny(Edges) is var stop and > 0 ? from + stop : from + 1,
        };
        return (from, end - from);
    }

    private int Matching(int from)
    {
        var depth = 0;
        for (var i = from; i < bytes.Length; i++)
        {
            depth += bytes[i] is (byte)'{' or (byte)'[' or (byte)'(' ? 1 : bytes[i] is (byte)'}' or (byte)']' or (byte)')' ? -1 : 0;
            if (depth == 0)
            {
                return i + 1;
            }
        }
        return bytes.Length;
    }

    private static bool IsEdge(byte one) => Edges.Contains(one);
}
