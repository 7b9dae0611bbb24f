namespace Ciclo.Core.Liquid;

internal enum LiquidTokenKind
{
    Html = 0,
    Output = 1,
    Tag = 2,
}

/// <summary>A piece of a template: text, `{{ … }}` or `{% … %}`. Content is what lies between the marks, or the text that is left after trimming.</summary>
internal sealed class LiquidToken(LiquidTokenKind kind, LiquidSource source, int begin, int end)
{
    public LiquidTokenKind Kind => kind;

    public LiquidSource Source => source;

    public int Begin => begin;

    public int End => end;

    public required int ContentBegin { get; set; }

    public required int ContentEnd { get; set; }

    public bool TrimsLeft { get; private set; }

    public bool TrimsRight { get; private set; }

    /// <summary>Of a tag.</summary>
    public string Name { get; private set; } = "";

    /// <summary>Of a tag, behind its name.</summary>
    public LiquidReader Reader { get; private set; } = null!;

    public string Content => ContentEnd > ContentBegin ? source.Text[ContentBegin..ContentEnd] : "";

    /// <summary>What a tag says behind its name.</summary>
    public string Arguments => Reader.Remaining;

    public LiquidException Error(Text message) => new(message, source, begin);

    public string Piece => source.Piece(begin, end);

    /// <summary>A tag or an output whose content lies between these two.</summary>
    public static LiquidToken Delimited(LiquidTokenKind kind, LiquidSource source, int begin, int end, int contentBegin, int contentEnd)
    {
        var text = source.Text;
        var token = new LiquidToken(kind, source, begin, end) { ContentBegin = contentBegin, ContentEnd = contentEnd };
        token.TrimsLeft = contentBegin < text.Length && text[contentBegin] == '-';
        token.TrimsRight = contentEnd > 0 && text[contentEnd - 1] == '-';
        var (left, right) = (token.TrimsLeft ? contentBegin + 1 : contentBegin, token.TrimsRight ? contentEnd - 1 : contentEnd);
        while (left < right && LiquidReader.IsBlank(text[left]))
        {
            left++;
        }
        while (right > left && LiquidReader.IsBlank(text[right - 1]))
        {
            right--;
        }
        (token.ContentBegin, token.ContentEnd) = (left, Math.Max(left, right));
        if (kind == LiquidTokenKind.Tag)
        {
            token.Reader = new LiquidReader(source, token.ContentBegin, token.ContentEnd);
            token.Name = token.Reader.TagName();
            if (token.Name.Length == 0)
            {
                throw token.Error(new("Expected the name of a tag here, such as {% if … %}.", "Aquí va el nombre de una etiqueta, como {% if … %}."));
            }
            token.Reader.SkipBlanks();
        }
        return token;
    }
}

/// <summary>Cuts a template into its pieces and takes blanks away where `{{-` and `-%}` say so.</summary>
internal sealed class LiquidScanner(LiquidSource source)
{
    private readonly string text = source.Text;
    private int at;
    private int rawFrom = -1;

    public List<LiquidToken> Read()
    {
        var tokens = new List<LiquidToken>();
        while (at < text.Length)
        {
            tokens.Add(rawFrom >= 0 ? RawOrItsEnd() : Starts("{%") ? Tag() : Starts("{{") ? Output() : Html());
        }
        Trim(tokens);
        return tokens;
    }

    /// <summary>The lines of a `liquid` tag, each a tag.</summary>
    public static List<LiquidToken> ReadLines(LiquidSource source, int from, int to)
    {
        var tokens = new List<LiquidToken>();
        for (var begin = from; ;)
        {
            while (begin < to && LiquidReader.IsBlank(source.Text[begin]))
            {
                begin++;
            }
            if (begin >= to)
            {
                return tokens;
            }
            var end = source.Text.IndexOf('\n', begin, to - begin) is var line and >= 0 ? line + 1 : to;
            tokens.Add(LiquidToken.Delimited(LiquidTokenKind.Tag, source, begin, end, begin, end));
            begin = end;
        }
    }

    private bool Starts(string mark) => string.CompareOrdinal(text, at, mark, 0, mark.Length) == 0;

    private LiquidToken Html()
    {
        var begin = at;
        for (at++; at < text.Length && !Starts("{%") && !Starts("{{"); at++)
        {
        }
        return new LiquidToken(LiquidTokenKind.Html, source, begin, at) { ContentBegin = begin, ContentEnd = at };
    }

    private LiquidToken Tag()
    {
        var begin = at;
        // From behind the first brace, as others read it: `{%}` is a tag without a name.
        var close = text.IndexOf("%}", begin + 1, StringComparison.Ordinal);
        if (close < 0)
        {
            throw new LiquidException(new($"The tag {source.Piece(begin, text.Length)} is not closed: %}} is missing.", $"La etiqueta {source.Piece(begin, text.Length)} no se cierra: falta %}}."), source, begin);
        }
        at = close + 2;
        var token = LiquidToken.Delimited(LiquidTokenKind.Tag, source, begin, at, begin + 2, close);
        if (token.Name == "raw")
        {
            rawFrom = begin;
        }
        return token;
    }

    private LiquidToken Output()
    {
        var begin = at;
        while (at < text.Length)
        {
            if (text[at] is '"' or '\'')
            {
                at = LiquidReader.EndOfQuoted(text, at, text.Length);
                continue;
            }
            at++;
            if (at >= 2 && text[at - 1] == '}' && text[at - 2] == '}')
            {
                return LiquidToken.Delimited(LiquidTokenKind.Output, source, begin, at, begin + 2, at - 2);
            }
        }
        throw new LiquidException(new($"The output {source.Piece(begin, text.Length)} is not closed: }}}} is missing.", $"La salida {source.Piece(begin, text.Length)} no se cierra: falta }}}}."), source, begin);
    }

    private LiquidToken RawOrItsEnd()
    {
        var begin = at;
        for (var open = text.IndexOf("{%", at, StringComparison.Ordinal); open >= 0; open = text.IndexOf("{%", open + 2, StringComparison.Ordinal))
        {
            var name = new LiquidReader(source, text.AsSpan(open + 2).StartsWith("-") ? open + 3 : open + 2, text.Length).Identifier();
            if (name != "endraw" || text.IndexOf("%}", open + 2, StringComparison.Ordinal) is not (>= 0 and var close))
            {
                continue;
            }
            if (open > begin)
            {
                at = open;
                return new LiquidToken(LiquidTokenKind.Html, source, begin, open) { ContentBegin = begin, ContentEnd = open };
            }
            rawFrom = -1;
            at = close + 2;
            return LiquidToken.Delimited(LiquidTokenKind.Tag, source, begin, at, begin + 2, close);
        }
        throw new LiquidException(new("The tag {% raw %} is not closed: {% endraw %} is missing.", "La etiqueta {% raw %} no se cierra: falta {% endraw %}."), source, rawFrom);
    }

    private static void Trim(List<LiquidToken> tokens)
    {
        var isRaw = false;
        for (var i = 0; i < tokens.Count; i++)
        {
            var token = tokens[i];
            if (token.Kind == LiquidTokenKind.Html)
            {
                continue;
            }
            if (!isRaw && token.TrimsLeft && i > 0 && tokens[i - 1] is { Kind: LiquidTokenKind.Html } before)
            {
                while (before.ContentEnd > before.ContentBegin && LiquidReader.IsBlank(before.Source.Text[before.ContentEnd - 1]))
                {
                    before.ContentEnd--;
                }
            }
            isRaw = token.Kind == LiquidTokenKind.Tag && token.Name == "raw" || (isRaw && !(token.Kind == LiquidTokenKind.Tag && token.Name == "endraw"));
            if (!isRaw && token.TrimsRight && i + 1 < tokens.Count && tokens[i + 1] is { Kind: LiquidTokenKind.Html } after)
            {
                while (after.ContentBegin < after.ContentEnd && LiquidReader.IsBlank(after.Source.Text[after.ContentBegin]))
                {
                    after.ContentBegin++;
                }
            }
        }
    }
}
