using System.Text;
using System.Text.Json;
using Ciclo.Core;

namespace Ciclo.Modules.Imports;

/// <summary>
/// Rows of JSON lines. A column is a key of the line's object, or a dotted path into the objects below it; absent is null. Where a key stands
/// twice the last one counts, as in JavaScript.
/// </summary>
internal sealed class JsonLinesReader : RowReader
{
    internal const int MaxDepth = 32;

    private readonly RowBuilder builder = new();
    private readonly PathNode root = new();
    private int columns;

    internal JsonLinesReader(ByteWindow window)
        : base(window)
    {
    }

    /// <summary>Names the columns to find from now on.</summary>
    internal void SetColumns(IReadOnlyList<string> names)
    {
        columns = names.Count;
        root.Children.Clear();
        for (var column = 0; column < names.Count; column++)
        {
            root.Add(names[column], column);
        }
    }

    /// <summary>The paths of the lines that are in memory, at most the first 1,000: what a mistyped name may have meant.</summary>
    internal static List<string> Peek(ByteWindow window)
    {
        window.FillTo(256 * 1024);
        var names = new Dictionary<string, bool>(StringComparer.Ordinal);
        var rest = window.Rest;
        for (var line = 0; line < 1_000 && !rest.IsEmpty; line++)
        {
            var end = rest.IndexOf((byte)'\n');
            var text = end < 0 ? rest : rest[..end];
            rest = end < 0 ? default : rest[(end + 1)..];
            try
            {
                var reader = new Utf8JsonReader(text, new JsonReaderOptions { MaxDepth = MaxDepth });
                if (System.Text.Unicode.Utf8.IsValid(text) && !JsonEscapes.HasLoneSurrogate(text) && reader.Read() && reader.TokenType == JsonTokenType.StartObject)
                {
                    Collect(ref reader, "", names);
                }
            }
            catch (JsonException)
            {
                // The reading proper will reject the line, with its number and the reason.
            }
        }
        return [.. names.Keys];
    }

    protected override RowOutcome ReadRow(out int consumed)
    {
        var end = Window.Rest.IndexOf((byte)'\n');
        consumed = end < 0 ? Window.Rest.Length : end + 1;
        if (end < 0 && !Window.IsAtEnd)
        {
            return RowOutcome.NeedMore;
        }
        return Window.Rest[..consumed].ContainsAnyExcept(" \t\r\n"u8) ? RowOutcome.Row : RowOutcome.Empty;
    }

    protected override RowFault Check()
    {
        var line = Text.Trim(" \t\r\n"u8);
        if (line.IndexOf("\\u"u8) >= 0 && JsonEscapes.HasLoneSurrogate(line))
        {
            return RowFault.Of(RowFaultCode.InvalidText);
        }
        builder.Begin(columns);
        builder.Append(line);
        for (var column = 0; column < columns; column++)
        {
            builder.SetCell(column, 0, 0, CellKind.Null);
        }
        try
        {
            var reader = new Utf8JsonReader(line, new JsonReaderOptions { MaxDepth = MaxDepth });
            reader.Read();
            if (reader.TokenType != JsonTokenType.StartObject)
            {
                reader.Skip();
                reader.Read();
                return RowFault.Of(RowFaultCode.NotAnObject);
            }
            ReadMembers(ref reader, root, line);
            reader.Read();
        }
        catch (JsonException broken)
        {
            var at = broken.BytePositionInLine + 1;
            return new RowFault(RowFaultCode.BadJson, new Text($"not JSON at character {at} of the line, or nested more than {MaxDepth} deep", $"no es JSON en el carácter {at} de la línea, o tiene más de {MaxDepth} niveles"));
        }
        Row = builder.Take(Line);
        return default;
    }

    private void ReadMembers(ref Utf8JsonReader reader, PathNode? node, ReadOnlySpan<byte> line)
    {
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var child = node?.Find(ref reader);
            reader.Read();
            var start = (int)reader.TokenStartIndex;
            var (kind, isEscaped) = (reader.TokenType, reader.ValueIsEscaped);
            if (kind == JsonTokenType.StartObject)
            {
                if (child is { Children.Count: > 0 })
                {
                    ReadMembers(ref reader, child, line);
                }
                else
                {
                    reader.Skip();
                }
            }
            else if (kind == JsonTokenType.StartArray)
            {
                reader.Skip();
            }
            if (child is { Column: >= 0 and var column })
            {
                SetCell(column, kind, isEscaped, start, (int)reader.BytesConsumed);
            }
        }
    }

    private void SetCell(int column, JsonTokenType token, bool isEscaped, int start, int end)
    {
        switch (token)
        {
            case JsonTokenType.String:
                builder.SetCell(column, start + 1, end - start - 2, isEscaped ? CellKind.Escaped : CellKind.Text);
                break;
            default:
                builder.SetCell(column, start, end - start, token switch
                {
                    JsonTokenType.Number => CellKind.Number,
                    JsonTokenType.True => CellKind.True,
                    JsonTokenType.False => CellKind.False,
                    JsonTokenType.StartObject => CellKind.Object,
                    JsonTokenType.StartArray => CellKind.List,
                    _ => CellKind.Null,
                });
                break;
        }
    }

    private static void Collect(ref Utf8JsonReader reader, string prefix, Dictionary<string, bool> names)
    {
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var path = prefix + reader.GetString();
            if (names.Count < MapReader.MaxColumns)
            {
                names.TryAdd(path, true);
            }
            reader.Read();
            if (reader.TokenType == JsonTokenType.StartObject)
            {
                Collect(ref reader, path + ".", names);
            }
            else
            {
                reader.Skip();
            }
        }
    }

    private sealed class PathNode
    {
        internal int Column { get; private set; } = -1;

        internal List<(byte[] Name, PathNode Node)> Children { get; } = [];

        /// <summary>A dot may part a key from one below it, or stand in a key: both are looked for.</summary>
        internal void Add(string path, int column)
        {
            ChildOf(path).Column = column;
            for (var dot = path.IndexOf('.', StringComparison.Ordinal); dot >= 0; dot = path.IndexOf('.', dot + 1))
            {
                if (dot > 0 && dot < path.Length - 1)
                {
                    ChildOf(path[..dot]).Add(path[(dot + 1)..], column);
                }
            }
        }

        internal PathNode? Find(ref Utf8JsonReader reader)
        {
            foreach (var (name, node) in Children)
            {
                if (reader.ValueTextEquals(name))
                {
                    return node;
                }
            }
            return null;
        }

        private PathNode ChildOf(string name)
        {
            var bytes = Encoding.UTF8.GetBytes(name);
            foreach (var (known, node) in Children)
            {
                if (known.AsSpan().SequenceEqual(bytes))
                {
                    return node;
                }
            }
            var child = new PathNode();
            Children.Add((bytes, child));
            return child;
        }
    }
}

/// <summary>Escapes in JSON texts.</summary>
internal static class JsonEscapes
{
    /// <summary>Whether JSON holds an escape `\ud800`–`\udfff` outside a pair: such a text cannot be written down as UTF-8.</summary>
    internal static bool HasLoneSurrogate(ReadOnlySpan<byte> json)
    {
        while (json.IndexOf((byte)'\\') is var at && at >= 0 && at + 1 < json.Length)
        {
            var unit = json[at + 1] == 'u' ? Unit(json[at..]) : -1;
            json = json[(at + 2)..];
            if (unit is < 0xd800 or > 0xdfff)
            {
                continue;
            }
            if (unit >= 0xdc00 || Unit(json[Math.Min(4, json.Length)..]) is < 0xdc00 or > 0xdfff)
            {
                return true;
            }
            json = json[10..];
        }
        return false;
    }

    /// <summary>The code unit of an escape `\uXXXX` at the beginning; -1 if there is none.</summary>
    private static int Unit(ReadOnlySpan<byte> json) =>
        json.Length >= 6 && json[0] == '\\' && json[1] == 'u'
        && int.TryParse(json.Slice(2, 4), System.Globalization.NumberStyles.AllowHexSpecifier, System.Globalization.CultureInfo.InvariantCulture, out var unit)
            ? unit
            : -1;
}
