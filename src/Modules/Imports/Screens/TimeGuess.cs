using System.Text;
using Ciclo.Core.Time;

namespace Ciclo.Modules.Imports;

/// <summary>Finds out how a column writes its dates.</summary>
internal static class TimeGuess
{
    public const string Iso = "iso";
    public const string Unix = "unix";
    public const string UnixMs = "unix_ms";

    /// <summary>Patterns that files have, the day before the month where both could be: that is how Spanish and Portuguese write it.</summary>
    private static readonly string[] Patterns =
    [
        "yyyy-MM-dd HH:mm:ss", "yyyy-MM-dd HH:mm", "yyyy-MM-dd", "d/M/yyyy H:mm:ss", "d/M/yyyy H:mm", "d/M/yyyy", "d/M/yy", "d/M/yyyy h:mm tt", "M/d/yyyy H:mm:ss", "M/d/yyyy H:mm", "M/d/yyyy", "M/d/yy", "M/d/yyyy h:mm tt",
        "d-M-yyyy H:mm:ss", "d-M-yyyy H:mm", "d-M-yyyy", "d.M.yyyy H:mm", "d.M.yyyy", "yyyy/M/d H:mm:ss", "yyyy/M/d", "yyyyMMdd", "d MMM yyyy", "d-MMM-yyyy", "MMM d, yyyy", "MMMM d, yyyy", "yyyy-MM-dd HH:mm:ss.fff",
    ];

    /// <summary>What is offered to choose from.</summary>
    public static IReadOnlyList<string> Offered { get; } = [Iso, .. Patterns, Unix, UnixMs];

    /// <summary>The format that reads the most values, the first of equals; null where none reads four of five: some rows of a file are always broken.</summary>
    public static string? Of(IEnumerable<string> cells)
    {
        var values = cells.Where(cell => cell.Length > 0).Take(200).ToList();
        if (values.Count == 0)
        {
            return null;
        }
        var (best, count) = ("", 0);
        foreach (var format in Offered)
        {
            var read = values.Count(Reads(format));
            (best, count) = read > count ? (format, read) : (best, count);
        }
        return count * 5 >= values.Count * 4 ? best : null;
    }

    private static Func<string, bool> Reads(string format)
    {
        switch (format)
        {
            case Iso:
                return value => value.Length >= 10 && value.Contains('T', StringComparison.Ordinal) && Instants.TryParse(value, Zone.Utc, out _);
            case Unix:
                return value => value.Length == 10 && value.All(char.IsAsciiDigit);
            case UnixMs:
                return value => value.Length == 13 && value.All(char.IsAsciiDigit);
            default:
                var pattern = TimePattern.TryParse(format, out _)!;
                return value => pattern.TryRead(Encoding.UTF8.GetBytes(value), out _, out _);
        }
    }
}
