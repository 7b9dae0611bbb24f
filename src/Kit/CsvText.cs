using System.Globalization;
using System.Text;

namespace Ciclo.Kit;

/// <summary>Rows as CSV (RFC 4180), with a mark that spreadsheets read UTF-8 by; cells that a spreadsheet would run are escaped.</summary>
public static class CsvText
{
    public static byte[] Of(IReadOnlyList<string> header, IEnumerable<string[]> rows)
    {
        var text = new StringBuilder("\uFEFF");
        foreach (var row in rows.Prepend([.. header]))
        {
            text.AppendJoin(',', row.Select(Cell)).Append("\r\n");
        }
        return Encoding.UTF8.GetBytes(text.ToString());
    }

    private static string Cell(string value)
    {
        var isFormula = value.Length > 0 && value[0] is '=' or '+' or '-' or '@' && !decimal.TryParse(value, NumberStyles.Number, CultureInfo.InvariantCulture, out _);
        var safe = isFormula ? "'" + value : value;
        return safe.AsSpan().IndexOfAny(",\"\r\n") < 0 ? safe : "\"" + safe.Replace("\"", "\"\"", StringComparison.Ordinal) + "\"";
    }
}
