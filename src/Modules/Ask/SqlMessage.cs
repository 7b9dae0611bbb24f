namespace Ciclo.Modules.Ask;

/// <summary>DuckDB's words, read for where in the question they point to.</summary>
internal static class SqlMessage
{
    private const string LineMark = "LINE ";

    public static AskError Read(string message, string sql, AskOptions options)
    {
        if (message.StartsWith("Out of Memory", StringComparison.OrdinalIgnoreCase))
        {
            return AskError.TooMuchMemory(options.MemoryMb);
        }
        var (line, column) = PlaceOf(message, sql);
        var at = message.IndexOf("\n\n" + LineMark, StringComparison.Ordinal);
        return AskError.Wrong((at < 0 ? message : message[..at]).Trim(), line, column);
    }

    /// <summary>
    /// Reads `LINE 2: …piece of the line…` and the caret below it. A long line is shown as a piece of it with dots, so the piece is looked for in the question.
    /// </summary>
    private static (int? Line, int? Column) PlaceOf(string message, string sql)
    {
        var lines = message.Split('\n');
        var at = Array.FindIndex(lines, one => one.StartsWith(LineMark, StringComparison.Ordinal));
        if (at < 0 || at + 1 >= lines.Length || lines[at].IndexOf(": ", StringComparison.Ordinal) is not (> 0 and var colon)
            || !int.TryParse(lines[at].AsSpan(LineMark.Length, colon - LineMark.Length), out var line) || line < 1)
        {
            return (null, null);
        }
        var asked = sql.Split('\n');
        var (caret, piece) = (lines[at + 1].IndexOf('^', StringComparison.Ordinal) - colon - 2, lines[at][(colon + 2)..]);
        if (caret < 0 || line > asked.Length)
        {
            return (line, null);
        }
        var dots = piece.StartsWith("...", StringComparison.Ordinal) ? 3 : 0;
        var core = piece[dots..];
        core = core.EndsWith("...", StringComparison.Ordinal) ? core[..^3] : core;
        var start = asked[line - 1].IndexOf(core.TrimEnd(), StringComparison.Ordinal);
        return (line, Math.Clamp(Math.Max(0, start) + caret - dots + 1, 1, asked[line - 1].Length + 1));
    }
}
