using System.Globalization;

namespace Ciclo.Modules.Predict.Models;

/// <summary>Columns as conditions of the rule language, so that whom a model found can be a segment.</summary>
internal static class HabitRules
{
    /// <summary>The condition that a column is at least, or below, a value; null of a column that the language has no short word for.</summary>
    public static string? OfNumber(string column, double value, bool isAtLeast)
    {
        var (kind, name) = column.IndexOf(':', StringComparison.Ordinal) is >= 0 and var at ? (column[..at], column[(at + 1)..]) : (column, "");
        var e = name == HabitColumns.Views ? name : $"\"{name}\"";
        var whole = Math.Ceiling(value).ToString(CultureInfo.InvariantCulture);
        var compared = $"{(isAtLeast ? ">=" : "<")} {whole}";
        return kind switch
        {
            "times_30" => $"count({e}, 30d) {compared}",
            "times_90" => $"count({e}, 90d) {compared}",
            "times_365" => $"count({e}, 365d) {compared}",
            "orders_90" => $"count(\"Order Completed\", 90d) {compared}",
            "orders_365" => $"count(\"Order Completed\", 365d) {compared}",
            "orders_all" => $"count(\"Order Completed\") {compared}",
            "active_days_30" => $"days(any, 30d) {compared}",
            "active_days_90" => $"days(any, 90d) {compared}",
            "active_days_365" => $"days(any, 365d) {compared}",
            "days_since" => $"since({e}) {compared}d",
            "days_since_order" => $"since(\"Order Completed\") {compared}d",
            "days_since_last" => $"since(any) {compared}d",
            "days_known" => $"age {compared}d",
            _ => null,
        };
    }

    /// <summary>The condition that a trait has a value; null where there is no word for it.</summary>
    public static string? OfTrait(string column, string value) => column.Split(':', 2) is ["trait", var name] && name != FirstTouch.Column && name.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '_' or '.')
        ? $"traits.{name} == \"{value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"" : null;
}
