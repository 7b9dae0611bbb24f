using System.Globalization;

namespace Ciclo.Engine.Hosting;

/// <summary>
/// Pages of rows that are sorted by a text (ordinal). A cursor holds the text of the last row given and how many rows of that text there were:
/// so no row is given twice or left out where others come and go between two pages.
/// </summary>
public static class RowPages
{
    /// <summary>Null for a cursor that is none.</summary>
    public static Page<T>? Take<T>(IEnumerable<T> rows, Func<T, string> key, string? cursor, int limit)
    {
        if (!TryRead(cursor, out var last, out var given))
        {
            return null;
        }
        var page = new List<T>();
        var sameAsLast = 0;
        foreach (var row in rows)
        {
            var order = last is null ? 1 : string.CompareOrdinal(key(row), last);
            if (order < 0 || (order == 0 && ++sameAsLast <= given))
            {
                continue;
            }
            if (page.Count == limit)
            {
                return new Page<T>(page, CursorAfter(page, key, last, given));
            }
            page.Add(row);
        }
        return new Page<T>(page, null);
    }

    private static string CursorAfter<T>(List<T> page, Func<T, string> key, string? last, int given)
    {
        var end = key(page[^1]);
        var count = page.Count - page.FindIndex(row => key(row) == end) + (end == last ? given : 0);
        return Paging.Cursor(string.Create(CultureInfo.InvariantCulture, $"{count}:{end}"));
    }

    private static bool TryRead(string? cursor, out string? last, out int given)
    {
        last = null;
        given = 0;
        if (!Paging.TryReadCursor(cursor, out var position))
        {
            return false;
        }
        if (position is null)
        {
            return true;
        }
        var colon = position.IndexOf(':', StringComparison.Ordinal);
        if (colon < 0 || !int.TryParse(position.AsSpan(0, colon), NumberStyles.None, CultureInfo.InvariantCulture, out given))
        {
            return false;
        }
        last = position[(colon + 1)..];
        return true;
    }
}
