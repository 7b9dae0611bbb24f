using System.Text;

namespace Ciclo.Core.Mail;

/// <summary>
/// Writes one header line of a message: folded at 76 characters (RFC 5322), text beyond ASCII as encoded words (RFC 2047). What would break a line is
/// taken out of every value, so that no value can begin a header of its own.
/// </summary>
public sealed class HeaderWriter
{
    private const int Widest = 76;

    /// <summary>Bytes of UTF-8 in one encoded word: 45 in base 64 are 60 characters, with `=?utf-8?B?…?=` 72.</summary>
    private const int WordBytes = 45;

    /// <summary>Characters of an encoded word around its base 64.</summary>
    private const int Around = 12;

    private readonly StringBuilder into;
    private int column;

    public HeaderWriter(StringBuilder into, string name)
    {
        this.into = into;
        into.Append(name).Append(':');
        column = name.Length + 1;
    }

    /// <summary>Adds a piece that is not broken; a fold goes before it where the line would be too wide.</summary>
    public HeaderWriter Add(string piece)
    {
        var clean = Clean(piece);
        if (column + 1 + clean.Length > Widest && column > 1)
        {
            into.Append("\r\n ");
            column = 1;
        }
        else
        {
            into.Append(' ');
            column++;
        }
        into.Append(clean);
        column += clean.Length;
        return this;
    }

    /// <summary>Adds unstructured text, such as a subject: its words where all is ASCII, else encoded words.</summary>
    public HeaderWriter Text(string text)
    {
        var clean = Clean(text);
        if (IsPlain(clean))
        {
            foreach (var word in clean.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            {
                Add(word);
            }
            return this;
        }
        return Encoded(clean);
    }

    /// <summary>Adds a name before an address: as it is, quoted, or as encoded words.</summary>
    public HeaderWriter Phrase(string name)
    {
        var clean = Clean(name);
        return !IsPlain(clean) ? Encoded(clean)
            : clean.All(c => char.IsAsciiLetterOrDigit(c) || c is ' ' or '-' or '\'' or '_' or '+') ? Text(clean)
            : Add("\"" + clean.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal) + "\"");
    }

    public void End() => into.Append("\r\n");

    /// <summary>A value on one line: whatever ends lines, and other control characters, becomes a blank.</summary>
    public static string Clean(string text)
    {
        if (!text.AsSpan().ContainsAnyInRange('\0', '\u001f') && text.AsSpan().IndexOfAny('\u007f', '\u2028', '\u2029') < 0)
        {
            return text;
        }
        return string.Concat(text.Select(c => char.IsControl(c) || c is '\u2028' or '\u2029' ? ' ' : c)).Trim();
    }

    /// <summary>ASCII, no word so long that its line could not be folded, and nothing that could be read as an encoded word.</summary>
    private static bool IsPlain(string text) => Ascii.IsValid(text) && !text.Contains("=?", StringComparison.Ordinal) && text.Split(' ').All(word => word.Length < Widest - 2);

    /// <summary>Words of whole characters: a reader that decodes each alone sees no half of one.</summary>
    private HeaderWriter Encoded(string text)
    {
        Span<byte> bytes = stackalloc byte[WordBytes];
        var filled = 0;
        // The first word fits beside the header's name.
        var room = Math.Clamp((Widest - column - 1 - Around) / 4 * 3, 6, WordBytes);
        foreach (var rune in text.EnumerateRunes())
        {
            if (filled + rune.Utf8SequenceLength > room)
            {
                Add("=?utf-8?B?" + Convert.ToBase64String(bytes[..filled]) + "?=");
                (filled, room) = (0, WordBytes);
            }
            filled += rune.EncodeToUtf8(bytes[filled..]);
        }
        return Add("=?utf-8?B?" + Convert.ToBase64String(bytes[..filled]) + "?=");
    }
}
