using System.Text;
using Ciclo.Core;

namespace Ciclo.Modules.Imports;

/// <summary>
/// The beginning of a file, and what was found out about it: how it is cut, its columns (named `columna_1` … where it has no header), and the
/// first rows as texts.
/// </summary>
public sealed record FileSample(
    FileFormat Format, string Encoding, bool IsCompressed, char? Delimiter, bool IsDecimalComma, bool HasHeader, IReadOnlyList<(string Name, ColumnType Type)> Columns, IReadOnlyList<IReadOnlyList<string>> Rows)
{
    /// <summary>Rows that are shown.</summary>
    public const int Shown = 50;

    /// <summary>Rows that guesses look at.</summary>
    private const int LookedAt = 200;

    private const int LongestCell = 200;

    /// <summary>Past this many columns nobody points at them; the text of a map can still name them.</summary>
    private const int MostColumns = 200;

    /// <summary>Reads the beginning. Throws <see cref="ImportFailedException"/> for what is no text.</summary>
    public static FileSample Read(string path)
    {
        var format = FormatOf(path);
        var sample = Read(path, MapOf(format, null));
        return format == FileFormat.Csv && !LooksLikeHeader(sample) ? Read(path, MapOf(format, sample.Columns.Count)) with { HasHeader = false } : sample;
    }

    private static FileFormat FormatOf(string path)
    {
        using var file = File.OpenRead(path);
        using var input = Utf8Input.Open(file, null);
        var first = new byte[64];
        var text = Encoding8(first.AsSpan(0, input.Read(first))).TrimStart();
        return text.StartsWith('{') ? FileFormat.JsonLines : FileFormat.Csv;
    }

    private static FileSample Read(string path, ImportMap map)
    {
        using var file = File.OpenRead(path);
        using var input = Utf8Input.Open(file, null);
        var diagnostics = new List<Diagnostic>();
        var opened = OpenedFile.Open(map, input, diagnostics);
        if (opened.Plan is not { } plan || opened.Detected is not { } detected)
        {
            var mistake = diagnostics.FirstOrDefault();
            throw new ImportFailedException(mistake is null
                ? new Text("The file's columns cannot be read. Save it as CSV with a header.", "No se pueden leer las columnas del archivo. Guárdalo como CSV con encabezado.")
                : new Text(mistake.Message(Language.En), mistake.Message(Language.Es)));
        }
        var rows = new List<IReadOnlyList<string>>();
        for (var state = opened.Read(); state != ReadState.End && rows.Count < LookedAt; state = opened.Read())
        {
            if (state == ReadState.Row)
            {
                var row = opened.Row;
                rows.Add([.. Enumerable.Range(0, Math.Min(plan.Columns.Count, MostColumns)).Select(cell => cell < row.Cells ? Cell(row.RawOf(cell)) : "")]);
            }
        }
        return new FileSample(map.Format, detected.Encoding, detected.IsCompressed, detected.Delimiter, detected.IsDecimalComma, true, [.. detected.Columns.Take(MostColumns)], rows);
    }

    private static ImportMap MapOf(FileFormat format, int? headless)
    {
        if (headless is not { } count)
        {
            return new ImportMap { Source = "sample", Format = format, Emits = [] };
        }
        var names = Enumerable.Range(1, Math.Min(count, MapReader.MaxColumns)).Select(number => $"columna_{number}");
        return MapReader.Read($"source: sample\nheader: false\ncolumns: [{string.Join(", ", names)}]\nemit:\n  - {{ type: identify, user_id: columna_1 }}\n", []) is { } map
            ? map with { Emits = [] }
            : throw new InvalidOperationException("A map of numbered columns is one.");
    }

    /// <summary>A header names: each cell has letters, and none is an address or a number.</summary>
    private static bool LooksLikeHeader(FileSample sample) => sample.Columns.All(column => column.Name.Length == 0 || (column.Name.Any(char.IsLetter) && !column.Name.Contains('@', StringComparison.Ordinal)))
        && sample.Columns.Any(column => column.Name.Length > 0);

    private static string Cell(ReadOnlySpan<byte> utf8)
    {
        var text = Encoding8(utf8[..Math.Min(utf8.Length, LongestCell * 4)]).Trim();
        return text.Length > LongestCell ? text[..LongestCell] + "…" : text;
    }

    private static string Encoding8(ReadOnlySpan<byte> utf8) => System.Text.Encoding.UTF8.GetString(utf8);
}
