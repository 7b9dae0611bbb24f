using System.Buffers;
using System.Text;

namespace Ciclo.Core.Mail;

/// <summary>
/// The encoding of text parts (RFC 2045, 6.7). A dot at the beginning of a line is encoded too, so that no line has to be stuffed on the way, and `From ` so that no mailbox quotes
/// it: either would break a signature.
/// </summary>
public static class QuotedPrintable
{
    private const int Widest = 76;

    private static ReadOnlySpan<byte> Hex => "0123456789ABCDEF"u8;

    /// <summary>What stands for itself, a space at the end of a line aside.</summary>
    private static readonly SearchValues<byte> Plain = SearchValues.Create([.. Enumerable.Range(32, 95).Where(b => b != '=').Select(b => (byte)b)]);

    /// <summary>Writes UTF-8 text; any line end of the text becomes CRLF, and the output ends with one.</summary>
    public static void Write(string text, IBufferWriter<byte> into)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        // Three bytes for each, a soft break for every 73 of them, and the end.
        var output = into.GetSpan((bytes.Length * 3) + (bytes.Length * 3 / 70 * 3) + 16);
        var (at, column) = (0, 0);
        for (var i = 0; i < bytes.Length; i++)
        {
            if (Math.Min(PlainAt(bytes.AsSpan(i)), Widest - 1 - column) is > 0 and var plain && (column > 0 || !IsFragile(bytes[i])))
            {
                bytes.AsSpan(i, plain).CopyTo(output[at..]);
                (at, column, i) = (at + plain, column + plain, i + plain - 1);
                continue;
            }
            var b = bytes[i];
            if (b is (byte)'\n' or (byte)'\r')
            {
                i += b == '\r' && i + 1 < bytes.Length && bytes[i + 1] == '\n' ? 1 : 0;
                output[at++] = (byte)'\r';
                output[at++] = (byte)'\n';
                column = 0;
                continue;
            }
            var endsLine = i + 1 == bytes.Length || bytes[i + 1] is (byte)'\n' or (byte)'\r';
            var isEncoded = (b is < 32 or > 126 or (byte)'=' && b != '\t')
                || (endsLine && (b is (byte)' ' or (byte)'\t'))
                || (column == 0 && IsFragile(b));
            var width = isEncoded ? 3 : 1;
            if (column + width > Widest - 1)
            {
                output[at++] = (byte)'=';
                output[at++] = (byte)'\r';
                output[at++] = (byte)'\n';
                column = 0;
                isEncoded |= IsFragile(b);
                width = isEncoded ? 3 : 1;
            }
            if (isEncoded)
            {
                output[at++] = (byte)'=';
                output[at++] = Hex[b >> 4];
                output[at++] = Hex[b & 15];
            }
            else
            {
                output[at++] = b;
            }
            column += width;
        }
        if (column > 0)
        {
            output[at++] = (byte)'\r';
            output[at++] = (byte)'\n';
        }
        into.Advance(at);
    }

    /// <summary>How many bytes from here on stand for themselves, as far as a line goes.</summary>
    private static int PlainAt(ReadOnlySpan<byte> bytes)
    {
        var near = bytes[..Math.Min(bytes.Length, Widest)];
        var until = near.IndexOfAnyExcept(Plain);
        var length = until < 0 ? near.Length : until;
        var endsLine = until < 0 ? near.Length == bytes.Length : bytes[until] is (byte)'\n' or (byte)'\r';
        return endsLine && length > 0 && bytes[length - 1] == ' ' ? length - 1 : length;
    }

    /// <summary>A dot, or the first letter of `From`: not to begin a line with.</summary>
    private static bool IsFragile(byte b) => b is (byte)'.' or (byte)'F';

    /// <summary>Reads it back; what is no encoding stands for itself.</summary>
    public static byte[] Decode(ReadOnlySpan<byte> text)
    {
        var output = new byte[text.Length];
        var at = 0;
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] != '=')
            {
                output[at++] = text[i];
            }
            else if (i + 2 < text.Length && char.IsAsciiHexDigit((char)text[i + 1]) && char.IsAsciiHexDigit((char)text[i + 2]))
            {
                output[at++] = (byte)((Convert.FromHexString([(char)text[i + 1], (char)text[i + 2]]))[0]);
                i += 2;
            }
            else if (i + 1 < text.Length && text[i + 1] is (byte)'\r' or (byte)'\n')
            {
                i += text[i + 1] == '\r' && i + 2 < text.Length && text[i + 2] == '\n' ? 2 : 1;
            }
            else
            {
                output[at++] = text[i];
            }
        }
        return output[..at];
    }
}
