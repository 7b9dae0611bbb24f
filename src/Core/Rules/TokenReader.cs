namespace Ciclo.Core.Rules;

/// <summary>The tokens of an expression and a place among them: what a parser by recursive descent looks at, takes, and expects.</summary>
public abstract class TokenReader(List<Token> tokens)
{
    private const int MaxDepth = 100;

    /// <summary>Each `and`, `or`, `+`, `-`, `*`, `/` makes the tree one level deeper; whoever walks it does so on a thread's stack.</summary>
    public const int MaxLinks = 500;

    private int links;

    protected IReadOnlyList<Token> Tokens => tokens;

    protected int At { get; set; }

    protected int Depth { get; set; }

    protected Token Current => tokens[At];

    protected Token Take() => tokens[At++];

    protected bool TryTake(string symbolOrWord)
    {
        if (!Current.Is(symbolOrWord))
        {
            return false;
        }
        At++;
        return true;
    }

    protected Token Expect(string symbol, Text? expected = null) =>
        Current.Is(symbol) ? Take() : throw Unexpected(expected ?? Text.Same($"`{symbol}`"));

    protected Extent Since(Extent start) => Extent.Between(start, tokens[At - 1].Extent);

    protected void Enter()
    {
        Depth++;
        if (Depth > MaxDepth)
        {
            throw RuleException.At("too_deep", Current.Extent, new Text("more than 100 nested levels", "más de 100 niveles anidados"),
                new Text("a simpler expression", "una expresión más sencilla"));
        }
    }

    protected void Link()
    {
        links++;
        if (links > MaxLinks)
        {
            throw RuleException.At("too_many_operators", tokens[At - 1].Extent, new Text($"more than {MaxLinks} operators", $"más de {MaxLinks} operadores"),
                new Text("a simpler expression", "una expresión más sencilla"),
                new Text("`x in [\"a\", \"b\"]` stands for many `x == ... or`.", "`x in [\"a\", \"b\"]` reemplaza a muchos `x == ... or`."));
        }
    }

    protected RuleException Unexpected(Text expected) => RuleException.At("unexpected", Current.Extent, Found(Current), expected);

    internal static Text Found(Token token) => token.Kind switch
    {
        TokenKind.End => new Text("the end of the expression", "el final de la expresión"),
        TokenKind.Number => new Text($"a number, {token.Value}", $"un número, {token.Value}"),
        TokenKind.Duration => new Text($"a duration, {token.Value}", $"una duración, {token.Value}"),
        TokenKind.Text => new Text($"a text, \"{token.Value}\"", $"un texto, \"{token.Value}\""),
        TokenKind.Instant => new Text($"an instant, @{token.Value}", $"un instante, @{token.Value}"),
        _ => Text.Same($"`{token.Value}`"),
    };
}
