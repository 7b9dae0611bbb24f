using System.Text.RegularExpressions;

namespace Ciclo.Modules.Ask;

/// <summary>
/// What a question begins with, before DuckDB's own parser looks at it: that one turns some PRAGMAs into reads, and runs what EXPLAIN ANALYZE explains. Names in
/// the catalogue `system` are closed, be it in a comment: behind them lie functions without our bounds.
/// </summary>
internal static class SqlShape
{
    private const string Space = @"(\s|--[^\n]*(\n|$)|/\*([^*]|\*[^/])*\*/)*";
    private const string Question = @"(SELECT|WITH|FROM)\b";
    private const string Shown = @"(DESCRIBE|DESC|SUMMARIZE|SHOW)\b";
    private const string Explained = @"EXPLAIN\b" + Space + @"(ANALYZE\b" + Space + ")?" + Question;
    private const RegexOptions Usual = RegexOptions.IgnoreCase | RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant;

    private static readonly Regex Beginning = new("^" + Space + @"(\(" + Space + ")*(" + Question + "|" + Shown + "|" + Explained + ")", Usual);

    private static readonly Regex Closed = new(@"\bsystem""?" + Space + @"\.", Usual);

    /// <summary>Whether it begins as a question does and names nothing that is closed.</summary>
    public static bool Reads(string sql) => Beginning.IsMatch(sql) && !Closed.IsMatch(sql);
}
