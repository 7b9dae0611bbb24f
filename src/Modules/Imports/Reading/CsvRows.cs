using System.Buffers;

namespace Ciclo.Modules.Imports;

internal enum RowOutcome
{
    /// <summary>The row is whole; whether its cells are as many as the columns is another question.</summary>
    Row,
    /// <summary>An empty line: no row.</summary>
    Empty,
    /// <summary>The text ends before the row does.</summary>
    NeedMore,
    /// <summary>A quoted cell is not closed before the file ends.</summary>
    Unclosed,
    /// <summary>Something other than a delimiter follows a closing quote.</summary>
    AfterQuote,
}

/// <summary>
/// Cuts rows by RFC 4180, with a delimiter of choice; a blank as delimiter means runs of blanks and tabs. A quote opens only at the beginning
/// of a cell; a carriage return before the line feed is no content. Our own reader, because each row must give its line number and its text
/// as it stands even where it is broken, go on behind a broken one, and cost no strings: the library at hand promises none of the three.
/// </summary>
internal sealed class CsvRows(byte delimiter)
{
    private readonly SearchValues<byte> ends = SearchValues.Create([delimiter, (byte)'\n']);

    internal bool IsWhitespace { get; } = delimiter == ' ';

    /// <summary>How many cells the last row has.</summary>
    internal int Cells { get; private set; }

    /// <summary>
    /// Reads one row from the beginning of <paramref name="text"/> into <paramref name="row"/>, which keeps <paramref name="columns"/> cells.
    /// For Row and Empty, <paramref name="consumed"/> is its length with its line end.
    /// </summary>
    internal RowOutcome Read(ReadOnlySpan<byte> text, bool isLast, RowBuilder row, int columns, out int consumed)
    {
        Cells = 0;
        row.Begin(columns);
        return IsWhitespace ? ReadBlanks(text, isLast, row, columns, out consumed) : ReadCells(text, isLast, row, columns, out consumed);
    }

    private RowOutcome ReadCells(ReadOnlySpan<byte> text, bool isLast, RowBuilder row, int columns, out int consumed)
    {
        consumed = 0;
        if (text is [(byte)'\n', ..] or [(byte)'\r', (byte)'\n', ..])
        {
            consumed = text[0] == '\n' ? 1 : 2;
            return RowOutcome.Empty;
        }
        while (true)
        {
            var isQuoted = consumed < text.Length && text[consumed] == '"';
            var from = BeginCell(row);
            var outcome = isQuoted
                ? TakeQuoted(text, isLast, row, ref consumed, out var isEnd)
                : TakePlain(text, isLast, row, ref consumed, out isEnd);
            if (outcome != RowOutcome.Row)
            {
                return outcome;
            }
            EndCell(row, from, columns);
            if (isEnd)
            {
                return RowOutcome.Row;
            }
        }
    }

    private RowOutcome TakePlain(ReadOnlySpan<byte> text, bool isLast, RowBuilder row, ref int at, out bool isEnd)
    {
        var rest = text[at..];
        var length = rest.IndexOfAny(ends);
        isEnd = length < 0 || rest[length] == '\n';
        if (length < 0)
        {
            if (!isLast)
            {
                return RowOutcome.NeedMore;
            }
            length = rest.Length;
        }
        var content = rest[..length];
        row.Append(isEnd && content is [.., (byte)'\r'] ? content[..^1] : content);
        at += Math.Min(length + 1, rest.Length);
        return RowOutcome.Row;
    }

    private RowOutcome TakeQuoted(ReadOnlySpan<byte> text, bool isLast, RowBuilder row, ref int at, out bool isEnd)
    {
        isEnd = false;
        at++;
        while (true)
        {
            var quote = text[at..].IndexOf((byte)'"');
            if (quote < 0)
            {
                return isLast ? RowOutcome.Unclosed : RowOutcome.NeedMore;
            }
            row.Append(text.Slice(at, quote));
            at += quote + 1;
            if (at >= text.Length || text[at] != '"')
            {
                break;
            }
            row.Append((byte)'"');
            at++;
        }
        // The quote may be the first half of two, and a carriage return the first half of a line end.
        if (!isLast && text.Length - at < 2)
        {
            return RowOutcome.NeedMore;
        }
        if (text[at..] is [] or [(byte)'\n', ..] or [(byte)'\r', (byte)'\n', ..] or [(byte)'\r'])
        {
            isEnd = true;
            at = Math.Min(text.Length, at + (at < text.Length && text[at] == '\r' ? 2 : 1));
            return RowOutcome.Row;
        }
        return text[at++] == delimiter ? RowOutcome.Row : RowOutcome.AfterQuote;
    }

    private RowOutcome ReadBlanks(ReadOnlySpan<byte> text, bool isLast, RowBuilder row, int columns, out int consumed)
    {
        var length = text.IndexOf((byte)'\n');
        consumed = length < 0 ? text.Length : length + 1;
        if (length < 0 && !isLast)
        {
            return RowOutcome.NeedMore;
        }
        var line = text[..(length < 0 ? text.Length : length)].Trim(" \t\r"u8);
        if (line.IsEmpty)
        {
            return RowOutcome.Empty;
        }
        while (!line.IsEmpty)
        {
            var end = line.IndexOfAny((byte)' ', (byte)'\t');
            var from = BeginCell(row);
            row.Append(end < 0 ? line : line[..end]);
            EndCell(row, from, columns);
            line = end < 0 ? default : line[end..].TrimStart(" \t"u8);
        }
        return RowOutcome.Row;
    }

    private int BeginCell(RowBuilder row)
    {
        if (Cells > 0)
        {
            row.Append(Row.Separator);
        }
        return row.ContentLength;
    }

    private void EndCell(RowBuilder row, int from, int columns)
    {
        if (Cells < columns)
        {
            row.SetCell(Cells, from, row.ContentLength - from, CellKind.Text);
        }
        Cells++;
    }
}
