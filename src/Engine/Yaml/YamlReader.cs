using System.Text;
using Ciclo.Core;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Ciclo.Engine.Yaml;

/// <summary>
/// Reads a definition file into nodes that know their places. Refused, each with its place: more than <see cref="MaxBytes"/>, bytes that
/// are not UTF-8, syntax errors, anchors, aliases, tags, a key that stands twice or is no scalar, more than one document, an empty file,
/// and nesting below <see cref="MaxDepth"/>. A file means what it shows: what aliases and tags could hide has no place in a rule.
/// </summary>
public static class YamlReader
{
    public const int MaxBytes = 1 << 20;
    public const int MaxDepth = 50;

    /// <summary>
    /// The file's root; null if the file cannot be read. Each refusal adds an error to <paramref name="diagnostics"/>; after a key that
    /// stands twice reading goes on with the first, so that the file's other mistakes show too.
    /// </summary>
    public static YamlNode? Read(ReadOnlySpan<byte> utf8, ICollection<Diagnostic> diagnostics)
    {
        if (utf8.StartsWith(Encoding.UTF8.Preamble))
        {
            utf8 = utf8[Encoding.UTF8.Preamble.Length..];
        }
        if (utf8.Length > MaxBytes)
        {
            diagnostics.Add(TooLarge(utf8.Length));
            return null;
        }
        try
        {
            return Read(new UTF8Encoding(false, true).GetString(utf8), diagnostics);
        }
        catch (DecoderFallbackException)
        {
            diagnostics.Add(NotUtf8(utf8));
            return null;
        }
    }

    /// <inheritdoc cref="Read(ReadOnlySpan{byte}, ICollection{Diagnostic})"/>
    public static YamlNode? Read(string text, ICollection<Diagnostic> diagnostics)
    {
        if (text.Length > MaxBytes)
        {
            diagnostics.Add(TooLarge(text.Length));
            return null;
        }
        var source = new YamlSource(text);
        var parser = new YamlDotNet.Core.Parser(new StringReader(text));
        try
        {
            return new Reading(source, parser, diagnostics).Document();
        }
        catch (RefusedException refused)
        {
            diagnostics.Add(refused.Diagnostic);
        }
        catch (YamlException broken)
        {
            var isEscape = broken.Message.Contains("escape", StringComparison.Ordinal);
            diagnostics.Add(Syntax(source, parser, isEscape ? broken.End : broken.Start, broken.Message));
        }
        catch (Exception broken) when (broken is ArgumentException or InvalidOperationException or OverflowException or FormatException or IndexOutOfRangeException)
        {
            // The scanner trips over a few byte soups instead of naming a place; to the writer of the file it is the same mistake.
            diagnostics.Add(Syntax(source, parser, Mark.Empty, broken.Message));
        }
        return null;
    }

    private static Diagnostic Syntax(YamlSource source, YamlDotNet.Core.Parser parser, Mark mark, string message)
    {
        // Some errors come without a place, or with that of what encloses them: the mistake lies after what was read well.
        var read = parser.Current is { } last ? source.IndexOf(last.End.Line, last.End.Column) : 0;
        var index = source.IndexOf(mark.Line, mark.Column);
        if (index < read)
        {
            index = message.Contains("tab", StringComparison.Ordinal) ? Math.Max(read, source.Content.IndexOf('\t', read)) : read;
        }
        var place = source.PlaceOf(index);
        return new Diagnostic("yaml_syntax", Severity.Error, place.Line, place.Column,
            new Text("something that is not YAML", "algo que no es YAML"), new Text("valid YAML", "YAML válido"), HintFor(message));
    }

    private static Text HintFor(string message)
    {
        if (message.Contains("invalid mapping", StringComparison.Ordinal))
        {
            return new Text("A text with a colon and a blank in it stands in single quotes.", "Un texto con dos puntos y un espacio va entre comillas simples.");
        }
        if (message.Contains("tab", StringComparison.Ordinal))
        {
            return new Text("Indent with blanks, not tabs.", "Usa espacios, no tabuladores.");
        }
        if (message.Contains("cannot start any token", StringComparison.Ordinal))
        {
            return new Text("A text that begins with @, ` or % stands in single quotes.", "Un texto que empieza con @, ` o % va entre comillas simples.");
        }
        return new Text($"The YAML reader says: {message}", $"El lector de YAML dice (en inglés): {message}");
    }

    private static Diagnostic TooLarge(int length) => new("file_too_large", Severity.Error, 1, 1,
        new Text($"a file of {length} bytes", $"un archivo de {length} bytes"), new Text($"at most {MaxBytes} bytes", $"{MaxBytes} bytes como máximo"));

    private static Diagnostic NotUtf8(ReadOnlySpan<byte> bytes)
    {
        var valid = bytes.Length;
        var line = 1;
        var lineStart = 0;
        for (var at = 0; at < bytes.Length;)
        {
            if (Rune.DecodeFromUtf8(bytes[at..], out _, out var length) != System.Buffers.OperationStatus.Done)
            {
                valid = at;
                break;
            }
            if (bytes[at] == '\n')
            {
                line++;
                lineStart = at + 1;
            }
            at += length;
        }
        var column = Encoding.UTF8.GetCharCount(bytes[lineStart..valid]) + 1;
        return new Diagnostic("not_utf8", Severity.Error, line, column, new Text("bytes that are not UTF-8", "bytes que no son UTF-8"),
            new Text("a file in UTF-8", "un archivo en UTF-8"), new Text("Save the file as UTF-8.", "Guarda el archivo como UTF-8."));
    }

    private sealed class RefusedException(Diagnostic diagnostic) : Exception(diagnostic.Code)
    {
        public Diagnostic Diagnostic { get; } = diagnostic;
    }

    private sealed class Reading(YamlSource source, YamlDotNet.Core.Parser parser, ICollection<Diagnostic> diagnostics)
    {
        private int depth;

        internal YamlNode Document()
        {
            Move();
            Move();
            if (parser.Current is StreamEnd)
            {
                throw Refuse("empty_file", 1, 1, new Text("an empty file", "un archivo vacío"), new Text("a map of keys and values", "un mapa de claves y valores"));
            }
            Move();
            var root = Node();
            Move();
            if (parser.Current is not StreamEnd)
            {
                throw Refuse("second_document", parser.Current!.Start, new Text("a second document", "un segundo documento"), new Text("one document a file", "un documento por archivo"));
            }
            return root;
        }

        private void Move()
        {
            if (!parser.MoveNext())
            {
                throw new YamlException("The file ends too early.");
            }
        }

        /// <summary>Reads the node that begins at the current event and moves past it.</summary>
        private YamlNode Node()
        {
            var current = parser.Current!;
            RefuseHidden(current);
            if (++depth > MaxDepth)
            {
                throw Refuse("too_deep", current.Start, new Text($"more than {MaxDepth} nested levels", $"más de {MaxDepth} niveles anidados"), new Text("a flatter file", "un archivo más plano"));
            }
            Move();
            YamlNode node = current switch
            {
                Scalar scalar => ScalarOf(scalar),
                SequenceStart list => List(list),
                MappingStart map => Map(map),
                _ => throw Refuse("yaml_syntax", current.Start, new Text("something that is no value", "algo que no es un valor"), new Text("a value", "un valor")),
            };
            depth--;
            return node;
        }

        private YamlScalar ScalarOf(Scalar scalar) => new(source, IndexOf(scalar.Start), IndexOf(scalar.End), scalar.Value, scalar.Style switch
        {
            ScalarStyle.SingleQuoted => YamlStyle.SingleQuoted,
            ScalarStyle.DoubleQuoted => YamlStyle.DoubleQuoted,
            ScalarStyle.Literal or ScalarStyle.Folded => YamlStyle.Block,
            _ => YamlStyle.Plain,
        });

        private YamlList List(SequenceStart start)
        {
            var items = new List<YamlNode>();
            while (parser.Current is not SequenceEnd)
            {
                items.Add(Node());
            }
            Move();
            return new YamlList(source.PlaceOf(IndexOf(start.Start)), items);
        }

        private YamlMap Map(MappingStart start)
        {
            var entries = new List<YamlEntry>();
            var keys = new HashSet<string>(StringComparer.Ordinal);
            while (parser.Current is not MappingEnd)
            {
                var keyStart = parser.Current!.Start;
                if (Node() is not YamlScalar key)
                {
                    throw Refuse("bad_key", keyStart, new Text("a key that is a map or a list", "una clave que es un mapa o una lista"), new Text("a word", "una palabra"));
                }
                var value = Node();
                if (keys.Add(key.Value))
                {
                    entries.Add(new YamlEntry(key, value));
                }
                else
                {
                    diagnostics.Add(Refuse("duplicate_key", keyStart, new Text($"the key {key.Value} a second time", $"la clave {key.Value} por segunda vez"),
                        new Text("each key once", "cada clave una vez")).Diagnostic);
                }
            }
            Move();
            return new YamlMap(source.PlaceOf(IndexOf(start.Start)), entries);
        }

        private void RefuseHidden(ParsingEvent current)
        {
            var plainValue = new Text("the value itself", "el valor mismo");
            if (current is AnchorAlias alias)
            {
                throw Refuse("alias", alias.Start, new Text($"an alias, *{alias.Value}", $"un alias, *{alias.Value}"), plainValue);
            }
            if (current is NodeEvent { Anchor.IsEmpty: false } anchored)
            {
                throw Refuse("anchor", anchored.Start, new Text($"an anchor, &{anchored.Anchor}", $"un ancla, &{anchored.Anchor}"), plainValue);
            }
            if (current is NodeEvent { Tag.IsEmpty: false } tagged)
            {
                throw Refuse("tag", tagged.Start, new Text($"a tag, {tagged.Tag}", $"una etiqueta, {tagged.Tag}"), plainValue);
            }
        }

        private int IndexOf(Mark mark) => source.IndexOf(mark.Line, mark.Column);

        private RefusedException Refuse(string code, Mark mark, Text found, Text expected)
        {
            var place = source.PlaceOf(IndexOf(mark));
            return Refuse(code, place.Line, place.Column, found, expected);
        }

        private static RefusedException Refuse(string code, int line, int column, Text found, Text expected) =>
            new(new Diagnostic(code, Severity.Error, line, column, found, expected));
    }
}
