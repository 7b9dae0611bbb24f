using System.Globalization;
using System.Text.RegularExpressions;
using Ciclo.Core;
using Ciclo.Core.Journeys;
using Ciclo.Core.Rules;
using Ciclo.Core.Time;
using Ciclo.Engine.Yaml;

namespace Ciclo.Engine.Definitions;

/// <summary>Values that journey files hold: happenings, rules, durations, times of the day. Each mistake is told at its place.</summary>
internal sealed partial class JourneyRules(DefinitionReading reading, string node)
{
    public List<Diagnostic> Diagnostics => reading.Diagnostics;

    public DefinitionReading Reading => reading;

    public void Add(Diagnostic found) => Diagnostics.Add(found);

    public void RefuseMore(YamlList list, int most) => reading.RefuseMore(list.Items, most);

    /// <summary>The one of these keys that a map has; a diagnostic where it has none or several.</summary>
    public string? OneKey(YamlFields fields, IReadOnlyList<string> keys)
    {
        var there = keys.Where(key => fields.Any(key) is not null).ToList();
        if (there.Count == 1)
        {
            return there[0];
        }
        Add(new Diagnostic("one_of", Severity.Error, fields.Place.Line, fields.Place.Column,
            there.Count == 0 ? new Text("none of these keys", "ninguna de estas claves") : new Text($"{there.Count} of these keys", $"{there.Count} de estas claves"), YamlFields.OneOf(keys)));
        return null;
    }

    /// <summary>What the keys `event` or `when` of a map say.</summary>
    public Happening? Happening(YamlFields fields)
    {
        if (fields.Any("event") is { } selector)
        {
            if (fields.ScalarIn(selector, new Text("an event, such as \"Order Completed\"", "un evento, como \"Order Completed\"")) is not { } scalar)
            {
                return null;
            }
            var rule = Parsed(Core.Journeys.Happening.RuleOf(scalar.Value), scalar, Core.Journeys.Happening.Before.Length);
            return rule is null ? null : new Happening(true, scalar.Value, rule);
        }
        return Rule(fields, "when") is { } when ? new Happening(false, when.Text, when) : null;
    }

    public Rule? Rule(YamlFields fields, string key, bool isRequired = false) =>
        fields.Scalar(key, isRequired, new Text("a condition", "una condición")) is { } scalar ? Parsed(scalar.Value, scalar, 0) : null;

    /// <summary>A rule that is made from a value; what is wrong with it is told at the value.</summary>
    public Rule? Made(string text, YamlScalar scalar) => Parsed(text, scalar, text.Length);

    /// <summary>A duration above zero, and of <see cref="JourneyFile.MaxDays"/> days at most.</summary>
    public long? Duration(YamlFields fields, string key, bool isRequired = false)
    {
        if (fields.Scalar(key, isRequired, Durational) is not { } scalar)
        {
            return null;
        }
        if (Durations.TryParse(scalar.Value, out var ms) && ms is > 0 and <= JourneyFile.MaxDays * Durations.Day)
        {
            return ms;
        }
        Add(YamlFields.Wrong(scalar, Durational, null, "bad_duration"));
        return null;
    }

    /// <summary>A time of the day as minutes.</summary>
    public int? Minute(YamlFields fields, string key, bool isRequired)
    {
        var expected = new Text("a time of the day in quotes, such as \"09:00\"", "una hora del día entre comillas, como \"09:00\"");
        if (fields.Scalar(key, isRequired, expected) is not { } scalar)
        {
            return null;
        }
        if (TimeOfDay().Match(scalar.Value) is { Success: true } match)
        {
            return int.Parse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture) * 60 + int.Parse(match.Groups[2].ValueSpan, CultureInfo.InvariantCulture);
        }
        Add(YamlFields.Wrong(scalar, expected, null, "bad_time"));
        return null;
    }

    public int? Whole(YamlFields fields, string key, int least, int most, bool isRequired = false)
    {
        var expected = new Text($"a whole number from {least} to {most}", $"un número entero de {least} a {most}");
        if (fields.Scalar(key, isRequired, expected) is not { } scalar)
        {
            return null;
        }
        if (scalar.TryInteger(out var value) && value >= least && value <= most)
        {
            return (int)value;
        }
        Add(YamlFields.Wrong(scalar, expected, null, "bad_number"));
        return null;
    }

    /// <summary>A text of a length.</summary>
    public string? Words(YamlFields fields, string key, int most, bool isRequired)
    {
        var expected = new Text($"a text of 1 to {most} characters", $"un texto de 1 a {most} caracteres");
        if (fields.Scalar(key, isRequired, expected) is not { } scalar)
        {
            return null;
        }
        if (scalar.Value.Length <= most && !string.IsNullOrWhiteSpace(scalar.Value))
        {
            return scalar.Value;
        }
        Add(YamlFields.Wrong(scalar, expected));
        return null;
    }

    private static Text Durational { get; } = new(
        $"a duration, such as 4h or 3d, {JourneyFile.MaxDays} days at most", $"una duración, como 4h o 3d, {JourneyFile.MaxDays} días como máximo");

    [GeneratedRegex("^([01]?[0-9]|2[0-3]):([0-5][0-9])$")]
    private static partial Regex TimeOfDay();

    private Rule? Parsed(string text, YamlScalar scalar, int before)
    {
        try
        {
            var expression = Parser.Parse(text, RuleContext.Segment, reading.Zone);
            Checker.CheckCondition(expression);
            var rule = new Rule(text, expression);
            reading.Rules.Add(new PlacedRule(rule, scalar, node, before));
            return rule;
        }
        catch (RuleException refused)
        {
            var place = scalar.PlaceOf(Math.Clamp(refused.Error.Extent.Start - before, 0, scalar.Value.Length));
            Add(new Diagnostic(refused.Error.Code, Severity.Error, place.Line, place.Column, refused.Error.Found, refused.Error.Expected, refused.Error.Hint));
            return null;
        }
    }
}
