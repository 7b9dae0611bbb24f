using System.Text;
using Ciclo.Core;
using Ciclo.Core.Rules;
using Ciclo.Engine.Yaml;

namespace Ciclo.Modules.Imports;

/// <summary>Reads a map's file. All of its mistakes are found at once; a map with an error is none.</summary>
public static class MapReader
{
    public const int MaxColumns = 10_000;
    public const int MaxSourceCharacters = 60;

    private static readonly string[] TypeWords = ["text", "number", "time", "boolean"];

    private static readonly (string Word, char Delimiter)[] Delimiters =
        [("tab", '\t'), ("whitespace", ' '), (",", ','), (";", ';'), ("|", '|'), ("\t", '\t')];

    /// <summary>The map; null if <paramref name="diagnostics"/> got an error.</summary>
    public static ImportMap? Read(ReadOnlySpan<byte> utf8, ICollection<Diagnostic> diagnostics)
    {
        var found = new List<Diagnostic>();
        return Finish(Read(YamlReader.Read(utf8, found), found), found, diagnostics);
    }

    /// <inheritdoc cref="Read(ReadOnlySpan{byte}, ICollection{Diagnostic})"/>
    public static ImportMap? Read(string text, ICollection<Diagnostic> diagnostics)
    {
        var found = new List<Diagnostic>();
        return Finish(Read(YamlReader.Read(text, found), found), found, diagnostics);
    }

    /// <summary>What the YAML reader found counts too: it may answer a tree with a mistake in it.</summary>
    private static ImportMap? Finish(ImportMap? map, List<Diagnostic> found, ICollection<Diagnostic> diagnostics)
    {
        found.ForEach(diagnostics.Add);
        return found.Exists(diagnostic => diagnostic.Severity == Severity.Error) ? null : map;
    }

    private static ImportMap? Read(YamlNode? root, ICollection<Diagnostic> diagnostics)
    {
        if (YamlFields.Of(root, diagnostics) is not { } fields)
        {
            return null;
        }
        var source = ReadSource(fields, diagnostics);
        var format = fields.Word("format", ["csv", "jsonl"]) is { Value: "jsonl" } ? FileFormat.JsonLines : FileFormat.Csv;
        var hasHeader = fields.Boolean("header");
        var delimiter = ReadDelimiter(fields, diagnostics);
        var encoding = ReadEncoding(fields, diagnostics);
        var columns = ReadColumns(fields, diagnostics);
        var decimalMark = fields.Word("decimal", [".", ","]);
        var skip = fields.Scalar("skip", expected: new Text("a condition over columns", "una condición sobre columnas"));
        var groupBy = fields.Scalar("group_by", expected: new Text("a column's name", "el nombre de una columna"));
        var onChange = fields.Word("on_change", ["keep", "replace"]);
        var emits = EmitReader.ReadAll(fields, diagnostics);
        fields.RefuseOthers();
        CheckFormat(fields, format, hasHeader ?? true, columns, diagnostics);
        if (source is null)
        {
            return null;
        }
        return new ImportMap
        {
            Source = source,
            Format = format,
            HasHeader = hasHeader ?? true,
            Delimiter = delimiter,
            Encoding = encoding,
            IsDecimalComma = decimalMark is null ? null : decimalMark.Value == ",",
            Columns = columns,
            Skip = skip,
            GroupBy = groupBy,
            ReplacesChanged = onChange?.Value == "replace",
            Emits = emits,
        };
    }

    private static string? ReadSource(YamlFields fields, ICollection<Diagnostic> diagnostics)
    {
        var scalar = fields.Scalar("source", isRequired: true, new Text("a name for the source of the file", "un nombre para el origen del archivo"));
        var source = scalar?.Value.Normalize(NormalizationForm.FormC).Trim();
        if (scalar is not null && (source!.Length is 0 or > MaxSourceCharacters || source.Any(char.IsControl)))
        {
            diagnostics.Add(YamlFields.Wrong(scalar, new Text($"a name of 1 to {MaxSourceCharacters} characters on one line", $"un nombre de 1 a {MaxSourceCharacters} caracteres en una línea"), code: "bad_source"));
            return null;
        }
        return source;
    }

    private static char? ReadDelimiter(YamlFields fields, ICollection<Diagnostic> diagnostics)
    {
        if (fields.Scalar("delimiter") is not { } scalar)
        {
            return null;
        }
        foreach (var (word, delimiter) in Delimiters)
        {
            if (scalar.Value == word)
            {
                return delimiter;
            }
        }
        diagnostics.Add(YamlFields.Wrong(scalar, new Text("\",\", \";\", \"|\", tab or whitespace", "\",\", \";\", \"|\", tab o whitespace"),
            Nearest.DidYouMean(scalar.Value, ["tab", "whitespace"]), "unknown_word"));
        return null;
    }

    private static string? ReadEncoding(YamlFields fields, ICollection<Diagnostic> diagnostics)
    {
        if (fields.Scalar("encoding") is not { } scalar)
        {
            return null;
        }
        if (TextEncodings.Find(scalar.Value) is { } name)
        {
            return name;
        }
        diagnostics.Add(YamlFields.Wrong(scalar, YamlFields.OneOf(TextEncodings.Names), Nearest.DidYouMean(scalar.Value, TextEncodings.Names), "unknown_word"));
        return null;
    }

    private static List<MapColumn> ReadColumns(YamlFields fields, ICollection<Diagnostic> diagnostics)
    {
        var columns = new List<MapColumn>();
        switch (fields.Any("columns"))
        {
            case null:
                return columns;
            case YamlMap map:
                columns.AddRange(map.Entries.Select(entry => new MapColumn(entry.Key, TypeOf(entry.Value, diagnostics))));
                break;
            case YamlList list:
                list.Items.ToList().ForEach(item => AddListed(item, columns, diagnostics));
                break;
            case var other:
                diagnostics.Add(YamlFields.Wrong(other, new Text("a map of names and types, or a list of them", "un mapa de nombres y tipos, o una lista de ellos")));
                break;
        }
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var column in columns.Where(column => !seen.Add(column.Name.Value)))
        {
            diagnostics.Add(YamlFields.Wrong(column.Name, new Text("each column once", "cada columna una vez"), code: "duplicate_column"));
        }
        if (columns.Count > MaxColumns)
        {
            diagnostics.Add(YamlFields.Wrong(columns[MaxColumns].Name, new Text($"at most {MaxColumns} columns", $"{MaxColumns} columnas como máximo"), code: "too_many_columns"));
        }
        return columns;
    }

    private static void AddListed(YamlNode item, List<MapColumn> columns, ICollection<Diagnostic> diagnostics)
    {
        switch (item)
        {
            case YamlMap { Entries: [var entry] }:
                columns.Add(new MapColumn(entry.Key, TypeOf(entry.Value, diagnostics)));
                break;
            case YamlScalar { IsNull: false } name:
                columns.Add(new MapColumn(name, null));
                break;
            default:
                diagnostics.Add(YamlFields.Wrong(item, new Text("a column such as { date: text }", "una columna como { fecha: text }")));
                break;
        }
    }

    private static ColumnType? TypeOf(YamlNode node, ICollection<Diagnostic> diagnostics)
    {
        if (node is YamlScalar { IsNull: true })
        {
            return null;
        }
        var index = node is YamlScalar scalar ? Array.IndexOf(TypeWords, scalar.Value) : -1;
        if (index < 0)
        {
            diagnostics.Add(YamlFields.Wrong(node, YamlFields.OneOf(TypeWords), Nearest.DidYouMean((node as YamlScalar)?.Value ?? "", TypeWords), "unknown_word"));
        }
        return (ColumnType)Math.Max(index, 0);
    }

    private static void CheckFormat(YamlFields fields, FileFormat format, bool hasHeader, List<MapColumn> columns, ICollection<Diagnostic> diagnostics)
    {
        if (format == FileFormat.Csv)
        {
            if (!hasHeader && columns.Count == 0)
            {
                diagnostics.Add(new Diagnostic("missing_key", Severity.Error, fields.Place.Line, fields.Place.Column,
                    new Text("header: false and no columns", "header: false y ninguna columna"), new Text("columns: with the names in order", "columns: con los nombres en orden")));
            }
            return;
        }
        foreach (var key in new[] { "header", "delimiter" })
        {
            if (fields.Any(key) is { } node)
            {
                diagnostics.Add(new Diagnostic("csv_only", Severity.Error, node.Place.Line, node.Place.Column,
                    new Text($"{key} in a map for jsonl", $"{key} en un mapa para jsonl"), new Text("it only with format: csv", "que solo esté con format: csv")));
            }
        }
    }
}
