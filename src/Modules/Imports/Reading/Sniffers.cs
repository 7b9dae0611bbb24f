namespace Ciclo.Modules.Imports;

/// <summary>Finds out how a CSV file is cut, from its beginning.</summary>
internal static class DelimiterSniffer
{
    private const int Rows = 100;

    // The comma comes last: it is the one of them that stands inside numbers and sentences too.
    private static readonly char[] Candidates = [';', '\t', '|', ','];

    /// <summary>
    /// The delimiter under which most rows have as many cells as the first, and at least two; where the columns are known, as many as those.
    /// Between equals, the one with more cells, then the rarer. A comma where none divides anything.
    /// </summary>
    internal static char Sniff(ReadOnlySpan<byte> sample, bool isWhole, int? columns)
    {
        var best = (Share: 0d, Cells: 0, Delimiter: ',');
        foreach (var candidate in Candidates)
        {
            var (share, cells) = Score(sample, isWhole, candidate, columns);
            if (cells >= 2 && (share > best.Share || (share == best.Share && cells > best.Cells)))
            {
                best = (share, cells, candidate);
            }
        }
        return best.Delimiter;
    }

    private static (double Share, int Cells) Score(ReadOnlySpan<byte> sample, bool isWhole, char delimiter, int? columns)
    {
        var rows = new CsvRows((byte)delimiter);
        var builder = new RowBuilder();
        var (read, alike, wanted) = (0, 0, columns ?? 0);
        while (read < Rows && !sample.IsEmpty)
        {
            var outcome = rows.Read(sample, isWhole, builder, 0, out var consumed);
            if (outcome == RowOutcome.NeedMore)
            {
                break;
            }
            if (outcome == RowOutcome.Empty)
            {
                sample = sample[consumed..];
                continue;
            }
            read++;
            if (outcome == RowOutcome.Row)
            {
                wanted = wanted == 0 ? rows.Cells : wanted;
                alike += rows.Cells == wanted ? 1 : 0;
            }
            else
            {
                consumed = sample.IndexOf((byte)'\n') is var end and >= 0 ? end + 1 : sample.Length;
            }
            sample = sample[consumed..];
        }
        return (read == 0 ? 0 : alike / (double)read, alike == 0 ? 0 : wanted);
    }
}

/// <summary>Finds out whether a file's decimal mark is a comma, from the cells that leave no doubt; where all do, a semicolon between cells speaks for it.</summary>
internal sealed class DecimalSniffer
{
    private static readonly System.Buffers.SearchValues<byte> NumberBytes = System.Buffers.SearchValues.Create("0123456789.,"u8);

    private long commas;
    private long points;
    private long doubtfulCommas;

    internal void Look(ReadOnlySpan<byte> cell)
    {
        cell = cell.Trim(" \t"u8);
        var digits = cell is [(byte)'-' or (byte)'+', ..] ? cell[1..] : cell;
        var comma = digits.LastIndexOf((byte)',');
        var point = digits.LastIndexOf((byte)'.');
        if ((comma < 0 && point < 0) || digits.ContainsAnyExcept(NumberBytes))
        {
            return;
        }
        if (comma >= 0 && point >= 0)
        {
            Count(comma > point);
            return;
        }
        var at = Math.Max(comma, point);
        var isRepeated = digits.IndexOf(digits[at]) != at;
        var isDecimal = digits.Length - at - 1 != 3 || at > 3 || at == 0 || digits[0] == '0';
        if (isRepeated || isDecimal)
        {
            Count(isRepeated ? comma < 0 : comma >= 0);
        }
        else
        {
            doubtfulCommas += comma >= 0 ? 1 : 0;
        }
    }

    internal bool IsComma(char delimiter) => commas > points || (commas == 0 && points == 0 && doubtfulCommas > 0 && delimiter == ';');

    private void Count(bool isComma)
    {
        commas += isComma ? 1 : 0;
        points += isComma ? 0 : 1;
    }
}

/// <summary>Finds out which columns hold numbers: those where each non-empty cell of the first <see cref="Rows"/> rows is one, and there is one.</summary>
internal static class TypeSniffer
{
    internal const int Rows = 1_000;

    internal static ColumnType[] Sniff(IReadOnlyList<Row> rows, int columns, NumberFormat numbers)
    {
        var seen = new bool[columns];
        var isText = new bool[columns];
        foreach (var row in rows)
        {
            for (var column = 0; column < columns; column++)
            {
                if (!isText[column] && row.RawOf(column).ContainsAnyExcept(" \t"u8))
                {
                    seen[column] = true;
                    isText[column] = !numbers.IsNumber(row.RawOf(column));
                }
            }
        }
        return [.. Enumerable.Range(0, columns).Select(column => seen[column] && !isText[column] ? ColumnType.Number : ColumnType.Text)];
    }
}
