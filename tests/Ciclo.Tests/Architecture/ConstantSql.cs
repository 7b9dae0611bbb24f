namespace Ciclo.Tests.Architecture;

/// <summary>
/// The rule: what becomes a statement is a string literal, a `const string`, or these put together by `+`, `?:` or `$"{Constant}"`.
/// A private method may take a statement as a parameter `string`; then its calls in that file are held to the same. Statements are where
/// a <c>SqliteCommand</c> is made, where <c>CommandText</c> is set, and the calls of Dapper. Everything else that varies is a parameter.
/// </summary>
public static class ConstantSql
{
    private static readonly string[] DapperCalls =
        ["Execute", "ExecuteScalar", "ExecuteReader", "Query", "QueryFirst", "QueryFirstOrDefault", "QuerySingle", "QuerySingleOrDefault", "QueryMultiple"];

    public static IEnumerable<string> Breaches(IReadOnlyList<SourceFile> files)
    {
        var constants = files.SelectMany(ConstantsIn).ToHashSet(StringComparer.Ordinal);
        return files.SelectMany(file => new FileCheck(file, constants).Breaches());
    }

    private static IEnumerable<string> ConstantsIn(SourceFile file)
    {
        for (var i = 0; i + 2 < file.Tokens.Count; i++)
        {
            if (file.Tokens[i].Is("const") && file.Tokens[i + 1].Is("string"))
            {
                yield return file.Tokens[i + 2].Value;
            }
        }
    }

    /// <summary>An argument that becomes a statement. <paramref name="IsOwn"/>: of a method of the file itself, so that `reader.Read(…)` is not meant by `Read`.</summary>
    private readonly record struct Sink(string Method, int Argument, bool IsOwn);

    private sealed class FileCheck(SourceFile file, HashSet<string> everywhere)
    {
        private readonly IReadOnlyList<Token> tokens = file.Tokens;
        private readonly HashSet<string> here = [.. ConstantsIn(file)];
        private readonly Queue<Sink> sinks = new();
        private readonly HashSet<Sink> known = [];
        private readonly List<string> breaches = [];

        public IReadOnlyList<string> Breaches()
        {
            for (var i = 0; i + 1 < tokens.Count; i++)
            {
                if (tokens[i].Is("CommandText") && tokens[i + 1].Is("=") && !tokens[i + 2].Is("="))
                {
                    Check(i + 2, EndOfArgument(i + 2));
                }
            }
            Add(new Sink("SqliteCommand", 0, false));
            if (UsesDapper())
            {
                foreach (var call in DapperCalls)
                {
                    Add(new Sink(call, 0, false));
                    Add(new Sink(call + "Async", 0, false));
                }
            }
            while (sinks.TryDequeue(out var sink))
            {
                CheckCalls(sink);
            }
            return breaches;
        }

        private void Add(Sink sink)
        {
            if (known.Add(sink))
            {
                sinks.Enqueue(sink);
            }
        }

        private bool UsesDapper()
        {
            for (var i = 0; i + 1 < tokens.Count; i++)
            {
                if (tokens[i].Is("using") && tokens[i + 1].Is("Dapper"))
                {
                    return true;
                }
            }
            return false;
        }

        private void CheckCalls(Sink sink)
        {
            for (var i = 0; i + 1 < tokens.Count; i++)
            {
                if (!tokens[i].Is(sink.Method) || IsDeclaration(i) || (sink.IsOwn && IsOfAnother(i)))
                {
                    continue;
                }
                var open = tokens[i + 1].Is("<") ? BehindTypeArguments(i + 1) : i + 1;
                if (open >= tokens.Count || !tokens[open].Is("("))
                {
                    continue;
                }
                var from = open + 1;
                for (var left = sink.Argument; left > 0; left--)
                {
                    from = EndOfArgument(from) + 1;
                }
                Check(from, EndOfArgument(from));
            }
        }

        /// <summary>A method's own name follows its type; a called one follows a dot, a mark, `new`, `return`, `await` or `in`.</summary>
        private bool IsDeclaration(int i) => i > 0
            && (tokens[i - 1].Kind == TokenKind.Word || tokens[i - 1].Is(">") || tokens[i - 1].Is("?"))
            && !tokens[i - 1].Is("new") && !tokens[i - 1].Is("return") && !tokens[i - 1].Is("await") && !tokens[i - 1].Is("in")
            && !(tokens[i - 1].Is(">") && i > 1 && tokens[i - 2].Is("="));

        /// <summary>Whether the method named at <paramref name="i"/> is called on something that is neither `this` nor a type of this file.</summary>
        private bool IsOfAnother(int i) => i >= 2 && tokens[i - 1].Is(".") && !tokens[i - 2].Is("this")
            && !file.Path.EndsWith("/" + tokens[i - 2].Value + ".cs", StringComparison.Ordinal);

        private int BehindTypeArguments(int i)
        {
            for (var depth = 0; i < tokens.Count; i++)
            {
                depth += tokens[i].Is("<") ? 1 : tokens[i].Is(">") ? -1 : 0;
                if (depth == 0)
                {
                    return i + 1;
                }
            }
            return i;
        }

        /// <summary>The index of the comma, bracket or semicolon that ends the expression which begins at <paramref name="i"/>.</summary>
        private int EndOfArgument(int i)
        {
            for (var depth = 0; i < tokens.Count; i++)
            {
                var token = tokens[i];
                if (depth == 0 && (token.Is(",") || token.Is(";") || token.Is(")") || token.Is("}")))
                {
                    return i;
                }
                depth += token.Is("(") || token.Is("[") || token.Is("{") ? 1 : token.Is(")") || token.Is("]") || token.Is("}") ? -1 : 0;
            }
            return i;
        }

        private void Check(int from, int to)
        {
            if (from >= to)
            {
                return;
            }
            // The condition of `a ? "one" : "other"` may be anything.
            for (var i = from; i < to; i++)
            {
                if (tokens[i].Is("?") && !tokens[i + 1].Is("?") && !tokens[i + 1].Is("."))
                {
                    from = i + 1;
                }
            }
            if (to == from + 1 && tokens[from].Kind == TokenKind.Word && !here.Contains(tokens[from].Value) && TryFollowParameter(from))
            {
                return;
            }
            for (var i = from; i < to; i++)
            {
                if (!IsConstant(i, from, to))
                {
                    breaches.Add($"{file.Path}:{tokens[from].Line} puts `{tokens[i].Value}` into a statement; make it a constant or a parameter of the statement");
                    return;
                }
            }
        }

        private bool IsConstant(int i, int from, int to) => tokens[i].Kind switch
        {
            TokenKind.Text => true,
            TokenKind.InterpolatedText => HolesOf(tokens[i].Value).All(hole => IsConstantName(hole)),
            TokenKind.Mark => tokens[i].Value is "+" or "(" or ")" or "." or ":",
            // Of `Columns.All` only the last word names the constant.
            TokenKind.Word => (i + 1 < to && tokens[i + 1].Is(".")) || IsConstantName(i > from && tokens[i - 1].Is(".") ? "." + tokens[i].Value : tokens[i].Value),
            _ => false,
        };

        private bool IsConstantName(string name) => name.LastIndexOf('.') is var dot and >= 0 ? everywhere.Contains(name[(dot + 1)..]) : here.Contains(name);

        private static IEnumerable<string> HolesOf(string text)
        {
            var plain = text.Replace("{{", "", StringComparison.Ordinal).Replace("}}", "", StringComparison.Ordinal);
            for (var open = plain.IndexOf('{', StringComparison.Ordinal); open >= 0; open = plain.IndexOf('{', open + 1))
            {
                var close = plain.IndexOf('}', open);
                yield return plain[(open + 1)..(close < 0 ? plain.Length : close)].Trim();
            }
        }

        /// <summary>Where the name is a parameter `string` of a private method of this file, holds that method's calls to the rule instead.</summary>
        private bool TryFollowParameter(int use)
        {
            // The declaration before the use is that of the method around it.
            for (var i = use - 2; i > 0; i--)
            {
                if (!tokens[i].Is("string") || !tokens[i + 1].Is(tokens[use].Value) || !(tokens[i + 2].Is(",") || tokens[i + 2].Is(")")))
                {
                    continue;
                }
                var (open, argument) = ListAround(i);
                var isPrivate = false;
                for (var before = open - 1; before >= 0 && !tokens[before].Is(";") && !tokens[before].Is("{") && !tokens[before].Is("}"); before--)
                {
                    isPrivate |= tokens[before].Is("private");
                }
                if (isPrivate)
                {
                    var name = tokens[open - 1].Is(">") ? BeforeTypeParameters(open - 1) : open - 1;
                    Add(new Sink(tokens[name].Value, argument, true));
                }
                return isPrivate;
            }
            return false;
        }

        private (int Open, int Argument) ListAround(int i)
        {
            var argument = 0;
            for (var depth = 0; ; i--)
            {
                depth += tokens[i].Is(")") || tokens[i].Is(">") || tokens[i].Is("]") ? 1 : tokens[i].Is("<") || tokens[i].Is("[") ? -1 : 0;
                if (tokens[i].Is("(") && depth-- == 0)
                {
                    return (i, argument);
                }
                argument += depth == 0 && tokens[i].Is(",") ? 1 : 0;
            }
        }

        private int BeforeTypeParameters(int i)
        {
            while (!tokens[i].Is("<"))
            {
                i--;
            }
            return i - 1;
        }
    }
}
