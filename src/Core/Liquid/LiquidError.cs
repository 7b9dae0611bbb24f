namespace Ciclo.Core.Liquid;

/// <summary>What is wrong with a template, or what went wrong while it was rendered; 1-based line and column, of the snippet <paramref name="Snippet"/> where it lies in one.</summary>
public sealed record LiquidError(Text Message, int Line, int Column, string Snippet = "")
{
    /// <summary>`Line 3, column 14. …`</summary>
    public string Say(Language language)
    {
        var place = language == Language.Es ? $"Línea {Line}, columna {Column}" : $"Line {Line}, column {Column}";
        var where = Snippet.Length == 0 ? "" : language == Language.Es ? $" del fragmento «{Snippet}»" : $" of the snippet “{Snippet}”";
        return $"{place}{where}. {Message.In(language)}";
    }

    public Text Said => new(Say(Language.En), Say(Language.Es));
}

/// <summary>Ends parsing or rendering; never leaves this folder. The place is that of <paramref name="at"/> in <paramref name="source"/>, or is not known yet.</summary>
internal sealed class LiquidException(Text message, LiquidSource? source = null, int at = 0) : Exception(message.En)
{
    public Text Told => message;

    public LiquidSource? In => source;

    public LiquidError ToError()
    {
        var (line, column) = source?.PlaceOf(at) ?? (1, 1);
        return new LiquidError(message, line, column, source?.Name ?? "");
    }
}

/// <summary>The text of a template or of a snippet with a name.</summary>
internal sealed record LiquidSource(string Text, string Name = "")
{
    public (int Line, int Column) PlaceOf(int at)
    {
        var before = Text.AsSpan(0, Math.Clamp(at, 0, Text.Length));
        return (before.Count('\n') + 1, before.Length - before.LastIndexOf('\n'));
    }

    /// <summary>A piece to show in a message.</summary>
    public string Piece(int begin, int end)
    {
        const int Longest = 32;
        var (from, to) = (Math.Clamp(begin, 0, Text.Length), Math.Clamp(end, 0, Text.Length));
        var piece = to > from ? Text[from..to].ReplaceLineEndings(" ") : "";
        return piece.Length > Longest ? piece[..(Longest - 1)] + "…" : piece;
    }
}
