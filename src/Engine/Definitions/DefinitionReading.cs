using Ciclo.Core;
using Ciclo.Core.Rules;
using Ciclo.Core.Time;
using Ciclo.Engine.Yaml;

namespace Ciclo.Engine.Definitions;

/// <summary>What lifecycle and segment files have in common: ids, labels, zones and rules, each mistake with its place.</summary>
internal sealed class DefinitionReading
{
    public const int MaxIdLength = 64;
    public const int MaxLabelLength = 200;

    private static readonly Text SomeText = new("a text", "un texto");

    public List<Diagnostic> Diagnostics { get; } = [];

    public List<PlacedRule> Rules { get; } = [];

    public Zone Zone { get; private set; } = Zone.Utc;

    public bool HasErrors => Diagnostics.Exists(found => found.Severity == Severity.Error);

    public YamlFields? Root(string yaml) => YamlFields.Of(YamlReader.Read(yaml, Diagnostics), Diagnostics);

    /// <summary>A required id; null, and a diagnostic, if it is absent or cannot be one.</summary>
    public YamlScalar? Id(YamlFields fields, string key)
    {
        var expected = new Text("an id", "un id");
        if (fields.Scalar(key, true, expected) is not { } scalar)
        {
            return null;
        }
        if (IsId(scalar.Value))
        {
            return scalar;
        }
        Diagnostics.Add(YamlFields.Wrong(scalar,
            new Text($"an id: lower-case letters, digits, _ and -, at most {MaxIdLength}", $"un id: minúsculas sin acento, dígitos, _ y -, {MaxIdLength} como máximo"),
            Suggest(scalar.Value), "bad_id"));
        return null;
    }

    /// <summary>The label, or null if none is given.</summary>
    public Text? Label(YamlFields fields)
    {
        switch (fields.Any("label"))
        {
            case null:
                return null;
            case YamlMap map:
                return LabelOf(map);
            case var node:
                return LabelOf(node) is { } word ? Text.Same(word) : null;
        }
    }

    public void ReadZone(YamlFields fields)
    {
        if (fields.Scalar("timezone", false, new Text("a time zone, such as America/Mexico_City", "una zona horaria, como America/Mexico_City")) is not { } scalar)
        {
            return;
        }
        if (Zone.TryGet(scalar.Value, out var zone))
        {
            Zone = zone;
            return;
        }
        Diagnostics.Add(YamlFields.Wrong(scalar, new Text("an IANA time zone, such as America/Mexico_City", "una zona horaria IANA, como America/Mexico_City"),
            Nearest.DidYouMean(scalar.Value, Zone.Ids), "unknown_timezone"));
    }

    /// <summary>A condition; null, and a diagnostic, if it is absent though required, or wrong.</summary>
    public Rule? When(YamlFields fields, bool isRequired, RuleContext context, string node)
    {
        if (fields.Scalar("when", isRequired, new Text("a condition", "una condición")) is not { } scalar
            || YamlExpressions.Read(scalar, context, Zone, true, Diagnostics) is not { } expression)
        {
            return null;
        }
        var rule = new Rule(scalar.Value, expression);
        Rules.Add(new PlacedRule(rule, scalar, node));
        return rule;
    }

    /// <summary>Reports a list that is too long, at its first item too many.</summary>
    public void RefuseMore(IReadOnlyList<YamlNode> items, int most)
    {
        if (items.Count > most)
        {
            Diagnostics.Add(new Diagnostic("too_many", Severity.Error, items[most].Place.Line, items[most].Place.Column,
                new Text($"{items.Count} items", $"{items.Count} elementos"), new Text($"at most {most}", $"{most} como máximo")));
        }
    }

    public void RefuseDuplicate(YamlScalar id) => Diagnostics.Add(new Diagnostic("duplicate_id", Severity.Error, id.Place.Line, id.Place.Column,
        new Text($"the id {id.Value} a second time", $"el id {id.Value} por segunda vez"), new Text("each id once", "cada id una vez")));

    private Text? LabelOf(YamlMap map)
    {
        var fields = new YamlFields(map, Diagnostics);
        var before = Diagnostics.Count;
        var en = fields.Any("en") is { } first ? LabelOf(first) : null;
        var es = fields.Any("es") is { } second ? LabelOf(second) : null;
        fields.RefuseOthers();
        if (en is null && es is null)
        {
            if (Diagnostics.Count == before)
            {
                Diagnostics.Add(YamlFields.Wrong(map, new Text("a text for en or es", "un texto para en o es")));
            }
            return null;
        }
        return new Text(en ?? es!, es ?? en!);
    }

    private string? LabelOf(YamlNode node)
    {
        if (node is not YamlScalar { IsNull: false } scalar)
        {
            Diagnostics.Add(YamlFields.Wrong(node, node is YamlScalar ? SomeText : new Text("a text, or one for en and one for es", "un texto, o uno para en y otro para es")));
            return null;
        }
        if (scalar.Value.Length <= MaxLabelLength && !string.IsNullOrWhiteSpace(scalar.Value))
        {
            return scalar.Value;
        }
        Diagnostics.Add(YamlFields.Wrong(scalar, new Text($"a text of 1 to {MaxLabelLength} characters", $"un texto de 1 a {MaxLabelLength} caracteres"), null, "bad_label"));
        return null;
    }

    private static bool IsId(string text) => text.Length is > 0 and <= MaxIdLength && IsLetterOrDigit(text[0])
        && text.All(c => IsLetterOrDigit(c) || c is '_' or '-');

    private static bool IsLetterOrDigit(char c) => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c);

    private static Text? Suggest(string text)
    {
        var id = string.Concat(text.ToLowerInvariant().Normalize(System.Text.NormalizationForm.FormD)
            .Where(c => IsLetterOrDigit(c) || c is '_' or '-' or ' ').Select(c => c == ' ' ? '-' : c)).TrimStart('-', '_');
        return IsId(id) ? new Text($"For instance {id}.", $"Por ejemplo {id}.") : null;
    }
}
