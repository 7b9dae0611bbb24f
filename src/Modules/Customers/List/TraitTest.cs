using System.Globalization;
using Ciclo.Core;

namespace Ciclo.Modules.Customers.List;

/// <summary>
/// A condition on one trait, written `NAME:OPERATOR:VALUE` in addresses. It is a rule in other clothes: what is compared, and how, is what the rule
/// language says. A value that reads as a number is compared as one by `lt` and `gt`; by `is` and `not` both as a number and as a text.
/// </summary>
public sealed record TraitTest(string Name, string Operator, string Value)
{
    public static IReadOnlyList<(string Operator, Text Label)> Operators { get; } =
    [
        ("is", new("is", "es")), ("not", new("is not", "no es")), ("has", new("contains", "contiene")), ("begins", new("begins with", "empieza con")),
        ("gt", new("is at least", "es al menos")), ("lt", new("is at most", "es como máximo")), ("set", new("is known", "se sabe")), ("unset", new("is not known", "no se sabe")),
    ];

    public static TraitTest? Parse(string? text)
    {
        var parts = (text ?? "").Split(':', 3);
        return parts.Length == 3 && parts[0].Length is > 0 and <= 200 && parts[0].IndexOfAny(['`', '\n', '\r']) < 0 && parts[2].Length <= 200
            && Operators.Any(known => known.Operator == parts[1]) && (parts[2].Length > 0 || parts[1] is "set" or "unset")
            && (parts[1] is not ("gt" or "lt") || IsNumber(parts[2]))
            ? new TraitTest(parts[0], parts[1], parts[2])
            : null;
    }

    public override string ToString() => $"{Name}:{Operator}:{Value}";

    public string ToRule()
    {
        var trait = "traits." + string.Join('.', Name.Split('.').Select(Quoted));
        var text = "\"" + Value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal) + "\"";
        var isNumber = IsNumber(Value);
        return Operator switch
        {
            "is" => isNumber ? $"({trait} == {text} or {trait} == {Value})" : Value is "true" or "false" ? $"({trait} == {text} or {trait} == {Value})" : $"{trait} == {text}",
            "not" => isNumber ? $"not ({trait} == {text} or {trait} == {Value})" : $"not ({trait} == {text})",
            "has" => $"{trait} contains {text}",
            "begins" => $"{trait} starts_with {text}",
            "gt" => $"{trait} >= {Value}",
            "lt" => $"{trait} <= {Value}",
            "set" => $"{trait} != null",
            _ => $"{trait} == null",
        };
    }

    public Text Says() => Operator is "set" or "unset"
        ? new Text($"{Name} {LabelOf().En}", $"{Name} {LabelOf().Es}")
        : new Text($"{Name} {LabelOf().En} {Value}", $"{Name} {LabelOf().Es} {Value}");

    private Text LabelOf() => Operators.First(known => known.Operator == Operator).Label;

    private static bool IsNumber(string text) =>
        text.Length <= 20 && text.TrimStart('-').Length > 0 && text.TrimStart('-').All(c => char.IsAsciiDigit(c) || c == '.')
        && decimal.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out _);

    private static string Quoted(string name) => name.Length > 0 && (char.IsAsciiLetter(name[0]) || name[0] == '_') && name.All(c => char.IsAsciiLetterOrDigit(c) || c == '_')
        ? name
        : "`" + name + "`";
}
