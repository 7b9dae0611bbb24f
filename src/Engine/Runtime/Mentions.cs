using System.Text;
using System.Text.Json;
using Ciclo.Core.Identity;

namespace Ciclo.Engine.Runtime;

/// <summary>
/// Finds the identifiers of a person in bytes that others wrote, as UTF-8 and as JSON escapes it, standing alone and not inside a longer word.
/// An e-mail address counts in any case of letters. A short id (fewer than 8 bytes, no @) could be anything: it counts only where it is all of
/// a quoted text or of a cell.
/// </summary>
internal sealed class Mentions
{
    private const int Distinctive = 8;

    private readonly List<(byte[] Pattern, int At, bool IsShort)> patterns = [];

    public Mentions(IEnumerable<Identifier> identifiers)
    {
        foreach (var value in identifiers.Select(identifier => identifier.Value).Where(value => value.Length > 0).Distinct(StringComparer.Ordinal))
        {
            var isShort = value.Length < Distinctive && !value.Contains('@', StringComparison.Ordinal);
            foreach (var form in new[] { value, JsonEncodedText.Encode(value).ToString(), Ascii(value) }.Distinct(StringComparer.Ordinal))
            {
                var bytes = Encoding.UTF8.GetBytes(form);
                patterns.Add((bytes, Array.IndexOf(bytes, (byte)'@'), isShort));
            }
        }
    }

    public bool Occur(ReadOnlySpan<byte> text) => Occurs(text, true);

    private bool Occurs(ReadOnlySpan<byte> text, bool withShort)
    {
        foreach (var (pattern, at, isShort) in patterns)
        {
            if (isShort && !withShort)
            {
                continue;
            }
            for (var from = 0; Find(text, from, pattern, at) is >= 0 and var place; from = place + 1)
            {
                if (StandsAlone(text, place, pattern, isShort))
                {
                    return true;
                }
            }
        }
        return false;
    }

    /// <summary>The same without the short ids.</summary>
    public bool OccurAtLength(ReadOnlySpan<byte> text) => Occurs(text, false);

    /// <summary>
    /// Puts as many other characters in their place: the text stays as long, and JSON stays JSON. True if there was any.
    /// <paramref name="withShort"/>: short ids too, where they are quoted.
    /// </summary>
    public bool Mask(Span<byte> text, bool withShort)
    {
        var isFound = false;
        foreach (var (pattern, at, isShort) in patterns)
        {
            if (isShort && !withShort)
            {
                continue;
            }
            // A number among JSON must stay one.
            var filler = pattern.AsSpan().ContainsAnyExceptInRange((byte)'0', (byte)'9') ? (byte)'*' : (byte)'9';
            for (var from = 0; Find(text, from, pattern, at) is >= 0 and var place; from = place + 1)
            {
                if (StandsAlone(text, place, pattern, isShort))
                {
                    text.Slice(place, pattern.Length).Fill(filler);
                    isFound = true;
                }
            }
        }
        return isFound;
    }

    private static int Find(ReadOnlySpan<byte> text, int from, byte[] pattern, int at)
    {
        if (at < 0)
        {
            var found = text[from..].IndexOf(pattern);
            return found < 0 ? -1 : from + found;
        }
        for (var i = from + at; i < text.Length; i++)
        {
            var next = text[i..].IndexOf((byte)'@');
            if (next < 0)
            {
                return -1;
            }
            i += next;
            var place = i - at;
            if (place + pattern.Length <= text.Length && System.Text.Ascii.EqualsIgnoreCase(text.Slice(place, pattern.Length), pattern))
            {
                return place;
            }
            if (place + pattern.Length <= text.Length && text.Slice(place, pattern.Length).SequenceEqual(pattern))
            {
                return place;
            }
        }
        return -1;
    }

    private static bool StandsAlone(ReadOnlySpan<byte> text, int place, byte[] pattern, bool isShort)
    {
        var end = place + pattern.Length;
        if (isShort)
        {
            return (place == 0 || IsQuote(text[place - 1])) && (end == text.Length || IsQuote(text[end]));
        }
        var isEscape = place > 1 && text[place - 2] == '\\' && text[place - 1] is (byte)'n' or (byte)'r' or (byte)'t';
        if (place > 0 && !isEscape && (IsWord(text[place - 1]) || text[place - 1] is (byte)'.' or (byte)'+'))
        {
            return false;
        }
        return end == text.Length || !(IsWord(text[end]) || (text[end] == '.' && end + 1 < text.Length && IsWord(text[end + 1])));
    }

    private static bool IsQuote(byte one) => one is (byte)'"' or (byte)',' or (byte)';' or (byte)'\t' or (byte)'\n' or (byte)'\r';

    private static bool IsWord(byte one) => char.IsAsciiLetterOrDigit((char)one) || one is (byte)'_' or (byte)'-' or >= 0x80;

    /// <summary>As libraries write it that send ASCII alone.</summary>
    private static string Ascii(string value)
    {
        var text = new StringBuilder();
        foreach (var one in value)
        {
            text.Append(one < 0x80 ? one.ToString() : $"\\u{(int)one:x4}");
        }
        return text.ToString();
    }
}
