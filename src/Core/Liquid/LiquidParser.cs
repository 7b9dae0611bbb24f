namespace Ciclo.Core.Liquid;

/// <summary>Makes a tree of the pieces of a template. What it refuses, the Liquid of others refuses too.</summary>
internal sealed class LiquidParser
{
    /// <summary>The deepest nesting of tags.</summary>
    private const int Deepest = 100;

    private readonly List<LiquidToken> tokens;
    private int at;
    private int depth;

    private LiquidParser(List<LiquidToken> tokens) => this.tokens = tokens;

    public static LiquidNode[] Parse(LiquidSource source) => new LiquidParser(new LiquidScanner(source).Read()).All(0);

    private LiquidNode[] All(int outer)
    {
        depth = outer;
        var nodes = new List<LiquidNode>();
        while (at < tokens.Count)
        {
            nodes.Add(Node(tokens[at++]));
        }
        return [.. nodes];
    }

    private LiquidNode Node(LiquidToken token) => token.Kind switch
    {
        LiquidTokenKind.Html => new LiquidHtml(token.Content),
        LiquidTokenKind.Output => new LiquidOutput(new LiquidReader(token.Source, token.ContentBegin, token.ContentEnd).Pipeline()),
        _ => Nested(token),
    };

    private LiquidNode Nested(LiquidToken token)
    {
        if (++depth > Deepest)
        {
            throw token.Error(new($"Tags are nested too deeply: {Deepest} levels are the most.", $"Hay demasiadas etiquetas anidadas: {Deepest} niveles es lo máximo."));
        }
        var node = Tag(token);
        depth--;
        return node;
    }

    private LiquidNode Tag(LiquidToken token) => token.Name switch
    {
        "assign" => Assign(token),
        "break" => new LiquidBreak(true),
        "capture" => Capture(token),
        "case" => Case(token),
        "comment" => Comment(token),
        "continue" => new LiquidBreak(false),
        "cycle" => Cycle(token),
        "decrement" => new LiquidCount(token.Reader.Identifier(), -1),
        "echo" => Echo(token),
        "for" => For(token),
        "if" => If(token),
        "include" => Snippet(token, isIsolated: false),
        "increment" => new LiquidCount(token.Reader.Identifier(), 1),
        "liquid" => new LiquidGroup(new LiquidParser(LiquidScanner.ReadLines(token.Source, token.Reader.At, token.ContentEnd)).All(depth)),
        "raw" => Raw(token),
        "render" => Snippet(token, isIsolated: true),
        "tablerow" => TableRow(token),
        "unless" => Unless(token),
        "#" => InlineComment(token),
        _ => throw token.Error(Unknown(token.Name)),
    };

    private static Text Unknown(string name) => name.StartsWith("end", StringComparison.Ordinal) || name is "else" or "elsif" or "when"
        ? new($"{{% {name} %}} stands here without the tag that it belongs to.", $"{{% {name} %}} está aquí sin la etiqueta a la que pertenece.")
        : name is "layout" or "block"
            ? new($"The tag “{name}” is not known here: templates have no files. Use snippets with render.", $"La etiqueta «{name}» no se conoce aquí: las plantillas no tienen archivos. Usa fragmentos con render.")
            : new($"There is no tag called “{name}”.", $"No existe la etiqueta «{name}».");

    /// <summary>Reads up to the tag that closes this one. <paramref name="divide"/> is asked of every other tag first: the list that it answers is filled from there on.</summary>
    private void Body(LiquidToken opening, List<LiquidNode> into, string close, Func<LiquidToken, List<LiquidNode>?>? divide = null, bool isStrict = false)
    {
        while (at < tokens.Count)
        {
            var token = tokens[at++];
            if (token.Kind == LiquidTokenKind.Tag && token.Name == close)
            {
                if (isStrict)
                {
                    NoArguments(token);
                }
                return;
            }
            if (token.Kind == LiquidTokenKind.Tag && divide?.Invoke(token) is { } next)
            {
                into = next;
                continue;
            }
            into.Add(Node(token));
        }
        throw opening.Error(new($"{opening.Piece} is not closed: {{% {close} %}} is missing.", $"{opening.Piece} no se cierra: falta {{% {close} %}}."));
    }

    private static void NoArguments(LiquidToken token)
    {
        if (token.Arguments.Length > 0)
        {
            throw token.Error(new($"{{% {token.Name} %}} takes nothing, found “{token.Arguments}”.", $"{{% {token.Name} %}} no lleva nada, hay «{token.Arguments}»."));
        }
    }

    private static LiquidAssign Assign(LiquidToken token)
    {
        var reader = token.Reader;
        var name = reader.Identifier();
        reader.SkipBlanks();
        if (name.Length == 0 || reader.Next != '=')
        {
            throw reader.Error(new("An assignment is written {% assign name = value %}.", "Una asignación se escribe {% assign nombre = valor %}."));
        }
        reader.At++;
        return new LiquidAssign(name, reader.Pipeline());
    }

    private LiquidCapture Capture(LiquidToken token)
    {
        var name = token.Reader.Identifier() is { Length: > 0 } word ? word
            : token.Reader.Quoted() ?? throw token.Reader.Error(new("A capture is written {% capture name %}.", "Una captura se escribe {% capture nombre %}."));
        var body = new List<LiquidNode>();
        Body(token, body, "endcapture");
        return new LiquidCapture(name, [.. body]);
    }

    private LiquidCase Case(LiquidToken token)
    {
        var value = token.Reader.Pipeline();
        var branches = new List<(LiquidExpression[] Values, List<LiquidNode> Body)>();
        var (otherwise, elses) = (new List<LiquidNode>(), 0);
        Body(token, [], "endcase", inner =>
        {
            if (inner.Name == "when" && elses == 0)
            {
                branches.Add((When(inner.Reader), []));
                return branches[^1].Body;
            }
            if (inner.Name == "else")
            {
                elses++;
            }
            // What follows a second else is nobody's.
            return inner.Name is "else" or "when" ? elses == 1 ? otherwise : [] : null;
        });
        return new LiquidCase(value, [.. branches.Select(branch => (branch.Values, branch.Body.ToArray()))], [.. otherwise]);
    }

    private static LiquidExpression[] When(LiquidReader reader)
    {
        var values = new List<LiquidExpression>();
        while (!reader.IsAtEnd)
        {
            values.Add(reader.ValueOrThrow());
            reader.SkipBlanks();
            reader.GoBehind(reader.Next == ',' ? "," : "or");
        }
        return [.. values];
    }

    private LiquidGroup Comment(LiquidToken token)
    {
        while (at < tokens.Count)
        {
            if (tokens[at++] is { Kind: LiquidTokenKind.Tag, Name: "endcomment" })
            {
                return new LiquidGroup([]);
            }
        }
        throw token.Error(new("{% comment %} is not closed: {% endcomment %} is missing.", "{% comment %} no se cierra: falta {% endcomment %}."));
    }

    private static LiquidGroup InlineComment(LiquidToken token)
    {
        foreach (var line in token.Arguments.Split('\n').Skip(1))
        {
            if (JsText.TrimStart(line) is { Length: > 0 } text && text[0] != '#')
            {
                throw token.Error(new("Each line of a comment begins with #.", "Cada línea de un comentario empieza con #."));
            }
        }
        return new LiquidGroup([]);
    }

    private LiquidHtml Raw(LiquidToken token)
    {
        var from = at;
        while (at < tokens.Count)
        {
            if (tokens[at++] is { Kind: LiquidTokenKind.Tag, Name: "endraw" })
            {
                return new LiquidHtml(string.Concat(tokens[from..(at - 1)].Select(piece => piece.Source.Text[piece.Begin..piece.End])));
            }
        }
        throw token.Error(new("{% raw %} is not closed: {% endraw %} is missing.", "{% raw %} no se cierra: falta {% endraw %}."));
    }

    private static LiquidCycle Cycle(LiquidToken token)
    {
        var reader = token.Reader;
        var from = reader.At;
        var group = reader.Value();
        reader.SkipBlanks();
        if (group is not null && reader.Next == ':')
        {
            reader.At++;
        }
        else
        {
            group = null;
            reader.At = from;
        }
        var candidates = new List<LiquidPipeline>();
        while (!reader.IsAtEnd)
        {
            candidates.Add(reader.Pipeline());
            reader.GoBehind(",");
        }
        return candidates.Count > 0 ? new LiquidCycle(group, [.. candidates])
            : throw token.Error(new("A cycle needs values, such as {% cycle \"odd\", \"even\" %}.", "Un ciclo necesita valores, como {% cycle \"par\", \"impar\" %}."));
    }

    private static LiquidNode Echo(LiquidToken token)
    {
        token.Reader.SkipBlanks();
        return token.Reader.IsAtEnd ? new LiquidGroup([]) : new LiquidOutput(token.Reader.Pipeline());
    }

    private LiquidFor For(LiquidToken token)
    {
        var (variable, over, text, hash) = Loop(token);
        if (variable.Length == 0)
        {
            throw token.Error(new("A loop is written {% for item in items %}.", "Un bucle se escribe {% for elemento in lista %}."));
        }
        var (body, otherwise) = (new List<LiquidNode>(), new List<LiquidNode>());
        Body(token, body, "endfor", inner =>
        {
            if (inner.Name != "else")
            {
                return null;
            }
            NoArguments(inner);
            return otherwise;
        }, isStrict: true);
        return new LiquidFor(variable, over, text, hash, [.. body], [.. otherwise]);
    }

    private LiquidTableRow TableRow(LiquidToken token)
    {
        var (variable, over, text, hash) = Loop(token);
        var body = new List<LiquidNode>();
        Body(token, body, "endtablerow");
        return new LiquidTableRow(variable, over, text, hash, [.. body]);
    }

    private static (string Variable, LiquidExpression Over, string Text, List<(string, LiquidExpression?)> Hash) Loop(LiquidToken token)
    {
        var reader = token.Reader;
        var (variable, word) = (reader.Identifier(), reader.Identifier());
        reader.SkipBlanks();
        var from = reader.At;
        var over = reader.Value();
        if (word != "in" || over is null)
        {
            throw token.Error(new($"{token.Piece} is not a loop: {{% {token.Name} item in items %}}.", $"{token.Piece} no es un bucle: {{% {token.Name} elemento in lista %}}."));
        }
        var text = reader.Between(from, reader.At);
        return (variable, over, text, reader.Hash());
    }

    private LiquidIf If(LiquidToken token)
    {
        var branches = new List<(LiquidPipeline Condition, List<LiquidNode> Body)> { (token.Reader.Pipeline(), []) };
        List<LiquidNode>? otherwise = null;
        Body(token, branches[0].Body, "endif", inner =>
        {
            if (inner.Name is not ("elsif" or "else"))
            {
                return null;
            }
            if (otherwise is not null)
            {
                throw inner.Error(new($"{{% {inner.Name} %}} cannot follow {{% else %}}.", $"{{% {inner.Name} %}} no puede ir después de {{% else %}}."));
            }
            if (inner.Name == "else")
            {
                NoArguments(inner);
                return otherwise = [];
            }
            branches.Add((inner.Reader.Pipeline(), []));
            return branches[^1].Body;
        }, isStrict: true);
        return new LiquidIf([.. branches.Select(branch => (branch.Condition, true, branch.Body.ToArray()))], [.. otherwise ?? []]);
    }

    private LiquidIf Unless(LiquidToken token)
    {
        var branches = new List<(LiquidPipeline Condition, bool Wanted, List<LiquidNode> Body)> { (token.Reader.Pipeline(), false, []) };
        var (otherwise, elses) = (new List<LiquidNode>(), 0);
        Body(token, branches[0].Body, "endunless", inner =>
        {
            if (inner.Name == "elsif" && elses == 0)
            {
                branches.Add((inner.Reader.Pipeline(), true, []));
                return branches[^1].Body;
            }
            if (inner.Name == "else")
            {
                elses++;
            }
            return inner.Name is "else" or "elsif" ? elses == 1 && inner.Name == "else" ? otherwise : [] : null;
        });
        return new LiquidIf([.. branches.Select(branch => (branch.Condition, branch.Wanted, branch.Body.ToArray()))], [.. otherwise]);
    }

    private static LiquidSnippetCall Snippet(LiquidToken token, bool isIsolated)
    {
        var reader = token.Reader;
        var name = reader.Value() ?? throw reader.Error(new($"Name the snippet: {{% {token.Name} \"name\" %}}.", $"Nombra el fragmento: {{% {token.Name} \"nombre\" %}}."));
        var parts = name is LiquidConstant { IsQuoted: true } quoted && quoted.Value.Text.Contains("{{", StringComparison.Ordinal) ? Parse(new LiquidSource(quoted.Value.Text)) : null;
        LiquidBinding? with = null, each = null;
        while (!reader.IsAtEnd)
        {
            reader.SkipBlanks();
            var from = reader.At;
            var keyword = reader.Identifier();
            reader.SkipBlanks();
            if ((keyword != "with" && !(isIsolated && keyword == "for")) || reader.Next == ':' || Binding(reader, isIsolated) is not { } bound)
            {
                reader.At = from;
                break;
            }
            (with, each) = keyword == "with" ? (bound, each) : (with, bound);
            reader.SkipBlanks();
            if (reader.Next == ',')
            {
                reader.At++;
            }
            if (!isIsolated)
            {
                break;
            }
        }
        return new LiquidSnippetCall(name, parts, isIsolated, with, each, reader.Hash(), token.Source, token.Begin);
    }

    private static LiquidBinding? Binding(LiquidReader reader, bool takesAlias)
    {
        var from = reader.At;
        if (reader.Value() is not { } value)
        {
            return null;
        }
        var text = reader.Between(from, reader.At);
        var behind = reader.At;
        if (takesAlias && reader.Identifier() == "as")
        {
            return new LiquidBinding(value, text, reader.Identifier());
        }
        reader.At = behind;
        return new LiquidBinding(value, text, null);
    }
}
