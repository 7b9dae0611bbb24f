namespace Ciclo.Modules.Imports;

/// <summary>The cells of many rows, in stretches of a few megabytes of text, with four bytes beside each cell and each row.</summary>
internal sealed class ColumnText(int columns)
{
    private const int PageBytes = 1 << 22;

    private readonly int width = columns + 1;
    private readonly List<byte[]> pages = [];
    private readonly List<int> firstRows = [];
    private readonly List<long> lines = [];

    /// <summary>Where each cell of a row begins in its page, and where the row's last one would end had it a separator too.</summary>
    private int[] starts = new int[1 << 12];
    private int used = PageBytes;
    private long bytes;
    private bool areLinesRows = true;

    internal int Rows { get; private set; }

    /// <summary>False if it would be more than that many bytes.</summary>
    internal bool TryAdd(in Row row, long mostBytes)
    {
        var content = row.Content;
        bytes += content.Length + 1;
        if (bytes > mostBytes)
        {
            return false;
        }
        if (used + content.Length > PageBytes)
        {
            pages.Add(new byte[Math.Max(PageBytes, content.Length)]);
            firstRows.Add(Rows);
            used = 0;
        }
        var at = Rows * width;
        if (at + width > starts.Length)
        {
            Array.Resize(ref starts, (int)Math.Min(Array.MaxLength, Math.Max(at + width, starts.Length * 2L)));
        }
        content.CopyTo(pages[^1].AsSpan(used));
        starts[at] = used;
        for (var cell = 0; cell < columns; cell++)
        {
            starts[at + cell + 1] = starts[at + cell] + row.RawOf(cell).Length + 1;
        }
        used += content.Length;
        KeepLine(row.Line);
        Rows++;
        return true;
    }

    internal ReadOnlySpan<byte> Cell(int row, int column)
    {
        var at = (row * width) + column;
        return pages[PageOf(row)].AsSpan(starts[at], starts[at + 1] - starts[at] - 1);
    }

    internal long LineOf(int row) => areLinesRows ? row + 2 : lines[row];

    /// <summary>Nearly always each row is a line, from the second on; lines are kept only where that is not so.</summary>
    private void KeepLine(long line)
    {
        if (areLinesRows && line == Rows + 2)
        {
            return;
        }
        if (areLinesRows)
        {
            areLinesRows = false;
            lines.AddRange(Enumerable.Range(2, Rows).Select(before => (long)before));
        }
        lines.Add(line);
    }

    private int PageOf(int row)
    {
        var found = firstRows.BinarySearch(row);
        return found >= 0 ? found : ~found - 1;
    }
}
